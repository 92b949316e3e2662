"""Addresses that providers use to reach us: signed links to inputs, and callback addresses."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner

from generations.models import ProviderAccount, Upload
from generations.providers.guard import is_public

from .fetch import origin
from .kinds import ENDINGS

INPUT_LIFE_S = 24 * 3600
_LOCAL_NAMES = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


class NoAddress(Exception):
    """The account's host cannot reach us: PUBLIC_URL is empty or not public."""


def address_for(account: ProviderAccount) -> str:
    """Where this account's host reaches us, without a last slash; empty if it cannot.

    Looks names up only where private addresses are allowed at all; never for a usual account.
    """
    near = _same_origin(account.base_url, settings.SANDBOX_URL) or _is_local(account.base_url)
    if not near and settings.ALLOW_PRIVATE_ADDRESSES:
        near = is_private_url(account.base_url)
    if near:
        return str(settings.LOCAL_URL)
    public = str(settings.PUBLIC_URL)
    usable = not _is_local(public) and urlsplit(public).scheme in ("http", "https")
    return public if usable else ""


def input_link(upload: Upload, account: ProviderAccount) -> str:
    """A link to a file for one day, for whoever holds it. Raises NoAddress."""
    address = address_for(account)
    if not address:
        raise NoAddress("A link to the file needs a public address of this studio.")
    ending = ENDINGS.get(upload.mime, "bin")
    return f"{address}/in/{_inputs().sign(upload.uuid.hex)}/{upload.uuid.hex[:8]}.{ending}"


def read_input(signed: str) -> UUID | None:
    """The upload that a link means; None if it was tampered with or is older than a day."""
    try:
        return UUID(_inputs().unsign(signed, max_age=INPUT_LIFE_S))
    except (BadSignature, ValueError):
        return None


def callback_link(account: ProviderAccount, attempt_token: UUID | str) -> str:
    """Where the provider may tell us of this attempt; empty if it cannot reach us."""
    address = address_for(account)
    signed = _callbacks().sign(str(attempt_token))
    return f"{address}/hooks/{account.uuid}/{signed}/" if address else ""


def read_callback(signed: str) -> str | None:
    """The attempt's token in a callback address; None if we did not sign it. Never expires."""
    try:
        return _callbacks().unsign(signed)
    except BadSignature:
        return None


def allow_private(account: ProviderAccount) -> bool:
    """May this account be reached on a private address? The sandbox of this set-up may."""
    here = _same_origin(account.base_url, settings.SANDBOX_URL)
    return here or bool(settings.ALLOW_PRIVATE_ADDRESSES)


def is_private_url(url: str) -> bool:
    """Is any address of the URL's host private, by looking it up? False if it has no address.

    A help for forms: what is dialled is guarded by itself.
    """
    if _is_local(url):
        return True
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return not all(is_public(str(row[4][0])) for row in found)


def _is_local(url: str) -> bool:
    """Private by the look of it: a private IP address, a local name, or no host at all."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return True
    try:
        return not is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        return "." not in host or f".{host}".endswith(_LOCAL_NAMES)


def _same_origin(one: str, other: str) -> bool:
    try:
        return bool(one and other) and origin(one) == origin(other)
    except ValueError:
        return False


def _inputs() -> TimestampSigner:
    return TimestampSigner(sep=".", salt="pixstudio.input")


def _callbacks() -> Signer:
    return Signer(sep=".", salt="pixstudio.callback")
