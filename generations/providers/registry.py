"""The providers, in the order in which they are shown. A sixth one is one more line."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from .adapter import Adapter

ADAPTERS = {
    "pixverse": "generations.providers.pixverse.adapter.PixVerse",
    "worldrouter": "generations.providers.worldrouter.adapter.WorldRouter",
    "pixazo": "generations.providers.pixazo.adapter.Pixazo",
    "easyrouter": "generations.providers.easyrouter.adapter.EasyRouter",
    "useapi": "generations.providers.useapi.adapter.UseApi",
}


@cache
def adapter(provider: str) -> Adapter:
    """The adapter of a provider, imported on first use. Raises KeyError for a stranger."""
    module, name = ADAPTERS[provider].rsplit(".", 1)
    found: Adapter = getattr(import_module(module), name)()
    return found
