"""What the rows say of one charge: the four witnesses, as the rules want them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from generations.catalogue.quote import find_row, price, to_micros
from generations.catalogue.types import Brief, Charged, Formula, Price, PriceRow, Terms, Value
from generations.causes import Cause
from generations.models import (
    Asset,
    Attempt,
    Generation,
    ProviderAccount,
    SpendFacts,
    State,
    TeamPrice,
)
from generations.offers import price_row
from generations.providers.registry import adapter

from .rules import DRIFT, Amount, End, Witnesses

# Lengths that differ by so little are the same: a container holds whole frames.
SAME_MS = 500
PADDING_MS = 50
ALIKE_FOR = dt.timedelta(days=30)


def witnesses(generation: Generation) -> Witnesses:
    """All that is known of this charge. A handful of queries; ``account`` and ``asset`` loaded."""
    attempt = generation.attempt
    sold = sold_amount(generation)
    end = end_of(generation)
    reported = reported_amount(generation, attempt, end)
    asset = asset_of(generation)
    brief = generation.brief
    came = delivered(brief, asset) if end is End.MADE else brief
    return Witnesses(
        end=end,
        sold=sold,
        due=due_amount(generation, brief, came) if end is End.MADE else None,
        reported=reported,
        settled=generation.charged_micros,
        reports=adapter(generation.account.provider).reports_charge,
        unit=generation.account.catalogue.unit,
        policy=Charged.UNKNOWN if end in (End.MADE, End.UNKNOWN) else _policy(generation, end),
        is_ceiling=bool(generation.price.get("is_ceiling")),
        second=_second(generation, brief, sold) if _differs(reported, sold) else None,
        asked_s=brief.seconds,
        delivered_s=came.seconds if asset else 0,
        alike=_alike(generation, reported, sold) if end is End.MADE else 0,
        by_person=generation.cause in (Cause.CHARGED, Cause.NEVER_RAN),
    )


def end_of(generation: Generation) -> End:
    """A failure whose charge is an open question is a failure; the rules see the open hold."""
    match generation.state:
        case State.SUCCEEDED | State.ARCHIVING:
            return End.MADE
        case State.UNCERTAIN:
            return End.UNKNOWN
        case State.MODERATED:
            return End.MODERATED
    made = generation.cause in (Cause.LOST_FILE, Cause.CHARGED)
    return End.MADE if made else End.FAILED


def sold_amount(generation: Generation) -> Amount:
    told = generation.price
    units = None if told.get("units") is None else Decimal(told["units"])
    return Amount(units, told.get("unit", ""), generation.price_micros)


def reported_amount(generation: Generation, attempt: Attempt | None, end: End) -> Amount | None:
    """What the provider said, at the rate as sold, else at that of the day it ended.

    Of a failure only its last look counts: the price that was told at first may have come back.
    """
    if attempt is None:
        return None
    amount = attempt.charge_amount
    if end in (End.FAILED, End.MODERATED):
        told = attempt.last_look.get("charge")
        amount = None if told is None else Decimal(told)
    if amount is None:
        return None
    rate = rate_of(generation, attempt.charge_unit)
    micros = None if rate is None else to_micros(amount, rate)
    return Amount(amount, attempt.charge_unit, micros)


def rate_of(generation: Generation, unit: str) -> Decimal | None:
    """USD for one of these units, as this clip was sold, else by the dated rows."""
    if unit == "USD":
        return Decimal(1)
    told = generation.price
    if told.get("unit") == unit and told.get("rate") is not None:
        return Decimal(told["rate"])
    if unit != generation.account.catalogue.unit:
        return None
    return rate_on(generation.account, generation.finished_at or generation.created_at)


def rate_on(account: ProviderAccount, moment: dt.datetime) -> Decimal | None:
    """USD for one of the account's units on a day: the newest dated row, else as published."""
    rows = account.rates.filter(since__lte=timezone.localdate(moment))
    found = rows.order_by("-since", "-pk").first()
    return found.usd_per_unit if found else account.catalogue.usd_per_unit


def asset_of(generation: Generation) -> Asset | None:
    try:
        return generation.asset
    except Asset.DoesNotExist:
        return None


def delivered(brief: Brief, asset: Asset | None) -> Brief:
    """The brief of what came: its real length and sound, where those were asked for."""
    if asset is None or asset.kind != "video":
        return brief
    told: dict[str, Value] = {}
    if "duration" in brief.options:
        told["duration"] = _seconds(asset.duration_ms, int(brief.options["duration"]))
    if "audio" in brief.options:
        told["audio"] = asset.has_audio
    return replace(brief, options={**brief.options, **told})


