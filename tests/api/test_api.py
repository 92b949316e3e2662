"""What programs may read: with a token, as its person, and no more."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken
from generations.models import Generation, Project, State
from tests.accounts.people import join, person, team
from tests.spend.conftest import Crew

pytestmark = pytest.mark.django_db
HERE = "/api/v1/t/crew/generations"


@pytest.fixture
def crew(settings):
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    cache.clear()
    yield Crew()
    cache.clear()


class Program:
    def __init__(self, user, team, scopes=("read",)) -> None:
        _, self.text = tokens.make(user, team, name="Program", scopes=scopes, days=30)
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path, **query):
        return self.client.get(path, query, headers={"Authorization": f"Bearer {self.text}"})


def code(answer) -> str:
    return answer.json()["error"]["code"]


def test_it_says_whose_token_it_is(crew):
    found = Program(crew.pia, crew.team).get("/api/v1/me").json()
    assert found["person"] == {"name": "Pia", "email": crew.pia.email}
    assert found["team"] == {"slug": "crew", "name": "Crew"}
    assert found["role"] == "member"
    assert found["token"]["scopes"] == ["read"]


def test_nobody_comes_in_without_one(crew):
    client = Client()
    client.force_login(crew.olga)
    answer = client.get("/api/v1/me")
    assert (answer.status_code, code(answer)) == (401, "no_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for text in ("Bearer pxs_nonsense", "Bearer", "Basic cGl4", "Bearer x\x00y"):
        answer = client.get("/api/v1/me", headers={"Authorization": text})
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/json"


def test_it_only_reads(crew):
    program = Program(crew.olga, crew.team)
    for method in ("post", "put", "delete"):
        answer = getattr(program.client, method)(
            HERE, headers={"Authorization": f"Bearer {program.text}"}
        )
        assert (answer.status_code, code(answer)) == (405, "method")


def test_a_token_allows_what_its_scopes_say(crew):
    program = Program(crew.olga, crew.team)
    ApiToken.objects.update(scopes=[])
    answer = program.get("/api/v1/me")
    assert (answer.status_code, code(answer)) == (403, "scope")


def test_it_is_for_one_team_alone(crew):
    other = team(crew.olga, slug="others")
    program = Program(crew.olga, other)
    clip = crew.clip()
    for path in (HERE, f"{HERE}/{clip.uuid}", "/api/v1/t/nobody/generations"):
        answer = program.get(path)
        assert (answer.status_code, code(answer)) == (404, "not_found")


def test_a_person_sees_their_projects_and_who_only_looks_no_money(crew):
    mine, other = crew.clip(70_000), crew.clip(project=crew.ad)
    binned = crew.clip()
    Generation.objects.filter(pk=binned.pk).update(deleted_at=binned.created_at)
    seen = {
        name: Program(getattr(crew, name), crew.team).get(HERE).json()["results"]
        for name in ("olga", "audrey", "carl", "vera")
    }
    both = [str(other.uuid), str(mine.uuid)]
    assert [one["id"] for one in seen["olga"]] == both
    assert [one["id"] for one in seen["audrey"]] == both
    assert [one["id"] for one in seen["carl"]] == [str(mine.uuid)]
    assert seen["carl"][0]["charged_usd"] == "0.07"
    assert [one["id"] for one in seen["vera"]] == [str(mine.uuid)]
    assert "charged_usd" not in seen["vera"][0]
    vera = Program(crew.vera, crew.team)
    assert vera.get(f"{HERE}/{mine.uuid}").json()["id"] == str(mine.uuid)
    assert vera.get(f"{HERE}/{other.uuid}").status_code == 404
    assert vera.get(f"{HERE}/{binned.uuid}").status_code == 404


def test_pages_lead_on_to_the_end_without_gap_or_repeat(crew):
    made = [str(crew.clip().uuid) for _ in range(7)]
    program, found, path = Program(crew.olga, crew.team), [], f"{HERE}?limit=3&state=succeeded"
    while path:
        answer = program.get(path).json()
        found += [one["id"] for one in answer["results"]]
        path = answer["next"] and answer["next"].removeprefix("http://testserver")
        if len(found) == 3:
            # What is made meanwhile moves nothing.
            crew.clip()
    assert found == made[::-1]


def test_it_is_narrowed_and_says_what_it_does_not_know(crew):
    crew.clip(project=crew.ad)
    failed = crew.clip(0, state=State.FAILED)
    program = Program(crew.carl, crew.team)
    assert [one["id"] for one in program.get(HERE, state="failed").json()["results"]] == [
        str(failed.uuid)
    ]
    assert len(program.get(HERE, project=crew.film.uuid).json()["results"]) == 1
    assert code(program.get(HERE, project=crew.ad.uuid)) == "not_found"
    for wrong in ({"state": "gone"}, {"limit": "0"}, {"limit": "many"}, {"before": "x"}):
        answer = program.get(HERE, **wrong)
        assert (answer.status_code, code(answer)) == (400, next(iter(wrong)))


def test_a_team_that_asks_for_a_second_factor_asks_here_too(crew):
    program = Program(crew.olga, crew.team)
    crew.team.needs_code = True
    crew.team.save()
    answer = program.get("/api/v1/me")
    assert (answer.status_code, code(answer)) == (403, "second_factor")


def test_too_often_is_too_often(crew, settings):
    settings.ACCOUNT_RATE_LIMITS = {"api": "3/m/key", "api_wrong": "2/m/ip"}
    program, other = Program(crew.olga, crew.team), Program(crew.carl, crew.team)
    assert [program.get("/api/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert other.get("/api/v1/me").status_code == 200
    bad = {"Authorization": "Bearer pxs_guess"}
    answers = [Client().get("/api/v1/me", headers=bad) for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_it_costs_the_same_however_much_there_is(crew, django_assert_max_num_queries):
    for number in range(4):
        project = Project.objects.create(team=crew.team, name=f"P{number}", created_by=crew.olga)
        for _ in range(3):
            crew.clip(project=project).tags.create(name="hero")
    join(crew.team, person("Ben"))
    program = Program(crew.olga, crew.team)
    with django_assert_max_num_queries(22):
        assert len(program.get(HERE).json()["results"]) == 12
