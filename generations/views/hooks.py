"""The door for providers' webhooks: verify, keep, make due, answer at once."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generations import callbacks
from generations.media.links import read_callback
from generations.models import Attempt, ProviderAccount
from generations.providers.client import Client
from generations.providers.registry import adapter
from generations.providers.types import Broken, Callback, Forged, Unsupported

LARGEST = 256_000


@csrf_exempt
@login_not_required
@require_POST
def hook(request: HttpRequest, account: UUID, signed: str = "") -> HttpResponse:
    """``signed`` is in the addresses that we hand out; a console-registered one has none."""
    if not 0 < _length(request) <= LARGEST:
        return HttpResponse("too large or empty", "text/plain", 413)
    row = get_object_or_404(ProviderAccount, uuid=account)
    attempt = _attempt(row, signed) if signed else None
    if attempt is None and (signed or not _signs(row)):
        return _refused()
    callback = _read(row, request)
    if callback is None:
        return _refused()
    callbacks.receive(row, callback, attempt, request.body.decode("utf-8", "replace"))
    status, body = adapter(row.provider).callback_answer
    return HttpResponse(body, "text/plain", status)


def _signs(account: ProviderAccount) -> bool:
    """Does the provider sign its webhooks? Then a secret of theirs is among its settings."""
    return any(one.secret for one in account.catalogue.settings)


def _attempt(account: ProviderAccount, signed: str) -> Attempt | None:
    token = read_callback(signed)
    return callbacks.by_token(account, token) if token else None


def _read(account: ProviderAccount, request: HttpRequest) -> Callback | None:
    """What it says; None if it is forged or cannot be read."""
    try:
        return Client(account.provider, account.access).callback(request.headers, request.body)
    except (Forged, Broken, Unsupported):
        return None


def _refused() -> HttpResponse:
    # One answer for every reason: a stranger learns nothing from it.
    return HttpResponse("not accepted", "text/plain", 400)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
