"""A job off peak: found again through the list of videos, however far down it stands."""

import json

import pytest

from generations.providers.client import Client
from generations.providers.menu import catalogue
from generations.providers.registry import adapter
from generations.providers.types import Access, Job, Remote, Response
from generations.providers.useapi.adapter import LIST, NEWEST

JOB = Job("user:7-pixverse:bot@example.org-video:1", LIST, "job-17")
SETTINGS = {"email": "bot@example.org"}


def row(number, status=10):
    return {
        "video_id": f"user:7-pixverse:bot@example.org-video:{number}",
        "video_status": status,
        "url": "https://media.example/v.mp4",
        "output_width": 640,
    }


def listing(*rows, **more):
    return Response(200, {}, json.dumps({"data": list(rows), **more}).encode())


@pytest.fixture
def pages(monkeypatch):
    """A client whose account has these videos; the offsets that it asked for."""
    offsets = []

    def made(answer):
        client = Client("useapi", Access("https://api.example/v2", "user:7-x", SETTINGS))

        def send(request, hide=()):
            offsets.append(request.params.get("offset", "0"))
            return answer(request.params), None

        monkeypatch.setattr(client, "_send", send)
        return client

    made.offsets = offsets
    return made


def by_position(rows):
    def answer(params):
        start, limit = int(params.get("offset", "0")), int(params["limit"])
        return listing(*rows[start : start + limit])

    return answer


def test_it_is_found_far_down(pages):
    rows = [row(number) for number in range(2, 132)]
    client = pages(by_position([*rows, row(1, status=1)]))
    report, _ = client.check(JOB)
    assert report.state is Remote.SUCCEEDED
    assert pages.offsets == ["0", "40", "80", "120"]


def test_on_the_first_page_one_look_is_enough(pages):
    report, _ = pages(by_position([row(1), *(row(n) for n in range(2, 90))])).check(JOB)
    assert (report.state, pages.offsets) == (Remote.RUNNING, ["0"])


def test_a_short_list_ends(pages):
    report, _ = pages(by_position([row(number) for number in range(2, 45)])).check(JOB)
    assert (report.state, report.word) == (Remote.WAITING, "not listed")
    assert pages.offsets == ["0", "40"]


def test_next_offset_is_preferred(pages):
    def answer(params):
        if params.get("offset") == "video-41":
            return listing(row(1, status=1))
        return listing(row(2), next_offset="video-41")

    report, _ = pages(answer).check(JOB)
    assert report.state is Remote.SUCCEEDED


def test_a_server_without_pages_is_not_asked_again_and_again(pages):
    same = [row(number) for number in range(2, 42)]
    report, _ = pages(lambda _: listing(*same)).check(JOB)
    assert report.state is Remote.WAITING
    assert len(pages.offsets) == 2


def test_an_endless_list_is_left(pages):
    def answer(params):
        start = int(params.get("offset", "0"))
        return listing(*(row(start + number) for number in range(2, 42)))

    report, _ = pages(answer).check(JOB)
    assert report.state is Remote.WAITING
    assert len(pages.offsets) == 26


@pytest.mark.parametrize("offset", ["{}", "[]", "null", "true", '""'])
def test_a_strange_next_offset_is_none(offset):
    body = b'{"data": [{"video_id": "x"}], "next_offset": ' + offset.encode() + b"}"
    request = adapter("useapi").check(JOB)
    assert adapter("useapi").further(JOB, request, Response(200, {}, body)) is None


def test_a_job_with_an_id_of_its_own_has_no_pages():
    job = Job(JOB.remote_id, "", "job-17")
    request = adapter("useapi").check(job)
    full = listing(*(row(number) for number in range(2, 2 + int(NEWEST))))
    assert adapter("useapi").further(job, request, full) is None


def test_its_times_are_its_own():
    pace = catalogue("useapi").pace
    assert pace.at(off_peak=False) == pace
    late = pace.at(off_peak=True)
    assert late.longest_s >= 24 * 3600 > pace.longest_s
    assert late.refresh_s > pace.refresh_s
    assert late.typical_s > pace.typical_s
    other = catalogue("pixverse").pace
    assert other.at(off_peak=True) == other
