"""The sample team; its accounts are never called here."""

import uuid

import pytest

from accounts.models import Membership, TeamRole, User
from generations import demo, lifecycle, offers
from generations.budgets import asking
from generations.catalogue.types import Brief
from generations.models import ProjectMembership

OPTIONS = {"quality": "720p", "duration": 5, "aspect_ratio": "16:9", "audio": False}


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def project(owner):
    return demo.make_sandbox_team(owner)


@pytest.fixture
def people(project):
    """A creator and a producer of the project, beside its owner."""

    def join(name, role):
        user = User.objects.create_user(f"{name}@example.org", "correct horse", name=name.title())
        Membership.objects.create(team=project.team, user=user, role=TeamRole.MEMBER)
        ProjectMembership.objects.create(project=project, user=user, role=role)
        return user

    return {"carl": join("carl", "creator"), "petra": join("petra", "producer")}


@pytest.fixture
def account(project):
    return project.team.provider_accounts.get(provider="pixverse")


@pytest.fixture
def brief():
    return Brief("text_to_video", "v6", "a paper boat", OPTIONS)


@pytest.fixture
def price(project, brief, account):
    return offers.quote(project, brief).of(str(account.uuid)).price.micros


@pytest.fixture
def press(project, brief, account, price):
    """A press of Generate."""

    def pressed(user, **more):
        given = {"takes": 1, "form_token": uuid.uuid4(), "seen_micros": price} | more
        return lifecycle.request(project=project, user=user, brief=brief, account=account, **given)

    return pressed


@pytest.fixture
def ask(project, brief, account, price):
    """A press of Ask for more."""

    def asked(user, **more):
        given = {"takes": 1, "form_token": uuid.uuid4(), "seen_micros": price} | more
        return asking.ask(project=project, user=user, brief=brief, account=account, **given)

    return asked
