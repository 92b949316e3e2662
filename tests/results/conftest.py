"""A team with a project, somebody in every role, and clips as a test wants them."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import Membership
from generations.models import Asset, Generation, Project
from generations.prompts.who import Reader
from tests import house


@pytest.fixture
def home(db, settings, media_dir):
    return house.crew(settings)


@pytest.fixture
def visit(home):
    """A browser of somebody, by role."""

    def enter(role: str) -> Client:
        client = Client()
        client.force_login(home.people[role])
        return client

    return enter


@pytest.fixture
def reader(home):
    """Somebody by role, as the gallery knows them."""

    def of(role: str) -> Reader:
        member = Membership.objects.select_related("team", "user")
        return Reader.of(member.get(team=home.team, user=home.people[role]))

    return of


@pytest.fixture
def first(home) -> Generation:
    """The clip of the house: done, of the owner, with a file."""
    return Generation.objects.get(uuid=home.ids["generation"])


@pytest.fixture
def clip(home, first):
    """One more clip like the house's, with other fields and, if wanted, a file."""

    def make(*, file: bytes = b"", **fields) -> Generation:
        row = Generation.objects.get(pk=first.pk)
        row.pk, row.uuid, row.form_token = None, uuid.uuid4(), uuid.uuid4()
        row._state.adding = True
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        if file:
            name = default_storage.save(f"assets/{row.uuid}/clip.mp4", ContentFile(file))
            Asset.objects.create(
                generation=row,
                file=name,
                mime="video/mp4",
                digest="1" * 64,
                size=len(file),
                duration_ms=5000,
                width=1280,
                height=720,
            )
        return row

    return make


@pytest.fixture
def second(home) -> Project:
    """A project of the team that only its owners and auditors see."""
    return Project.objects.create(team=home.team, name="Secret", created_by=home.people["owner"])
