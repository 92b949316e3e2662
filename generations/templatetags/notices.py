"""What the frame of every page knows of the person before it."""

from __future__ import annotations

from django import template
from django.template import Context

from accounts import notices
from accounts.notices import Bell

register = template.Library()


@register.simple_tag(takes_context=True)
def bell(context: Context) -> Bell | None:
    """None for somebody who is not signed in."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return notices.bell(user, getattr(request, "team", None))


@register.filter
def badge(count: int) -> str:
    """A number that fits into the corner of a bell."""
    return "99+" if count > 99 else str(count)
