"""Settled clips without a provider, and somebody who looks at them."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from generations import demo, lifecycle, offers
from generations.auditing import cases
from generations.catalogue.types import Brief
from generations.lifecycle.rows import note
from generations.models import Asset, Attempt, Generation, Outcome, State
from generations.spend import books

OPTIONS = {"quality": "360p", "duration": 5, "aspect_ratio": "16:9", "audio": False}


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def project(db, owner):
    return demo.make_sandbox_team(owner)


@pytest.fixture
def account(project):
    return {one.provider: one for one in project.team.provider_accounts.all()}


@pytest.fixture
def browser(owner, project):
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def charged(project, owner, account):
    """A clip that was made and settled at what the provider reported (None: it said nothing)."""

    def made(reported=None, provider="pixverse", seconds=5.0, **fields) -> Generation:
        brief = Brief("text_to_video", "v6", fields.pop("prompt", "a paper boat"), OPTIONS)
        offer = offers.quote(project, brief).of(str(account[provider].uuid))
        assert offer.can, offer.problems
        (one,) = lifecycle.request(
            project=project,
            user=owner,
            brief=brief,
            account=account[provider],
            form_token=uuid.uuid4(),
        )
        now = timezone.now()
        Attempt.objects.create(
            generation=one,
            account=account[provider],
            outcome=Outcome.ACCEPTED,
            remote_id=str(uuid.uuid4().int)[:18],
            charge_amount=reported,
            charge_unit=account[provider].catalogue.unit if reported is not None else "",
        )
        rate = Decimal(one.price["rate"])
        units = Decimal(one.price["units"]) if reported is None else Decimal(reported)
        micros = int(units * rate * 1_000_000)
        given = {"state": State.SUCCEEDED, "charged_micros": micros, "due_at": None}
        given |= {"submitted_at": now, "made_at": now, "finished_at": now}
        Generation.objects.filter(pk=one.pk).update(**(given | fields))
        one.refresh_from_db()
        Asset.objects.create(
            generation=one,
            file="clips/none.mp4",
            mime="video/mp4",
            digest="0" * 64,
            size=1,
            duration_ms=int(1000 * seconds),
            width=640,
            height=360,
        )
        books.settle(one, micros, units=units, unit=one.price["unit"], rate=rate)
        note(one, "succeeded", "The clip is saved.")
        return one

    return made


@pytest.fixture
def audited():
    def run() -> None:
        while cases.catch_up():
            pass

    return run
