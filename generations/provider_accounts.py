"""A team's accounts at providers: added, changed, priced and tested; each change leaves a line.

Keys go in and never come out: no audit line, message or answer of this module holds one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Team, User
from generations.account_prices import (
    add_price,
    add_rate,
    price_words,
    set_ceiling,
    withdraw_price,
)
from generations.account_rules import (
    BadAccount,
    check_base_url,
    check_key,
    check_name,
    check_numbers,
    check_settings,
    is_play,
    known_provider,
)
from generations.auditing import balances
from generations.media.links import allow_private
from generations.models import ProviderAccount, Trouble
from generations.providers.client import Client
from generations.providers.types import Balance, Broken, ProviderError, Unreachable
from pixstudio.logging import redact

__all__ = [
    "BadAccount",
    "TestResult",
    "add",
    "add_price",
    "add_rate",
    "change",
    "price_words",
    "set_ceiling",
    "set_enabled",
    "test",
    "withdraw_price",
]


@dataclass(frozen=True, slots=True)
class TestResult:
    """What a free look at the provider showed; ``words`` are for the person who asked.

    ``trouble`` keeps the account from being used until a test goes well.
    """

    ok: bool
    words: str
    balance: Balance | None = None
    trouble: Trouble = Trouble.NONE


def add(
    actor: User | None,
    team: Team,
    *,
    provider: str,
    name: str,
    base_url: str,
    key: str,
    extra: Mapping[str, str],
    secrets: Mapping[str, str],
    concurrency: int,
    rate: Decimal | None,
    play: bool | None = None,
) -> ProviderAccount:
    """Make an account. Raises BadAccount, which names the field and says what to do.

    Whether its money is play money is decided here for ever: by ``play``, else by its address.
    """
    catalogue = known_provider(provider)
    name, base_url, key = name.strip(), base_url.strip().rstrip("/"), key.strip()
    check_name(team, name)
    check_base_url(base_url)
    check_key(key)
    check_settings(catalogue, extra, secrets)
    check_numbers(concurrency, rate)
    account = ProviderAccount(
        team=team,
        provider=provider,
        name=name,
        base_url=base_url,
        key=key,
        extra=_filled(extra),
        secrets=_sealed(secrets),
        play=is_play(base_url) if play is None else play,
        concurrency=concurrency,
        created_by=actor,
    )
    try:
        _save_new(actor, account, None if catalogue.unit == "USD" else rate)
    except IntegrityError:  # a double click: the other press won the name
        check_name(team, name)
        raise
    return account


def _save_new(actor: User | None, account: ProviderAccount, rate: Decimal | None) -> None:
    facts = {"provider": account.provider, "play": account.play, "after": _facts(account)}
    with transaction.atomic():
        account.save(force_insert=True)
        _record(actor, "provider.added", account, **facts)
        if rate is not None:
            add_rate(actor, account, rate, timezone.localdate(), "entered with the account")


def change(
    actor: User | None,
    account: ProviderAccount,
    *,
    name: str,
    base_url: str,
    key: str = "",
    extra: Mapping[str, str],
    secrets: Mapping[str, str],
    concurrency: int,
) -> None:
    """Change an account and forget its trouble. A blank key or secret keeps what is stored.

    Raises BadAccount, also for an address that would turn play money into real money.
    """
    name, base_url, key = name.strip(), base_url.strip().rstrip("/"), key.strip()
    held = json.loads(account.secrets) if account.secrets else {}
    merged = {**held, **_filled(secrets)}
    check_name(account.team, name, but=account)
    if base_url != account.base_url:
        check_base_url(base_url)
        _check_same_money(account, base_url)
    if key:
        check_key(key)
    check_settings(account.catalogue, extra, merged)
    check_numbers(concurrency, None)
    before = _facts(account)
    if key or base_url != account.base_url or _filled(extra) != account.extra:
        # Somebody else's door, perhaps: files are handed over anew.
        account.handles.all().delete()
    account.name, account.base_url, account.concurrency = name, base_url, concurrency
    account.extra, account.secrets = _filled(extra), _sealed(merged)
    account.key = key or account.key
    account.trouble, account.trouble_said = Trouble.NONE, ""
    after = _facts(account)
    replaced = [*(["key"] if key else []), *sorted(_filled(secrets))]
    with transaction.atomic():
        account.save(update_fields=[*_CHANGED, "trouble", "trouble_said"])
        _record(actor, "provider.changed", account, **_difference(before, after), new=replaced)


_CHANGED = ["name", "base_url", "concurrency", "extra", "secrets", "key"]


def set_enabled(actor: User | None, account: ProviderAccount, *, enabled: bool) -> None:
    """Take an account into use or out of it; jobs that it has already taken go on."""
    with transaction.atomic():
        rows = ProviderAccount.objects.filter(pk=account.pk).exclude(enabled=enabled)
        if rows.update(enabled=enabled):
            verb = "provider.enabled" if enabled else "provider.disabled"
            _record(actor, verb, account, before=not enabled, after=enabled)
    account.enabled = enabled


def test(account: ProviderAccount, actor: User | None) -> TestResult:
    """Ask the provider, by free calls only, whether it takes the key, and for the balance."""
    client = Client(account.provider, account.access, allow_private=allow_private(account))
    try:
        found = client.balance()
        if found is None:
            client.probe()
    except ProviderError as trouble:
        return _tested(account, actor, _failed(account, trouble))
    return _tested(account, actor, _passed(account, found[0] if found else None))


def _passed(account: ProviderAccount, balance: Balance | None) -> TestResult:
    if balance is None:
        return TestResult(
            ok=True, words=f"{account.catalogue.name} takes the key. It tells no balance."
        )
    left = f"{balance.amount.normalize():,f} {balance.unit}"
    if balance.amount <= 0:
        words = f"The key is good, but the balance is {left}: top up at {account.catalogue.name}."
        return TestResult(ok=False, words=words, balance=balance, trouble=Trouble.NO_BALANCE)
    return TestResult(ok=True, words=f"The key is good. Balance: {left}.", balance=balance)


def _failed(account: ProviderAccount, trouble: ProviderError) -> TestResult:
    name, said = account.catalogue.name, redact(trouble.said)
    if isinstance(trouble, Unreachable):
        words = f"Could not connect to {account.base_url}. Check the base URL; is the server up?"
        kept = Trouble.UNREACHABLE
    elif _is_bad_key(trouble):
        words = f"{name} does not take this key. Copy the key again from its console and save it."
        kept = Trouble.BAD_KEY
    elif isinstance(trouble, Broken):
        words = f"{name} gave an answer that PixStudio does not know. Check the base URL."
        kept = Trouble.BROKEN
    else:
        words = f"{name} could not answer now. Try again in a minute."
        # Busy, not wrong: what was known of the account stays.
        kept = Trouble(account.trouble)
    return TestResult(ok=False, words=f"{words} It said: {said}" if said else words, trouble=kept)


def _is_bad_key(trouble: ProviderError) -> bool:
    status = trouble.exchange.status if trouble.exchange else None
    return isinstance(trouble, Broken) and (status in (401, 403) or "key" in trouble.said.lower())


def _tested(account: ProviderAccount, actor: User | None, result: TestResult) -> TestResult:
    account.trouble = result.trouble
    account.trouble_said = result.words[:300] if result.trouble else ""
    with transaction.atomic():
        if result.balance is not None:
            balances.keep(account, result.balance, by=actor)
        account.save(update_fields=["trouble", "trouble_said"])
        _record(actor, "provider.tested", account, ok=result.ok, words=result.words)
    return result


def _check_same_money(account: ProviderAccount, base_url: str) -> None:
    if is_play(base_url) and not account.play:
        words = "This address is a sandbox, and this account's history is real money."
    elif account.play and base_url != account.base_url and not is_play(base_url):
        words = "This address is real, and this account's history is play money."
    else:
        return
    raise BadAccount("base_url", f"{words} Add a new account instead.")


def _facts(account: ProviderAccount) -> dict[str, str]:
    """What the audit lines tell; a key that was typed into the wrong field is redacted."""
    facts = {
        "name": account.name,
        "base_url": account.base_url,
        "concurrency": str(account.concurrency),
        **account.extra,
    }
    return {name: redact(value) for name, value in facts.items()}


def _difference(before: dict[str, str], after: dict[str, str]) -> dict[str, dict[str, str]]:
    names = [one for one in {**before, **after} if before.get(one) != after.get(one)]
    return {
        "before": {one: before.get(one, "") for one in names},
        "after": {one: after.get(one, "") for one in names},
    }


def _record(actor: User | None, verb: str, account: ProviderAccount, **facts: Any) -> None:
    audit.record(actor, verb, account.name, team=account.team, **facts)


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in values.items() if value.strip()}


def _sealed(secrets: Mapping[str, str]) -> str:
    filled = _filled(secrets)
    return json.dumps(filled) if filled else ""
