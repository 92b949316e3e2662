"""Prompts as files: what goes out comes in again."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from generations.forms.prompts import told_from
from generations.models import Prompt
from generations.prompts import approvals, exchange, versions
from generations.prompts.variables import Unreadable, Variable
from generations.prompts.versions import Words
from tests import house

AT = "/t/crew/prompts/"
MANY = json.dumps([{"title": "A", "versions": [{"text": "x"}]}] * 501).encode()
pytestmark = pytest.mark.django_db


def body(answer):
    return b"".join(answer) if answer.streaming else answer.content


@pytest.fixture
def filled(home, shared):
    owner = home.people["owner"]
    second = versions.add(
        owner,
        shared.prompt,
        Words("=A {{product}}", variables=(Variable("product"),), note="-Shorter"),
    )
    versions.set_label(owner, shared.prompt, "draft", second)
    approvals.approve(owner, shared, "", house=True)
    return shared.prompt


def told(entries):
    """What comes along: all but the place, and the house label, which is approved here first."""
    return [
        {
            **one,
            "project": "",
            "tags": sorted(one["tags"]),
            "labels": {name: at for name, at in one["labels"].items() if name != "house"},
        }
        for one in entries
        if one["title"] == "Product shot"
    ]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_out_and_in_again(home, filled, visit, client, kind):
    data = body(visit("viewer").get(f"{AT}export.{kind}"))
    other = house.build("strangers")
    client.force_login(other.people["owner"])
    file = SimpleUploadedFile(f"prompts.{kind}", data)
    assert client.post("/t/strangers/prompts/import/", {"file": file}).status_code == 302
    before = told(exchange.entries(Prompt.objects.filter(team=home.team)))
    after = told(exchange.entries(Prompt.objects.filter(team=other.team)))
    assert before == after
    file = SimpleUploadedFile(f"prompts.{kind}", data)
    count = Prompt.objects.count()
    client.post("/t/strangers/prompts/import/", {"file": file})
    assert Prompt.objects.count() == count


def test_a_spreadsheet_runs_nothing(home, filled, visit):
    text = body(visit("viewer").get(f"{AT}export.csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [one["text"] for one in rows if one["version"] == "2"] == ["'=A {{product}}"]


def test_what_was_approved_elsewhere_is_not_approved_here(home, filled, visit):
    data = body(visit("viewer").get(f"{AT}export.json"))
    filled.title = "Renamed"
    filled.save()
    file = SimpleUploadedFile("prompts.json", data)
    project = str(home.project.uuid)
    answer = visit("producer").post(f"{AT}import/", {"file": file, "project": project}, follow=True)
    assert "stayed behind" in answer.content.decode()
    made = Prompt.objects.get(title="Product shot")
    assert made.project == home.project
    assert list(made.labels.values_list("name", flat=True)) == ["draft"]
    assert not any(map(versions.is_approved, made.versions.all()))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", b"{", "no JSON"),
        ("a.json", b'{"a": 1}', "no list"),
        ("a.json", b"[]", "no prompt"),
        ("a.json", b'["x"]', "Prompt 1 is not in the form"),
        ("a.json", b'[{"title": "A", "versions": []}]', "no version"),
        ("a.json", b'[{"title": "A", "versions": [{"text": "{{X}}"}]}]', "Write a variable"),
        ("a.json", b'[{"title": "", "versions": [{"text": "x"}]}]', "title is empty"),
        ("a.json", b'[{"title": "A", "versions": [{"text": "x", "recipe": {"options": 3}}]}]', "1"),
        ("a.json", b"[" * 100_000, "no JSON"),
        ("a.json", b'[{"title": "\\ud800"}]', "no JSON"),
        ("a.json", b'[{"title": "A", "x": NaN}]', "no JSON"),
        ("a.json", b'[{"title": "A", "x": "\\u0000"}]', "no JSON"),
        ("a.json", b'[{"title": "sk-abcdefgh", "versions": [{"text": "x"}]}]', "looks like a key"),
        ("a.json", MANY, "501"),
        ("a.csv", b"title,text,options\nA,x,{\n", "Line 2"),
        ("a.csv", b"\xff\xfe", "not UTF-8"),
        ("a.csv", b"", "no prompt"),
    ],
)
def test_a_wrong_file_is_said(name, data, said):
    with pytest.raises(Unreadable, match=said):
        exchange.read(data, name)


def test_nothing_of_a_wrong_file_comes_in(home, visit):
    good = {"title": "Good", "versions": [{"text": "x"}]}
    data = json.dumps([good, {"title": "Bad", "versions": [{"text": ""}]}]).encode()
    answer = visit("owner").post(f"{AT}import/", {"file": SimpleUploadedFile("prompts.json", data)})
    assert "Prompt 2: a version needs a text" in answer.content.decode()
    assert not Prompt.objects.filter(title="Good").exists()


def test_the_address_of_an_import_leads_to_the_library(home, visit):
    for role in ("viewer", "owner"):
        answer = visit(role).get(f"{AT}import/")
        assert (answer.status_code, answer.headers["Location"]) == (302, AT)


def test_a_recipe_from_a_file_sets_options_alone(home, visit):
    options = {"quality": "720p", "takes": 4, "account": "x", "in_image_1": "upload:x"}
    recipe = {"operation": "text_to_video", "model": "v6", "options": options}
    entry = {"title": "Sly", "labels": {"<b>": 1, "draft": 1, "sk-abcdefgh": 1}}
    entry |= {"versions": [{"text": "x", "recipe": recipe}]}
    file = SimpleUploadedFile("prompts.json", json.dumps([entry]).encode())
    assert visit("owner").post(f"{AT}import/", {"file": file}).status_code == 302
    prompt = Prompt.objects.get(title="Sly")
    assert list(prompt.labels.values_list("name", flat=True)) == ["draft"]
    told = told_from(prompt.versions.get(), {})
    assert told["quality"] == "720p"
    assert not {"takes", "account", "in_image_1", "want_takes"} & told.keys()
