"""What waits for a person, as the rail of every page counts it."""

from __future__ import annotations

from typing import cast

from django.db import connection
from django.http import HttpRequest

from accounts.models import Team, TeamRole, User

from .budgets import asking
from .models import Asking, Found, ProjectRole, State

# Asked on every page: the ORM takes ten times as long to word it as a database to answer it.
# Each count by an index of its own: both states of clips in one would read every clip of the team.
_WAITING = """
SELECT
  (SELECT COUNT(*) FROM generations_generation AS clip
   WHERE clip.team_id = %(team)s AND clip.state = %(uncertain)s AND {mine}),
  (SELECT COUNT(*) FROM generations_generation AS clip
   WHERE clip.team_id = %(team)s AND clip.question = 'charge' AND clip.state <> %(uncertain)s
   AND {mine}),
  (SELECT COUNT(*) FROM generations_selection AS clip
   WHERE clip.state = %(unclear_mask)s AND clip.project_id IN
     (SELECT id FROM generations_project WHERE team_id = %(team)s) AND {mine}),
  EXISTS (SELECT 1 FROM generations_budgetrequest
   WHERE team_id = %(team)s AND state = %(waiting)s)
"""
_PRODUCED = """clip.project_id IN (SELECT project_id FROM generations_projectmembership
   WHERE user_id = %(user)s AND role = %(producer)s)"""
_EVERY, _ONES_OWN = _WAITING.format(mine="1 = 1"), _WAITING.format(mine=_PRODUCED)


def counts(request: HttpRequest, team: Team) -> dict[str, int]:
    """By the name of the page where it is done: open questions, and requests for budget.

    Questions are for those who may answer them: the team's owners, a project's producers. One
    query, and a few more while somebody asks for budget.
    """
    role = getattr(request, "role", None)
    which = {
        "team": team.pk,
        "user": request.user.pk,
        "uncertain": State.UNCERTAIN.value,
        "unclear_mask": Found.UNCERTAIN.value,
        "waiting": Asking.WAITING.value,
        "producer": ProjectRole.PRODUCER.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVERY if role == TeamRole.OWNER else _ONES_OWN, which)
        clips, charges, masks, asked = cursor.fetchone()
    approve = 0
    if asked and role in (TeamRole.OWNER, TeamRole.MEMBER):
        approve = asking.waiting_for(cast(User, request.user), team, role).count()
    return {"uncertain": clips + charges + masks, "budgets": approve}
