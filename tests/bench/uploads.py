"""The uploads: 50,000 files in twelve projects, narrowed, searched, and one file with its uses."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse

from generations.models import Upload, UploadUse

from .history import ready
from .pages import by_database, measure

TARGET = by_database(sqlite=40, postgres=40)


def main() -> None:
    team, owner = ready()
    uses = UploadUse.objects.order_by().values("upload").annotate(count=Count("pk"))
    most = uses.order_by("-count").first()
    hot = Upload.objects.get(pk=most["upload"])
    plain = Upload.objects.filter(kind="image").order_by("pk").last()
    middle = Upload.objects.order_by("pk").values_list("pk", flat=True)[Upload.objects.count() // 2]
    project = team.projects.order_by("pk").first()
    print(f"  the file that is used most: {most['count']:,} clips", flush=True)
    root = reverse("uploads", args=[team.slug])
    pages = [
        ("all", root),
        ("one project", f"{root}?in={project.uuid}"),
        ("videos", f"{root}?kind=video"),
        ("a folder", f"{root}?folder=Cast"),
        ("a tag", f"{root}?tag=night"),
        ("a search", f"{root}?q=kite+fern"),
        ("a search that finds nothing", f"{root}?q=zzzz"),
        ("as a list", f"{root}?view=list"),
        ("from the middle", f"{root}?before={middle}"),
        ("one file", reverse("upload_page", args=[team.slug, plain.project.uuid, plain.uuid])),
        (
            "the file that is used most",
            reverse("upload_page", args=[team.slug, hot.project.uuid, hot.uuid]),
        ),
    ]
    measure("Uploads", owner, pages, TARGET)


if __name__ == "__main__":
    main()
