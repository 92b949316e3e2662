"""What a discrepancy is called, what it means and what to do about it, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .rules import Mismatch

LABELS = {
    Mismatch.PRICE_DRIFT: "Price drift",
    Mismatch.OTHER_SECONDS: "Other seconds billed",
    Mismatch.CHARGED_ON_FAILURE: "Charged on failure",
    Mismatch.CHARGED_TWICE: "Charged twice",
    Mismatch.UNCERTAIN: "Outcome unknown",
    Mismatch.MISSING_REPORT: "No report",
    Mismatch.OVERCHARGED: "Overcharged",
    Mismatch.UNDERCHARGED: "Undercharged",
    Mismatch.OTHER_UNIT: "Another unit",
    Mismatch.NOT_OURS: "In their list, not in ours",
    Mismatch.NOT_LISTED: "In our books, not in their list",
    Mismatch.LISTED_OTHERWISE: "Another amount in their list",
}
TONES = {
    Mismatch.UNCERTAIN: "warn",
    Mismatch.MISSING_REPORT: "",
    Mismatch.UNDERCHARGED: "warn",
    Mismatch.NOT_LISTED: "warn",
}


def label(cause: str) -> str:
    return LABELS[Mismatch(cause)]


def tone(cause: str) -> str:
    return TONES.get(Mismatch(cause), "bad")


def explain(cause: str, facts: Mapping[str, Any]) -> str:
    """One or two sentences: what was seen, and what to do."""
    what = facts.get("what", "clip")
    match Mismatch(cause):
        case Mismatch.PRICE_DRIFT:
            alike = facts.get("alike", 3)
            return (
                f"{alike} {what}s of this kind in a row were charged the same, and not what the "
                "book says. The price has probably changed: enter the new one."
            )
        case Mismatch.OTHER_SECONDS:
            return _seconds(facts)
        case Mismatch.CHARGED_ON_FAILURE:
            return _failure(facts)
        case Mismatch.CHARGED_TWICE:
            return f"Twice the price was taken for one {what}. Ask the provider to give one back."
        case Mismatch.UNCERTAIN:
            return (
                "Nobody can tell yet whether this was charged, so the price stays held. Look it up "
                "at the provider and say what became of it."
            )
        case Mismatch.MISSING_REPORT:
            return (
                f"This provider tells what it takes, but said nothing for this {what}. It was "
                "settled at the price as sold; the balance is the only other witness."
            )
        case Mismatch.OVERCHARGED:
            if facts.get("ceiling"):
                return "More was taken than the ceiling that was set for an unknown price."
            return "More was taken than the book says for what came. Ask the provider why."
        case Mismatch.UNDERCHARGED:
            return "Less was taken than the book says. The rest may still be billed."
        case Mismatch.OTHER_UNIT:
            told, own = facts.get("unit", "?"), facts.get("expected", "?")
            return (
                f"The charge was told in “{told}”, the account counts in “{own}”: not comparable."
            )
        case Mismatch.NOT_OURS:
            return (
                "The provider charged this account for a job that PixStudio never asked for. Was "
                "the key used elsewhere? If not, change it and ask the provider."
            )
        case Mismatch.NOT_LISTED:
            return "We settled this clip, and the provider's usage list does not name it."
        case Mismatch.LISTED_OTHERWISE:
            theirs, ours = facts.get("theirs", "?"), facts.get("ours", "?")
            return f"The usage list says {theirs}, we settled {ours}."
    raise AssertionError(cause)


def _seconds(facts: Mapping[str, Any]) -> str:
    asked, came, billed = (facts.get(name) or 0 for name in ("asked", "delivered", "billed"))
    got = f", {came} s came" if came and came != asked else ""
    return f"{asked} s were asked for{got}, and {billed} s were billed."


def _failure(facts: Mapping[str, Any]) -> str:
    ended = "was refused by moderation" if facts.get("end") == "moderated" else "failed"
    if facts.get("policy") == "no":
        return (
            f"The clip {ended}. A charge is reported, and by the provider's rules it costs nothing."
        )
    return f"The clip {ended} and was charged; the provider does not publish whether it may be."
