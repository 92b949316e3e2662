"""System checks: settings that must fit each other are asserted, not hoped for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, isfinite
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from generations.catalogue.loader import BadCatalogue, providers

Apps = Sequence[AppConfig] | None
Message = checks.CheckMessage

# What was measured to be safe; the library's own defaults repeat or forget work.
_SAFE = {"save_limit": -1, "ack_failures": True, "max_attempts": 1, "catch_up": False}
_COUNTED = ("workers", "timeout", "retry", "queue_limit", "bulk")


def register() -> None:
    """Called once, when the apps are ready."""
    for check in (queue, broker, catalogue, public_url, field_keys):
        checks.register(check, "pixstudio")
    checks.register(public_url_is_https, "pixstudio", deploy=True)


def queue(app_configs: Apps, **kwargs: Any) -> list[Message]:
    """A task is never handed out twice because its lock ran out while it waited or worked."""
    conf = settings.Q_CLUSTER
    return list(_safe(conf)) + list(_numbers(conf)) + list(_leases(conf))


def _leases(conf: dict[str, Any]) -> Iterator[Message]:
    """A download ends by itself, before the queue ends its worker, before its lease is over."""
    if not _is_positive(conf.get("timeout")):
        return  # said by _numbers
    if conf["timeout"] < settings.DOWNLOAD_S + 60:
        yield checks.Error(
            f"DOWNLOAD_S ({settings.DOWNLOAD_S:g}) must be a minute below Q_CLUSTER['timeout'] "
            f"({conf['timeout']}).",
            hint="Else a slow download is killed before its try is counted.",
            id="pixstudio.E008",
        )
    if conf["timeout"] >= settings.ARCHIVE_LEASE_S:
        yield checks.Warning(
            f"ARCHIVE_LEASE_S ({settings.ARCHIVE_LEASE_S:g}) is not above Q_CLUSTER['timeout'] "
            f"({conf['timeout']}).",
            hint="Two workers may fetch the same clip at once; one of them in vain.",
            id="pixstudio.W009",
        )


def _safe(conf: dict[str, Any]) -> Iterator[Message]:
    for name, value in _SAFE.items():
        if conf.get(name) != value or type(conf.get(name)) is not type(value):
            yield checks.Error(
                f"Q_CLUSTER[{name!r}] must be {value!r}, not {conf.get(name)!r}.",
                hint="The rows are the truth and decide about repeats; the queue only rings.",
                id="pixstudio.E001",
            )


def _numbers(conf: dict[str, Any]) -> Iterator[Message]:
    bad = [name for name in _COUNTED if not _is_positive(conf.get(name))]
    for name in bad:
        yield checks.Error(
            f"Q_CLUSTER[{name!r}] must be a finite number above 0, not {conf.get(name)!r}.",
            id="pixstudio.E002",
        )
    if bad:
        return
    waits = ceil((conf["queue_limit"] + conf["bulk"]) / conf["workers"])
    least = conf["timeout"] * (1 + waits)
    if conf["retry"] < least:
        yield checks.Error(
            f"Q_CLUSTER['retry'] is {conf['retry']}, but must be at least {least}: "
            "timeout × (1 + ceil((queue_limit + bulk) / workers)).",
            hint="The lock starts when a task is prefetched; a shorter one runs tasks twice.",
            id="pixstudio.E003",
        )


def _is_positive(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value) and value > 0


def broker(app_configs: Apps, **kwargs: Any) -> list[Message]:
    """A ring is part of the transaction, or goes to Redis; nothing between."""
    conf = settings.Q_CLUSTER
    if conf.get("redis") or conf.get("orm") == "default":
        return []
    return [
        checks.Error(
            "The queue must be the ORM broker on the default database, or Redis.",
            hint="Set QUEUE=orm, or QUEUE=redis together with REDIS_URL.",
            id="pixstudio.E004",
        )
    ]


def catalogue(app_configs: Apps, **kwargs: Any) -> list[Message]:
    """Every provider's data file can be read."""
    try:
        providers()
    except BadCatalogue as trouble:
        return [checks.Error(f"The catalogue cannot be read: {trouble}", id="pixstudio.E005")]
    return []


def public_url(app_configs: Apps, **kwargs: Any) -> list[Message]:
    """Providers are given addresses made from it, so it is an origin and nothing more."""
    if not settings.PUBLIC_URL:
        return []
    try:
        parts = urlsplit(settings.PUBLIC_URL)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if good and not (parts.path or parts.query or parts.fragment or parts.username):
        return []
    return [
        checks.Error(
            f"PUBLIC_URL is {settings.PUBLIC_URL!r}, which is not an address of a site.",
            hint="Write it as https://studio.example.com, without a path.",
            id="pixstudio.E006",
        )
    ]


def public_url_is_https(app_configs: Apps, **kwargs: Any) -> list[Message]:
    """For a deployment: sign-in, webhooks and signed links travel encrypted."""
    if urlsplit(settings.PUBLIC_URL).scheme == "https":
        return []
    return [
        checks.Warning(
            "PUBLIC_URL does not start with https://, so cookies and webhooks travel in the clear "
            "and providers that fetch pictures from us cannot be used.",
            hint="Put a proxy with TLS in front and set PUBLIC_URL to its address.",
            id="pixstudio.W001",
        )
    ]


def field_keys(app_configs: Apps, **kwargs: Any) -> list[Message]:
    """Each key that encrypts the providers' keys is one; its text is never printed."""
    bad = [number for number, key in enumerate(settings.FIELD_KEYS, 1) if not _is_fernet(key)]
    if settings.FIELD_KEYS and not bad:
        return []
    which = ", ".join(map(str, bad)) or "none is set"
    return [
        checks.Error(
            f"FIELD_KEYS holds keys that are no Fernet keys (counted from 1: {which}).",
            hint="Make one with: python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())'",
            id="pixstudio.E007",
        )
    ]


def _is_fernet(key: str) -> bool:
    try:
        Fernet(key.strip())
    except ValueError:
        return False
    return True
