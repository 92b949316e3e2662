"""The list, what is done to one file or to many, and who may."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import AuditLine
from generations.models import (
    Asking,
    BudgetRequest,
    Handle,
    Project,
    ProjectMembership,
    Selection,
    Upload,
    Voice,
)
from generations.uploads import using

from .conftest import sent


def names(answer) -> list[str]:
    return [one.name for one in answer.context["rows"]]


def put(client, at, **data):
    return client.post(at("uploads_add"), data, headers={"accept": "application/json"})


def test_a_file_comes_in_and_is_found_again(home, visit, at):
    creator = visit("creator")
    said = put(creator, at, file=sent(), project=home.project.uuid, folder="Ads").json()
    assert (said["name"], said["was_here"]) == ("kite.png", False)
    row = Upload.objects.get(uuid=said["uuid"])
    assert (row.folder, row.user) == ("Ads", home.people["creator"])
    assert names(creator.get(at("uploads"), {"q": "ADS kite"})) == ["kite.png"]
    again = put(creator, at, file=sent("other.png"), project=home.project.uuid)
    assert again.status_code == 201
    assert again.json() == said | {"was_here": True}


def test_without_scripts_several_come_at_once_and_each_refusal_is_told(home, visit, at):
    creator = visit("creator")
    bad = sent("broken.png")
    bad.file.truncate(20)
    data = {
        "file": [sent("a.png", 1), sent("b.png", 2), sent("c.png", 2), bad],
        "project": home.project.uuid,
        "back": f"in={home.project.uuid}",
    }
    answer = creator.post(at("uploads_add"), data, follow=True)
    assert answer.redirect_chain == [(f"{at('uploads')}?in={home.project.uuid}", 302)]
    told = [str(one) for one in answer.context["messages"]]
    assert told[0] == "2 files are in Film."
    assert told[1] == "c.png is already in Film, as b.png."
    assert "broken.png" in told[2]
    empty = creator.post(at("uploads_add"), {"project": home.project.uuid}, follow=True)
    assert "No file came" in str(next(iter(empty.context["messages"])))


def test_a_strange_project_is_refused(home, visit, at):
    creator, theirs = visit("creator"), uuid.uuid4()
    answer = put(creator, at, file=sent(), project=theirs)
    assert answer.status_code == 422
    assert "Choose a project" in answer.json()["error"]
    home.project.archived_at = timezone.now()
    home.project.save()
    assert put(creator, at, file=sent(), project=home.project.uuid).status_code == 403


def test_a_body_that_is_far_too_large_is_refused_unread(home, visit, at, settings):
    settings.UPLOAD_MAX_BYTES = settings.UPLOAD_MEDIA_MAX_BYTES = 10
    big = sent()
    big.file.write(bytes(200_000))
    big.file.seek(0)
    answer = put(visit("creator"), at, file=big, project=home.project.uuid)
    assert answer.status_code == 413
    assert "Too much at once" in answer.json()["error"]


def test_filters_and_pages(home, boat, made, visit, at):
    second = Project.objects.create(team=home.team, name="Ad", created_by=home.people["owner"])
    film = made("waves.mp4", kind="video", mime="video/mp4", folder="Sea", words="waves.mp4 sea")
    other = made("logo.png", project=second)
    film.tags.create(name="summer")
    owner = visit("owner")

    def find(**asked):
        return names(owner.get(at("uploads"), asked))

    assert find() == ["logo.png", "waves.mp4", "boat.png"]
    assert find(kind="video") == find(folder="Sea") == find(tag="summer") == ["waves.mp4"]
    assert find(**{"in": str(second.uuid)}) == ["logo.png"]
    assert find(**{"in": str(uuid.uuid4())}) == find(**{"in": "x"}) == []
    assert find(by=home.people["creator"].pk) == ["logo.png", "waves.mp4"]
    assert find(q="sea WAVES") == ["waves.mp4"]
    assert find(q="100%") == []
    assert find(before=film.pk) == ["boat.png"]
    assert find(kind="strange", by="x", before="9" * 30) == find()
    # The creator is in one project only.
    assert names(visit("creator").get(at("uploads"))) == ["waves.mp4", "boat.png"]
    assert visit("creator").get(at("upload_page", other)).status_code == 404
    assert "Nothing fits" in owner.get(at("uploads"), {"q": "nowhere"}).content.decode()


def test_the_next_page_is_a_part_and_the_number_of_queries_stays(
    home, made, visit, at, django_assert_max_num_queries
):
    for number in range(30):
        made(f"{number}.png", folder=f"F{number % 5}").tags.create(name="t")
    owner = visit("owner")
    for view in ("", "list"):
        with django_assert_max_num_queries(24) as counted:
            first = owner.get(at("uploads"), {"view": view})
        assert len(names(first)) == 24
        with django_assert_max_num_queries(len(counted)):
            owner.get(at("uploads"), {"view": view, "q": "1"})
        older = first.context["older"]
        part = owner.get(
            at("uploads"), {"view": view, "before": older}, headers={"hx-request": "true"}
        )
        assert len(names(part)) == 7
        assert b"<html" not in part.content
        assert not set(names(part)) & set(names(first))


def test_one_page_has_its_facts_and_the_same_number_of_queries(
    home, boat, use, made, visit, at, django_assert_max_num_queries
):
    account = home.team.provider_accounts.get()
    Handle.objects.create(upload=boat, account=account, form="img_id", value="known-there-as-77")
    clip = use(boat)
    creator = visit("creator")
    with django_assert_max_num_queries(30):
        page = creator.get(at("upload_page", boat)).content.decode()
    assert "handed over just now" in page
    assert "good for as long as the provider keeps it" in page
    assert str(clip.uuid) in page
    assert "It is used by 1 result" in page
    assert f"use=upload:{boat.uuid}&amp;as=image&amp;operation=image_to_video" in page
    Handle.objects.update(expires_at=timezone.now() - timezone.timedelta(hours=1))
    page = visit("viewer").get(at("upload_page", boat)).content.decode()
    assert "will be made again when it is needed" in page
    assert "known-there-as" not in page
    assert "Use in the studio" not in page
    assert "Delete this file" not in page


def test_rename_folder_and_tags(home, boat, visit, at):
    creator = visit("creator")
    data = {"name": " Small   boat ", "folder": "Sea", "tags": "#Summer, brand, summer"}
    creator.post(at("upload_about", boat), data)
    boat.refresh_from_db()
    assert (boat.name, boat.folder) == ("Small boat", "Sea")
    assert sorted(boat.tags.values_list("name", flat=True)) == ["brand", "summer"]
    assert names(creator.get(at("uploads"), {"q": "brand small"})) == ["Small boat"]
    wrong = creator.post(
        at("upload_about", boat), {"name": "", "folder": "Typed", "tags": "a," * 13}
    )
    page = wrong.content.decode()
    assert wrong.status_code == 200
    assert 'value="Typed"' in page
    many = ",".join(f"t{number}" for number in range(13))
    page = creator.post(at("upload_about", boat), {"name": "x", "tags": many}).content.decode()
    assert "12 tags at most" in page


def test_bulk_move_and_tags(home, boat, made, visit, at):
    creator, film = visit("creator"), made("waves.mp4")
    files = [boat.uuid, film.uuid, uuid.uuid4(), "nonsense"]
    creator.post(at("uploads_change"), {"do": "move", "folder": "Sea", "file": files})
    assert set(Upload.objects.values_list("folder", flat=True)) == {"Sea"}
    creator.post(at("uploads_change"), {"do": "tag", "tags": "a, b", "file": files})
    creator.post(at("uploads_change"), {"do": "untag", "tags": "a", "file": files})
    for row in Upload.objects.all():
        assert [one.name for one in row.tags.all()] == ["b"]
        assert row.words == f"{row.name} sea b"
    for data, text in (
        ({"do": "tag", "tags": "", "file": files}, "Write a tag first."),
        ({"do": "move", "folder": "x"}, "Choose files first"),
        ({"file": files}, "Choose what to do"),
    ):
        answer = creator.post(at("uploads_change"), data, follow=True)
        assert text in str(list(answer.context["messages"])[-1])
    assert set(Upload.objects.values_list("folder", flat=True)) == {"Sea"}


def test_what_one_may_not_change_stays(home, made, visit, at):
    """A creator of one project who looks at another."""
    second = Project.objects.create(team=home.team, name="Ad", created_by=home.people["owner"])
    ProjectMembership.objects.create(project=second, user=home.people["creator"], role="viewer")
    theirs = made("logo.png", project=second)
    data = {"do": "move", "folder": "Mine", "file": [theirs.uuid]}
    answer = visit("creator").post(at("uploads_change"), data, follow=True)
    theirs.refresh_from_db()
    assert theirs.folder == ""
    assert "you may not change them" in str(list(answer.context["messages"])[-1])


def test_delete_and_undo(home, visit, at):
    creator = visit("creator")
    said = put(creator, at, file=sent(), project=home.project.uuid, folder="Ads").json()
    row = Upload.objects.get(uuid=said["uuid"])
    page = creator.post(said["remove"], {"back": "folder=Ads&before=3"}, follow=True)
    assert page.redirect_chain == [(f"{at('uploads')}?folder=Ads", 302)]
    assert not Upload.objects.filter(uuid=row.uuid).exists()
    assert "kite.png deleted." in page.content.decode()
    back = creator.post(at("uploads_undo"), follow=True)
    again = Upload.objects.get(uuid=row.uuid)
    assert (again.pk, again.folder, again.user) == (row.pk, "Ads", row.user)
    assert default_storage.exists(again.file.name)
    assert "deleted." not in back.content.decode()
    verbs = AuditLine.objects.filter(target="kite.png").values_list("verb", flat=True)
    assert set(verbs) == {"upload.deleted", "upload.restored"}
    late = creator.post(at("uploads_undo"), follow=True)
    assert "too late" in str(next(iter(late.context["messages"])))


def test_others_files_are_deleted_by_producers_only(home, boat, visit, at):
    assert visit("creator").post(at("upload_remove", boat)).status_code == 403
    data = {"do": "delete", "file": [boat.uuid]}
    answer = visit("creator").post(at("uploads_change"), data, follow=True)
    assert "producers and owners delete it" in str(next(iter(answer.context["messages"])))
    assert Upload.objects.filter(pk=boat.pk).exists()
    visit("producer").post(at("uploads_change"), data)
    assert not Upload.objects.filter(pk=boat.pk).exists()


def use_by_voice(home, boat, use):
    Voice.objects.create(
        project=home.project,
        account=home.team.provider_accounts.get(),
        user=home.people["owner"],
        upload=boat,
        form_token=uuid.uuid4(),
        name="Olga",
    )


def use_by_selection(home, boat, use):
    row = Selection.objects.get(project=home.project)
    row.source = {"upload": str(boat.uuid), "clip": ""}
    row.save()


def test_masks_keep_a_file_while_the_account_knows_it(home, boat):
    row = Selection.objects.get(project=home.project)
    row.source, row.state = {"upload": str(boat.uuid), "clip": ""}, "done"
    row.masks, row.handle = [{"id": "1", "label": "boat"}], {"form": "media_id", "value": "9"}
    row.finished_at = timezone.now()
    row.save()
    assert not using.of(boat)
    Handle.objects.create(upload=boat, account=row.account, form="media_id", value="9")
    assert using.of(boat).selections == [row]
    Handle.objects.update(expires_at=timezone.now())
    assert not using.of(boat)
    Selection.objects.update(state="failed")
    assert not using.of(boat)


def use_by_request(home, boat, use):
    row = BudgetRequest.objects.get(project=home.project)
    row.brief_json["inputs"] = [{"role": "image", "upload": str(boat.uuid)}]
    row.state = Asking.WAITING
    row.save()


@pytest.mark.parametrize(
    ("using_it", "said"),
    [
        (lambda home, boat, use: use(boat), "1 result"),
        (use_by_voice, "1 voice"),
        (use_by_selection, "1 mask search"),
        (use_by_request, "1 request for budget"),
    ],
    ids=["result", "voice", "selection", "request"],
)
def test_what_is_used_stays_and_says_by_what(home, boat, use, visit, at, using_it, said):
    using_it(home, boat, use)
    assert using.of(boat).said == said
    owner = visit("owner")
    page = owner.get(at("upload_page", boat)).content.decode()
    assert f"It is used by {said}" in page
    answer = owner.post(at("upload_remove", boat), follow=True)
    assert f"used by {said}" in str(next(iter(answer.context["messages"])))
    assert Upload.objects.filter(pk=boat.pk).exists()
    assert default_storage.exists(boat.file.name)


def test_download_carries_the_name(home, boat, visit, at):
    answer = visit("viewer").get(at("upload_download", boat))
    assert 'attachment; filename="boat.png"' in answer.headers["Content-Disposition"]
