"""A storage of its own for each test, and three people: owner, viewer, stranger."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from generations.models import ProjectRole

from . import makers


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    root = tmp_path / "stored"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(root)},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.DATA_DIR = tmp_path
    settings.ROOT_URLCONF = "tests.media.urls"
    return root


@pytest.fixture
def place(db: None) -> SimpleNamespace:
    """A team with a project, its owner, creator and viewer, an account; and a stranger."""
    owner = makers.person()
    team = makers.team(owner)
    project = makers.project(team, owner)
    creator, viewer = makers.person("cleo@example.org"), makers.person("vic@example.org")
    makers.member(project, creator, ProjectRole.CREATOR)
    makers.member(project, viewer, ProjectRole.VIEWER)
    stranger = makers.person("sid@example.org")
    makers.team(stranger, "elsewhere")
    return SimpleNamespace(
        owner=owner,
        creator=creator,
        viewer=viewer,
        stranger=stranger,
        team=team,
        project=project,
        account=makers.account(team),
    )


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 24 a second, 320 x 180, with sound. Copy it before changing it."""
    return makers.clip(tmp_path_factory.mktemp("film") / "film.mp4", audio=True)
