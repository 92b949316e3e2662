"""What the catalogue says that a brief may tell: adapters translate by it, so data adds a model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from generations.catalogue.loader import ROOMS, load
from generations.catalogue.types import Offering, Provider

from .adapter import Options
from .types import Ask, Unsupported


@cache
def catalogue(provider: str) -> Provider:
    """One provider's data file, read once. Raises BadCatalogue."""
    return load(ROOMS / provider / "catalogue.toml")


def offering(provider: str, ask: Ask) -> Offering:
    """The offering that an ask is about. Raises Unsupported, also for a file amiss."""
    brief = ask.brief
    found = catalogue(provider).offering(brief.operation, brief.model)
    if found is None:
        operation = brief.operation.replace("_", " ")
        raise Unsupported(f"{provider} offers no {operation} with {brief.model}", field="model")
    if len(ask.handles) != len(brief.inputs):
        role = brief.inputs[0].role if brief.inputs else "image"
        raise Unsupported(f"{provider} was not handed every file", field=role)
    return found


def told(ask: Ask, found: Offering, fields: Mapping[str, str], provider: str) -> dict[str, object]:
    """The brief's options under the provider's field names; what is implied is left untold.

    Raises Unsupported if an option is left that the offering does not have.
    """
    options = Options.of(ask.brief)
    body: dict[str, object] = {}
    for ours, theirs in fields.items():
        if ours in found.options and ours in options:
            body[theirs] = options.pop(ours)
    for name, value in found.implied.items():
        if name in options and options[name] == value:
            del options[name]
    options.done(provider)
    return body


def given(ask: Ask, role: str, provider: str, *forms: str) -> list[str]:
    """The values of a role's handles, all in one of these forms. Raises Unsupported."""
    for _, handle in ask.of(role):
        if handle.form not in forms:
            label = role.replace("_", " ")
            raise Unsupported(f"{provider} cannot be handed a {label} as {handle.form}", field=role)
    return [handle.value for _, handle in ask.of(role)]


def picture(ask: Ask, provider: str, *forms: str) -> str:
    """The one picture of an image_to_video ask. Raises Unsupported."""
    found = given(ask, "image", provider, *forms)
    if len(found) != 1:
        raise Unsupported(f"{provider} cannot be handed {len(found)} pictures", field="image")
    return found[0]
