"""The prompt library with 20,000 versions of prompts, beside 200,000 clips made from some."""

from __future__ import annotations

from django.db.models import Count

from generations.models import Generation, Prompt

from .history import ready
from .pages import by_database, measure

TARGET = by_database(sqlite=40, postgres=40)


def main() -> None:
    team, owner = ready()
    used = Generation.objects.exclude(prompt_version=None).values("prompt_version__prompt")
    most = used.annotate(count=Count("pk")).order_by("-count").first()
    hot = Prompt.objects.get(pk=most["prompt_version__prompt"])
    plain = Prompt.objects.order_by("pk").first()
    print(f"  the prompt that is used most: {most['count']:,} clips", flush=True)
    pages = [
        ("the list", ""),
        ("a later page of it", "?page=40"),
        ("a search", "?q=kite+fern"),
        ("a search that finds nothing", "?q=zzzz"),
        ("a folder", "?folder=Openers"),
        ("a tag", "?tag=night"),
        ("a prompt with its outcomes", f"{plain.uuid}/"),
        ("the prompt that is used most", f"{hot.uuid}/"),
    ]
    root = f"/t/{team.slug}/prompts/"
    measure("Prompts", owner, [(name, root + path) for name, path in pages], TARGET)


if __name__ == "__main__":
    main()
