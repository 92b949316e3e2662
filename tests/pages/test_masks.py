"""The part of the form where masks are chosen, and the page where a lost answer is resolved."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts import ledger
from accounts.budgets import set_budget
from accounts.models import Scope
from generations import lifecycle, offers
from generations.catalogue.types import Brief
from generations.forms.files import files_of
from generations.models import Found, Handle, Selection, Upload

HTMX = {"HX-Request": "true"}
ROWS = [
    {"id": "0", "label": "person", "picture": "", "link": ""},
    {"id": "7", "label": "dog", "picture": "", "link": ""},
    {"id": "9", "label": "dog", "picture": "", "link": ""},
]


@pytest.fixture
def source(files, media_dir):
    return files.upload("video")


@pytest.fixture
def address(project):
    return reverse("masks", args=[project.team.slug, project.uuid])


@pytest.fixture
def press(browser, address, source):
    """Press a button of the part; what comes back."""

    def do(what, operation="swap", htmx=True, client=browser, **more):
        typed = {"operation": operation, "in_source_1": source, "masks_do": what}
        typed |= {"model": "pixverse", **more}
        answer = client.post(address, typed, headers=HTMX if htmx else {})
        assert answer.status_code == 200
        return answer.content.decode()

    return do


@pytest.fixture
def selection(project, owner, account, source):
    """Masks that are good: found on an upload that the account still knows."""
    upload = Upload.objects.get(uuid=source.partition(":")[2])
    Handle.objects.create(upload=upload, account=account["pixverse"], form="media_id", value="42")
    made = lifecycle.request_selection(
        project=project,
        user=owner,
        account=account["pixverse"],
        source=files_of(project, [source])[source].as_input("source"),
        keyframe=12,
        form_token=uuid.uuid4(),
    )
    change(
        made,
        state=Found.DONE,
        masks=ROWS,
        handle={"form": "media_id", "value": "42"},
        charged_micros=10_000,
        sent_at=timezone.now(),
        finished_at=timezone.now(),
        lease_until=None,
    )
    return made


def change(selection, **fields):
    Selection.objects.filter(pk=selection.pk).update(**fields)
    selection.refresh_from_db()


def fields(page: str) -> dict[str, str]:
    """The fields of the part, by name."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'{word}="([^"]*)"', tag) for word in ("name", "value"))
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def find(press, seen=None, **more):
    """Open the part and press its button."""
    typed = fields(press(""))
    typed |= {"masks_frame": "12"} | more
    if seen is not None:
        typed[f"masks_seen_{typed['masks_at']}"] = str(seen)
    return press("find", **typed)


def test_the_studio_draws_it_for_who_takes_masks(browser, project, source):
    quote = reverse("quote", args=[project.team.slug, project.uuid])
    for operation, there in (("swap", True), ("restyle", False)):
        typed = {"operation": operation, "in_source_1": source, "model": "pixverse"}
        page = browser.post(quote, typed).content.decode()
        assert ('id="masks"' in page) is there
    without = browser.post(quote, {"operation": "swap"}).content.decode()
    assert "Add the video first" in without


def test_a_press_holds_the_price_that_stands_on_the_button(press, project):
    page = press("")
    assert "Find what can be swapped" in page
    assert "$0.01" in page
    page = find(press)
    assert "looks at frame 12" in page
    assert 'hx-trigger="every 1s"' in page
    selection = Selection.objects.get()
    assert (selection.keyframe, selection.price_micros) == (12, 10_000)
    assert ledger.held(str(selection.uuid)) == 10_000
    assert 'id="meters"' in page


def test_a_double_press_is_one_selection(press):
    typed = fields(press("")) | {"masks_frame": "12"}
    pages = [press("find", **typed) for _ in range(2)]
    assert all("looks at frame 12" in one for one in pages)
    assert Selection.objects.count() == 1


def test_one_that_waits_is_taken_back(press, signed_in, creator, owner):
    page = find(press)
    made = Selection.objects.get()
    theirs = press(f"cancel:{made.uuid}", client=signed_in(creator))
    assert "Only who asked for it" in theirs
    assert f"cancel:{made.uuid}" in page
    assert f"cancel:{made.uuid}" not in theirs
    page = press(f"cancel:{made.uuid}")
    made.refresh_from_db()
    assert made.state == Found.FAILED
    assert "Taken back before anything was sent" in page
    assert "Nothing was charged" in page
    assert "cannot be taken back" in press(f"cancel:{made.uuid}")
    assert "not in this project" in press(f"cancel:{uuid.uuid4()}")


def test_what_cannot_be_paid_is_said_where_it_was_pressed(press, project, owner):
    assert "The price changed" in find(press, seen=1)
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=10)
    page = find(press)
    assert 'role="alert"' in page
    assert "masks-find" in page
    assert not Selection.objects.exists()


def test_without_a_price_it_says_what_an_owner_enters(press, account):
    account["pixverse"].prices.filter(operation="mask_selection").delete()
    page = press("")
    assert "enter a price for mask selection, or a ceiling" in page
    assert "masks-find" not in page


def test_news_come_when_there_are_some(browser, address, selection):
    asked = {"selection": selection.uuid, "operation": "swap", "waits": "False"}
    change(selection, state=Found.SENDING, finished_at=None, lease_until=timezone.now())
    assert browser.get(address, asked).status_code == 204
    change(selection, state=Found.DONE)
    assert browser.get(address, asked).status_code == 204, "its pictures are still to come"
    change(selection, finished_at=timezone.now())
    page = browser.get(address, asked, headers=HTMX).content.decode()
    assert re.findall(r'data-mask="(.)"', page) == ["0", "7", "9"]
    change(selection, state=Found.QUEUED, created_at=timezone.now() - timezone.timedelta(minutes=1))
    page = browser.get(address, asked, headers=HTMX).content.decode()
    assert "as soon as it has room" in page


def test_masks_are_chosen_without_javascript(press, selection):
    here = {"masks_selection": str(selection.uuid), "htmx": False}
    page = press("pick:7", **here)
    chosen = fields(page)
    assert (chosen["keyframe"], chosen["mask"]) == ("12", "7")
    assert chosen["at_mask"] == str(selection.account.uuid)
    assert page.count('aria-pressed="true"') == 1
    names = ("keyframe", "mask", "at_mask")
    kept = {name: chosen[name] for name in names}
    # One for a swap: the next takes its place; the same again takes it back.
    assert fields(press("pick:9", **here, **kept))["mask"] == "9"
    assert fields(press("pick:7", **here, **kept))["mask"] == ""


def test_up_to_three_for_modify_in_the_order_of_the_prompt(press, selection):
    here = {"masks_selection": str(selection.uuid), "operation": "modify"}
    page = press("pick:9", **here)
    for mask in ("0", "7"):
        page = press(f"pick:{mask}", **here, **{
            name: value for name, value in fields(page).items()
            if name.startswith(("mask", "keyframe", "at_")) and name not in here
        })  # fmt: skip
    chosen = fields(page)
    assert [chosen[name] for name in ("mask", "mask_2", "mask_3")] == ["9", "0", "7"]
    places = re.findall(r'data-mask="(.)".*?@selection(\d)', page, re.S)
    assert places == [("0", "1"), ("7", "2"), ("9", "0")]
    assert "Dog 2" in page
    assert "Dog 3" in page


def test_what_was_chosen_stays_and_another_source_clears_it(press, selection, files):
    kept = {"keyframe": "12", "mask": "7", "at_mask": str(selection.account.uuid)}
    page = press("", **kept)
    assert fields(page)["mask"] == "7"
    assert 'aria-pressed="true"' in page
    assert "data-cleared" not in page
    other = press("", in_source_1=files.upload("video"), **kept)
    assert fields(other)["mask"] == ""
    assert "data-cleared" in other
    assert "masks-find" in other


def test_choose_again_and_back_to_what_was_found_before(press, selection):
    page = press("again", masks_selection=str(selection.uuid), masks_frame="12")
    typed = fields(page)
    assert (typed["masks_again"], typed["masks_frame"]) == ("1", "12")
    assert f'value="show:{selection.uuid}"' in page
    page = press(f"show:{selection.uuid}", masks_again="1")
    assert "masks-list" in page
    # What is good is not paid twice, whoever presses.
    assert "masks-list" in find(press, masks_again="1")
    assert Selection.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"masks": []}, "Nothing was found on frame 12; choose another one. PixVerse .sandbox. "
                        "charged .0.01"),
        ({"state": Found.UNCERTAIN}, "answer about frame 12 was lost"),
        ({"state": Found.FAILED, "said": "PixVerse refused it.", "charged_micros": 0},
         "PixVerse refused it. Nothing was charged"),
        ({"handle": {"form": "media_id", "value": "41"}}, "no longer knows this copy"),
    ],
)  # fmt: skip
def test_what_did_not_go_well_is_said_with_its_money(press, selection, fields, words):
    change(selection, **fields)
    page = press("", masks_selection=str(selection.uuid))
    assert re.search(words, page), page
    assert "masks-find" in page


