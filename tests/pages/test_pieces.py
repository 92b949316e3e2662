"""What is drawn once for all who look at the same, and never out of date."""

import re
from dataclasses import replace

import pytest
from django.middleware.csrf import _does_token_match

from generations import pieces
from generations.faces import Face
from generations.models import Generation, State
from generations.pictures import Picture
from generations.prompts import cards as prompts
from generations.results.cards import Card
from generations.uploads import cards as uploads


@pytest.fixture(autouse=True)
def nothing_kept():
    pieces.forget()


@pytest.fixture
def card():
    words = dict.fromkeys(Card.__dataclass_fields__, "")
    more = {"picture": Picture(), "may_mark": True, "play": True, "starred": False, "rating": 0}
    return Card(**{**words, **more, "icon": "movie", "tags": (), "bin": None, "oob": False})


def test_equal_values_are_drawn_once(card):
    first = pieces.draw("results/_card.html", card, "one")
    assert pieces.draw("results/_card.html", replace(card), "one") == first
    assert pieces._kept.cache_info().misses == 1


def test_each_request_has_its_own_token(card):
    mine, theirs = (pieces.draw("results/_card.html", card, token) for token in ("mine", "theirs"))
    assert 'name="csrfmiddlewaretoken" value="mine"' in mine
    assert mine.replace("mine", "theirs") == theirs
    assert pieces._TOKEN not in mine


def test_what_a_developer_changes_is_seen_at_once(card, settings):
    settings.DEBUG = True
    pieces.draw("results/_card.html", card)
    assert not pieces._kept.cache_info().currsize


@pytest.mark.parametrize("what", [Card, Face, Picture, prompts.Card, uploads.Card])
def test_a_card_has_nothing_that_could_change_behind_it(what):
    """A row of the database equals itself whatever it says: it must be no part of a card."""
    assert what.__dataclass_params__.frozen
    known = {"str", "int", "bool", "tuple", "Bin", "Menu", "Picture"}
    known |= {"Explained", "Action", "None"}
    for field in what.__dataclass_fields__.values():
        assert set(re.findall(r"\w+", field.type)) <= known, field.name


def test_a_card_shows_each_change_at_once(browser, at, make):
    row = make()
    assert "Too odd" not in browser.get(at("studio")).text
    Generation.objects.filter(pk=row.pk).update(state=State.FAILED, cause="refused", said="Too odd")
    assert "Too odd" in browser.get(at("studio")).text


def test_the_form_of_a_card_has_the_token_of_who_asks(browser, at, make):
    row = make()
    page = browser.get(at("studio"))
    form = page.text.partition(f'id="g-{row.uuid}"')[2]
    told = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    assert _does_token_match(told, page.cookies["csrftoken"].value)
