"""A team with clips of many kinds and days, settled by the books without any provider."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts import ledger
from accounts.models import Movement, TeamRole
from generations.models import (
    Generation,
    Project,
    ProjectMembership,
    ProviderAccount,
    SpendFacts,
    State,
)
from generations.spend import books
from tests.accounts.people import join, person, team


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


class Crew:
    """Olga owns, Audrey audits, Pia produces the film, Carl creates in it, Vera only looks."""

    def __init__(self) -> None:
        self.olga, self.pia, self.carl, self.vera = map(person, ("Olga", "Pia", "Carl", "Vera"))
        self.audrey = person("Audrey")
        self.team = team(self.olga, slug="crew")
        join(self.team, self.audrey, TeamRole.AUDITOR)
        self.film, self.ad = (
            Project.objects.create(team=self.team, name=name, created_by=self.olga)
            for name in ("Film", "Ad")
        )
        for user, role in ((self.pia, "producer"), (self.carl, "creator"), (self.vera, "viewer")):
            join(self.team, user)
            ProjectMembership.objects.create(project=self.film, user=user, role=role)
        self.pixverse, self.pixazo = (self.account(name) for name in ("pixverse", "pixazo"))

    def account(self, provider: str, *, play: bool = False, name: str = "") -> ProviderAccount:
        return ProviderAccount.objects.create(
            team=self.team,
            provider=provider,
            name=name or provider.title(),
            base_url="http://127.0.0.1:9",
            key="key",
            play=play,
            concurrency=3,
        )

    def clip(
        self,
        paid: int | None = 100_000,
        *,
        account: ProviderAccount | None = None,
        user=None,
        project: Project | None = None,
        state: State = State.SUCCEEDED,
        published: int | None = 100_000,
        cheapest: int | None = 100_000,
        days_ago: int = 0,
        units: str = "10",
        price: int = 100_000,
        **fields,
    ) -> Generation:
        """One whose money is settled: ``paid`` micro-dollars; 0: released; None: still held."""
        account, project = account or self.pixverse, project or self.film
        words = {"operation": "text_to_video", "model": "v6", "prompt": "a boat", **fields}
        made = Generation.objects.create(
            team=self.team,
            project=project,
            user=user or self.carl,
            account=account,
            form_token=uuid.uuid4(),
            play=account.play,
            brief_json={**words, "options": {}, "inputs": []},
            price={"micros": price, "units": "10", "unit": "credits", "rate": "0.01"},
            price_micros=price,
            state=state,
            due_at=None,
            **words,
        )
        SpendFacts.objects.create(
            generation=made,
            published_micros=published,
            book_source="their page",
            cheapest_micros=cheapest,
            cheapest_account=account,
            on_failure="no",
            on_moderation="no",
        )
        now = timezone.now()
        bill = ledger.Bill(
            team=self.team,
            user=made.user,
            subject=str(made.uuid),
            project=str(project.uuid),
            account=str(account.uuid),
            play=account.play,
            month=ledger.month_of(now),
        )
        ledger.hold(bill, price)
        if paid is None:
            return made
        Generation.objects.filter(pk=made.pk).update(charged_micros=paid, finished_at=now)
        if paid:
            ledger.settle(str(made.uuid), paid, units=Decimal(units), unit="credits")
        else:
            ledger.release(str(made.uuid))
        self.back(made, days_ago)
        return made

    def back(self, made: Generation, days: int) -> None:
        """As if it had happened days ago; then into the sums."""
        then = timezone.now() - dt.timedelta(days=days)
        rows = Movement.objects.filter(subject=str(made.uuid))
        super(type(rows), rows).update(at=then)
        Generation.objects.filter(pk=made.pk, finished_at__isnull=False).update(finished_at=then)
        books.enter(made)


@pytest.fixture
def crew(db):
    return Crew()


@pytest.fixture
def as_():
    """A signed-in browser of somebody."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
