"""Every fault word, in every dialect."""

import re
import time
from pathlib import Path

import pytest
import requests

from generations.sandbox.faults import FAULTS, known, words_in
from tests.sandbox.speakers import speaker

DOOR = {
    "refuse": {
        "pixverse": (200, "400017"),
        "worldrouter": (400, "400013"),
        "pixazo": (400, "Bad Request"),
        "easyrouter": (400, "invalid_request"),
        "useapi": (400, "request refused"),
    },
    "moderate-now": {
        "pixverse": (200, "500063"),
        "worldrouter": (400, "500063"),
        "pixazo": (422, "moderation"),
        "easyrouter": (400, "sensitive_words_detected"),
        "useapi": (422, "AI moderator"),
    },
    "no-balance": {
        "pixverse": (200, "500090"),
        "worldrouter": (402, "available_nano"),
        "pixazo": (402, "Insufficient Balance"),
        "easyrouter": (402, "insufficient user quota"),
        "useapi": (412, "All Credits have been used up"),
    },
    "locked": {
        "pixverse": (200, "400012"),
        "worldrouter": (403, "forbidden"),
        "pixazo": (403, "Forbidden"),
        "easyrouter": (403, "no access to this model"),
        "useapi": (596, "pending error"),
    },
    "flood": {
        "pixverse": (200, "500044"),
        "worldrouter": (429, "pixverse_too_many_pending_tasks"),
        "pixazo": (429, "Rate limit"),
        "easyrouter": (429, "rate_limit_exceeded"),
        "useapi": (429, "Reached the limit for concurrent generations."),
    },
    "5xx": dict.fromkeys(("pixverse", "worldrouter", "pixazo", "easyrouter", "useapi"), (500, "")),
}
CASES = [(word, provider) for word, table in DOOR.items() for provider in table]


@pytest.mark.parametrize("word, provider", CASES)
def test_at_the_door_nothing_is_made(sandbox, word, provider):
    who = speaker(sandbox, provider)
    status, said = DOOR[word][provider]
    with who.session:
        reply = who.text(f"A kite [{word}]")
    assert reply.status_code == status
    assert said.lower() in reply.text.lower()
    assert who.mine() == []
    assert who.charged() == 0


def test_busy_twice_then_welcome(anyone):
    tries = [anyone.text("Patience [busy]") for _ in range(3)]
    assert [len(anyone.mine())] == [1]
    assert tries[0].text == tries[1].text != tries[2].text
    assert anyone.remote_id(tries[2])


def test_reset_makes_nothing(anyone):
    with pytest.raises(requests.ConnectionError, match="[Rr]eset"):
        anyone.text("Gone [reset]")
    assert anyone.mine() == []


def test_lost_reply_made_a_job(anyone):
    with pytest.raises(requests.ConnectionError):
        anyone.text("Who knows [lost-reply]")
    (job,) = anyone.mine()
    assert job["prompt"] == "Who knows [lost-reply]"


def test_5xx_made_and_garbled_made_a_job(anyone):
    page = anyone.text("Behind a gateway [5xx-made]")
    assert (page.status_code, page.headers["Content-Type"]) == (502, "text/html")
    garbled = anyone.text("Noise [garbled]")
    with pytest.raises(ValueError):
        garbled.json()
    assert len(anyone.mine()) == 2


# Which bad ends keep their charge: only Pixazo's FAILED does.
ENDS = {"fail": "failed", "moderate": "moderated", "error": "failed", "charge-failed": "failed"}


@pytest.mark.parametrize("word", ENDS)
def test_bad_ends_and_their_money(anyone, word):
    _, reply = anyone.done(f"Sorry [{word}]")
    pixazo_error = anyone.name == "pixazo" and word == "error"
    assert anyone.state(reply) == ("error" if pixazo_error else ENDS[word])
    kept = word == "charge-failed" or (anyone.name == "pixazo" and word in ("fail", "moderate"))
    assert (anyone.charged() > 0) is kept


def test_wrong_charge_is_double(anyone):
    plain = speaker(anyone.sandbox, anyone.name)
    with plain.session:
        _, reply = plain.done("Plain")
    first = anyone.text("Dear [wrong-charge]")
    anyone.ended(anyone.remote_id(first))
    assert anyone.charged() == pytest.approx(2 * plain.charged())
    if anyone.name in ("pixverse", "worldrouter"):
        assert first.json()["Resp"]["credits"] == anyone.charged()
    if anyone.name == "useapi":
        assert first.json()["cost_credits"] == anyone.charged()


