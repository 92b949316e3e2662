"""A recipe, chosen in the form; only what the catalogue allows."""

import pytest

from generations.forms.recipes import RecipeForm
from generations.models import Prompt

AT = "/t/crew/prompts/"
pytestmark = pytest.mark.django_db
TYPED = {
    "title": "Boat",
    "text": "A boat",
    "recipe": "type",
    "r_operation": "text_to_video",
    "r_model": "v5.6",
    "r_quality": "720p",
    "r_duration": "5",
}


def test_a_recipe_is_chosen_when_a_prompt_is_written(home, visit):
    client = visit("creator")
    answer = client.post(f"{AT}new/", TYPED)
    assert answer.status_code == 302
    version = Prompt.objects.latest("pk").versions.get()
    assert version.recipe == {
        "operation": "text_to_video",
        "model": "v5.6",
        "options": {"quality": "720p", "duration": 5},
    }
    text = client.get(answer.headers["Location"]).content.decode()
    for word in ("A clip from text", "V5.6", "720p", "5 s"):
        assert word in text
    # The next version begins with it, and may be told something else.
    at = f"{AT}{version.prompt.uuid}/version/"
    text = client.get(at).content.decode()
    assert '<option value="720p" selected>' in text
    client.post(at, {**TYPED, "r_quality": "1080p", "r_duration": ""})
    assert version.prompt.versions.get(number=2).recipe["options"] == {"quality": "1080p"}
    text = client.get(f"{AT}{version.prompt.uuid}/?v=2&from=1&to=2").content.decode()
    assert "<del>720p</del>" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"r_quality": "8k"}, "8k is not offered"),
        ({"r_duration": "99"}, "99 is not offered"),
        ({"r_aspect_ratio": "<x>"}, "&lt;x&gt; is not offered"),
    ],
)
def test_what_nobody_offers_is_refused_and_what_was_typed_stays(home, visit, wrong, said):
    answer = visit("creator").post(f"{AT}new/", {**TYPED, **wrong})
    text = answer.content.decode()
    assert said in text
    assert 'value="Boat"' in text
    assert 'value="type" checked' in text
    assert not Prompt.objects.filter(title="Boat").exists()


def test_what_nobody_makes_together_is_refused(home):
    """Each value is somebody's, and all of them nobody's: found in the catalogue itself."""
    form = RecipeForm(frozenset({"pixverse"}), {"r_operation": "text_to_video", "r_model": "v5.6"})
    one = next(one for _, one in form.menu.offered if one.forbidden)
    rule = one.forbidden[0]
    given = {
        f"r_{name}": str(values[0]).lower() if isinstance(values[0], bool) else str(values[0])
        for name, values in rule.items()
    }
    form.given = {**form.given, **given}
    assert not form.is_valid()
    assert "Nobody makes all of this together" in form.errors[""]


def test_another_model_shows_its_own_options(home, visit):
    client = visit("creator")
    answer = client.get(f"{AT}recipe/", {"r_operation": "text_to_video", "r_model": "v5.6"})
    text = answer.content.decode()
    assert 'name="r_quality"' in text
    assert 'name="r_seed"' not in text
    # Strange words become the first known ones.
    assert client.get(f"{AT}recipe/", {"r_operation": "<x>"}).status_code == 200
    # Without JavaScript a button asks for the same, and nothing is saved.
    answer = client.post(f"{AT}new/", {**TYPED, "again": "1"})
    assert answer.status_code == 200
    assert not Prompt.objects.filter(title="Boat").exists()


def test_what_comes_from_a_list_stays_as_it_is():
    begun = {"operation": "restyle", "model": "restyle", "options": {"restyle": 7}}
    form = RecipeForm(frozenset({"pixverse"}), {"r_operation": "restyle"}, begun)
    begun["model"] = form.menu.model
    assert form.is_valid()
    assert form.recipe["options"] == {"restyle": 7}
    assert form.kept
