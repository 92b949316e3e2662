"""A team in which everybody has a role, and a browser for each."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import house


@pytest.fixture
def home(db, settings, media_dir):
    return house.crew(settings)


@pytest.fixture
def visit(home):
    def enter(role: str) -> Client:
        client = Client()
        client.force_login(home.people[role])
        return client

    return enter
