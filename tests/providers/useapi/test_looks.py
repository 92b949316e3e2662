"""Where a job is looked for, and the lists that a form browses. Source: contract sheet useapi."""

from dataclasses import replace

import pytest

from generations.providers.menu import catalogue
from generations.providers.types import (
    Accepted,
    Access,
    Broken,
    Busy,
    Entry,
    Gone,
    Job,
    Remote,
    Response,
)
from generations.providers.useapi.adapter import UseApi
from tests.providers.asks import sample_ask
from tests.providers.captured import captured

useapi = UseApi()
VIDEO = "user:7-pixverse:bot@example.org-video:4411"
PICTURE = "user:7-pixverse:bot@example.org-image:88"
ACCESS = Access("https://api.useapi.net/v2/pixverse", "user:7-key", {"email": "bot@example.org"})
BY_NIGHT = Job(VIDEO, poll_url="/videos/")


def asked(operation, model, **options):
    offering = catalogue("useapi").offering(operation, model)
    ask = sample_ask("useapi", offering)
    brief = replace(ask.brief, options={**ask.brief.options, **options})
    return replace(ask, brief=brief)


def test_a_picture_is_looked_up_among_the_pictures():
    accepted = useapi.accepted(captured("useapi/pictures_submitted"))
    placed = useapi.placed(asked("image", "nano-banana-2"), accepted)
    assert (placed.remote_id, placed.poll_url) == (PICTURE, "")
    assert useapi.check(Job(PICTURE)).path == f"/images/{PICTURE}"


def test_a_templates_picture_is_looked_up_among_the_videos():
    accepted = useapi.accepted(captured("useapi/template_picture_submitted"))
    placed = useapi.placed(asked("image_template", "pixverse"), accepted)
    assert placed.remote_id.endswith("-image:89")
    job = Job(placed.remote_id, poll_url=placed.poll_url)
    assert useapi.check(job).path == f"/videos/{placed.remote_id}"
    answer = captured("useapi/still_running", 404)
    assert useapi.report_on(job, answer).state is Remote.RUNNING


LOOKS = [("picture_running", Remote.RUNNING), ("picture_done", Remote.SUCCEEDED)]


@pytest.mark.parametrize(("name", "state"), LOOKS)
def test_pictures(name, state):
    report = useapi.report_on(Job(PICTURE), captured(f"useapi/{name}"))
    assert (report.state, report.known) == (state, True)
    assert bool(report.links) is (state is Remote.SUCCEEDED)


def test_a_picture_that_is_not_there_is_gone():
    with pytest.raises(Gone):
        useapi.report_on(Job(PICTURE), captured("useapi/still_running", 404))


def test_a_picture_may_fail():
    body = b'{"image_id": "x", "image_status": 7, "image_status_name": "MODERATED"}'
    assert useapi.report_on(Job(PICTURE), Response(200, {}, body)).state is Remote.MODERATED


def test_a_webhook_may_speak_of_a_picture():
    callback = useapi.callback({}, captured("useapi/picture_done").body, ACCESS)
    assert (callback.remote_id, callback.word) == (PICTURE, "COMPLETED")


def test_an_off_peak_job_is_looked_up_in_the_list():
    ask = asked("text_to_video", "v6", off_peak=True)
    assert useapi.placed(ask, Accepted(VIDEO)).poll_url == "/videos/"
    request = useapi.check(BY_NIGHT)
    assert request.path == "/videos/"
    assert request.params == {"email": "bot@example.org", "limit": "40"}
    assert "email" not in useapi.check(Job("odd", poll_url="/videos/")).params
    report = useapi.report_on(BY_NIGHT, captured("useapi/videos"))
    assert (report.state, len(report.links)) == (Remote.SUCCEEDED, 1)


