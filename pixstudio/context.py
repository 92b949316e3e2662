"""What every page needs: where we are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def place(request: HttpRequest) -> dict[str, Any]:
    """The team, project and roles that the access decorators put on the request."""
    return {
        "team": getattr(request, "team", None),
        "project": getattr(request, "project", None),
    }
