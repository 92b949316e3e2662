"""Why a generation ended or waits, in plain words: whose fault, was it charged, what next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.money import format_usd

if TYPE_CHECKING:
    from .models import Generation


class Cause(StrEnum):
    NONE = ""
    SLOTS = "slots"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    MODERATED = "moderated"
    NO_BALANCE = "no_balance"
    BROKEN = "broken"
    ODD = "odd_answer"
    FAILED = "failed"
    LOST_REPLY = "lost_reply"
    OVERDUE = "overdue"
    FETCHING = "fetching"
    LOST_FILE = "lost_file"
    BAD_INPUT = "bad_input"
    CANCELLED = "cancelled"
    CHARGED = "resolved_charged"
    NEVER_RAN = "resolved_never_ran"


@dataclass(frozen=True, slots=True)
class Explained:
    """``tone`` is bad, warn, ok or live; ``action`` names the one best next step, "" for none.

    Actions: edit, again_elsewhere, retry, resolve, providers, cancel, refetch.
    """

    headline: str
    detail: str = ""
    money: str = ""
    tone: str = "live"
    action: str = ""
    action_label: str = ""


def explain(generation: Generation) -> Explained | None:
    """What a card says beside its state; None where the state itself says everything."""
    name = generation.account.name
    found = _TEXTS.get(Cause(generation.cause))
    if found is None or generation.state in ("succeeded", "running", "submitting"):
        return None
    headline, detail, tone, action, label = found
    return Explained(
        headline=headline.format(name=name),
        detail=_with_words(detail.format(name=name), generation.said),
        money=_money(generation),
        tone=tone,
        action=action,
        action_label=label.format(name=name),
    )


def _with_words(detail: str, said: str) -> str:
    return f"{detail} Reason given: {said.rstrip('.')}." if said else detail


def _money(generation: Generation) -> str:
    if generation.state == "queued":
        return f"{format_usd(generation.price_micros)} is held."
    if generation.state == "uncertain" or generation.question:
        return f"{format_usd(generation.price_micros)} stays held until it is known."
    if generation.state == "archiving":
        return ""
    charged = generation.charged_micros
    return f"Charged {format_usd(charged)}." if charged else "Not charged."


_Row = tuple[str, str, str, str, str]

_TEXTS: dict[Cause, _Row] = {
    Cause.SLOTS: (
        "Waiting for a free place at {name}",
        "As many jobs run there as it allows; this one starts by itself.",
        "live",
        "cancel",
        "Cancel",
    ),
    Cause.BUSY: (
        "{name} is busy",
        "It took nothing yet; we try again by ourselves.",
        "warn",
        "cancel",
        "Cancel",
    ),
    Cause.UNREACHABLE: (
        "{name} cannot be reached",
        "Nothing was sent; we try again by ourselves.",
        "warn",
        "cancel",
        "Cancel",
    ),
    Cause.REFUSED: (
        "{name} refused the request",
        "The request as it stands will not work there.",
        "bad",
        "edit",
        "Edit and try again",
    ),
    Cause.MODERATED: (
        "{name} refused the content",
        "Its moderation did not accept the prompt, the picture or the result.",
        "bad",
        "edit",
        "Edit and try again",
    ),
    Cause.NO_BALANCE: (
        "No balance left at {name}",
        "Somebody must top up the account there. Your request was fine.",
        "bad",
        "again_elsewhere",
        "Make it at another provider",
    ),
    Cause.BROKEN: (
        "{name} does not let us in",
        "The key or the address of the account needs an owner's eyes. Your request was fine.",
        "bad",
        "again_elsewhere",
        "Make it at another provider",
    ),
    Cause.ODD: (
        "{name} answered in a way we do not know",
        "Nothing was made as far as it says. If it happens again, tell an owner.",
        "bad",
        "again_elsewhere",
        "Make it at another provider",
    ),
    Cause.FAILED: (
        "It failed at {name}",
        "The provider took the request and could not finish it. Your request was fine.",
        "bad",
        "retry",
        "Try again",
    ),
    Cause.LOST_REPLY: (
        "The reply of {name} was lost",
        "It may or may not be running there. Nothing will be sent again; we are checking.",
        "warn",
        "resolve",
        "Resolve it yourself",
    ),
    Cause.OVERDUE: (
        "{name} never finished it",
        "It took far longer than it ever should. We still look now and then.",
        "warn",
        "resolve",
        "Resolve it yourself",
    ),
    Cause.FETCHING: (
        "The clip is made; fetching it failed",
        "We try again by ourselves; it is not made or paid twice.",
        "warn",
        "",
        "",
    ),
    Cause.LOST_FILE: (
        "The clip was made, but could not be fetched",
        "{name} finished it and its link gave no good file.",
        "bad",
        "refetch",
        "Fetch it again",
    ),
    Cause.BAD_INPUT: (
        "{name} did not take the picture",
        "Nothing was asked for yet.",
        "bad",
        "edit",
        "Choose another picture",
    ),
    Cause.CANCELLED: ("Cancelled", "Nothing was sent.", "ok", "edit", "Edit and try again"),
    Cause.CHARGED: (
        "Resolved: it ran and was charged",
        "A person looked it up at {name}.",
        "warn",
        "retry",
        "Make it again",
    ),
    Cause.NEVER_RAN: (
        "Resolved: it never ran",
        "A person looked it up at {name}.",
        "ok",
        "retry",
        "Make it again",
    ),
}
