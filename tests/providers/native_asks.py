"""Asks for the rooms that speak PixVerse's native words, with files of any kind."""

from __future__ import annotations

from dataclasses import replace

from generations.catalogue.types import Brief, Input, Media, Offering, Value
from generations.providers.menu import catalogue
from generations.providers.types import Ask, Handle
from tests.briefs import MIME, sample

TOKEN = "job-17"
File = tuple[Input, Handle]


def given(role: str, value: str, form: str = "img_id", name: str = "", type: str = "") -> File:
    """An input with its handle; role and form tell its kind."""
    kind = Media.IMAGE if form == "img_id" else Media.VIDEO
    if role == "voice_track":
        kind = Media.AUDIO
    clip = "9" if form == "remote_id" else ""
    made = Input(
        role, value, MIME[kind], 9, 640, 360, kind.value, 5000, name=name, type=type, clip=clip
    )
    return made, Handle(form, value)


def asked(
    provider: str, operation: str, model: str, *files: File, prompt: str = "", **options: Value
) -> Ask:
    """An ask that the catalogue admits. Fails the test if it does not."""
    found = catalogue(provider).offering(operation, model)
    assert found, (operation, model)
    inputs = tuple(one for one, _ in files)
    brief = Brief(operation, model, prompt, options, inputs)
    assert not found.problems(brief), found.problems(brief)
    return Ask(brief, found.remote_model, TOKEN, tuple(handle for _, handle in files))


def sample_ask(
    offering: Offering, options: dict[str, Value] | None = None, *, own: bool = False
) -> Ask:
    """The sample brief of an offering; ``own``: its clips were made by the account itself."""
    brief = sample(offering, options)
    forms = {"image": "img_id", "audio": "media_id", "video": "remote_id" if own else "media_id"}
    handles = tuple(Handle(forms[one.kind], str(at)) for at, one in enumerate(brief.inputs, 1001))
    if own:
        clips = tuple(
            replace(one, clip="9") if one.kind == "video" else one for one in brief.inputs
        )
        brief = replace(brief, inputs=clips)
    return Ask(brief, offering.remote_model, TOKEN, handles)
