"""What card, timeline and audit say of one clip is one truth, and it names the next step."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts import ledger
from generations import feed, lifecycle
from generations.auditing.panel import panel
from generations.causes import explain
from generations.dispatch.poller import Poller
from generations.models import Generation, Project, State

pytestmark = pytest.mark.django_db(transaction=True)


def row(one: Generation) -> Generation:
    found = Generation.objects.select_related("account", "project", "user", "asset")
    return found.get(pk=one.pk)


def card(one: Generation) -> feed.Card:
    viewer = feed.Viewer(one.user_id, may_create=True, may_resolve=True, sees_money=True)
    return feed.cards([row(one)], one.project, viewer)[0]


def page(client, one: Generation) -> str:
    client.force_login(one.user)
    address = reverse("generation", args=[one.project.team.slug, one.project.uuid, one.uuid])
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def version(one: Generation) -> int:
    return Project.objects.get(pk=one.project_id).version


def test_a_charge_against_the_rules_is_said_so_everywhere(client, story):
    one = story.work(story.ask("worldrouter", words="[charge-failed]"), {State.FAILED})
    said = explain(one)
    account = one.account.name
    assert said.headline == f"{account} reports a charge, against its own rules"
    told = one.report["against_rules"]
    assert said.money.endswith(f"stays held until a person says; {told} is reported.")
    assert "Your request was fine" not in said.detail
    assert card(one).action.label == "Say what it cost"
    assert f"which reports a charge of {told}" in one.events.last().text
    assert "not known" not in one.events.last().text
    # Its page and the page of what waits say the same, and the one leads to the other.
    whole = page(client, one)
    assert "against its own rules" in whole
    assert f"#r-{one.uuid}" in whole
    waiting = client.get(reverse("uncertain", args=[one.project.team.slug])).content.decode()
    assert "against its own rules" in waiting


def test_where_a_list_of_charges_tells_a_person_is_not_the_first_to_be_asked(client, story):
    one = story.work(story.ask("pixverse", words="[fail]"), {State.FAILED})
    assert "PixVerse's list of charges is read every hour and usually tells" in explain(one).money
    assert card(one).action.label == "Or say it yourself"
    assert "usually tells" in one.events.last().text
    reported = panel(row(one)).witnesses[1]
    assert (reported.amount, reported.tone) == (None, "")
    assert re.fullmatch(r"\d+ PixVerse credits when it took it, nothing since\.", reported.words)
    assert "told when it took it: " in page(client, one)


def test_elsewhere_a_person_is_asked(story):
    one = story.work(story.ask("pixazo", words="[fail]"), {State.FAILED})
    assert card(one).action.label == "Say whether it was charged"
    assert explain(one).money.endswith("stays held until it is known.")


@pytest.mark.parametrize(
    ("provider", "words"),
    [("worldrouter", "own console can tell"), ("easyrouter", "own console can tell")],
)
def test_a_lost_reply_says_who_can_find_out(client, story, provider, words):
    one = story.work(story.ask(provider, words="[lost-reply]"), {State.UNCERTAIN})
    assert words in explain(one).detail
    assert "checking" not in explain(one).detail
    client.force_login(one.user)
    waiting = client.get(reverse("uncertain", args=[one.project.team.slug])).content.decode()
    assert f'href="{story.sandbox.url}/"' in waiting
    assert "documentation" not in waiting


def test_where_a_webhook_may_name_it_we_are_checking(story):
    one = story.work(story.ask("pixverse", words="[lost-reply]"), {State.UNCERTAIN})
    assert "we are checking" in explain(one).detail


def test_while_it_runs_nothing_is_said_of_what_came(story):
    one = story.work(story.ask("worldrouter", words="[never]"), {State.RUNNING})
    assert panel(row(one)).witnesses[2].words == "Nothing yet."
    done = story.work(story.ask("worldrouter", words="[fail]"), {State.FAILED})
    assert panel(row(done)).witnesses[2].words == "Nothing came."


def test_what_runs_much_longer_than_usual_says_so_once(client, story):
    one = story.work(story.ask("easyrouter", words="[never]"), {State.RUNNING})
    Generation.objects.update(due_at=one.created_at)
    Poller().run(0.5)
    assert card(one).explained is None
    story.hurry(one, minutes=6)
    before = version(one)
    Poller().run(0.5)
    assert version(one) == before + 1
    said = card(one).explained
    assert said.headline == "Much longer than usual"
    assert re.search(r"by (\d+ \w+ )?\d\d:\d\d it goes to “To resolve”", said.detail)
    assert "cannot be cancelled" in said.detail
    assert "stays held" in said.money
    assert card(one).action.label == "Make it at another provider"
    assert card(one).tone == "warn"
    assert "Much longer than usual" in page(client, one)
    # Looked at again, nothing more is written.
    Generation.objects.update(due_at=row(one).created_at)
    Poller().run(0.5)
    lifecycle.overdue(row(one))
    assert version(one) == before + 1
    assert row(one).events.filter(kind="late").count() == 1
    # In the end a person is asked.
    story.hurry(one, hours=2)
    one = story.work(one, {State.UNCERTAIN})
    assert one.cause == "overdue"
    assert explain(one).headline.endswith("never finished it")


def test_a_double_charge_is_marked_and_leads_to_its_case(client, story):
    one = story.work(story.ask("worldrouter", words="[wrong-charge]"))
    assert one.state == State.SUCCEEDED
    assert one.charged_micros == 2 * one.price_micros
    whole = page(client, one)
    assert '<a class="tag warn" href="#h-witnesses">twice the price</a>' in whole
    assert 'id="h-witnesses"' in whole
    studio = reverse("studio", args=[one.project.team.slug, one.project.uuid])
    assert "#h-witnesses" in client.get(studio).content.decode()


@pytest.mark.parametrize("provider", ["pixverse", "useapi"])
def test_what_was_charged_beyond_the_hold_has_its_own_units(client, story, provider):
    one = story.work(story.ask(provider, words="[wrong-charge]"))
    units = [row.units for row in ledger.movements(str(one.uuid)) if row.kind == "settle"][0]
    client.force_login(one.user)
    found = client.get(card(one).url).context["movements"]

    settled = next(row for row in found if row.kind == "settle")
    over = next(row for row in found if row.key.endswith(":over"))
    assert settled.part + over.part == units
    assert settled.part == over.part * settled.micros / over.micros
