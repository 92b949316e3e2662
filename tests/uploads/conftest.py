"""A team with one upload of its owner's, and somebody in every role."""

from __future__ import annotations

import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from generations.media import removed
from generations.models import Generation, Upload, UploadUse, Voice
from tests import house


def png(shade: int = 0, side: int = 64) -> bytes:
    out = BytesIO()
    Image.new("RGB", (side, side), (shade, 80, 160)).save(out, "PNG")
    return out.getvalue()


def sent(name: str = "kite.png", shade: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png(shade))


@pytest.fixture
def home(db, settings, media_dir):
    built = house.crew(settings)
    # The one file that these tests begin with is the boat.
    voice = Voice.objects.select_related("upload").get(project=built.project)
    voice.delete()
    removed.remove(voice.upload)
    return built


@pytest.fixture
def boat(home) -> Upload:
    return Upload.objects.get(uuid=home.ids["upload"])


@pytest.fixture
def visit(home):
    """A browser of somebody, by role."""

    def enter(role: str) -> Client:
        client = Client()
        client.force_login(home.people[role])
        return client

    return enter


@pytest.fixture
def at(home):
    """The address of a page of the team, or of one upload."""

    def address(name: str, upload: Upload | None = None) -> str:
        if upload is None:
            return reverse(name, args=[home.team.slug])
        return reverse(name, args=[home.team.slug, upload.project.uuid, upload.uuid])

    return address


@pytest.fixture
def made(home):
    """Rows of uploads, without files."""

    def make(name: str, **fields) -> Upload:
        fields = {
            "project": home.project,
            "user": home.people["creator"],
            "file": f"uploads/{uuid.uuid4()}",
            "digest": uuid.uuid4().hex * 2,
            "mime": "image/png",
            "size": 1000,
            "width": 640,
            "height": 360,
            "words": name.lower(),
        } | fields
        return Upload.objects.create(name=name, **fields)

    return make


@pytest.fixture
def use(home):
    """The house's clip is made of the upload."""

    def make(upload: Upload) -> Generation:
        clip = Generation.objects.get(uuid=home.ids["generation"])
        UploadUse.objects.create(upload=upload, generation=clip)
        return clip

    return make
