"""The gallery of results among 200,000 clips: plain, narrowed, sorted, and later pages."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from .history import ready
from .pages import Page, by_database, measure

TARGET = by_database(sqlite=40, postgres=40)


def main() -> None:
    team, owner = ready()
    project = team.projects.order_by("pk").first()
    person = team.members.order_by("pk").last()
    root = reverse("results", args=[team.slug])
    asked = [
        ("newest first", ""),
        ("oldest first", "?sort=oldest"),
        ("best rated first", "?sort=rating"),
        ("dearest first", "?sort=dearest"),
        ("a search", "?q=kite+fern"),
        ("a search that finds nothing", "?q=zzzz"),
        ("one project", f"?project={project.uuid}"),
        ("one person", f"?person={person.pk}"),
        ("one provider", "?provider=pixazo"),
        ("one model and operation", "?model=v6&operation=extend"),
        ("starred", "?star=1"),
        ("four stars and more", "?rating=4"),
        ("a tag", "?tag=night"),
        ("approved", "?review=approved"),
        ("failed", "?state=failed"),
        ("a price between two", "?min=0.10&max=0.11"),
        ("days of a year ago", "?from=2025-10-01&to=2025-10-07"),
        ("much at once", f"?project={project.uuid}&person={person.pk}&tag=dusk&rating=3&q=fox"),
        ("the bin", "bin/"),
    ]
    pages = [(name, root + query) for name, query in asked]
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)
    pages += _later(client, root, "")
    pages += _later(client, root, f"?project={project.uuid}")
    measure("Gallery", owner, pages, TARGET)


def _later(client: Client, root: str, query: str) -> list[Page]:
    """The page after the first, by the link that the first one shows."""
    found = re.search(r'(?:href|hx-get)="([^"]*after=[^"]+)"', client.get(root + query).text)
    if found is None:
        return []
    address = root + found[1].replace("&amp;", "&")
    return [(f"second page{' of a project' if query else ''}", address)]


if __name__ == "__main__":
    main()
