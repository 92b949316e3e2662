"""Telling those who answer for a budget that it is being used up: once a threshold, a month.

A tick of dispatch compares this month's purses with the team's thresholds and writes a row for
each that is passed; the mail leaves afterwards, from a worker. So a request never waits for it,
and a mail server that is down costs a later mail and nothing else. What is held counts as used:
it is what stops the next request.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from django.core.mail import send_mail
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.closing import named
from accounts.models import BudgetAlert, Purse, Scope, Team, User
from accounts.money import format_usd
from accounts.purses import month_of, share_used
from pixstudio.site import site

from . import who

log = logging.getLogger(__name__)

AGAIN = dt.timedelta(minutes=10)
MOST_TRIES = 6


@dataclass(frozen=True, slots=True)
class Told:
    """One alert of this month as a page says it: ``percent`` is used by now."""

    alert: BudgetAlert
    name: str

    @property
    def purse(self) -> Purse:
        return self.alert.purse

    @property
    def percent(self) -> int:
        return share_used(self.purse)


def watch() -> list[BudgetAlert]:
    """Write what was passed since the last look; of several at once only the highest is mailed."""
    purses = Purse.objects.filter(month=month_of(timezone.now()), limit_micros__gt=0)
    purses = purses.annotate(used=F("held_micros") + F("spent_micros")).filter(used__gt=0)
    found = []
    for purse in purses.select_related("team").prefetch_related("alerts"):
        used, limit = vars(purse)["used"], purse.limit_micros or 0
        known = {one.percent for one in purse.alerts.all()}
        passed = [one for one in purse.team.alert_percents if used * 100 >= one * limit]
        new = [one for one in passed if one not in known]
        for percent in new:
            due = timezone.now() if percent == max(passed) else None
            found.append(
                BudgetAlert(
                    purse=purse,
                    percent=percent,
                    limit_micros=limit,
                    used_micros=used,
                    due_at=due,
                )
            )
    # Another dispatch may have written the same: its rows stand.
    return BudgetAlert.objects.bulk_create(found, ignore_conflicts=True) if found else []


def due() -> list[int]:
    """Whose mail should leave now."""
    rows = BudgetAlert.objects.filter(due_at__lte=timezone.now())
    return list(rows.order_by("pk").values_list("pk", flat=True)[:100])


def mail(pk: int) -> bool:
    """Send one alert's mail; True if it left. A failure is tried again, later and not for ever."""
    now = timezone.now()
    # Whoever moves the date has it: a mail is sent by one worker at a time.
    mine = BudgetAlert.objects.filter(pk=pk, due_at__lte=now, mailed_at=None)
    if not mine.update(due_at=now + AGAIN, tries=F("tries") + 1):
        return False
    alert = BudgetAlert.objects.select_related("purse__team").get(pk=pk)
    people = told_of(alert)
    try:
        if people:
            subject, text = _words(alert)
            send_mail(subject, text, None, [one.email for one in people])
    except Exception:  # noqa: BLE001 - whatever the mail server raises, money does not wait for it
        log.warning("the mail about %s could not be sent", alert, exc_info=True)
        if alert.tries >= MOST_TRIES:
            BudgetAlert.objects.filter(pk=pk).update(due_at=None)
        return False
    BudgetAlert.objects.filter(pk=pk).update(mailed_at=timezone.now(), due_at=None)
    return True


def told_of(alert: BudgetAlert) -> list[User]:
    """Those who may set it, and the person whose own budget it is while they see money at all."""
    purse = alert.purse
    people = who.setters(purse.team, purse.scope, purse.key)
    if purse.scope == Scope.PERSON:
        own = User.objects.filter(pk=purse.key, is_active=True, memberships__team=purse.team)
        people += [one for one in own if one not in people and who.sees_money(one, purse.team)]
    return people


def of_month(team: Team, places: Q | None = None) -> list[Told]:
    """This month's alerts, the highest of each budget; newest first."""
    rows = BudgetAlert.objects.filter(
        purse__team=team, purse__month=month_of(timezone.now()), purse__limit_micros__isnull=False
    )
    rows = rows.filter(places) if places is not None else rows
    highest: dict[int, BudgetAlert] = {}
    for one in rows.select_related("purse").order_by("percent", "pk"):
        # A limit that was raised since may have taken the reason away.
        purse = one.purse
        if (purse.held_micros + purse.spent_micros) * 100 >= one.percent * (
            purse.limit_micros or 0
        ):
            highest[purse.pk] = one
    called = who.names(team, [(one.purse.scope, one.purse.key) for one in highest.values()])
    return [
        Told(one, called.get((one.purse.scope, one.purse.key), one.purse.get_scope_display()))
        for one in sorted(highest.values(), key=lambda one: (-one.percent, -one.pk))
    ]


def _words(alert: BudgetAlert) -> tuple[str, str]:
    """Subject and text."""
    purse = alert.purse
    name = who.called(purse.team, purse.scope, purse.key, play=purse.play)
    subject = f"{purse.team}: {alert.percent} % of {name} is used"
    left = alert.limit_micros - alert.used_micros
    rest = f"over by {format_usd(-left)}" if left < 0 else f"{format_usd(left)} left"
    lines = [
        f"Of {name}, {format_usd(alert.used_micros)} of {format_usd(alert.limit_micros)} are spent "
        f"or held in {named(purse.month)}; {rest}.",
        "",
    ]
    if left <= 0:
        lines += ["Nothing more can be made on it until it is raised or the month ends.", ""]
    path = reverse("budgets", args=[purse.team.slug])
    base = site()
    lines.append(f"All budgets: {base}{path}" if base else "All budgets: on the page Budgets.")
    return subject, "\n".join(lines)
