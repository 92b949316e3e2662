"""What the form says, in the words of people."""

import pytest

from generations import lifecycle, offers
from generations.catalogue.types import Brief
from generations.feed import Card
from generations.forms.brief import read_brief
from generations.models import Generation
from generations.templatetags.studio import clock

HTMX = {"HX-Request": "true"}


@pytest.fixture
def said(browser, at, form):
    def ask(**typed):
        answer = browser.post(at("quote"), form(**typed), headers=HTMX)
        return " ".join(answer.content.decode().split())

    return ask


def test_a_choice_is_called_by_its_label_and_a_file_is_used(said, files):
    assert "What it sounds like: PixVerse cannot make it" in said(
        operation="template", sound="rain", put=files.upload()
    )
    webm = files.upload("video", name="lips.webm", mime="video/webm")
    assert "lips.webm: PixVerse cannot use it" in said(operation="lip_sync", put=webm)


def test_an_empty_form_of_several_images_complains_of_nothing(project):
    assert read_brief(project, {"operation": "multi_transition"}).wrong == {}


def test_who_offers_it_with_another_model_only(said):
    assert "useapi.net do not offer this with PixVerse." in said(
        operation="modify", model="pixverse"
    )
    assert "WorldRouter do not offer this." in said(operation="upscale")


def test_a_price_that_counts_the_seconds_of_a_file_to_come_is_the_least(said, files):
    assert "At least $" in said(operation="upscale")
    assert "At least $" not in said(operation="upscale", put=files.upload("video"))


def test_what_can_be_found_on_a_frame_is_changed_or_swapped(said):
    assert "see what can be changed." in said(operation="modify")
    assert "see what can be swapped." in said(operation="swap")


def test_a_card_names_the_model_as_the_form_does(project):
    g = Generation(operation="image", model="gpt-image-2.0")
    g.brief_json = Brief("image", "gpt-image-2.0", "x", {}).to_json()
    card = Card(g, "", "", None, None, None, "", 0, 0, 0, "", "")
    assert card.traits == ["Picture", "GPT image 2.0"]


def test_a_day_is_no_thousand_minutes():
    assert [clock(one) for one in (100, 3599, 86_400)] == ["1:40", "59:59", "24:00:00"]


def test_a_picture_costs_by_the_picture(project):
    brief = read_brief(project, {"operation": "image", "prompt": "A fox"}).brief
    assert offers.quote(project, brief).best.price.formula == "4 plan credits a picture"


def test_what_nobody_else_can_make_is_a_remix(browser, at, project, files, account):
    typed = {"operation": "sound_effect", "sound": "rain", "put": files.upload("video")}
    (made,) = lifecycle.request(
        project=project,
        user=project.created_by,
        brief=read_brief(project, typed).brief,
        account=account["pixverse"],
        form_token="6f1c54a6-2d2a-4a5e-9d43-3b0f6f6f2b11",
    )
    answer = browser.get(at("studio"), {"remix": made.uuid, "elsewhere": "1"}).content.decode()
    assert "No other account of the team can make this brief." in answer
    assert "What does not carry over" not in answer
