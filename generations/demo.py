"""A sample team whose accounts are all in the sandbox: useful without any key."""

from __future__ import annotations

import secrets
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.budgets import set_budget
from accounts.models import Scope, Team, User
from accounts.money import DOLLAR
from accounts.teams import make_team
from generations import projects
from generations.catalogue.loader import providers
from generations.catalogue.types import Provider
from generations.demo_prices import rows_at
from generations.models import Project, ProviderAccount, TeamPrice, UnitRate

PLAY_BUDGET = 50 * DOLLAR
# What a sandbox key looks like at each provider; the rest of it is drawn by lot.
KEYS = {"easyrouter": "sk-sandbox-", "useapi": "user:1-sandbox-"}
EXTRA = {"useapi": {"email": "sandbox@example.org"}}
# Made up, for nobody publishes them: dollars for one of the provider's units.
RATES = {"pixverse": "0.005", "worldrouter": "0.01", "useapi": "0.004", "easyrouter": "1"}
NOTE = "sandbox tariff"


def make_sandbox_team(user: User, name: str = "Sample team") -> Project:
    """A team with a sample project, play money and an account at each simulated provider."""
    with transaction.atomic():
        team = make_team(user, name)
        project = projects.make_project(user, team, "Sample project")
        set_budget(user, team, scope=Scope.TEAM, play=True, limit_micros=PLAY_BUDGET)
        for provider in providers().values():
            account = _account(user, team, provider)
            entered = _enter_prices(provider, account, user)
            facts = {"provider": provider.id, "play": True, "prices": entered}
            audit.record(user, "provider.added", account.name, team=team, **facts)
    return project


def _account(user: User, team: Team, provider: Provider) -> ProviderAccount:
    account = ProviderAccount.objects.create(
        team=team,
        provider=provider.id,
        name=f"{provider.name} (sandbox)",
        base_url=f"{settings.SANDBOX_URL}/{provider.id}",
        key=KEYS.get(provider.id, "sandbox-") + secrets.token_hex(12),
        extra=EXTRA.get(provider.id, {}),
        play=True,
        concurrency=provider.concurrency,
        created_by=user,
    )
    if provider.unit != "USD" and provider.id in RATES:
        UnitRate.objects.create(
            account=account,
            usd_per_unit=Decimal(RATES[provider.id]),
            note="made up for the sandbox",
            entered_by=user,
        )
    return account


def _enter_prices(provider: Provider, account: ProviderAccount, user: User) -> int:
    """How many."""
    return len(TeamPrice.objects.bulk_create(_prices(provider, account, user)))


def _prices(provider: Provider, account: ProviderAccount, user: User) -> list[TeamPrice]:
    """A price for every combination that has none in the catalogue."""
    return [
        TeamPrice(
            account=account,
            operation=row.operation,
            model=row.model,
            quality=row.quality,
            audio=row.audio,
            when=dict(row.when),
            formula=row.formula,
            amount=row.amount,
            unit=provider.unit,
            note=NOTE,
            entered_by=user,
        )
        for row in rows_at(provider.id)
    ]
