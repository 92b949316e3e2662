"""Asks made from the catalogue: every input handed over in the provider's own form."""

from __future__ import annotations

from dataclasses import replace

from generations.catalogue.types import Input, Offering, Value
from generations.providers.types import Ask, Handle
from tests.briefs import sample

FORMS = {"useapi": "path", "pixazo": "link", "easyrouter": "data_uri"}


def handle_for(provider: str, one: Input) -> Handle:
    """An earlier clip by its id there, any other file by what its upload is called."""
    if one.clip:
        return Handle("remote_id", f"user:7-pixverse:bot@example.org-video:{one.upload}")
    return Handle(FORMS[provider], f"upload/{one.upload}")


def sample_ask(
    provider: str, offering: Offering, options: dict[str, Value] | None = None, **more: object
) -> Ask:
    """The smallest ask that the offering admits; ``more`` changes the brief."""
    brief = replace(sample(offering, options), **more)
    handles = tuple(handle_for(provider, one) for one in brief.inputs)
    return Ask(brief, offering.remote_model, "job-17", handles)
