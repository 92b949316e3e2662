"""What was typed becomes a brief; what is amiss is said, and nothing typed is lost."""

from decimal import Decimal

import pytest

from generations.catalogue.loader import providers
from generations.catalogue.types import Option
from generations.forms import fields
from generations.forms.brief import read_brief, typed_of
from generations.forms.menu import menu_of
from generations.forms.values import Unreadable, nearest, read

ALL = ("pixverse", "worldrouter", "pixazo", "easyrouter", "useapi")


@pytest.mark.parametrize("operation", ["text_to_video", "image_to_video"])
def test_the_menu_is_the_union_over_the_accounts(operation):
    both = menu_of(ALL, operation, "v6")
    one = menu_of(["pixazo"], operation, "v6")
    assert set(one.models) <= set(both.models)
    assert set(one.fields["quality"].values) <= set(both.fields["quality"].values)
    assert both.fields["quality"].default in both.fields["quality"].values
    assert both.prompt_max >= one.prompt_max


def test_models_stand_newest_first_and_unknown_ones_become_the_first():
    found = menu_of(ALL, "text_to_video", "v99")
    assert found.model == found.models[0] == "v6"
    assert menu_of(ALL, "dance", "v6").operation == "text_to_video"


def test_no_accounts_is_an_empty_menu_and_not_an_error():
    found = menu_of([], "text_to_video", "v6")
    assert (found.models, found.model, found.fields) == ((), "", {})


def test_qualities_stand_by_size():
    values = menu_of(ALL, "text_to_video", "v6").fields["quality"].values
    assert list(values) == sorted(values, key=lambda one: int(one[:-1]))


SEED = Option("seed", minimum=0, maximum=100)
DURATION = Option("duration", values=(1, 5, 8), default=5)


def test_values_are_read_with_their_type():
    assert read(DURATION, " 8 ") == 8
    assert read(Option("audio", values=(False, True), default=False), "true") is True
    assert read(SEED, "") is None
    assert read(SEED, "7") == 7


@pytest.mark.parametrize("text", ["abc", "-1", "101", "1.5", "٣", "9" * 40])
def test_a_seed_that_is_no_number_in_range_says_what_to_type(text):
    with pytest.raises(Unreadable, match="whole number from 0 to 100"):
        read(SEED, text)


def test_an_id_of_64_bits_is_read_whole():
    assert read(Option("restyle", whole=True, listed="restyles"), str(2**64 - 1)) == 2**64 - 1


def test_the_nearest_value():
    assert nearest(DURATION, "7") == 8
    assert nearest(DURATION, "99") == 8
    assert nearest(DURATION, "soon") == 5
    assert nearest(DURATION, "") == 5
    assert nearest(Option("quality", values=("360p", "720p"), default="360p"), "1080p") == "720p"


def test_a_whole_brief(project, form):
    asked = read_brief(project, form(seed="7", negative_prompt=" blur "))
    assert asked.errors == {}
    assert asked.brief.options == {
        "quality": "720p",
        "duration": 5,
        "aspect_ratio": "16:9",
        "audio": False,
        "seed": 7,
        "negative_prompt": "blur",
    }


def test_a_prompt_of_6000_characters_says_by_how_much_to_shorten(project, form):
    asked = read_brief(project, form(prompt="x" * 6000))
    assert "6,000 characters and 5,000 can be sent. Shorten it by 1,000." in asked.errors["prompt"]
    assert asked.values["prompt"] == "x" * 6000


def test_a_missing_prompt_and_picture_say_what_to_do(project, form):
    asked = read_brief(project, form(prompt="  ", operation="image_to_video"))
    assert asked.errors["prompt"].startswith("Write what")
    assert asked.errors["image"].startswith("Add a picture")
    assert asked.brief.inputs == ()


def test_a_picture_of_another_project_is_not_found(project, form, picture, signed_in):
    asked = read_brief(
        project, form(operation="image_to_video", in_image_1=f"upload:{picture.uuid}")
    )
    assert asked.brief.image.upload == str(picture.uuid)
    picture.delete()
    asked = read_brief(
        project, form(operation="image_to_video", in_image_1=f"upload:{picture.uuid}")
    )
    assert "not in this project any more" in asked.errors["image"]


def test_what_a_model_lacks_becomes_the_nearest_with_a_note(project, form):
    asked = read_brief(project, form(model="v5.6", duration="15"))
    assert asked.brief.options["duration"] == 10
    assert asked.values["duration"] == "10"
    assert any("Duration is 10 s now" in note for note in asked.notes)


def test_what_is_typed_for_a_field_that_is_gone_is_kept(project, form, browser, at):
    answer = browser.post(at("quote"), form(operation="image_to_video", drawn="", hue="blue"))
    assert '<input type="hidden" name="aspect_ratio" value="16:9">' in answer.content.decode()


def test_the_cheapest_is_followed_and_another_is_pinned():
    from generations.catalogue.types import Brief
    from generations.forms.brief import Asked

    def asked(**values):
        return Asked(menu_of(ALL, "text_to_video", "v6"), values, Brief("", "", ""))

    assert not asked().pinned
    assert not asked(account="a", best="a").pinned
    assert asked(account="b", best="a").pinned


def test_a_remix_is_typed_as_it_was(make):
    typed = typed_of(make("a kite"))
    assert typed["prompt"] == "a kite"
    assert typed["audio"] == "false"
    assert typed["duration"] == "5"


def test_what_makes_it_cheaper_is_named_first_on_the_fold(project, form):
    found = fields.drawn(read_brief(project, form(model="v6")))
    folded = {one.name: one for one in found.more}
    assert folded["preview"].hint.startswith("20% less")
    assert "for less" in folded["off_peak"].hint
    assert found.folded.startswith("Preview first, Off-peak, ")
    assert not found.open
    assert fields.drawn(read_brief(project, form(model="v6", preview="true"))).open


def test_a_preview_saves_what_the_form_says():
    """Every published price with a preview is four fifths of the same without."""
    rows = {}
    for one in providers()["useapi"].prices:
        told = dict(one.when)
        preview = told.pop("preview", (False,))
        place = (one.operation, one.model, one.quality, one.audio, one.duration, one.formula)
        rows.setdefault((*place, str(sorted(told.items()))), {})[str(preview)] = one.amount
    pairs = [tuple(found.values()) for found in rows.values() if len(found) == 2]
    assert len(pairs) > 5
    assert {min(pair) / max(pair) for pair in pairs} == {Decimal("0.8")}
