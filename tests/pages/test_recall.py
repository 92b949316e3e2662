"""What of an earlier result goes back into the form: all, its prompt or its seed."""

import uuid

import pytest

from generations.models import Generation

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


@pytest.fixture
def made(make):
    """One that its provider made with a seed of its own."""
    row = make("A fern in the rain", provider="pixverse")
    Generation.objects.filter(pk=row.pk).update(report={"word": "1", "seed": 4242})
    return row


def asked(browser, at, **query):
    answer = browser.get(at("studio"), query)
    return answer.context["asked"], text(answer)


def test_a_remix_is_as_it_was_asked_and_all_has_the_seed_too(browser, at, made):
    remix, _ = asked(browser, at, remix=made.uuid)
    assert "seed" not in remix.brief.options
    whole, page = asked(browser, at, remix=made.uuid, all="yes")
    assert whole.brief.options["seed"] == 4242
    assert whole.brief.prompt == "A fern in the rain"
    assert whole.values["remix_of"] == str(made.uuid)
    assert "data-begin" not in page


@pytest.mark.parametrize(
    ("only", "given", "said"),
    [
        ("prompt", "&quot;prompt&quot;: &quot;A fern in the rain&quot;", "Its prompt is taken"),
        ("seed", "&quot;seed&quot;: &quot;4242&quot;", "Its seed 4242 is taken"),
    ],
)
def test_only_a_part_goes_into_the_form_that_stands_there(browser, at, made, only, given, said):
    form, page = asked(browser, at, remix=made.uuid, only=only)
    assert given in page
    assert said in page
    assert "remix_of" not in form.values
    assert (form.brief.prompt == "A fern in the rain") == (only == "prompt")
    assert form.brief.options.get("seed") == (4242 if only == "seed" else None)


@pytest.mark.parametrize("query", [{"only": "seed"}, {"all": "yes"}])
def test_a_seed_that_nobody_knows_is_said(browser, at, make, query):
    form, page = asked(browser, at, remix=make("kite").uuid, **query)
    assert "Nobody knows the seed" in page
    assert "seed" not in form.brief.options


def test_what_is_not_of_this_project_gives_nothing(browser, at):
    _, page = asked(browser, at, remix=uuid.uuid4(), only="prompt")
    assert "data-begin" not in page


def test_the_page_says_the_seed_and_offers_each_way(browser, at, files, account):
    made = files.clip(account["pixverse"]).removeprefix("clip:")
    Generation.objects.filter(uuid=made).update(report={"word": "1", "seed": 4242})
    page = text(browser.get(at("generation", made)))
    assert "Random: 4242" in page
    for way in ("only=prompt", "only=seed", "all=yes"):
        assert f"remix={made}&amp;{way}" in page


def test_the_prompts_of_before_are_ones_own_and_each_once(browser, at, make, creator):
    for words in ("first", "second", "first"):
        make(words)
    make("theirs", user=creator)
    assert browser.get(at("prompts_before")).json() == {"prompts": ["first", "second"]}