def test_pictures_go_to_those_who_may_look(browser, signed_in, viewer, project, selection):
    name = default_storage.save("selections/x/frame.webp", ContentFile(b"RIFF"))
    change(selection, picture=name, masks=[{**ROWS[0], "picture": name}, *ROWS[1:]])
    address = reverse("mask_picture", args=[project.team.slug, project.uuid, selection.uuid])
    for query, status in (("", 200), ("?mask=1", 200), ("?mask=2", 404), ("?mask=x", 200)):
        answer = signed_in(viewer).get(address + query)
        assert answer.status_code == status, query
        if status == 200:
            assert answer.headers["Content-Type"] == "image/webp"
    assert browser.get(f"{address}?mask=99").status_code == 404


def test_the_quote_takes_good_masks_and_no_others(project, selection, source):
    video = files_of(project, [source])[source].as_input("source")
    options = {"quality": "360p", "keyframe": 12, "mask": "7"}
    at = str(selection.account.uuid)
    brief = Brief("modify", "pixverse", "@selection0 is red", options, (video,), at=at)
    assert offers.quote(project, brief).of(at).can
    Handle.objects.all().delete()
    assert "find the masks again" in offers.quote(project, brief).of(at).problems[0].text


def test_an_owner_resolves_a_lost_answer(browser, project, selection):
    change(selection, state=Found.UNCERTAIN, finished_at=None, charged_micros=None)
    home = reverse("uncertain", args=[project.team.slug])
    page = browser.get(home).content.decode()
    assert "The answer of a mask selection was lost" in page
    assert str(selection.token) in page
    assert "Nothing is open" not in page
    where = [project.team.slug, project.uuid, selection.uuid]
    address = reverse("resolve_selection", args=where)
    refused = browser.post(address, {"verdict": "charged", "amount": "0.01", "note": ""})
    assert "Say in the note how you know" in refused.content.decode()
    answer = browser.post(address, {"verdict": "charged", "amount": "0.004", "note": "usage page"})
    assert (answer.status_code, answer.url) == (302, home)
    change(selection)
    assert (selection.state, selection.charged_micros) == (Found.FAILED, 4000)
    assert ledger.charged(str(selection.uuid)) == 4000
    assert ledger.check() == []
    assert "Nothing is open" in browser.get(home).content.decode()
