"""Results that move to another project: rights follow, money stays, what went in comes along."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts import ledger
from accounts.models import AuditLine, TeamRole
from generations.auditing.cases import raise_case
from generations.auditing.rules import Mismatch
from generations.forms.brief import read_brief
from generations.given import given
from generations.lifecycle.moving import CannotMove, move
from generations.media import uploads
from generations.models import (
    Asset,
    Event,
    Generation,
    GuestLink,
    Project,
    ProjectMembership,
    SpendLine,
    SpendMonth,
    State,
    Upload,
)
from generations.spend import books, rollup
from tests.accounts.people import join, person, team
from tests.spend.conftest import Crew
from tests.story import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(media_dir, settings):
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    return Crew()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def role(project, user, name):
    ProjectMembership.objects.update_or_create(project=project, user=user, defaults={"role": name})


def with_inputs(clip, *inputs):
    """As if the clip had been asked for with these files."""
    brief = {"operation": "fusion", "model": "v6", "prompt": "a boat", "options": {}, "at": ""}
    facts = [{name: getattr(one, name) for name in type(one).__slots__} for one in inputs]
    clip.brief_json = {**brief, "inputs": facts}
    clip.save(update_fields=["brief_json"])
    return clip


def with_file(clip, body=b""):
    name = default_storage.save(f"clips/{clip.uuid}.png", ContentFile(body or picture()))
    Asset.objects.create(
        generation=clip,
        file=name,
        kind="image",
        mime="image/png",
        digest=uuid.uuid4().hex * 2,
        size=default_storage.size(name),
        duration_ms=0,
        width=640,
        height=360,
    )
    return clip


def as_input(clip, role="reference"):
    from generations.catalogue.types import Input

    return Input(role, "", "image/png", 10, 640, 360, "image", clip=str(clip.uuid))


def test_the_spend_stays_with_the_project_that_paid(crew):
    clip = crew.clip(100_000)
    done = move([clip], crew.ad, crew.olga)
    assert [one.pk for one in done.moved] == [clip.pk]
    assert done.words == "1 result moved."
    clip = fresh(clip)
    assert (clip.project, clip.paid_by) == (crew.ad, crew.film)
    # What comes later is entered there too: a refund, and all sums made again.
    books.adjust(clip, -40_000, reason="refund", note="they gave it back")
    for _ in range(2):
        assert {one.project for one in SpendLine.objects.all()} == {crew.film}
        assert {(one.project, one.micros) for one in SpendMonth.objects.all()} == {
            (crew.film, 60_000)
        }
        assert list(rollup.check()) == []
        assert ledger.check() == []
        rollup.rebuild()
    spent = {
        project: ledger.standing(crew.team, scope="project", key=str(project.uuid)).spent_micros
        for project in (crew.film, crew.ad)
    }
    assert spent == {crew.film: 60_000, crew.ad: 0}
    # And when it moves on, and home again.
    third = Project.objects.create(team=crew.team, name="Third", created_by=crew.olga)
    move([clip], third, crew.olga)
    assert fresh(clip).paid_by == crew.film
    move([fresh(clip)], crew.film, crew.olga)
    assert fresh(clip).paid_by is None
    assert list(rollup.check()) == []


def test_a_case_that_is_found_later_is_the_paying_projects(crew):
    clip = crew.clip(100_000)
    move([clip], crew.ad, crew.olga)
    case = raise_case(fresh(clip), Mismatch.OVERCHARGED, 5, {})
    assert case.project == crew.film


def test_held_money_of_an_open_question_stays_there_too(crew):
    from generations.spend.queries import View, held

    clip = crew.clip(None, state=State.FAILED)
    Generation.objects.filter(pk=clip.pk).update(question="charge", charged_micros=None)
    move([fresh(clip)], crew.ad, crew.olga)
    today = timezone.localdate()
    for project, unknown in ((crew.film, 1), (crew.ad, 0)):
        view = View(crew.team.pk, clip.play, today, today, project=project.pk)
        assert held(view).unknown == unknown


def test_lines_of_spend_lead_to_where_the_clip_is_now(crew, client):
    clip = crew.clip(100_000)
    move([clip], crew.ad, crew.olga)
    client.force_login(crew.olga)
    page = client.get("/t/crew/spend/rows/").content.decode()
    assert f"/t/crew/p/{crew.ad.uuid}/g/{clip.uuid}/" in page
    assert "Film" in page
    sheet = b"".join(client.get("/t/crew/spend/rows.csv").streaming_content).decode()
    assert f"/p/{crew.ad.uuid}/g/{clip.uuid}/" in sheet


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.UNCERTAIN])
def test_what_is_not_finished_stays_with_the_reason(crew, state):
    clip = crew.clip(None, state=state)
    done = move([clip], crew.ad, crew.olga)
    assert done.moved == []
    assert "not finished yet" in done.words
    assert fresh(clip).project == crew.film


@pytest.mark.parametrize(
    ("who", "here", "there", "goes"),
    [
        ("pia", "producer", "producer", True),
        ("pia", "producer", "creator", False),
        ("pia", "creator", "producer", False),
        ("carl", "creator", "creator", True),
        ("carl", "viewer", "producer", False),
        ("olga", "", "", True),
    ],
)
def test_who_may_move_it(crew, who, here, there, goes):
    """Carl made it; Pia did not; Olga owns the team."""
    user = getattr(crew, who)
    clip = crew.clip(100_000, user=crew.carl)
    for project, name in ((crew.film, here), (crew.ad, there)):
        if name:
            role(project, user, name)
    done = move([clip], crew.ad, user)
    assert bool(done.moved) is goes
    assert fresh(clip).project == (crew.ad if goes else crew.film)
    assert AuditLine.objects.filter(verb="generation.moved").exists() is goes


def test_where_nothing_may_go(crew):
    clip = crew.clip(100_000, user=crew.carl)
    role(crew.ad, crew.carl, "viewer")
    with pytest.raises(CannotMove, match="role"):
        move([clip], crew.ad, crew.carl)
    with pytest.raises(CannotMove, match="role"):
        move([clip], crew.ad, crew.audrey)
    with pytest.raises(CannotMove, match="role"):
        move([clip], crew.ad, person("Eve"))
    crew.ad.personal_of = crew.pia
    crew.ad.save()
    with pytest.raises(CannotMove, match="own person"):
        move([clip], crew.ad, crew.olga)
    crew.ad.personal_of, crew.ad.archived_at = None, timezone.now()
    crew.ad.save()
    with pytest.raises(CannotMove, match="archived"):
        move([clip], crew.ad, crew.olga)
    other = Project.objects.create(team=team(crew.olga), name="Elsewhere", created_by=crew.olga)
    assert move([clip], other, crew.olga).moved == []
    assert fresh(clip).project == crew.film


def test_out_of_an_archived_project_and_out_of_the_bin_nothing_goes(crew):
    binned = crew.clip(100_000)
    Generation.objects.filter(pk=binned.pk).update(deleted_at=timezone.now())
    assert "bin" in move([binned], crew.ad, crew.olga).words
    crew.film.archived_at = timezone.now()
    crew.film.save()
    assert "Restore it first" in move([crew.clip(100_000)], crew.ad, crew.olga).words


def test_its_files_come_along_and_a_remix_finds_them(crew):
    upload = uploads.store(crew.film, crew.olga, "boat.png", picture())
    upload.tags.create(name="sea")
    clip = with_inputs(crew.clip(100_000), upload.as_input("image"))
    clip.uploads.create(upload=upload)
    move([clip], crew.ad, crew.olga)
    clip = fresh(clip)
    (copy,) = Upload.objects.filter(project=crew.ad)
    assert copy.file.name == upload.file.name
    assert copy.digest == upload.digest
    assert [one.name for one in copy.tags.all()] == ["sea"]
    assert clip.brief_json["inputs"][0]["upload"] == str(copy.uuid)
    assert [one.upload for one in clip.uploads.all()] == [copy]
    (shown,) = given(clip.brief, crew.ad)
    assert shown.name == "boat.png"
    asked = read_brief(
        crew.ad, {"operation": "image_to_video", "in_image_1": f"upload:{copy.uuid}"}
    )
    assert [one.upload for one in asked.brief.inputs] == [str(copy.uuid)]
    # Back home the first row serves again.
    move([clip], crew.film, crew.olga)
    assert fresh(clip).brief_json["inputs"][0]["upload"] == str(upload.uuid)


def test_an_earlier_result_that_stays_goes_along_as_a_file(crew):
    source = with_file(crew.clip(100_000))
    made = with_inputs(crew.clip(100_000), as_input(source))
    Generation.objects.filter(pk=made.pk).update(made_from=source, shot=source)
    move([made], crew.ad, crew.olga)
    made = fresh(made)
    (copy,) = Upload.objects.filter(project=crew.ad)
    assert copy.clip == source
    (one,) = made.brief.inputs
    assert (one.clip, one.upload, one.role) == ("", str(copy.uuid), "reference")
    assert made.made_from == source


def test_what_was_made_from_it_keeps_it_as_a_file(crew):
    source = with_file(crew.clip(100_000))
    made = with_inputs(crew.clip(100_000), as_input(source))
    Generation.objects.filter(pk=made.pk).update(made_from=source, shot=source)
    move([source], crew.ad, crew.olga)
    (copy,) = Upload.objects.filter(project=crew.film)
    (one,) = fresh(made).brief.inputs
    assert (one.clip, one.upload) == ("", str(copy.uuid))
    assert fresh(made).project == crew.film


def test_both_together_need_no_copy(crew):
    source = with_file(crew.clip(100_000))
    made = with_inputs(crew.clip(100_000), as_input(source))
    Generation.objects.filter(pk=made.pk).update(made_from=source, shot=source)
    move([source, made], crew.ad, crew.olga)
    assert fresh(made).brief.inputs[0].clip == str(source.uuid)
    assert not Upload.objects.exists()


def test_what_something_unfinished_needs_stays(crew):
    source = with_file(crew.clip(100_000))
    made = with_inputs(crew.clip(None, state=State.RUNNING), as_input(source))
    Generation.objects.filter(pk=made.pk).update(made_from=source)
    done = move([source], crew.ad, crew.olga)
    assert "is made from it" in done.words
    assert fresh(source).project == crew.film


def test_pages_of_both_projects_look_again_and_the_timeline_tells(crew):
    clip = crew.clip(100_000)
    before = {one.pk: one.version for one in Project.objects.all()}
    move([clip], crew.ad, crew.olga)
    after = {one.pk: one.version for one in Project.objects.all()}
    assert all(after[pk] == before[pk] + 1 for pk in before)
    assert fresh(clip).version == after[crew.ad.pk]
    line = Event.objects.get(generation=clip, kind="moved")
    assert line.text == "Moved from Film to Ad by Olga."
    told = AuditLine.objects.get(verb="generation.moved")
    assert told.facts == {"before": "Film", "after": "Ad", "generations": [str(clip.uuid)]}


def test_tags_and_guest_links_come_along(crew):
    alone, first, second = (crew.clip(100_000) for _ in range(3))
    alone.tags.create(name="hero")

    def link(*clips):
        made = GuestLink.objects.create(
            project=crew.film,
            by=crew.pia,
            name="For the client",
            digest=uuid.uuid4().hex,
            expires_at=timezone.now(),
        )
        for clip in clips:
            made.items.create(generation=clip)
        return made

    whole, part = link(alone), link(first, second)
    move([alone, first], crew.ad, crew.olga)
    assert fresh(whole).project == crew.ad
    assert fresh(part).project == crew.film
    assert part.items.count() == 2
    assert [one.name for one in fresh(alone).tags.all()] == ["hero"]


def test_who_may_see_it_follows(crew, client):
    clip = crew.clip(100_000)
    with_file(clip)
    ben = join(crew.team, person("Ben"), TeamRole.MEMBER).user
    role(crew.ad, ben, "viewer")
    old, new = (f"/t/crew/p/{one.uuid}/g/{clip.uuid}/file" for one in (crew.film, crew.ad))
    move([clip], crew.ad, crew.olga)
    client.force_login(ben)
    assert client.get(new).status_code == 200
    client.force_login(crew.carl)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 404


def test_many_cost_few_queries(crew, django_assert_max_num_queries):
    clips = [crew.clip(100_000) for _ in range(12)]
    with django_assert_max_num_queries(12 * 8 + 25):
        assert len(move(clips, crew.ad, crew.olga).moved) == 12


def test_the_page_moves_one(crew, client):
    clip = crew.clip(100_000, user=crew.carl)
    role(crew.ad, crew.carl, "creator")
    client.force_login(crew.carl)
    here = f"/t/crew/p/{crew.film.uuid}/g/{clip.uuid}/move/"
    page = client.get(here).content.decode()
    assert "What it cost stays with Film" in page
    assert f'value="{crew.ad.uuid}"' in page
    assert "Choose a project." in client.post(here, {"to": ""}).content.decode()
    strange = client.post(here, {"to": str(uuid.uuid4())})
    assert "Choose a project." in strange.content.decode()
    answer = client.post(here, {"to": str(crew.ad.uuid)})
    assert answer.headers["Location"] == f"/t/crew/p/{crew.ad.uuid}/g/{clip.uuid}/"
    assert fresh(clip).project == crew.ad


def test_the_page_says_why_not(crew, client):
    clip = crew.clip(None, state=State.RUNNING)
    client.force_login(crew.olga)
    here = f"/t/crew/p/{crew.film.uuid}/g/{clip.uuid}/move/"
    assert "not finished yet" in client.post(here, {"to": str(crew.ad.uuid)}).content.decode()


def test_an_archived_project_gives_and_takes_nothing(crew, client):
    clip = crew.clip(100_000)
    client.force_login(crew.olga)
    crew.ad.archived_at = timezone.now()
    crew.ad.save()
    here = f"/t/crew/p/{crew.film.uuid}/g/{clip.uuid}/move/"
    assert "no other project" in client.get(here).content.decode()
    crew.film.archived_at = timezone.now()
    crew.film.save()
    assert client.get(here).status_code == 403
    assert client.post(here, {"to": str(crew.ad.uuid)}).status_code == 403


def test_its_old_address_leads_to_the_new_one(crew, client):
    clip = crew.clip(100_000)
    move([clip], crew.ad, crew.olga)
    old, new = (f"/t/crew/p/{one.uuid}/g/{clip.uuid}/" for one in (crew.film, crew.ad))
    client.force_login(crew.olga)
    assert client.get(old).headers["Location"] == new
    # Who may not look there learns nothing, and where it never was it is not found.
    client.force_login(crew.carl)
    assert client.get(old).status_code == 404
    third = Project.objects.create(team=crew.team, name="Third", created_by=crew.olga)
    client.force_login(crew.olga)
    assert client.get(f"/t/crew/p/{third.uuid}/g/{clip.uuid}/").status_code == 404