def test_an_off_peak_job_that_is_not_listed_waits():
    other = Job(VIDEO + "9", poll_url="/videos/")
    for body in (captured("useapi/videos"), Response(200, {}, b"[]"), Response(200, {}, b"{}")):
        assert useapi.report_on(other, body).state is Remote.WAITING
    with pytest.raises(Broken):
        useapi.report_on(BY_NIGHT, captured("useapi/refused", 404))
    with pytest.raises(Busy):
        useapi.report_on(BY_NIGHT, captured("useapi/busy", 429))


def test_any_other_job_is_looked_up_by_its_id():
    ask = asked("text_to_video", "v6", off_peak=False)
    assert useapi.placed(ask, Accepted(VIDEO)) == Accepted(VIDEO)


def test_both_kinds_of_too_many_are_told_apart():
    said = []
    for name in ("busy", "plan_busy"):
        with pytest.raises(Busy) as caught:
            useapi.accepted(captured(f"useapi/{name}", 429))
        assert caught.value.slots
        said.append(caught.value.said)
    assert "maxJobs" in said[0]
    assert "PixVerse's plan" in said[1]


def test_templates_make_videos_and_image_templates_pictures():
    rows, more = useapi.read_listing("templates", captured("useapi/effects"))
    assert [one.id for one in rows] == ["384", "385"]
    assert not more
    assert rows[0] == Entry(
        "384",
        "Hug",
        "https://media.pixverse.ai/example/hug.webp",
        {
            "images": "2",
            "least_images": "2",
            "qualities": "360p, 540p",
            "seconds": "5",
            "model": "v5",
            "cost": "30",
            "prompt": "two people hug",
        },
    )
    assert (rows[1].facts["images"], rows[1].facts["least_images"]) == ("4", "2")
    rows, _ = useapi.read_listing("image_templates", captured("useapi/effects"))
    assert [(one.id, one.preview) for one in rows] == [("901", "")]


def test_voices_and_restyles():
    rows, more = useapi.read_listing("voices", captured("useapi/voices"))
    assert (rows[0].id, rows[0].label, more) == ("1", "Emily", False)
    assert rows[0].preview == "https://media.pixverse.ai/example/emily.mp3"
    (row,), _ = useapi.read_listing("restyles", captured("useapi/restyles"))
    assert (row.id, row.facts) == ("322004186061696", {"prompt": "ink drawing"})


def test_accounts_show_their_room():
    assert useapi.listing("accounts", 1, ACCESS).path == "/scheduler/available/"
    (row,), more = useapi.read_listing("accounts", captured("useapi/available"))
    assert (row.id, more) == ("bot@example.org", False)
    assert row.facts == {"jobs_at_once": "5", "running": "1", "free": "4"}


def test_lists_are_asked_for_page_by_page():
    request = useapi.listing("restyles", 2, ACCESS)
    assert (request.path, request.pays) == ("/videos/restyles/", False)
    assert request.params == {"email": "bot@example.org", "limit": "100", "offset": "100"}
    assert useapi.listing("templates", 1, ACCESS).path == "/videos/effects/"
    assert useapi.listing("voices", 1, ACCESS).params == {"email": "bot@example.org"}
    assert useapi.listing("voices", 2, ACCESS) is None
    assert useapi.listing("music", 1, ACCESS) is None


def test_a_full_page_may_have_another_behind_it():
    row = '{"restyle_id": 1}'
    for count, more in ((99, False), (100, True), (350, False)):
        body = f'{{"items": [{", ".join([row] * count)}]}}'.encode()
        rows, next_one = useapi.read_listing("restyles", Response(200, {}, body))
        assert (len(rows), next_one) == (count, more)


def test_a_list_that_is_none():
    for body in (b"", b"{}", b'{"items": {}}', b'{"error": "x"}'):
        with pytest.raises(Broken):
            useapi.read_listing("restyles", Response(200, {}, body))
    with pytest.raises(Broken):
        useapi.read_listing("voices", captured("useapi/bad_key", 401))
    assert useapi.read_listing("voices", Response(200, {}, b'{"tts_list": [1, {}]}')) == ([], False)
