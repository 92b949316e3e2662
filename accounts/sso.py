"""To the identity provider and back: allauth's own views, with words for one that is down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import requests
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

log = logging.getLogger(__name__)


@login_not_required
def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _reached(request, views.login, provider_id)


@login_not_required
def sso_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _reached(request, views.callback, provider_id)


def _reached(request: HttpRequest, view: Callable[..., Any], provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view(request, provider_id)
    except requests.RequestException as why:
        log.warning("%s cannot be reached: %s", settings.OIDC_NAME, why)
        said = f"{settings.OIDC_NAME} cannot be reached now. Try again, or use your password."
        messages.error(request, said)
        return redirect("account_login")
    return answer
