"""What a change of prices does is shown before it is saved, offer by offer."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import closing
from accounts.models import AuditLine
from generations.models import TeamPrice, UnitRate
from tests.provider_pages.conftest import make_account
from tests.provider_pages.test_pages import PRICE

RATE = {"rate-usd_per_unit": "0.01", "rate-since": "2026-01-01", "rate-note": "plan B"}


@pytest.fixture
def press(client, owner):
    """Press a button of an account's page; what stands there then, and in its cells."""
    client.force_login(owner)

    def go(view, account, *args, **typed):
        url = reverse(view, args=["sample", account.uuid, *args])
        answer = client.post(url, typed, follow=True)
        text = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
        seen = re.search(r'name="seen" value="(\w+)"', answer.text)
        return text, seen[1] if seen else ""

    return go


def saved():
    return UnitRate.objects.count(), TeamPrice.objects.count(), AuditLine.objects.count()


def test_a_rate_says_which_offers_change(press, account):
    before, today = saved(), timezone.localdate().isoformat()
    typed = RATE | {"rate-since": today}
    text, seen = press("provider_rate_add", account, **typed)
    assert re.search(r"These \d+ offers change", text)
    # 7 credits a second at $0.005, then at $0.01.
    assert re.search(r"V6 540p, silent \$0\.0350* a second \$0\.070* a second more", text)
    assert "$0.01 for one of its PixVerse credits, $0.005 until now" in text
    assert saved() == before, "only looked at"
    press("provider_rate_add", account, **typed, seen=seen)
    assert saved() == (before[0] + 1, before[1], before[2] + 1)
    # One that is older than the one that holds changes nothing, and says so.
    assert "No offer changes" in press("provider_rate_add", account, **RATE)[0]


def test_a_price_touches_only_what_it_speaks_of(press, account):
    text, seen = press("provider_price_add", account, **PRICE)
    assert "One offer changes" in text
    assert "7.5 PixVerse credits per second: text to video, v6, 720p, silent" in text
    assert "Text to video V6 720p, silent $0.0450 a second $0.0375 a second less" in text
    press("provider_price_add", account, **PRICE, seen=seen)
    row = account.prices.get()
    text, seen = press("provider_price_withdraw", account, row.pk)
    assert "$0.0375 a second $0.0450 a second more" in text
    row.refresh_from_db()
    assert row.withdrawn_at is None
    press("provider_price_withdraw", account, row.pk, seen=seen, edit="1")
    row.refresh_from_db()
    assert row.withdrawn_at is None, "kept"
    press("provider_price_withdraw", account, row.pk, seen=seen)
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_a_ceiling_touches_what_has_no_price(press, team, owner, sandbox):
    easy = make_account(team, owner, sandbox, "easyrouter")
    text, seen = press("provider_ceiling", easy, **{"ceiling-amount": "0.5"})
    assert "no price $0.50 ceiling, held" in text
    easy.refresh_from_db()
    assert easy.ceiling_micros is None
    press("provider_ceiling", easy, **{"ceiling-amount": "0.5"}, seen=seen)
    easy.refresh_from_db()
    assert easy.ceiling_micros == 500_000


def test_what_changed_meanwhile_is_shown_again(press, account):
    _, seen = press("provider_price_add", account, **PRICE)
    UnitRate.objects.create(account=account, usd_per_unit="0.02", since=timezone.localdate())
    text, _ = press("provider_price_add", account, **PRICE, seen=seen)
    assert "Something else was changed meanwhile" in text
    assert not account.prices.exists()


def test_a_change_for_later_is_looked_at_on_its_day(press, account):
    later = timezone.localdate() + dt.timedelta(days=9)
    text, _ = press("provider_rate_add", account, **RATE | {"rate-since": later.isoformat()})
    assert f"from {later.day} {later:%B %Y} on" in text
    assert re.search(r"\$0\.0350* a second \$0\.070* a second more", text)


def test_back_to_what_was_typed_and_what_cannot_be(press, account, team):
    text, _ = press("provider_rate_add", account, **RATE, edit="1")
    assert "Enter a rate" in text
    closing.close(None, team, "2026-01", lambda: {}, {})
    assert "is closed" in press("provider_rate_add", account, **RATE)[0]
    assert account.rates.count() == 1
