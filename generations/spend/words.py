"""Sums and their figures in words, for whoever has to find out why one is wrong."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from accounts.models import User
from generations.models import Project, ProviderAccount, SpendDay, SpendMonth, SpendSome

# A line of the audit holds a hundred letters.
LONGEST = 16
_FIGURES = {
    "clips": "the number of clips",
    "succeeded": "the number of clips that were made",
    "failed": "the number of failures",
    "moderated": "the number of refusals",
    "micros": "charged",
    "unit_millionths": "the number of millionths of its unit",
    "delivered_ms": "the number of milliseconds delivered",
    "published_clips": "the number of clips with a published price",
    "published_micros": "by the published prices",
    "published_paid_micros": "paid where a price is published",
    "over_micros": "over the published prices",
    "under_micros": "under the published prices",
    "differing": "the number of clips not at the published price",
    "cheapest_clips": "the number of clips with a cheapest price",
    "cheapest_micros": "by the cheapest prices",
    "cheapest_paid_micros": "paid where a cheapest price is known",
    "charges": "the number of charges",
    "settled_micros": "settled",
    "untold_micros": "settled in dollars only",
    "corrected_millionths": "the number of millionths of its unit corrected later",
    "untold_corrected_micros": "corrected later in dollars only",
    "lost": "the number of clips whose files never came",
}


def figure_words(name: str) -> str:
    """What a figure is. Counts begin with "the number of"; all others are micro-dollars."""
    return _FIGURES[name]


class Names:
    """The names of one team's projects, people and accounts; read when the first is asked for."""

    def __init__(self, team_id: int) -> None:
        self.team_id = team_id

    @cached_property
    def projects(self) -> dict[int, str]:
        return dict(Project.objects.filter(team=self.team_id).values_list("pk", "name"))

    @cached_property
    def accounts(self) -> dict[int, str]:
        return dict(ProviderAccount.objects.filter(team=self.team_id).values_list("pk", "name"))

    @cached_property
    def people(self) -> dict[int, str]:
        # Also those who left the team: their clips stay.
        return {one.pk: str(one) for one in User.objects.only("name", "email")}

    def of_sum(self, model: type[SpendDay | SpendMonth | SpendSome], key: tuple[Any, ...]) -> str:
        """``spend in 2026-05: v6 extend, Film, Carl, Pixazo, credits``; see checking.WHOSE.

        Of some lines the last says which: ``only 21``, the bits of their conditions.
        """
        play, project, user, account, name, operation, unit, day = key
        when = f"on {day.isoformat()}" if issubclass(model, SpendDay) else f"in {day:%Y-%m}"
        unit = f"only {unit}" if issubclass(model, SpendSome) else unit
        pairs = ((self.projects, project), (self.people, user), (self.accounts, account))
        whose = (names.get(pk, f"no. {pk}")[:LONGEST] for names, pk in pairs)
        what = ", ".join((f"{name} {operation}", *whose, unit))
        return f"spend {when}{' (play)' if play else ''}: {what.removesuffix(', ')}"
