"""A team with somebody in every role, one finished clip, and more of them on demand."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from generations.models import Asset, Generation
from generations.reviewing import guests
from tests import house


@pytest.fixture
def home(db, settings, media_dir):
    return house.crew(settings)


@pytest.fixture
def visit(home):
    """A browser of somebody, by role."""

    def enter(role: str) -> Client:
        client = Client()
        if user := home.people[role]:
            client.force_login(user)
        return client

    return enter


@pytest.fixture
def clip(home):
    """The house's clip, without the remark that stands there."""
    row = Generation.objects.get(uuid=home.ids["generation"])
    row.comments.all().delete()
    return row


@pytest.fixture
def another(home, clip):
    """One more clip like it, with a file of its own and other fields."""

    def make(*, body: bytes = bytes(64), **fields) -> Generation:
        row = Generation.objects.get(pk=clip.pk)
        row.pk, row.uuid, row.form_token = None, uuid.uuid4(), uuid.uuid4()
        row._state.adding = True
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        name = default_storage.save(f"clips/{row.uuid}.mp4", ContentFile(body))
        Asset.objects.create(
            generation=row,
            file=name,
            poster=name,
            mime="video/mp4",
            digest=row.uuid.hex * 2,
            size=len(body),
            duration_ms=5000,
            width=1280,
            height=720,
        )
        return row

    return make


@pytest.fixture
def at(home, clip):
    """The address of one of a clip's pages."""

    def address(name, *more, of=None):
        row = of or clip
        return reverse(name, args=[home.team.slug, row.project.uuid, row.uuid, *more])

    return address


@pytest.fixture
def share(home, clip):
    """A link for guests to some clips: the row and the beginning of its addresses."""

    def make(*rows, **terms):
        rows = rows or (clip,)
        wanted = guests.Terms(**({"name": "Client"} | terms))
        link, token = guests.make(home.people["owner"], rows[0].project, list(rows), wanted)
        return link, f"/guest/{token}/"

    return make


def text(answer):
    return answer.content.decode()
