"""A team with a prompt of a project and one of the team's own, and somebody in every role."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from generations.models import Generation
from generations.prompts import versions
from generations.prompts.variables import Variable
from generations.prompts.versions import About, Words
from tests import house

RECIPE = {
    "operation": "text_to_video",
    "model": "v5.6",
    "options": {"quality": "540p", "duration": 5},
}


@pytest.fixture
def home(db, settings, media_dir):
    settings.LOCAL_URL = settings.SANDBOX_URL = "http://127.0.0.1:9"
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    built = house.build("crew")
    house.people_of(built)
    return built


@pytest.fixture
def shared(home):
    """The team's own prompt, with a variable, a choice and a recipe."""
    words = Words(
        "A {{product}} in the {{time}}",
        "blurry",
        RECIPE,
        (Variable("product", help="What is sold"), Variable("time", "dawn", ("dawn", "night"))),
        "The first",
    )
    about = About("Product shot", "Ads", ("brand", "summer"))
    return versions.make(home.people["owner"], home.team, about, words)


@pytest.fixture
def visit(home):
    """A browser of somebody, by role."""

    def enter(role: str) -> Client:
        client = Client()
        client.force_login(home.people[role])
        return client

    return enter


@pytest.fixture
def clip(home):
    """One more clip like the house's, with other fields."""

    def make(**fields) -> Generation:
        row = Generation.objects.filter(project=home.project).order_by("pk").first()
        row.pk, row.uuid, row.form_token = None, uuid.uuid4(), uuid.uuid4()
        row._state.adding = True
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        return row

    return make
