"""The studio of a project with thousands of clips, the older ones below, and the projects' list."""

from __future__ import annotations

from generations.models import Generation

from .history import ready
from .pages import by_database, measure

TARGET = by_database(sqlite=40, postgres=40)


def main() -> None:
    team, owner = ready()
    project = team.projects.order_by("pk").first()
    clips = Generation.objects.filter(project=project).order_by("pk")
    middle = clips[clips.count() // 2]
    last = clips.filter(state="succeeded").last()
    root = f"/t/{team.slug}/"
    here = f"{root}p/{project.uuid}/"
    pages = [
        ("form and feed", here),
        ("my own clips", f"{here}?show=mine"),
        ("failures", f"{here}?show=failed"),
        ("from the middle of its clips", f"{here}?before={middle.pk}"),
        ("one clip", f"{here}g/{last.uuid}/"),
        ("projects", f"{root}projects/"),
    ]
    measure("Studio", owner, pages, TARGET)


if __name__ == "__main__":
    main()
