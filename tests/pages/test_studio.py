"""The studio: offers, generating, and what it says when it cannot."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from accounts import ledger
from accounts.budgets import set_budget
from accounts.models import Scope
from generations.models import Generation, ProviderAccount, State, Upload

HTMX = {"HX-Request": "true"}


def text(answer):
    return answer.content.decode()


def test_a_new_project_has_a_prompt_that_works_and_a_price(browser, at):
    answer = browser.get(at("studio"))
    assert answer.status_code == 200
    assert "A paper kite" in text(answer)
    assert "Generate · $" in text(answer)
    assert "style=" not in text(answer)
    assert "<script>" not in text(answer)


def test_without_scripts_a_button_stands_below_what_to_start_from(browser, at):
    intent = text(browser.get(at("studio"))).partition('id="intent"')[2].partition('id="slots"')[0]
    assert (
        f'<noscript><p><button class="btn btn-sm" type="submit" formaction="{at("quote")}"'
        in intent
    )


def test_each_account_has_a_row_and_one_is_cheapest(browser, at, form, account):
    answer = text(browser.post(at("quote"), form(), headers=HTMX))
    for one in account.values():
        assert f'value="{one.uuid}"' in answer
    assert answer.count(">cheapest<") == 1
    assert answer.count(" checked") == 1
    assert "sandbox</span>" in answer


def test_who_makes_with_play_money_goes_on_so_until_they_choose_otherwise(
    browser, at, form, account, project, owner
):
    """A cheaper account for real money, added in passing, must not be pressed by mistake."""
    real = account["pixverse"]
    ProviderAccount.objects.filter(pk=real.pk).update(play=False)

    def chosen(**more):
        offered = browser.post(at("quote"), form(**more), headers=HTMX).context["offered"]
        return offered.chosen.terms

    assert chosen().account == str(real.uuid), "nobody has made anything yet: real money first"
    play = account["worldrouter"]
    typed = form(account=str(play.uuid)) | {"best": str(real.uuid), "seen": ""}
    offered = browser.post(at("quote"), typed, headers=HTMX).context["offered"]
    typed["seen"] = str(offered.chosen.price.micros)
    browser.post(at("generate"), typed, headers=HTMX)
    assert Generation.objects.get().play
    assert chosen().play
    assert chosen(account=str(real.uuid)).account == str(real.uuid)
    answer = text(browser.post(at("quote"), form(), headers=HTMX))
    assert answer.count(">cheapest<") == 2, "one of each kind of money"


def test_the_answer_is_small_unless_the_fields_change(browser, at, form):
    same = text(browser.post(at("quote"), form(), headers=HTMX))
    assert 'id="fields"' not in same
    assert "<textarea" not in same
    other = text(browser.post(at("quote"), form(model="c1"), headers=HTMX))
    assert 'id="fields" hx-swap-oob="true"' in other
    assert 'id="prompt"' not in other


def test_the_total_counts_the_takes_and_what_is_left(browser, at, form):
    one = browser.post(at("quote"), form(), headers=HTMX).context["offered"]
    answer = browser.post(at("quote"), form(takes="4"), headers=HTMX)
    assert answer.context["offered"].total_micros == 4 * one.total_micros
    assert answer.context["left_after"] == 50_000_000 - 4 * one.total_micros


def test_an_impossible_account_says_why_and_an_owner_where_to_mend_it(
    browser, signed_in, creator, at, form, account
):
    ProviderAccount.objects.filter(pk=account["useapi"].pk).update(trouble="bad_key")
    mine = text(browser.post(at("quote"), form(), headers=HTMX))
    assert "The provider does not take the key" in mine
    assert "Open the account" in mine
    theirs = text(signed_in(creator).post(at("quote"), form(), headers=HTMX))
    assert "Open the account" not in theirs


def test_a_pinned_account_stays_until_it_cannot(browser, at, form, account):
    pinned = form(account=str(account["easyrouter"].uuid), best=str(account["useapi"].uuid))
    chosen = browser.post(at("quote"), pinned, headers=HTMX).context["offered"].chosen
    assert chosen.terms.account == str(account["easyrouter"].uuid)
    ProviderAccount.objects.filter(pk=account["easyrouter"].pk).update(enabled=False)
    answer = browser.post(at("quote"), pinned, headers=HTMX)
    assert answer.context["offered"].chosen.terms.account != str(account["easyrouter"].uuid)
    assert "cannot make this" in text(answer)


def test_nothing_can_make_it(browser, at, form, project):
    project.team.provider_accounts.update(enabled=False)
    answer = text(browser.post(at("quote"), form(), headers=HTMX))
    assert "Nothing can make this" in answer
    assert "data-cannot" in answer


def test_without_htmx_the_whole_page_comes_with_what_was_typed(browser, at, form):
    answer = text(browser.post(at("quote"), form(prompt="my <b>own</b> words")))
    assert escape("my <b>own</b> words") in answer
    assert "<html" in answer


def priced(browser, at, form, **more):
    shown = browser.post(at("quote"), form(**more), headers=HTMX).context["offered"]
    chosen = shown.chosen
    return form(**more) | {
        "account": chosen.terms.account,
        "best": shown.best,
        "seen": str(chosen.price.micros),
    }


def test_generating_makes_the_takes_and_holds_the_money(browser, at, form, project):
    typed = priced(browser, at, form, takes="3")
    answer = browser.post(at("generate"), typed, headers=HTMX)
    assert Generation.objects.count() == 3
    assert text(answer).count('class="card2"') == 3
    assert "afterbegin:#cards" in text(answer)
    assert answer["HX-Trigger-After-Settle"] == "look"
    assert typed["form_token"] not in text(answer)
    held = ledger.standing(project.team, play=True).held_micros
    assert held == 3 * int(typed["seen"])


def test_a_double_click_is_one_generation(browser, at, form):
    typed = priced(browser, at, form)
    browser.post(at("generate"), typed, headers=HTMX)
    answer = browser.post(at("generate"), typed, headers=HTMX)
    assert Generation.objects.count() == 1
    assert str(Generation.objects.get().uuid) in text(answer)


def test_without_htmx_it_leads_back_to_the_studio(browser, at, form):
    answer = browser.post(at("generate"), priced(browser, at, form))
    assert answer.status_code == 302
    made = Generation.objects.get()
    assert answer["Location"] == f"{at('studio')}?after={made.uuid}"
    # A new page, for there are no scripts; what was typed stands there still.
    assert "a paper boat</textarea>" in text(browser.get(answer["Location"]))


def pressed_again(browser, at, form, **more):
    """Back, or another tab: the same form with a token of its own."""
    return browser.post(at("generate"), priced(browser, at, form, **more), headers=HTMX)


def test_the_same_brief_pressed_again_is_asked_about_before_it_costs_twice(browser, at, form):
    """Back and Generate without scripts, or two tabs: each form has a token of its own."""
    pressed_again(browser, at, form)
    first = Generation.objects.get()
    typed = priced(browser, at, form)
    answer = text(browser.post(at("generate"), typed))
    assert Generation.objects.count() == 1
    assert "You asked for this 1 second ago; it is under way." in answer
    assert at("generation", first.uuid) in answer
    assert "a paper boat</textarea>" in answer
    # The button makes one on purpose, and pressed twice it makes one.
    another = typed | {"again": str(first.uuid)}
    assert f'name="again" value="{first.uuid}"' in answer
    assert [browser.post(at("generate"), another).status_code for _ in range(2)] == [302, 302]
    assert Generation.objects.count() == 2
    # Another tab that knows of the first one only is told of the second.
    answer = pressed_again(browser, at, form, again=str(first.uuid))
    assert "Make another?" in text(answer)
    assert Generation.objects.count() == 2


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ({"state": State.SUCCEEDED}, "it is done"),
        ({"state": State.UNCERTAIN}, "what became of it is not known yet"),
        ({"state": State.RUNNING, "ago": 600}, "10 minutes ago; it is under way"),
        ({"state": State.SUCCEEDED, "ago": 600}, ""),
        ({"state": State.FAILED}, ""),
        ({"state": State.CANCELLED}, ""),
    ],
)
def test_what_is_asked_about_is_under_way_or_moments_old(browser, at, form, then, words):
    pressed_again(browser, at, form)
    ago = timedelta(seconds=then.pop("ago", 5))
    Generation.objects.update(created_at=timezone.now() - ago, **then)
    answer = text(pressed_again(browser, at, form))
    assert Generation.objects.count() == (1 if words else 2)
    assert words in answer


@pytest.mark.parametrize("more", [{"prompt": "another boat"}, {"takes": "2"}, {"seed": "7"}])
def test_another_brief_is_made_without_a_question(browser, at, form, more):
    pressed_again(browser, at, form)
    assert "Make another" not in text(pressed_again(browser, at, form, **more))
    assert Generation.objects.count() == 1 + int(more.get("takes", 1))


def test_a_remix_is_on_purpose_and_its_second_press_is_not(browser, at, form):
    pressed_again(browser, at, form)
    first = Generation.objects.get()
    pressed_again(browser, at, form, remix_of=str(first.uuid))
    assert Generation.objects.count() == 2
    assert "Make another" in text(pressed_again(browser, at, form, remix_of=str(first.uuid)))
    assert Generation.objects.count() == 2


def test_a_price_that_changed_stops_it_and_is_shown(browser, at, form):
    typed = priced(browser, at, form) | {"seen": "1"}
    answer = browser.post(at("generate"), typed, headers=HTMX)
    assert answer.status_code == 200
    assert "The price changed" in text(answer)
    assert 'id="total"' in text(answer)
    assert not Generation.objects.exists()


def test_over_the_budget_is_a_sentence(browser, at, form, project, owner):
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=1)
    answer = browser.post(at("generate"), priced(browser, at, form), headers=HTMX)
    assert 'class="msg bad"' in text(answer)
    assert not Generation.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"prompt": ""}, "Write what should happen"),
        ({"prompt": "x" * 6000}, "Shorten it by 1,000"),
        ({"operation": "image_to_video"}, "Add a picture first"),
        ({"seed": "abc"}, "Seed is a whole number"),
        ({"account": ""}, "Choose where to make it"),
        ({"account": "nonsense"}, "Choose where to make it"),
        ({"form_token": "nonsense"}, "Choose where to make it"),
    ],
)
def test_bad_input_says_what_to_do_and_makes_nothing(browser, at, form, more, words):
    answer = browser.post(at("generate"), priced(browser, at, form) | more, headers=HTMX)
    assert answer.status_code == 200
    assert words in text(answer)
    assert not Generation.objects.exists()


def test_a_viewer_sees_the_feed_but_no_form_and_no_money(signed_in, viewer, at, make, form):
    make()
    client = signed_in(viewer)
    answer = text(client.get(at("studio")))
    assert "a paper boat" in answer
    assert 'id="compose"' not in answer
    assert "$" not in answer
    assert client.post(at("generate"), form()).status_code == 403
    assert client.post(at("quote"), form()).status_code == 403


def test_a_remix_is_filled_in_with_its_picture(browser, at, project, picture, account, owner):
    from generations import lifecycle, offers
    from generations.catalogue.types import Brief

    options = {"quality": "720p", "duration": 5, "audio": False}
    brief = Brief("image_to_video", "v6", "a kite", options, (picture.as_input(),))
    seen = offers.quote(project, brief).of(str(account["pixverse"].uuid)).price.micros
    (one,) = lifecycle.request(
        project=project,
        user=owner,
        brief=brief,
        account=account["pixverse"],
        form_token=uuid.uuid4(),
        seen_micros=seen,
    )
    answer = browser.get(at("studio"), {"remix": one.uuid})
    asked = answer.context["asked"]
    assert asked.brief == brief
    assert asked.account == str(account["pixverse"].uuid)
    assert "boat.png" in text(answer)
    assert Upload.objects.count() == 1


def test_elsewhere_is_pinned_to_another_and_says_what_is_lost(browser, at, make, account):
    one = make(provider="pixverse")
    Generation.objects.filter(pk=one.pk).update(
        brief_json={**one.brief_json, "options": {**one.brief_json["options"], "seed": 7}}
    )
    answer = browser.get(at("studio"), {"remix": one.uuid, "elsewhere": "1"})
    chosen = answer.context["offered"].chosen
    assert chosen.terms.account != str(account["pixverse"].uuid)
    assert "same brief at another provider" in text(answer)


@pytest.mark.parametrize("remix", ["nonsense", "6f1c54a6-2d2a-4a5e-9d43-3b0f6f6f2b11"])
def test_a_remix_of_nothing_is_a_fresh_form(browser, at, remix):
    assert browser.get(at("studio"), {"remix": remix}).status_code == 200


def test_chips_live_in_the_address(browser, at, make, creator):
    make("mine")
    make("theirs", user=creator)
    make("broken", state=State.FAILED, cause="failed")
    mine = text(browser.get(at("studio"), {"show": "mine"}))
    assert ">mine<" in mine
    assert ">theirs<" not in mine
    failed = text(browser.get(at("studio"), {"show": "failed"}))
    assert ">broken<" in failed
    assert ">mine<" not in failed
    assert browser.get(at("studio"), {"show": "nonsense"}).status_code == 404


def test_older_cards_come_page_by_page(browser, at, make, monkeypatch):
    monkeypatch.setattr("generations.feed.PAGE", 2)
    first, *_ = [make(f"clip {number}") for number in range(3)]
    answer = browser.get(at("studio"))
    older = answer.context["older"]
    assert f"g-{first.uuid}" not in text(answer)
    more = browser.get(at("studio"), {"before": older}, headers=HTMX)
    assert f"g-{first.uuid}" in text(more)
    assert more.context["older"] is None
    assert "beforeend:#cards" in text(more)
    assert "<html" in text(browser.get(at("studio"), {"before": older}))
