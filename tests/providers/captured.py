"""Payload files as answers, and asks for the rooms' own tests."""

from __future__ import annotations

from pathlib import Path

from generations.catalogue.types import Brief, Input, Value
from generations.providers.types import Ask, Handle, Response

PAYLOADS = Path(__file__).parent / "payloads"
PICTURE = Input("image", "1", "image/png", 20480, 1280, 720)


def captured(name: str, status: int = 200, **headers: str) -> Response:
    """The file ``payloads/<name>.json`` as an answer; header names with _ for -."""
    body = (PAYLOADS / f"{name}.json").read_bytes()
    return Response(status, {key.replace("_", "-"): text for key, text in headers.items()}, body)


def ask(
    model: str,
    remote_model: str,
    *,
    handle: Handle | None = None,
    callback_url: str = "",
    settings: dict[str, str] | None = None,
    **options: Value,
) -> Ask:
    """An ask; with a handle it is image to video. The token is ``job-17``."""
    operation = "image_to_video" if handle else "text_to_video"
    inputs = (PICTURE,) if handle else ()
    brief = Brief(operation, model, "a paper boat on a canal", options, inputs)
    return Ask(
        brief, remote_model, "job-17", (handle,) if handle else (), callback_url, settings or {}
    )
