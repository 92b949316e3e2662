"""A team with an owner, an auditor and a member, and an account at the sandbox."""

import uuid
from decimal import Decimal

import pytest

from accounts.models import Membership, Team, TeamRole, User
from generations import provider_accounts
from generations.models import Attempt, Generation, Project, State


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def team(db, owner):
    team = Team.objects.create(slug="sample", name="Sample team")
    Membership.objects.create(team=team, user=owner, role=TeamRole.OWNER)
    return team


def person(team, role, name):
    user = User.objects.create_user(f"{name}@example.org", "correct horse", name=name.title())
    if role:
        Membership.objects.create(team=team, user=user, role=role)
    return user


@pytest.fixture
def auditor(team):
    return person(team, TeamRole.AUDITOR, "audrey")


@pytest.fixture
def member(team):
    return person(team, TeamRole.MEMBER, "mia")


@pytest.fixture
def outsider(team):
    return person(team, None, "otto")


@pytest.fixture
def sandbox(world, settings):
    world.reset()
    settings.SANDBOX_URL = world.url
    return world


@pytest.fixture
def account(team, owner, sandbox):
    return make_account(team, owner, sandbox)


def make_account(team, owner, sandbox, provider="pixverse", **facts):
    keys = {"easyrouter": "sk-sandbox-0123456789", "useapi": "user:1-sandbox-0123456789ab"}
    given = {
        "provider": provider,
        "name": f"{provider} one",
        "base_url": f"{sandbox.url}/{provider}",
        "key": keys.get(provider, "sandbox-0123456789abcdef"),
        "extra": {"email": "sandbox@example.org"} if provider == "useapi" else {},
        "secrets": {},
        "concurrency": 3,
        "rate": Decimal("0.005"),
        **facts,
    }
    return provider_accounts.add(owner, team, **given)


@pytest.fixture
def make_generation(owner):
    """A generation in a state, with an attempt; nothing is sent anywhere."""

    def make(account, state=State.RUNNING, remote_id="", **fields):
        project, _ = Project.objects.get_or_create(
            team=account.team, name="Sample", defaults={"created_by": owner}
        )
        generation = Generation.objects.create(
            team=account.team,
            project=project,
            user=owner,
            account=account,
            form_token=uuid.uuid4(),
            play=True,
            brief_json={
                "operation": "text_to_video",
                "model": "v6",
                "prompt": "A fox",
                "options": {},
                "inputs": [],
            },
            operation="text_to_video",
            model="v6",
            prompt="A fox",
            price={},
            price_micros=50_000,
            state=state,
            due_at=None,
            **fields,
        )
        attempt = Attempt.objects.create(
            generation=generation, account=account, remote_id=remote_id
        )
        return generation, attempt

    return make
