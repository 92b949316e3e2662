"""The bell of those who answer for a budget, beside the mail that they get of it anyway."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from accounts import notices
from accounts.closing import named
from accounts.models import BudgetAlert
from accounts.money import format_usd
from generations.budgets import alerts, who


def passed(found: Iterable[BudgetAlert]) -> None:
    """Of several thresholds at once only the highest is told, as by mail; once each."""
    for one in (each for each in found if each.due_at is not None):
        purse = one.purse
        name = who.called(purse.team, purse.scope, purse.key, play=purse.play)
        left = max(0, one.limit_micros - one.used_micros)
        notices.tell(
            alerts.told_of(one),
            purse.team,
            "budget_alert",
            f"budget_alert:{purse.pk}:{one.percent}",
            f"{one.percent} % of {name} for {named(purse.month)} is used; {format_usd(left)} left.",
            reverse("budgets", args=[purse.team.slug]),
        )
