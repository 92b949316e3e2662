"""Why a generation ended or waits, in plain words: whose fault, was it charged, what next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.money import format_usd

from .providers.registry import adapter

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

    Actions: edit, again_elsewhere, retry, resolve, providers, cancel, refetch. ``asks`` is what
    whoever may say what it cost is asked instead.
    """

    headline: str
    detail: str = ""
    money: str = ""
    tone: str = "live"
    action: str = ""
    action_label: str = ""
    asks: str = ""


def explain(generation: Generation) -> Explained | None:
    """What a card says beside its state; None where the state itself says everything."""
    if generation.state == "running":
        return _late(generation) if generation.report.get("late") else None
    name = generation.account.name
    found = _TEXTS.get(Cause(generation.cause))
    if found is None or generation.state in ("succeeded", "submitting"):
        return None
    headline, detail, tone, action, label = found
    # Where no webhook and no list of jobs can name it, only a person can find out.
    checks = generation.account.catalogue.has_callback
    checking = "we are checking" if checks else f"only {name}'s own console can tell"
    if _against_rules(generation):
        headline = "{name} reports a charge, against its own rules"
        detail = "It was not made, and by what the provider publishes that costs nothing."
        tone = "warn"
    return Explained(
        headline=headline.format(name=name),
        detail=_with_words(detail.format(name=name, checking=checking), generation.said),
        money=_money(generation),
        tone=tone,
        action=action,
        action_label=label.format(name=name),
        asks=_asks(generation),
    )


def late_at(generation: Generation) -> dt.datetime:
    """When a clip that runs and runs is given to people: it waits under “To resolve” then."""
    pace = generation.account.catalogue.pace.at(off_peak=generation.off_peak)
    return (generation.submitted_at or generation.created_at) + dt.timedelta(seconds=pace.longest_s)


def _late(generation: Generation) -> Explained:
    """It runs, and much longer than usual; ``report`` says so since a look first saw it."""
    until = timezone.localtime(late_at(generation))
    same_day = until.date() == timezone.localdate()
    clock = until.strftime("%H:%M" if same_day else "%-d %b %H:%M")
    return Explained(
        headline="Much longer than usual",
        detail=(
            f"Nothing is lost: we look on, and by {clock} it goes to “To resolve”. It was handed "
            "over, so it cannot be cancelled any more."
        ),
        money=f"{_held(generation)} stays held. Made elsewhere meanwhile, that is paid as well.",
        tone="warn",
        action="again_elsewhere",
        action_label="Make it at another provider",
    )


def _with_words(detail: str, said: str) -> str:
    return f"{detail} Reason given: {said.rstrip('.')}." if said else detail


def _against_rules(generation: Generation) -> str:
    """The charge that is reported though it should not be, while a person is asked about it."""
    return str(generation.report.get("against_rules", "")) if generation.question else ""


def settles_itself(generation: Generation) -> bool:
    """Will its provider's list of charges say what a failure cost? Usually, within the hour."""
    return bool(generation.question) and adapter(generation.account.provider).lists_charges


def _asks(generation: Generation) -> str:
    if not generation.question:
        return ""
    if settles_itself(generation):
        return "Or say it yourself"
    return "Say what it cost" if _against_rules(generation) else "Say whether it was charged"


def _money(generation: Generation) -> str:
    held = _held(generation)
    if generation.state == "queued":
        return f"{held} is held."
    if told := _against_rules(generation):
        return f"{held} stays held until a person says; {told} is reported."
    if settles_itself(generation):
        name = generation.account.catalogue.name
        return f"{held} stays held; {name}'s list of charges is read every hour and usually tells."
    if generation.state == "uncertain" or generation.question:
        return f"{held} stays held until it is known."
    if generation.state == "archiving":
        return ""
    charged = generation.charged_micros
    return f"Charged {format_usd(charged)}." if charged else "Not charged."


def _held(generation: Generation) -> str:
    return format_usd(generation.price_micros)


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
        "It may or may not be running there. Nothing will be sent again; {checking}.",
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
