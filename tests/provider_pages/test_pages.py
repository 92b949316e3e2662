"""The provider pages: who sees what, what is kept when something is amiss, what is never shown."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from generations import offers
from generations.auditing import balances
from generations.catalogue.types import Brief
from generations.models import ProviderAccount, Trouble
from generations.providers.types import Balance

from .conftest import make_account

KEY = "sandbox-0123456789abcdef"


def page(client, user, view, /, *args, **data):
    """What is there, or what comes of a press. What changes prices is shown first, then saved."""
    client.force_login(user)
    url = reverse(view, args=["sample", *args])
    if not data:
        return client.get(url, follow=True)
    answer = client.post(url, data, follow=True)
    if seen := re.search(r'name="seen" value="(\w+)"', answer.text):
        return client.post(url, data | {"seen": seen[1]}, follow=True)
    return answer


def new(sandbox, **changed):
    return {
        "name": "Ours",
        "base_url": f"{sandbox.url}/pixverse",
        "key": KEY,
        "rate": "0.005",
        "concurrency": "3",
        **changed,
    }


def test_the_empty_list_offers_one_next_step(client, team, owner, member):
    assert reverse("provider_choose", args=["sample"]) in page(client, owner, "providers").text
    answer = page(client, member, "providers")
    assert "An owner of the team can add one" in answer.text


def test_adding_tests_the_key_and_never_shows_it(client, team, owner, sandbox):
    answer = page(client, owner, "provider_add", "pixverse", **new(sandbox))
    account = ProviderAccount.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("provider", args=["sample", account.uuid])
    assert (account.key, account.play, account.created_by) == (KEY, True, owner)
    assert account.rate() == Decimal("0.005")
    assert account.balance is not None and account.balance_at is not None
    assert "The key is good" in answer.text and "sandbox" in answer.text
    for name in ("providers", "provider", "provider_edit"):
        args = [] if name == "providers" else [account.uuid]
        assert KEY not in page(client, owner, name, *args).text
    assert KEY not in str(list(AuditLine.objects.values()))


def test_the_key_is_encrypted_at_rest(team, owner, sandbox):
    from django.db import connection

    make_account(team, owner, sandbox)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM generations_provideraccount")
        assert KEY not in cursor.fetchone()[0]


def test_a_wrong_key_is_told_and_flagged(client, team, owner, sandbox):
    answer = page(client, owner, "provider_add", "pixverse", **new(sandbox, key="wrong-key-12345"))
    assert "does not take this key" in answer.text
    assert ProviderAccount.objects.get().trouble == Trouble.BAD_KEY
    assert "wrong-key-12345" not in answer.text


def test_a_base_url_that_is_down(client, team, owner, sandbox, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    base_url = "http://127.0.0.1:9/pixverse"
    answer = page(client, owner, "provider_add", "pixverse", **new(sandbox, base_url=base_url))
    assert "Could not connect to http://127.0.0.1:9/pixverse" in answer.text
    account = ProviderAccount.objects.get()
    assert account.trouble == Trouble.UNREACHABLE
    # Neither the list nor the account's page forgets it, and nothing is made there meanwhile.
    for path in (page(client, owner, "providers"), page(client, owner, "provider", account.uuid)):
        assert "The provider cannot be reached" in path.text
    (terms,) = offers.terms(team.pk, Brief("text_to_video", "v6", "x", {}))
    assert terms.trouble == "The provider cannot be reached"
    # Once it tells its balance it was reached, whoever asked.
    balances.keep(account, Balance(Decimal(5), account.catalogue.unit))
    account.refresh_from_db()
    assert (account.trouble, account.trouble_said) == (Trouble.NONE, "")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("base_url", "http://127.0.0.1:9/pixverse", "private network or this machine"),
        ("base_url", "http://169.254.169.254/latest", "private network or this machine"),
        ("base_url", "api.example.com", "Write the whole address"),
        ("base_url", "http://api.example.com/v1", "Write it with https://"),
        ("base_url", "https://me:pw@api.example.com", "the key has its own field"),
        ("key", "", "This field is required"),
        ("key", "two words", "no spaces or line breaks"),
        ("rate", "0,005", "Write it with a point"),
        ("rate", "cheap", "Write a plain number"),
        ("rate", "0.0000000001", "9 decimals at most"),
        ("rate", "0", "more than 0"),
        ("rate", "-1", "cannot be negative"),
        ("concurrency", "0", "greater than or equal to 1"),
        ("name", "", "This field is required"),
    ],
)
def test_what_is_amiss_is_said_and_the_rest_is_kept(
    client, team, owner, sandbox, field, value, words
):
    typed = new(sandbox, name="Keep me", **({} if field == "name" else {}))
    answer = page(client, owner, "provider_add", "pixverse", **{**typed, field: value})
    assert words in answer.text
    assert answer.status_code == 200
    assert not ProviderAccount.objects.exists()
    assert KEY not in answer.text
    if field != "name":
        assert "Keep me" in answer.text
    if field != "base_url":
        assert f"{sandbox.url}/pixverse" in answer.text


def test_a_name_twice(client, account, owner, sandbox):
    answer = page(client, owner, "provider_add", "pixverse", **new(sandbox, name=account.name))
    assert "has an account named" in answer.text


def test_a_required_setting(client, team, owner, sandbox):
    typed = new(sandbox, base_url=f"{sandbox.url}/useapi", key="user:1-sandbox-0123456789ab")
    answer = page(client, owner, "provider_add", "useapi", **typed)
    assert "This field is required" in answer.text
    typed["setting_email"] = "sandbox@example.org"
    page(client, owner, "provider_add", "useapi", **typed)
    assert ProviderAccount.objects.get().extra == {"email": "sandbox@example.org"}


def test_editing_with_an_empty_key_keeps_it_and_clears_the_trouble(client, account, owner):
    account.trouble = Trouble.BROKEN
    account.save()
    typed = {"name": "Renamed", "base_url": account.base_url, "key": "", "concurrency": "7"}
    page(client, owner, "provider_edit", account.uuid, **typed)
    account.refresh_from_db()
    assert (account.name, account.concurrency, account.key) == ("Renamed", 7, KEY)
    assert account.trouble == Trouble.NONE
    line = AuditLine.objects.get(verb="provider.changed")
    assert line.facts["before"] == {"name": "pixverse one", "concurrency": "3"}
    assert line.facts["new"] == []


def test_secrets_are_kept_apart_and_kept(client, account, owner):
    base = {"name": account.name, "base_url": account.base_url, "concurrency": "3"}
    typed = {**base, "setting_webhook_secret": "whsec-abcdef", "setting_webhook_id": "12"}
    answer = page(client, owner, "provider_edit", account.uuid, **typed)
    account.refresh_from_db()
    assert account.extra == {"webhook_id": "12"}
    assert account.access.settings["webhook_secret"] == "whsec-abcdef"
    assert "whsec-abcdef" not in answer.text
    page(client, owner, "provider_edit", account.uuid, **base, setting_webhook_id="13")
    account.refresh_from_db()
    assert account.access.settings == {"webhook_id": "13", "webhook_secret": "whsec-abcdef"}


def test_play_money_never_becomes_real_money(client, account, owner):
    typed = {"name": "x", "base_url": "https://93.184.215.14/v2", "concurrency": "3"}
    answer = page(client, owner, "provider_edit", account.uuid, **typed)
    assert "Add a new account instead" in answer.text
    account.refresh_from_db()
    assert account.play and account.base_url.endswith("/pixverse")


def test_switching_off_and_on(client, account, owner):
    page(client, owner, "provider_disable", account.uuid, go="1")
    account.refresh_from_db()
    assert not account.enabled
    page(client, owner, "provider_enable", account.uuid, go="1")
    account.refresh_from_db()
    assert account.enabled
    verbs = list(AuditLine.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["provider.disabled", "provider.enabled"]


def test_testing_makes_no_paid_call(client, account, owner, sandbox):
    answer = page(client, owner, "provider_test", account.uuid, go="1")
    assert "The key is good" in answer.text
    assert sandbox.submissions() == 0


def test_a_rate(client, account, owner):
    typed = {"rate-usd_per_unit": "0.0075", "rate-since": "2026-01-01", "rate-note": "plan B"}
    page(client, owner, "provider_rate_add", account.uuid, **typed)
    newest = account.rates.order_by("-pk").first()
    assert (newest.usd_per_unit, newest.since) == (Decimal("0.0075"), dt.date(2026, 1, 1))
    assert newest.entered_by == owner
    answer = page(
        client, owner, "provider_rate_add", account.uuid, **{**typed, "rate-usd_per_unit": "1,5"}
    )
    assert (
        "Write it with a point" in answer.text and "1,5" in answer.text and "plan B" in answer.text
    )
    assert account.rates.count() == 2


PRICE = {
    "price-operation": "text_to_video",
    "price-model": "v6",
    "price-quality": "720p",
    "price-audio": "no",
    "price-formula": "per_second",
    "price-amount": "7.5",
    "price-since": "2026-01-01",
    "price-unit": "credits",
}


def test_a_price_of_ones_own_and_its_withdrawal(client, account, owner):
    answer = page(client, owner, "provider_price_add", account.uuid, **PRICE)
    row = account.prices.get()
    assert (row.amount, row.audio, row.unit) == (Decimal("7.5"), False, "credits")
    assert "7.5 PixVerse credits" in answer.text
    page(client, owner, "provider_price_withdraw", account.uuid, row.pk, go="1")
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    verbs = set(AuditLine.objects.values_list("verb", flat=True))
    assert {"price.entered", "price.withdrawn"} <= verbs


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"price-amount": "0,5"}, "Write it with a point"),
        ({"price-amount": "0.0000001"}, "6 decimals at most"),
        ({"price-duration": "3000"}, "offers nothing like that"),
        ({"price-unit": "EUR"}, "Select a valid choice"),
    ],
)
def test_a_price_that_cannot_be(client, account, owner, changed, words):
    answer = page(client, owner, "provider_price_add", account.uuid, **{**PRICE, **changed})
    assert words in answer.text
    assert not account.prices.exists()


def test_a_price_that_hangs_on_switches(client, team, owner, sandbox):
    account = make_account(team, owner, sandbox, "useapi")
    typed = {
        "price-operation": "text_to_video",
        "price-model": "v6",
        "price-quality": "",
        "price-formula": "per_second",
        "price-amount": "3.5",
        "price-unit": "plan credits",
        "price-since": "2026-01-01",
        "price-with_off_peak": "on",
        "price-with_preview": "off",
        "price-when": '{"duration": [1, 2, 3]}',
    }
    answer = page(client, owner, "provider_price_add", account.uuid, **typed)
    row = account.prices.get()
    assert row.when == {"off_peak": True, "preview": False, "duration": [1, 2, 3]}
    assert "1, 2 or 3 s, with off peak, without preview" in answer.text
    for amiss in (
        {"price-when": '{"duration": [99]}'},
        {"price-when": '{"colour": "red"}'},
        {"price-when": "[1]"},
        {"price-when": '{"duration": {}}'},
        {"price-model": "kling-v3"},
        {"price-with_off_peak": "perhaps"},
    ):
        page(client, owner, "provider_price_add", account.uuid, **{**typed, **amiss})
        assert account.prices.count() == 1, amiss


def test_a_price_must_be_countable(client, account, owner):
    typed = {**PRICE, "price-operation": "upscale", "price-model": "pixverse"}
    typed |= {"price-quality": "", "price-audio": ""}
    answer = page(client, owner, "provider_price_add", account.uuid, **typed)
    assert "It cannot be counted so" in answer.text
    typed["price-formula"] = "per_source_second"
    page(client, owner, "provider_price_add", account.uuid, **typed)
    assert account.prices.get().formula == "per_source_second"


def test_mask_selection_has_a_price_of_its_own(client, account, owner):
    typed = {**PRICE, "price-operation": "mask_selection", "price-model": "", "price-audio": ""}
    typed |= {"price-quality": "", "price-formula": "per_clip", "price-amount": "2"}
    assert "Mask selection" in page(client, owner, "provider", account.uuid).text
    page(client, owner, "provider_price_add", account.uuid, **typed)
    assert account.prices.get().operation == "mask_selection"


def test_many_unknown_prices_come_in_pages_and_can_be_narrowed(client, team, owner, sandbox):
    account = make_account(team, owner, sandbox, "useapi")
    client.force_login(owner)
    url = reverse("provider", args=[team.slug, account.uuid])
    first = client.get(url).text
    assert first.count('class="gap"') == 12
    assert "gaps=2" in first
    second = client.get(url, {"gaps": "2"}).text
    assert second.count('class="gap"') == 12
    narrowed = client.get(url, {"operation": "upscale"}).text
    assert narrowed.count('class="gap"') == 1
    for strange in ({"gaps": "x"}, {"gaps": "999"}, {"operation": "nothing"}, {"own": "-1"}):
        assert client.get(url, strange).status_code == 200


def test_an_unknown_price_is_listed_until_it_is_entered(client, team, owner, sandbox):
    account = make_account(team, owner, sandbox, "easyrouter")
    answer = page(client, owner, "provider", account.uuid)
    assert 'class="missing"' in answer.text
    typed = {
        "price-operation": "",
        "price-model": "",
        "price-quality": "",
        "price-formula": "per_clip",
        "price-amount": "0.30",
        "price-unit": "USD",
        "price-since": "2026-01-01",
    }
    answer = page(client, owner, "provider_price_add", account.uuid, **typed)
    assert "Every clip that this account can make has a price" in answer.text


def test_a_ceiling(client, account, owner):
    page(client, owner, "provider_ceiling", account.uuid, **{"ceiling-amount": "0.500001"})
    account.refresh_from_db()
    assert account.ceiling_micros == 500_001
    answer = page(client, owner, "provider_ceiling", account.uuid, **{"ceiling-amount": "1,5x"})
    assert "1,5x" in answer.text
    page(client, owner, "provider_ceiling", account.uuid, **{"ceiling-amount": ""})
    account.refresh_from_db()
    assert account.ceiling_micros is None


CHANGES = ["enable", "disable", "test", "rate_add", "price_add", "ceiling"]


@pytest.mark.parametrize("name", CHANGES)
def test_only_owners_change(client, account, member, auditor, outsider, name):
    before = AuditLine.objects.count()
    for user, status in ((outsider, 404), (member, 403), (auditor, 403)):
        answer = page(client, user, f"provider_{name}", account.uuid, go="1")
        assert answer.status_code == status
    assert AuditLine.objects.count() == before


def test_members_see_the_list_and_no_money_or_words_of_the_provider(client, account, member):
    account.trouble, account.trouble_said = Trouble.BROKEN, "operator balance 12.34"
    account.save()
    text = page(client, member, "providers").text
    assert account.name in text and account.get_trouble_display() in text
    assert "operator balance" not in text and "Unknown prices" not in text
    assert page(client, member, "provider", account.uuid).status_code == 403


def test_auditors_see_prices_and_no_forms(client, account, auditor):
    answer = page(client, auditor, "provider", account.uuid)
    assert answer.status_code == 200
    assert "Published prices" in answer.text
    assert "Enter a rate" not in answer.text and "Withdraw" not in answer.text
    assert page(client, auditor, "provider_edit", account.uuid).status_code == 403


def test_another_teams_account_does_not_exist(client, account, owner):
    from accounts.models import Membership, Team, TeamRole

    other = Team.objects.create(slug="other", name="Other")
    Membership.objects.create(team=other, user=owner, role=TeamRole.OWNER)
    client.force_login(owner)
    for name in ("provider", "provider_edit"):
        url = reverse(name, args=["other", account.uuid])
        assert client.get(url).status_code == 404


def test_every_provider_has_a_form_and_a_page(client, team, owner, sandbox):
    from generations.catalogue.loader import providers

    for provider in providers():
        assert page(client, owner, "provider_add", provider).status_code == 200
        account = make_account(team, owner, sandbox, provider)
        assert page(client, owner, "provider", account.uuid).status_code == 200
        answer = page(client, owner, "provider_test", account.uuid, go="1")
        assert account.name in answer.text
        account.refresh_from_db()
        assert account.trouble == "", account.trouble_said
    assert page(client, owner, "providers").status_code == 200


def test_fewer_jobs_than_set_run_only_while_that_is_believed(client, team, owner, sandbox):
    account = make_account(team, owner, sandbox, "pixverse")
    now = timezone.now()
    for minutes, limit, words in ((1, 1, "5 again at"), (11, 5, "running at once")):
        learned = {"learned_limit": 1, "learned_at": now - dt.timedelta(minutes=minutes)}
        ProviderAccount.objects.filter(pk=account.pk).update(concurrency=5, **learned)
        text = page(client, owner, "providers").text
        assert f"0 of {limit}<small>" in text
        assert words in text
        account.refresh_from_db()
        assert account.limit == limit
