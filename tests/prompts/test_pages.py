"""The library's pages: list, prompt, versions, labels, forks, favourites."""

import re

import pytest

from accounts.models import AuditLine
from accounts.models.frozen import Frozen
from generations.models import Prompt, PromptVersion
from generations.prompts import approvals, versions
from generations.prompts.versions import About, Words

AT = "/t/crew/prompts/"
pytestmark = pytest.mark.django_db


def page(client, path=""):
    answer = client.get(AT + path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_prompt_is_made_with_its_variables(home, visit):
    typed = {
        "title": "Kite film",
        "folder": "Kites",
        "tags": "Sky, wind,, sky",
        "project": str(home.project.uuid),
        "text": "A {{colour}} kite",
        "variables": "colour = red | red, blue | Of the sail",
        "note": "First",
    }
    answer = visit("creator").post(f"{AT}new/", typed)
    prompt = Prompt.objects.get(title="Kite film")
    assert answer.headers["Location"] == f"{AT}{prompt.uuid}/"
    assert sorted(prompt.tags.values_list("name", flat=True)) == ["sky", "wind"]
    version = prompt.versions.get()
    assert version.number == 1
    assert version.variables == [
        {"name": "colour", "default": "red", "choices": ["red", "blue"], "help": "Of the sail"}
    ]
    assert AuditLine.objects.latest("pk").verb == "prompt.made"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": "A {{Colour}}"}, "id_text"),
        ({"text": ""}, "id_text"),
        ({"text": "A kite", "variables": "colour = red"}, "id_variables"),
        ({"text": "A kite", "title": ""}, "id_title"),
        ({"text": "A kite", "tags": "x" * 31}, "id_tags"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(home, visit, typed, field):
    answer = visit("owner").post(f"{AT}new/", {"title": "Kite", **typed})
    assert answer.status_code == 200
    assert f'id="{field}_error"' in answer.content.decode()
    assert Prompt.objects.count() == 1


def test_versions_are_written_once(shared):
    shared.text = "Other"
    with pytest.raises(Frozen):
        shared.save()
    with pytest.raises(Frozen):
        PromptVersion.objects.filter(pk=shared.pk).update(text="Other")


def test_a_new_version_keeps_the_recipe_or_drops_it(shared, visit):
    client, at = visit("creator"), f"{AT}{shared.prompt.uuid}/version/"
    assert "What is sold" in client.get(at).content.decode()
    client.post(at, {"text": "A {{product}}", "recipe": "keep", "note": "Shorter"})
    client.post(at, {"text": "A thing", "recipe": "none"})
    found = list(shared.prompt.versions.order_by("number"))
    assert [one.number for one in found] == [1, 2, 3]
    assert [bool(one.recipe) for one in found] == [True, True, False]
    text = page(client, f"{shared.prompt.uuid}/?from=1&to=3")
    assert "[removed: </span>" in text
    assert "[added: </span>" in text


def test_the_house_version_is_what_is_used_first(home, shared, visit):
    prompt = shared.prompt
    versions.add(home.people["creator"], prompt, Words("A better one"))
    assert versions.preferred(prompt).number == 2
    creator, producer = visit("creator"), visit("producer")
    at = f"{AT}{prompt.uuid}/label/"
    for version in prompt.versions.all():
        approvals.approve(home.people["owner"], version, "", house=False)
    assert creator.post(at, {"name": "house", "version": "1"}).status_code == 403
    assert producer.post(at, {"name": "house", "version": "1"}).status_code == 302
    assert versions.preferred(prompt).number == 1
    line = AuditLine.objects.latest("pk")
    assert (line.verb, line.facts) == (
        "prompt.labelled",
        {"before": None, "after": 1, "label": "house"},
    )
    producer.post(at, {"name": "house", "version": "2"})
    assert versions.preferred(prompt).number == 2
    creator.post(at, {"name": "House", "version": ""})
    assert prompt.labels.exists()
    producer.post(at, {"name": "house", "version": ""})
    assert not prompt.labels.exists()


def test_a_label_of_a_version_that_is_not_there(shared, visit):
    client, at = visit("owner"), f"{AT}{shared.prompt.uuid}/label/"
    assert client.post(at, {"name": "draft", "version": "9"}).status_code == 404
    client.post(at, {"name": "<b>", "version": "1"})
    assert not shared.prompt.labels.exists()


def test_the_list_is_searched_and_narrowed(home, shared, visit):
    client = visit("viewer")
    assert "Product shot" in page(client)
    for query in ("?q=blurry shot", "?folder=Ads", "?tag=brand", "?in=team"):
        text = page(client, query)
        assert "Product shot" in text, query
        assert ">Kite</a>" not in text, query
    assert ">Kite</a>" in page(client, f"?in={home.project.uuid}")
    assert "Nothing fits" in page(client, "?q=submarine")
    assert "Nothing fits" in page(client, "?mine=1")
    client.post(f"{AT}{shared.prompt.uuid}/favourite/", {"on": "1"})
    assert "Product shot" in page(client, "?mine=1")
    assert "Nothing fits" in page(visit("owner"), "?mine=1")
    client.post(f"{AT}{shared.prompt.uuid}/favourite/", {"on": "0"})
    assert "Nothing fits" in page(client, "?mine=1")


@pytest.mark.parametrize(
    "query",
    [
        "?before=x",
        "?before=2026-01-01_5",
        "?before=2026-01-01T00:00:00+00:00_9",
        "?in=x",
        "?q=%00",
        "?before=_1",
    ],
)
def test_strange_addresses_are_no_trouble(home, visit, query):
    page(visit("viewer"), query)


def test_an_archived_prompt_is_out_of_the_way(shared, visit):
    client, at = visit("creator"), f"{AT}{shared.prompt.uuid}/"
    client.post(f"{at}archive/")
    assert "Product shot" not in page(client)
    assert "Product shot" in page(client, "?archived=1")
    assert client.get(f"{at}use/").status_code == 403
    client.post(f"{at}archive/", {"back": "1"})
    assert "Product shot" in page(client)


def test_a_fork_begins_with_the_version_and_says_so(shared, visit):
    client = visit("creator")
    answer = client.post(f"{AT}{shared.prompt.uuid}/fork/", {"version": "1"})
    fork = Prompt.objects.latest("pk")
    assert str(fork.uuid) in answer.headers["Location"]
    assert fork.title == "Product shot (fork)"
    assert (fork.versions.get().text, fork.fork_of) == (shared.text, shared)
    assert "a fork of" in page(client, f"{fork.uuid}/")


def test_another_projects_prompts_are_hidden(home, visit):
    other = home.team.projects.create(name="Secret", created_by=home.people["owner"])
    about = About("Hidden", project=other)
    hidden = versions.make(home.people["owner"], home.team, about, Words("x")).prompt
    assert "Hidden" in page(visit("owner"))
    creator = visit("creator")
    assert "Hidden" not in page(creator)
    assert creator.get(f"{AT}{hidden.uuid}/").status_code == 404
    assert "Hidden" not in creator.get(f"{AT}export.json").content.decode()


def test_the_list_asks_as_often_for_many_as_for_few(
    home, shared, visit, django_assert_max_num_queries
):
    client = visit("creator")
    for number in range(30):
        about = About(f"Prompt {number}", tags=("many",))
        made = versions.make(home.people["owner"], home.team, about, Words("Words"))
        approvals.approve(home.people["owner"], made, "", house=True)
    with django_assert_max_num_queries(28):
        text = page(client)
    assert text.count("prompt-card") >= 24
    older = re.search(r'href="(\?before=[^"]+)">Older', text)[1]
    text = page(client, older.replace("&amp;", "&"))
    assert "Back to the newest" in text
    # Thirty, the shared one and the house's: each on one of the two pages.
    assert text.count("<article") == 8
