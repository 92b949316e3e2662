"""What each provider's ``cases.py`` tells the contract suite."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from generations.providers.types import Access, Ask, Job, ProviderError, Remote
from tests.providers.captured import PAYLOADS
from tests.providers.stub import Answer

KEY = "sk-Zq8/very+secret=0042"


@dataclass(frozen=True)
class Cases:
    """``looks`` holds an answer per state; ``strange`` one with a word nobody described.

    ``refusals`` are answers to submit with the error they mean. ``webhook`` makes headers and a
    genuine body, given the settings; ``signed`` tells if a forged one can be known.
    """

    provider: str
    asks: tuple[Ask, ...]
    key_header: str
    submitted: Answer
    remote_id: str
    job: Job
    looks: dict[Remote, Answer]
    strange: Answer
    refusals: tuple[tuple[Answer, type[ProviderError]], ...]
    probe: Answer
    key_value: str = KEY
    settings: dict[str, str] = field(default_factory=dict)
    uploaded: Answer | None = None
    handle: tuple[str, str] = ("", "")
    webhook: Callable[[dict[str, str]], tuple[dict[str, str], bytes]] | None = None
    signed: bool = False

    def access(self, url: str) -> Access:
        return Access(f"{url}/base", KEY, self.settings)


def cases_of(provider: str) -> Cases:
    found: Cases = importlib.import_module(f"tests.providers.{provider}.cases").CASES
    return found


def payload(name: str, status: int = 200, **headers: str) -> Answer:
    """The file ``payloads/<name>.json`` as an answer of the stub."""
    body = (PAYLOADS / f"{name}.json").read_bytes()
    return Answer(status, body, {key.replace("_", "-"): text for key, text in headers.items()})


def spoken(status: int, /, **body: object) -> Answer:
    return Answer(status, json.dumps(body).encode())
