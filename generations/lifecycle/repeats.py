"""Is this press a wish for another, or the same wish once more?

A form that is opened again by the Back button, or stands open in two tabs, has a token of its own
each time. So the token knows only the double click; this knows the brief.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.utils import timezone

from accounts import budgets
from accounts.models import User
from generations.catalogue.types import Brief
from generations.models import Generation, Project, ProviderAccount, State

from .errors import AskedAlready

# What was asked for so long ago is asked for again on purpose, unless it is still under way.
MOMENTS = dt.timedelta(minutes=2)
# Whoever asks again for what was not made does not want two of it.
NOT_MADE = (State.FAILED, State.MODERATED, State.CANCELLED)


def refuse_repeat(
    project: Project,
    user: User,
    account: ProviderAccount,
    brief: Brief,
    takes: int,
    knowing: Collection[uuid.UUID],
) -> None:
    """Raises AskedAlready when this person asked for the very same moments ago, or it is under way.

    In the transaction that would make it: with the team's purse ours, of two tabs pressed at one
    moment the second one sees what the first one made. ``knowing`` are clips of which the person
    was told, as the one that is remixed: what came before them is no reason to ask.
    """
    budgets.wait_for(project.team, play=account.play)
    rows = Generation.objects.filter(project=project, user=user, account=account, take=1)
    known = [one.pk for one in rows.filter(uuid__in=knowing)] if knowing else []
    if known:
        rows = rows.filter(pk__gt=max(known))
    since = timezone.now() - MOMENTS
    recent = rows.kept().filter(team=project.team, created_at__gte=since)
    recent = recent.exclude(state__in=NOT_MADE)
    told = brief.to_json()
    # Two queries, for each has an index of its own; an "or" of both has none.
    found = {one.pk: one for one in [*rows.live(), *recent] if one.brief_json == told}
    for pk in sorted(found, reverse=True):
        if Generation.objects.filter(user=user, form_token=found[pk].form_token).count() == takes:
            raise AskedAlready(found[pk])
