"""One small request for all that moves; nothing at all when nothing did."""

import pytest

from generations import feed
from generations.lifecycle.rows import touch
from generations.models import Generation, State

HTMX = {"HX-Request": "true"}
DONE = {"state": State.FAILED, "cause": "failed", "charged_micros": 0}


def text(answer):
    return answer.content.decode()


def change(project, one, **fields):
    Generation.objects.filter(pk=one.pk).update(**fields)
    touch(one)
    project.refresh_from_db()


def test_unchanged_is_204_from_who_and_where_alone(
    browser, at, make, project, django_assert_num_queries
):
    make()
    browser.get(at("live"))
    # Session, person, membership with team, project: its version came with it.
    with django_assert_num_queries(4):
        answer = browser.get(at("live"), {"v": project.version, "top": 1}, headers=HTMX)
    assert answer.status_code == 204
    assert answer.content == b""


def test_a_changed_card_comes_to_its_place_and_the_page_asks_on(browser, at, make, project):
    one, other = make("one"), make("other")
    seen = project.version
    change(project, one, state=State.RUNNING)
    answer = browser.get(at("live"), {"v": seen, "top": other.pk}, headers=HTMX)
    assert f'id="g-{one.uuid}" hx-swap-oob="true"' in text(answer)
    assert f"g-{other.uuid}" not in text(answer)
    assert "every 1500ms" in text(answer)
    assert f"v={project.version}" in text(answer)
    assert 'id="meters"' not in text(answer)
    assert "(2) Sample project" in text(answer)


def test_when_all_is_final_nothing_asks_any_more(browser, at, make, project):
    one = make()
    seen = project.version
    change(project, one, **DONE)
    answer = text(browser.get(at("live"), {"v": seen, "top": one.pk}, headers=HTMX))
    assert 'hx-trigger="look from:body"' in answer
    assert 'id="meters" hx-swap-oob="true"' in answer
    assert "every" not in text(browser.get(at("studio"))).split('hx-trigger="')[-1]


@pytest.mark.parametrize("page", ["live", "studio"])
def test_what_ends_while_a_page_is_drawn_is_looked_at_again(
    browser, at, make, project, monkeypatch, page
):
    one = make()
    seen = project.version
    change(project, one, state=State.RUNNING)
    first = []

    def ends_between(name):
        real = getattr(feed, name)

        def call(*args):
            found = real(*args)
            first.append(name)
            if len(first) == 1:
                change(project, one, **DONE)
            return found

        monkeypatch.setattr(feed, name, call)

    for name in ("counts", "cards"):
        ends_between(name)
    query = {"v": seen, "top": one.pk} if page == "live" else {}
    answer = text(browser.get(at(page), query, headers=HTMX if page == "live" else {}))
    assert first[:1] == ["counts"]
    assert "every 1500ms" in answer, "the card would stand still for ever"


def test_what_is_unknown_is_looked_at_seldom(browser, at, make, project):
    one = make()
    seen = project.version
    change(project, one, state=State.UNCERTAIN, cause="lost_reply")
    answer = text(browser.get(at("live"), {"v": seen, "top": one.pk}, headers=HTMX))
    assert "every 10s" in answer
    assert 'class="count num">1' in answer


def test_a_clip_of_somebody_else_appears(browser, at, make, project, creator):
    first = make("first")
    seen = project.version
    new = make("by carl", user=creator)
    answer = text(browser.get(at("live"), {"v": seen, "top": first.pk}, headers=HTMX))
    assert "afterbegin:#cards" in answer
    assert f'id="g-{new.uuid}"' in answer
    assert f"top={new.pk}" in answer
    hidden = browser.get(at("live"), {"v": seen, "top": first.pk, "show": "mine"}, headers=HTMX)
    assert "by carl" not in text(hidden)


def test_more_than_it_takes_at_once_comes_with_the_next_look(
    browser, at, make, project, monkeypatch
):
    monkeypatch.setattr("generations.views.live.MOST", 2)
    rows = [make(f"clip {number}") for number in range(4)]
    for one in rows:
        change(project, one, state=State.RUNNING)
    seen = Generation.objects.get(pk=rows[0].pk).version - 1
    query = {"v": seen, "top": rows[-1].pk}
    found = set()
    for _ in range(3):
        answer = browser.get(at("live"), query, headers=HTMX)
        if answer.status_code == 204:
            break
        found |= {card.uuid for card in answer.context["changed"]}
        query["v"] = answer.context["version"]
    assert found == {str(one.uuid) for one in rows}


@pytest.mark.parametrize("query", [{}, {"v": "x", "top": "y"}, {"v": "9" * 30}])
def test_nonsense_is_a_fresh_look(browser, at, make, query):
    make()
    assert browser.get(at("live"), query, headers=HTMX).status_code == 200


def test_a_viewer_gets_no_money(signed_in, viewer, at, make, project):
    one = make()
    seen = project.version
    change(project, one, state=State.RUNNING)
    answer = text(signed_in(viewer).get(at("live"), {"v": seen, "top": one.pk}, headers=HTMX))
    assert "$" not in answer


def test_a_changed_page_takes_few_queries(
    browser, at, make, project, django_assert_max_num_queries
):
    rows = [make(f"clip {number}") for number in range(6)]
    seen = project.version
    for one in rows:
        change(project, one, state=State.RUNNING)
    browser.get(at("live"), {"v": seen, "top": rows[-1].pk}, headers=HTMX)
    with django_assert_max_num_queries(10):
        browser.get(at("live"), {"v": seen, "top": rows[-1].pk}, headers=HTMX)


def test_without_scripts_a_page_that_moves_says_how_to_look_again(browser, at, make):
    one = make(state=State.RUNNING)
    for address, again in ((at("studio"), at("studio")), (at("generation", one.uuid),) * 2):
        page = text(browser.get(address))
        told = page.partition("Without scripts this page stands still.")[2].partition("</noscript>")
        assert f'<a href="{again}">Look how far it is</a>' in told[0]
    Generation.objects.update(state=State.SUCCEEDED, due_at=None)
    assert "stands still" not in text(browser.get(at("studio")))
    # Done, a card names where it was made in its small line.
    assert "· PixVerse</span>" in text(browser.get(at("studio")))
