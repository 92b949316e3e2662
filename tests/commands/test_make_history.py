"""What make_history makes is as the studio would have written it: books add up, pages open."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import ledger
from accounts.models import Movement, Team
from generations.models import Asset, Generation, PromptVersion, Upload, UploadUse
from generations.spend import rollup
from tests.spend.conftest import plain_static  # noqa: F401 - for pages without built files

CLIPS = 60


@pytest.fixture
def history(db):
    said = StringIO()
    call_command(
        "make_history",
        generations=CLIPS,
        movements=5 * CLIPS,
        versions=12,
        uploads=20,
        people=3,
        projects=2,
        months=2,
        stdout=said,
    )
    return said.getvalue()


def test_the_books_of_a_made_history_add_up(history):
    assert ledger.check() == []
    assert list(rollup.check()) == []
    assert Generation.objects.count() == CLIPS
    assert Movement.objects.count() >= 5 * CLIPS
    assert "60 clips, " in history


def test_all_that_belongs_to_clips_is_there(history):
    assert PromptVersion.objects.count() >= 12
    assert Generation.objects.exclude(prompt_version=None).exists()
    assert Upload.objects.count() == 20
    assert UploadUse.objects.exists()
    done = Generation.objects.filter(state="succeeded")
    assert Asset.objects.count() == done.count()
    assert done.exclude(review="").exists()
    for one in Generation.objects.exclude(shot=None).select_related("shot"):
        assert one.shot.project_id == one.project_id


def test_the_database_goes_on_counting_after_it(history):
    """Keys were told; what comes next must not meet them."""
    last = Generation.objects.order_by("pk").last()
    made = Generation.objects.get(pk=last.pk)
    made.pk, made.uuid, made.take, made._state.adding = None, uuid4(), 2, True
    made.save()
    assert made.pk > last.pk


def test_its_pages_open(history):
    team = Team.objects.get()
    client = Client()
    client.force_login(team.memberships.get(role="owner").user)
    project = team.projects.order_by("pk").first()
    for path in ("spend/", "spend/rows/", "audit/", "audit/accounts/", "prompts/"):
        assert client.get(f"/t/{team.slug}/{path}").status_code == 200, path
    assert client.get(f"/t/{team.slug}/p/{project.uuid}/").status_code == 200


def test_it_is_not_made_beside_real_work(history):
    with pytest.raises(CommandError, match="There are clips already"):
        call_command("make_history", generations=1)