def _seconds(ms: int, asked: int) -> int:
    if abs(ms - 1000 * asked) <= SAME_MS:
        return asked
    return max(1, -(-(ms - PADDING_MS) // 1000))


def due_amount(generation: Generation, brief: Brief, came: Brief) -> Amount | None:
    """The book's price for what came.

    For what came as asked this is the price as sold, whatever the book says by now. None where
    the book has no such price, or has changed since the clip was sold.
    """
    if generation.price.get("is_ceiling"):
        return None
    sold = sold_amount(generation)
    if came == brief:
        return sold
    then = _terms(generation, came)
    provider = generation.account.catalogue
    asked, other = price(provider, brief, then), price(provider, came, then)
    if not isinstance(asked, Price) or not isinstance(other, Price):
        return None
    if (asked.units, asked.unit) != (sold.units, sold.unit) or other.unit != sold.unit:
        return None
    return Amount(other.units, other.unit, other.micros)


def _differs(reported: Amount | None, sold: Amount) -> bool:
    return reported is not None and reported.units != sold.units


def _second(generation: Generation, brief: Brief, sold: Amount) -> Decimal | None:
    """What one second costs by the row it was sold by, if that row counts seconds."""
    row = find_row(_terms(generation, brief).rows, brief)
    row = row or find_row(generation.account.catalogue.prices, brief)
    if row is None or row.formula is not Formula.PER_SECOND or row.unit != sold.unit:
        return None
    exact = row.units(brief)
    return row.amount if sold.units is not None and abs(sold.units - exact) < 1 else None


def _terms(generation: Generation, brief: Brief) -> Terms:
    account, rate = generation.account, generation.price.get("rate")
    return Terms(
        account=str(account.uuid),
        label=account.name,
        provider=account.provider,
        play=account.play,
        usd_per_unit=None if rate is None else Decimal(rate),
        rows=_rows_then(generation, brief),
    )


def _rows_then(generation: Generation, brief: Brief) -> tuple[PriceRow, ...]:
    """The team's own prices as they stood when the clip was asked for."""
    then = generation.created_at
    rows = TeamPrice.objects.filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=then),
        account=generation.account_id,
        since__lte=timezone.localdate(then),
        created_at__lte=then,
        operation__in=("", brief.operation),
        model__in=("", brief.model),
    )
    return tuple(price_row(row) for row in rows.order_by("-since", "-pk"))


def _policy(generation: Generation, end: End) -> Charged:
    """What the provider published when the clip was asked for, where that was kept."""
    catalogue = generation.account.catalogue
    kept = SpendFacts.objects.filter(pk=generation.pk).first()
    if end is End.MODERATED:
        return Charged(kept.on_moderation) if kept else catalogue.charged_on_moderation
    return Charged(kept.on_failure) if kept else catalogue.charged_on_failure


def _alike(generation: Generation, reported: Amount | None, sold: Amount) -> int:
    """How many before it, of the same kind and price, were charged this very amount, in a row."""
    if reported is None or not _differs(reported, sold):
        return 0
    before = Attempt.objects.filter(
        generation__account=generation.account_id,
        generation__state=State.SUCCEEDED,
        generation__operation=generation.operation,
        generation__model=generation.model,
        generation__price_micros=generation.price_micros,
        generation__lt=generation.pk,
        generation__created_at__gte=generation.created_at - ALIKE_FOR,
        charge_unit=reported.unit,
    ).exclude(charge_amount=None)
    found = before.order_by("-generation").values_list("charge_amount", flat=True)[: DRIFT - 1]
    run = 0
    for amount in found:
        if amount != reported.units:
            break
        run += 1
    return run


def balances_around(generation: Generation) -> dict[str, Any]:
    """The last balance known before it was sent and the first one after it ended, if any."""
    sent, ended = generation.submitted_at, generation.finished_at
    return balances_between(generation.account, sent, ended, but=generation.pk)


def balances_between(
    account: ProviderAccount,
    sent: dt.datetime | None,
    ended: dt.datetime | None,
    but: int | None = None,
) -> dict[str, Any]:
    """The balances around a time, what was bought and how many other clips ran meanwhile."""
    if sent is None or ended is None:
        return {}
    rows = account.snapshots.believed()
    before = rows.filter(at__lte=sent).last()
    after = rows.filter(at__gte=ended).first()
    if before is None or after is None:
        return {}
    others = Generation.objects.filter(
        account=account, submitted_at__lt=after.at, submitted_at__gte=before.at
    ).exclude(pk=but or 0)
    bought = account.topups.believed().filter(before.topped_after).exclude(after.topped_after)
    return {
        "before": before,
        "after": after,
        "moved": after.amount - before.amount,
        "others": others.count(),
        "bought": sum((one.amount for one in bought), Decimal(0)),
    }


def with_all(rows: Any) -> Any:
    """A queryset with what the witnesses need, without keys: decrypting them costs most."""
    found = rows.select_related("account", "asset", "project", "user", "team")
    return found.defer("account__key", "account__secrets")
