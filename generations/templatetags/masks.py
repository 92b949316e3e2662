"""The choice of masks, drawn wherever the form is: ``{% mask_step as step %}``."""

from __future__ import annotations

from django import template
from django.template import Context

from generations.forms.masks import PICKS, Step, step

register = template.Library()


@register.simple_tag(takes_context=True)
def mask_step(context: Context) -> Step:
    """From the page's own ``request`` and ``asked``; ``masks_trouble`` is why a press failed."""
    asked = context["asked"]
    most = sum(name in PICKS for name in asked.menu.fields)
    project = context["request"].project
    trouble: str = context.get("masks_trouble") or ""
    return step(project, asked.menu.operation, most, asked.values, trouble)
