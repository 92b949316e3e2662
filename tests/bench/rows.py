"""Rows by the thousand, as the studio would have written them one by one."""

from __future__ import annotations

import datetime as dt
import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.models import Team, User
from accounts.teams import make_team
from generations.models import Attempt, Generation, Project, ProviderAccount, State
from generations.projects import make_project

OPTIONS = {"quality": "360p", "duration": 1, "audio": False, "aspect_ratio": "16:9"}
PROMPT = "a paper boat crosses a puddle at dusk, seen from above"
# What a look at a running job leaves behind, so that the next look shows nothing new.
LOOKED_AT = {"word": "5", "known": True}
BATCH = 500


def team(projects: int = 1) -> tuple[User, list[Project]]:
    user = User.objects.create_user("bench@example.org", name="Bena Bench")
    team = make_team(user, "Bench")
    return user, [make_project(user, team, f"Project {n + 1}") for n in range(projects)]


def accounts(team: Team, count: int, base_url: str) -> list[ProviderAccount]:
    return [
        ProviderAccount.objects.create(
            team=team,
            provider="pixverse",
            name=f"Account {number + 1}",
            base_url=base_url,
            key=f"bench-{number}",
            play=True,
            concurrency=100_000,
        )
        for number in range(count)
    ]


def generation(project: Project, user: User, account: ProviderAccount, **fields: object):
    """Not saved. A finished one unless ``fields`` say otherwise."""
    now = timezone.now()
    brief = {"operation": "text_to_video", "model": "v6", "prompt": PROMPT}
    usual = {
        "project": project,
        "team_id": project.team_id,
        "user": user,
        "account": account,
        "form_token": uuid.uuid4(),
        "play": True,
        "brief_json": {**brief, "options": OPTIONS, "inputs": []},
        "operation": "text_to_video",
        "model": "v6",
        "prompt": PROMPT,
        "price": {"micros": 50_000, "amount": "10", "unit": "credits"},
        "price_micros": 50_000,
        "state": State.SUCCEEDED,
        "due_at": None,
        "charged_micros": 50_000,
        "created_at": now - dt.timedelta(seconds=70),
        "submitted_at": now - dt.timedelta(seconds=65),
        "made_at": now - dt.timedelta(seconds=5),
        "finished_at": now,
    }
    return Generation(**(usual | fields))


def in_flight(
    project: Project, user: User, accounts: list[ProviderAccount], count: int, period: float
) -> None:
    """``count`` running jobs, due one after the other within one period from now."""
    now = timezone.now()
    running = {"state": State.RUNNING, "charged_micros": None, "report": LOOKED_AT}
    running |= {"made_at": None, "finished_at": None}
    made = [
        generation(
            project,
            user,
            accounts[number % len(accounts)],
            due_at=now + dt.timedelta(seconds=period * number / count),
            **running,
        )
        for number in range(count)
    ]
    Generation.objects.bulk_create(made, BATCH)
    attempts = [
        Attempt(
            generation=one,
            account=one.account,
            outcome="accepted",
            remote_id=str(310_000_000_000_000_000 + number),
        )
        for number, one in enumerate(made)
    ]
    Attempt.objects.bulk_create(attempts, BATCH)


def session(user: User) -> str:
    """The key of a session in which this person is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)
