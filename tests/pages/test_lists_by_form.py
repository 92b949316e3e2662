"""A provider's list within the form itself, without JavaScript: found, picked, nothing lost."""

from __future__ import annotations

import datetime as dt
import html

import pytest
from django.core.cache import cache
from django.utils import timezone
from django_q.models import OrmQ

from generations.models import Generation, Listing, ProviderAccount

from .filled import form_of

WORDS = "a kite with “quotes” & more"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def clean_cache(db):
    cache.clear()


@pytest.fixture
def shelf(account):
    """A list of an account as if it had been read."""

    def put(provider="pixverse", name="templates", labels=("Warm Hug", "Solo", "Clay"), **more):
        rows = [
            {"id": str(n), "label": label, "preview": "", "facts": {"images": "1"}}
            for n, label in enumerate(labels, 11)
        ]
        facts = {"entries": rows, "read_at": timezone.now() - HOUR} | more
        return Listing.objects.create(account=account[provider], name=name, **facts)

    return put


@pytest.fixture
def effect(browser, at, files):
    """What a browser posts for a form that makes an effect, with a picture and words in it."""
    token = files.upload()
    page = browser.get(at("studio"), {"operation": "template", "use": token, "as": "image"})
    values = form_of(page.content.decode()).values
    assert values["operation"] == "template"
    return values | {"prompt": WORDS, "takes": "2"}


def said(answer) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def test_the_opener_is_a_press_of_the_form(browser, at, effect):
    page = said(browser.post(at("quote"), effect))
    opener = page[page.rindex("<button", 0, page.index('id="choose-template"')) :]
    opener = opener[: opener.index(">")]
    assert 'type="submit" name="look_in" value="template"' in opener
    assert f'formaction="{at("quote")}"' in opener
    assert 'id="shelf"' not in page


def test_the_list_stands_in_the_form_and_nothing_is_lost(browser, at, effect, shelf):
    shelf()
    answer = browser.post(at("quote"), effect | {"look_in": "template"})
    form = form_of(answer.content.decode())
    assert form.offered["picked"] == ["pixverse:11", "pixverse:12", "pixverse:13"]
    assert "picked" not in form.values
    assert "3 in the list" in said(answer)
    assert "Read 1 h ago" in said(answer)
    same = ("prompt", "takes", "in_image_1", "operation")
    assert [form.values[one] for one in same] == [effect[one] for one in same]


def test_picked_and_closed_and_made(browser, at, effect, shelf):
    shelf()
    values = form_of(
        browser.post(at("quote"), effect | {"look_in": "template"}).content.decode()
    ).values
    answer = browser.post(at("quote"), values | {"picked": "pixverse:12", "look_in": ""})
    back = form_of(answer.content.decode()).values
    assert (back["template"], back["at_template"]) == ("12", "pixverse")
    assert (back["prompt"], back["takes"]) == (WORDS, "2")
    assert "Solo" in said(answer)
    assert 'id="shelf"' not in said(answer)
    assert not {"look_in", "look_for", "look_at", "picked"} & back.keys()
    assert browser.post(at("generate"), back).status_code == 302
    made = Generation.objects.first()
    assert made.brief.options["template"] == 12
    # It is marked where the list stands open again, and taken out as ever.
    again = form_of(browser.post(at("quote"), back | {"look_in": "template"}).content.decode())
    assert again.values["picked"] == "pixverse:12"
    out = browser.post(at("quote"), back | {"clear": "template"})
    assert form_of(out.content.decode()).values["template"] == ""


def test_a_search_keeps_the_list_open_and_what_was_picked(browser, at, effect, shelf):
    shelf()
    values = effect | {"look_in": "template", "look_for": "wArm hug", "picked": "pixverse:13"}
    answer = browser.post(at("quote"), values)
    form = form_of(answer.content.decode())
    assert form.offered["picked"] == ["pixverse:11"]
    assert (form.values["template"], form.values["look_for"]) == ("13", "wArm hug")
    assert "1 of 3 found" in said(answer)
    none = browser.post(at("quote"), effect | {"look_in": "template", "look_for": "<zebra>"})
    assert "Nothing is called “<zebra>”" in said(none)
    assert "<zebra>" not in none.content.decode()


