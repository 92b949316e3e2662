"""One reading of the form: what was typed, what it means, and why it cannot be sent. Pure."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from generations.catalogue.types import Brief
from generations.providers.types import Entry

from .files import File
from .inputs import Held
from .menu import Menu
from .modes import mode_of

TAKES = (1, 2, 3, 4)


@dataclass(slots=True)
class Asked:
    """``brief`` can always be priced; ``errors`` say by field why not to send it.

    ``missing`` are those errors that only say what is still to come. ``notes`` tell what was
    replaced by the nearest value that is offered; ``entries`` are the rows of a provider's lists
    that were chosen, by option, where they are known. ``account`` is the chosen one, ``pinned``
    when it is another than the cheapest that was shown. ``operations``: what the team can ask for.
    """

    menu: Menu
    values: dict[str, str]
    brief: Brief
    operations: frozenset[str] = frozenset()
    held: Held = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    @property
    def mode(self) -> str:
        return mode_of(self.menu.operation)

    @property
    def wrong(self) -> dict[str, str]:
        """The errors about what is there, without those about what is still to come."""
        return {name: text for name, text in self.errors.items() if name not in self.missing}

    @property
    def field_errors(self) -> dict[str, str]:
        """What is wrong with options; the prompt and the slots say theirs themselves."""
        elsewhere = {"prompt", *(slot.role for slot in self.menu.slots)}
        return {name: text for name, text in self.wrong.items() if name not in elsewhere}

    @property
    def priced(self) -> Brief:
        """The brief to quote: words that are amiss for everybody hide nobody's price."""
        return replace(self.brief, prompt="") if "prompt" in self.wrong else self.brief

    def at(self, name: str) -> str:
        """Whose list an option's id comes from."""
        return self.values.get(f"at_{name}", "")[:60]

    @property
    def takes(self) -> int:
        typed = self.values.get("takes", "")
        return int(typed) if typed in {str(one) for one in TAKES} else 1

    @property
    def account(self) -> str:
        return self.values.get("account", "")

    @property
    def pinned(self) -> bool:
        return bool(self.account) and self.account != self.values.get("best", "")

    @property
    def seen_micros(self) -> int | None:
        typed = self.values.get("seen", "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None

    @property
    def token(self) -> uuid.UUID | None:
        try:
            return uuid.UUID(self.values.get("form_token", ""))
        except ValueError:
            return None

    @property
    def drawn(self) -> str:
        """What the dependent fields were drawn for: operation, model, files and chosen ids."""
        menu = self.menu
        state = [
            f"{role}={item.token}/{item.type}"
            for role in (slot.role for slot in menu.slots)
            for item in self.held.get(role, [])
        ]
        chosen = [*(one.name for one in menu.fields.values() if one.listed), "mask", "mask_2"]
        state += [f"{name}={self.values[name]}" for name in chosen if self.values.get(name)]
        mark = f":{zlib.crc32('|'.join(state).encode()):x}" if state else ""
        return f"{menu.operation}:{menu.model}{mark}"
