"""Ways to sign in, beside e-mail and password."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.http import urlencode

register = template.Library()


@register.inclusion_tag("account/_sso.html", takes_context=True)
def sso_button(context: Context, next_url: str = "") -> dict[str, Any]:
    """A link to the identity provider, where one is set up; it leads back to where one was."""
    if not settings.OIDC_ON:
        return {}
    wanted = next_url or context["request"].GET.get("next", "")
    url = reverse("openid_connect_login", args=["sso"])
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return {"name": settings.OIDC_NAME, "url": f"{url}{query}"}
