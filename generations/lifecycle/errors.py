"""What a person may be told when a request cannot be done. ``str()`` is a sentence for them."""

from __future__ import annotations

from django.utils import timezone

from accounts.money import format_usd
from generations.catalogue.types import Problem
from generations.models import Generation, State


class PriceChanged(Exception):
    """The price moved between the form and the press. Both in micro-dollars for one take."""

    def __init__(self, old: int, new: int) -> None:
        self.old, self.new = old, new
        super().__init__(
            f"The price changed from {format_usd(old)} to {format_usd(new)} since you opened the "
            "form. Look at it and press Generate again."
        )


class CannotMake(Exception):
    """The chosen account cannot make this brief."""

    def __init__(self, label: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        why = "; ".join(one.text for one in problems)
        super().__init__(f"{label} cannot make this: {why}.")


class AskedAlready(Exception):
    """The same person asked for the very same just now; ``before`` is what was made then."""

    def __init__(self, before: Generation) -> None:
        self.before = before
        seconds = max(1, int((timezone.now() - before.created_at).total_seconds()))
        count, unit = (seconds, "second") if seconds < 120 else (seconds // 60, "minute")
        ago = f"{count} {unit}{'' if count == 1 else 's'} ago"
        now = {
            State.SUCCEEDED: "it is done",
            State.UNCERTAIN: "what became of it is not known yet",
        }.get(State(before.state), "it is under way")
        super().__init__(f"You asked for this {ago}; {now}.")


class CannotCancel(Exception):
    """It is too late to take it back."""


class CannotResolve(Exception):
    """The resolution does not fit the generation as it stands."""
