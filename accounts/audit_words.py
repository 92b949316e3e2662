"""What an audit line says, in words for people. Pure: a verb and facts in, text out.

Facts are names and plain values, written by whoever changed something. What is not named here is
said by its own name, so that a new fact is never hidden; ids that only machines read are left out.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Any

from accounts.money import format_usd

# The parts of the studio that changes are told apart by, and the first words of their verbs.
AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "money": ("Budgets and money", ("budget", "alerts", "request", "month", "ledger")),
    "audit": ("Charges and balances", ("discrepancy", "balance", "topup")),
    "prices": ("Prices and rates", ("price", "rate", "ceiling")),
    "providers": ("Provider accounts", ("provider", "voice")),
    "people": (
        "People and rights",
        ("member", "person", "account", "ownership", "invitation", "second_factor", "team",
         "setup", "guest_link", "access", "sign_in"),
    ),
    "projects": ("Projects", ("project",)),
    "prompts": ("Prompts", ("prompt",)),
    "clips": ("Clips", ("generation", "selection", "review", "result")),
    "uploads": ("Uploads and room", ("upload", "storage")),
}  # fmt: skip

VERBS = {
    "access.made": "Token for programs made",
    "access.revoked": "Token for programs revoked",
    "account.switched_off": "Account switched off",
    "account.switched_on": "Account switched on",
    "alerts.set": "Budget alerts changed",
    "balance.mistaken": "Balance marked as a mistake",
    "balance.typed": "Balance typed in",
    "budget.raised": "Budget raised, this month only",
    "ceiling.set": "Ceiling for unknown prices set",
    "discrepancy.resolved": "Charge resolved",
    "generation.moved": "Results moved to another project",
    "generation.refetch": "Clip fetched again",
    "generation.requested": "Clips asked for",
    "generation.resolved": "Open clip resolved",
    "ledger.checked": "Books checked",
    "ledger.drift": "Books do not add up",
    "member.role": "Role in the team changed",
    "month.closed": "Month closed",
    "person.email": "E-mail address changed",
    "person.made": "Person added",
    "project.given_to_team": "Own space given to the team",
    "project.role": "Role in a project changed",
    "prompt.described": "Prompt renamed or moved",
    "prompt.labelled": "Prompt label moved",
    "prompt.version": "Prompt version written",
    "provider.tested": "Provider account tested",
    "rate.entered": "Rate entered",
    "request.approved": "More budget approved",
    "request.asked": "More budget asked for",
    "request.declined": "More budget declined",
    "request.withdrawn": "Budget request withdrawn",
    "selection.requested": "Masks asked for",
    "selection.resolved": "Open mask selection resolved",
    "sign_in.connected": "Single sign-on connected",
    "team.second_factor": "Second factor for everybody",
    "topup.entered": "Top-up entered",
    "topup.mistaken": "Top-up marked as a mistake",
}
# What only machines read.
IDS = frozenset({"generations", "selection", "generation", "voice", "shot", "file"})
NAMES = {
    "asked_by": "asked by",
    "at": "at",
    "base_url": "address",
    "concurrency": "jobs at once",
    "counts_in": "counts in",
    "micros": "amount",
    "number": "version",
    "ok": "worked",
    "paid_micros": "paid",
    "refund_micros": "came back",
    "remote_id": "their id",
    "risk_micros": "at risk",
    "sha256": "SHA-256",
    "since": "from",
}
VERDICTS = {
    "charged": "it ran and was charged",
    "never_ran": "it never ran",
    "found": "found there",
}
# Verbs whose before and after are amounts of money, and what no amount means there.
MONEY = {"budget.set": "no limit", "budget.raised": "no limit", "ceiling.set": "none"}
# Verbs whose before and after are USD for one unit.
RATES = frozenset({"rate.entered"})
NOTHING = "–"


def verb_words(verb: str) -> str:
    """The verb for people: "budget.set" as "Budget set"."""
    said = verb.replace(".", " ").replace("_", " ")
    return VERBS.get(verb, said[:1].upper() + said[1:])


def details(verb: str, facts: Mapping[str, Any]) -> str:
    """The facts in one line: the change first, then all else by name."""
    rest = {name: value for name, value in facts.items() if name not in IDS}
    change = _change(verb, rest)
    if later := rest.pop("later", None):
        month, then = _month(rest.pop("month")), _change(verb, dict(later))
        change = f"{month}: {_or_stays(change)}, later months: {_or_stays(then)}"
    unit = rest.pop("unit", "")
    if change and unit:
        change = f"{change} USD for one of its {unit}" if verb in RATES else f"{change} {unit}"
    elif unit and "amount" in rest:
        rest["amount"] = f"{rest['amount']} {unit}"
    elif unit:
        rest["unit"] = unit
    said = [_fact(name, value) for name, value in rest.items()]
    return ", ".join(part for part in [change, *said] if part)


def _change(verb: str, rest: dict[str, Any]) -> str:
    """``before → after``, taken out of ``rest``; of several values only those that changed."""
    if "before" not in rest and "after" not in rest:
        return ""
    has = ("before" in rest, "after" in rest)
    before, after = rest.pop("before", None), rest.pop("after", None)
    if isinstance(before, dict) or isinstance(after, dict):
        return _changes(verb, before or {}, after or {})
    if has == (True, True):
        return f"{_value(verb, before)} → {_value(verb, after)}"
    return _value(verb, after) if has[1] else f"was {_value(verb, before)}"


def _or_stays(change: str) -> str:
    before, _, after = change.partition(" → ")
    return f"{after} as before" if before == after else change


def _month(text: str) -> str:
    """``2026-11`` as November 2026."""
    return f"{calendar.month_name[int(text[5:])]} {text[:4]}"


def _changes(verb: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    names = [one for one in {**before, **after} if before.get(one) != after.get(one)]
    return ", ".join(
        f"{_name(one)}: {_value(verb, before.get(one))} → {_value(verb, after.get(one))}"
        for one in names
    )


def _value(verb: str, value: Any) -> str:
    if verb in MONEY:
        return MONEY[verb] if value is None else _said("micros", value)
    return _said("", value)


def _fact(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    match name:
        case "play":
            return "play money" if value else "real money"
        case "only":
            return f"{_month(value)} only"
        case "takes":
            return f"{value} takes" if value != 1 else ""
        case "number":
            return f"version {value}"
        case "note" | "reason":
            return f"“{value}”"
        case "words":
            return str(value)
        case "verdict":
            return VERDICTS.get(value, str(value))
    return f"{_name(name)}: {_said(name, value)}"


def _name(name: str) -> str:
    return NAMES.get(name, name.removesuffix("_micros").replace("_", " "))


def _said(name: str, value: Any) -> str:
    if value in (None, ""):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("micros") and isinstance(value, int):
        return format_usd(value)
    if isinstance(value, dict):
        return ", ".join(f"{_name(key)} {_said(key, one)}" for key, one in value.items()) or NOTHING
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) if len(value) < 4 else f"{len(value)}"
    if name == "sha256":
        return f"{str(value)[:12]}…"
    return str(value)