def test_a_long_list_comes_in_pages(browser, at, effect, shelf):
    shelf(labels=[f"Effect {n}" for n in range(130)])
    seen = []
    for start in ("", "60", "120"):
        answer = browser.post(at("quote"), effect | {"look_in": "template", "look_from": start})
        seen += form_of(answer.content.decode()).offered["picked"]
        assert ('name="look_from" value="0"' in said(answer)) == (start == "60")
    assert seen == [f"pixverse:{n}" for n in range(11, 141)]
    assert 'name="look_from" value="180"' not in said(answer)


def test_whose_list(browser, at, effect, shelf, account):
    shelf("useapi", labels=["Elsewhere"])
    shelf("pixverse", labels=["Here"])
    chosen = {"look_in": "template", "look_at": str(account["useapi"].uuid)}
    answer = browser.post(at("quote"), effect | chosen)
    form = form_of(answer.content.decode())
    assert form.offered["picked"] == ["useapi:11"]
    assert form.values["look_at"] == str(account["useapi"].uuid)
    # An account that is gone, or was never there, is none to stop at.
    for gone in ("nobody", "00000000-0000-0000-0000-000000000000"):
        answer = browser.post(at("quote"), effect | {"look_in": "template", "look_at": gone})
        assert answer.status_code == 200
        assert form_of(answer.content.decode()).offered["picked"]
    ProviderAccount.objects.update(enabled=False)
    assert browser.post(at("quote"), effect | {"look_in": "template"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_list_that_nobody_read_is_read(browser, at, effect):
    answer = browser.post(at("quote"), effect | {"look_in": "template"})
    assert "This takes a few seconds" in said(answer)
    assert 'name="look_in" value="template"' in said(answer)
    rung = [row.func() for row in OrmQ.objects.all()]
    assert rung.count("generations.tasks.read_list") == 1
    browser.post(at("quote"), effect | {"look_in": "template"})
    assert [row.func() for row in OrmQ.objects.all()] == rung
    Listing.objects.update(asked_at=None, trouble="PixVerse could not be reached.")
    found = effect | {"look_in": "template", "looked_in": "template"}
    again = said(browser.post(at("quote"), found))
    assert "PixVerse could not be reached." in again
    assert 'name="looked_in" value="" ' in again, "whoever tries again opens it anew"
    again = said(browser.post(at("quote"), found | {"looked_in": ""}))
    assert "This takes a few seconds" in again


def test_a_voice_of_a_line_that_is_spoken(browser, at, files, shelf):
    shelf(name="voices", labels=["Isabella", "Kenji"])
    token = files.upload("video")
    page = browser.get(at("studio"), {"operation": "lip_sync", "use": token, "as": "source"})
    values = form_of(page.content.decode()).values | {"speech": "Welcome aboard."}
    answer = browser.post(at("quote"), values | {"look_in": "voice"})
    assert form_of(answer.content.decode()).offered["picked"] == ["pixverse:11", "pixverse:12"]
    values = form_of(answer.content.decode()).values | {"picked": "pixverse:12", "look_in": ""}
    back = browser.post(at("quote"), values)
    assert form_of(back.content.decode()).values["voice"] == "12"
    assert form_of(back.content.decode()).values["speech"] == "Welcome aboard."
    assert "Kenji" in said(back)


def test_generate_with_another_pick_shows_the_price_first(browser, at, effect, shelf):
    shelf()
    values = effect | {"look_in": "template", "picked": "pixverse:11"}
    answer = browser.post(at("generate"), values)
    assert "“Warm Hug” was chosen. Look at the price, then press Generate again." in said(answer)
    assert not Generation.objects.exists()
    again = form_of(answer.content.decode()).values
    assert browser.post(at("generate"), again).status_code == 302
    assert Generation.objects.count() == 2


@pytest.mark.parametrize("text", ["", "12", ":12", "nobody:12", "pixverse:", "pixverse:\0"])
def test_what_nobody_could_pick_changes_nothing_for_the_worse(browser, at, effect, shelf, text):
    shelf()
    values = effect | {"look_in": "template", "picked": text, "look_from": "-5"}
    assert browser.post(at("quote"), values).status_code == 200
    for name in ("prompt", "no_such", "../etc", "seed"):
        answer = browser.post(at("quote"), effect | {"look_in": name, "picked": "pixverse:12"})
        assert answer.status_code == 200
        assert 'id="shelf"' not in said(answer)
        assert form_of(answer.content.decode()).values["prompt"] == WORDS