def test_slow_and_never(anyone):
    for word in ("slow", "never"):
        anyone.text(f"Waiting [{word}]")
    slow, never = (anyone.sandbox.world.jobs.all[row["number"]] for row in anyone.mine())
    assert 200 <= slow.ends - slow.starts <= 400
    if anyone.name == "easyrouter":
        assert never.ends - never.born == 1440 * 60
    else:
        assert never.ends is None


def test_polls_that_fail_three_times(anyone):
    for word, wanted in (("poll-5xx", 500), ("poll-404", None)):
        remote_id = anyone.remote_id(anyone.text(f"Ask again [{word}]"))
        for _ in range(3):
            reply = anyone.status(remote_id)
            assert reply.status_code == wanted or anyone.state(reply) != "done"
        assert anyone.state(anyone.ended(remote_id)) == "done"
    strange = {"pixverse": 200, "worldrouter": 200, "pixazo": 404, "easyrouter": 400, "useapi": 404}
    remote_id = anyone.remote_id(anyone.text("Not there [poll-404][slow]"))
    assert anyone.status(remote_id).status_code == strange[anyone.name]


def test_a_status_nobody_knows(anyone):
    remote_id = anyone.remote_id(anyone.text("Odd [unknown-status] [slow]"))
    deadline = time.monotonic() + 10
    while anyone.state(anyone.status(remote_id)) != "strange":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_expired_link_is_fresh_after_asking(anyone):
    remote_id, reply = anyone.done("Too late [expired-link]")
    assert anyone.link(anyone.status(remote_id)) == anyone.link(reply)
    assert anyone.session.get(anyone.link(reply)).status_code == 403
    fresh = anyone.link(anyone.status(remote_id))
    assert anyone.session.get(fresh).status_code == 200


def test_dead_link(anyone):
    remote_id, reply = anyone.done("Nothing there [dead-link]")
    for _ in range(2):
        assert anyone.session.get(anyone.link(anyone.status(remote_id))).status_code == 404


def test_truncated_files(anyone):
    for word in ("truncated", "truncated-always"):
        _, reply = anyone.done(f"Half [{word}]")
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            anyone.session.get(anyone.link(reply))
        if word == "truncated":
            assert anyone.session.get(anyone.link(reply)).content[4:8] == b"ftyp"
        else:
            with pytest.raises(requests.RequestException):
                anyone.session.get(anyone.link(reply))


def test_wrong_type(anyone):
    _, reply = anyone.done("A page [wrong-type]")
    answer = anyone.session.get(anyone.link(reply))
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"ftyp" not in answer.content


def test_easyrouter_content_shares_the_links_faults(easyrouter):
    remote_id, _ = easyrouter.done("Proxy [expired-link]")
    assert easyrouter.content(remote_id).status_code == 502
    easyrouter.status(remote_id)
    assert easyrouter.content(remote_id).status_code == 200
    remote_id, _ = easyrouter.done("Proxy [dead-link]")
    assert easyrouter.content(remote_id).status_code == 502


def test_words_and_aliases():
    assert words_in("A [SLOW] fox, [429] and [nonsense]") == {"slow", "busy"}
    assert known(["[lost-answer]"]) == ["lost-reply"]
    with pytest.raises(KeyError):
        known(["nonsense"])


def test_the_page_in_docs_lists_every_word():
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()
    listed = set(re.findall(r"^\| `\[([a-z0-9-]+)\]`", page, re.MULTILINE))
    assert listed == set(FAULTS)
    for fault in FAULTS.values():
        for alias in fault.aliases:
            assert f"[{alias}]" in page


def test_faults_chosen_from_outside(anyone):
    url = anyone.sandbox.url + "/control/faults"
    asked = {"provider": anyone.name, "words": ["refuse"], "times": 2}
    assert anyone.session.post(url, json=asked).ok
    assert not anyone.mine()
    for _ in range(2):
        anyone.text("Struck")
    assert not anyone.mine()
    assert anyone.remote_id(anyone.text("Spared"))
    anyone.session.post(url, json={"provider": anyone.name, "words": "refuse", "times": "always"})
    for _ in range(3):
        anyone.text("Struck")
    anyone.session.post(url, json={"provider": anyone.name, "mode": "off"})
    assert len(anyone.mine()) == 1
    assert anyone.session.post(url, json={"words": "nonsense"}).status_code == 400
