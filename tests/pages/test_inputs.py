"""Files in slots: put, carried from form to form, moved, named, taken out, and never lost."""

import pytest

from generations.forms.brief import read_brief
from generations.models import Upload

HTMX = {"HX-Request": "true"}


@pytest.fixture
def next_form(project):
    """Read the form as it would be posted after a change: everything drawn comes back."""

    def read(asked=None, **more):
        before = {} if asked is None else asked.values | {"drawn": asked.drawn}
        if {"mode", "operation"} & set(more):
            before.pop("mode", None)
            before.pop("operation", None)
        return read_brief(project, before | more)

    return read


def tokens(asked, role):
    return [item.token for item in asked.held.get(role, [])]


def test_a_picture_follows_from_form_to_form(next_form, files):
    boat = files.upload()
    asked = next_form(operation="image_to_video", put=boat)
    assert tokens(asked, "image") == [boat]
    asked = next_form(asked, operation="transition")
    assert tokens(asked, "first_frame") == [boat]
    assert tokens(asked, "last_frame") == []
    asked = next_form(asked, operation="multi_transition")
    assert tokens(asked, "frame") == [boat]
    asked = next_form(asked, operation="fusion")
    assert tokens(asked, "reference") == [boat]
    assert asked.held["reference"][0].name == "boat"
    asked = next_form(asked, operation="text_to_video")
    assert asked.brief.inputs == ()
    asked = next_form(asked, operation="image_to_video")
    assert tokens(asked, "image") == [boat]


def test_what_a_form_does_not_take_is_kept_and_comes_back(next_form, files):
    frames = [files.upload() for _ in range(5)]
    asked = next_form(operation="multi_transition", put=" ".join(frames))
    assert tokens(asked, "frame") == frames
    asked = next_form(asked, operation="image_to_video")
    assert tokens(asked, "image") == frames[:1]
    assert tokens(asked, "frame") == frames
    asked = next_form(asked, operation="upscale")
    assert asked.brief.inputs == ()
    asked = next_form(asked, operation="multi_transition")
    assert [f"upload:{one.upload}" for one in asked.brief.inputs] == frames


def test_a_picture_waits_while_a_form_takes_none(next_form, files):
    boat = files.upload()
    asked = next_form(operation="fusion", put=boat)
    asked = next_form(next_form(asked, operation="lip_sync"), operation="avatar")
    assert tokens(asked, "image") == [boat]


def test_a_video_follows_too(next_form, files):
    waves = files.upload("video")
    asked = next_form(operation="extend", put=waves)
    assert tokens(next_form(asked, operation="motion_control"), "motion") == [waves]
    assert tokens(next_form(asked, operation="lip_sync"), "source") == [waves]


def test_nothing_is_carried_into_a_slot_that_may_stay_empty(next_form, files):
    waves, boat = files.upload("video"), files.upload()
    asked = next_form(operation="extend", put=waves)
    asked = next_form(asked, operation="fusion", model="seedance-2.0", put=boat)
    assert tokens(asked, "video_reference") == []
    assert tokens(asked, "reference") == [boat]


@pytest.mark.parametrize(
    ("start", "kind", "operation"),
    [
        ("text_to_video", "image", "image_to_video"),
        ("text_to_video", "video", "modify"),
        ("text_to_video", "audio", "lip_sync"),
        ("image_to_video", "video", "modify"),
        ("extend", "audio", "lip_sync"),
        ("fusion", "image", "fusion"),
    ],
)
def test_a_file_that_is_not_taken_here_finds_its_form(next_form, files, start, kind, operation):
    asked = next_form(next_form(operation=start), put=files.upload(kind))
    assert asked.menu.operation == operation
    assert [one.kind for one in asked.brief.inputs] == [kind]


def test_a_voice_beside_a_picture_makes_it_talk(next_form, files):
    asked = next_form(operation="image_to_video", put=files.upload())
    asked = next_form(asked, put=files.upload("audio"))
    assert asked.menu.operation == "avatar"
    assert {one.role for one in asked.brief.inputs} == {"image", "voice_track"}


def test_several_files_fill_several_slots_and_one_too_many_is_said(next_form, files):
    first, last, third = (files.upload(name=f"{word}.png") for word in ("dawn", "dusk", "night"))
    asked = next_form(operation="transition", put=f"{first} {last} {third}")
    assert tokens(asked, "first_frame") == [first]
    assert tokens(asked, "last_frame") == [last]
    assert any("no room for night.png" in note for note in asked.notes)


def test_a_new_file_takes_the_place_of_the_only_one(next_form, files):
    asked = next_form(operation="image_to_video", put=files.upload())
    other = files.upload()
    assert tokens(next_form(asked, put=other), "image") == [other]


def test_a_told_place_is_kept_to(next_form, files):
    one, two, three = (files.upload() for _ in range(3))
    asked = next_form(operation="transition", put=f"{one}/last_frame")
    assert tokens(asked, "first_frame") == []
    asked = next_form(operation="multi_transition", put=f"{one} {two}")
    assert tokens(next_form(asked, put=f"{three}/frame/1"), "frame") == [three, two]


def test_frames_move_and_are_taken_out_without_scripts(next_form, files):
    one, two, three = (files.upload() for _ in range(3))
    asked = next_form(operation="multi_transition", put=f"{one} {two} {three}")
    asked = next_form(asked, move="frame/3/left")
    assert tokens(asked, "frame") == [one, three, two]
    asked = next_form(asked, move="frame/1/left")
    assert tokens(asked, "frame") == [one, three, two]
    asked = next_form(asked, remove="frame/1")
    assert tokens(asked, "frame") == [three, two]
    assert "in_frame_3" not in asked.values


def test_references_have_names_of_their_own(next_form, files):
    asked = next_form(
        operation="fusion",
        model="v5.6",
        put=" ".join(files.upload(name=name) for name in ("My Robot.png", "robot.jpg", "123.png")),
        prompt="a",
    )
    names = [item.name for item in asked.held["reference"]]
    assert names == ["my", "robot", "image"]
    assert [one.type for one in asked.brief.inputs] == ["subject"] * 3
    assert asked.errors["prompt"].startswith("Write @my into the prompt")
    asked = next_form(asked, prompt="@my @robot in the @image")
    assert "prompt" not in asked.errors
    asked = next_form(asked, in_reference_1_name="the dog")
    assert "must be one word" in asked.errors["prompt"]
    asked = next_form(asked, in_reference_1_name="")
    assert asked.values["in_reference_1_name"] == ""
    assert "name of its own" in asked.errors["reference"]


def test_an_unknown_name_in_the_prompt_is_said_and_prices_stay(browser, at, form, files):
    typed = form(operation="fusion", prompt="@robot walks", put=files.upload())
    answer = browser.post(at("quote"), typed, headers=HTMX)
    assert "Write @boat into the prompt" in answer.content.decode()
    assert answer.context["offered"].chosen is not None


def test_ways_stand_between_the_frames_that_are_there(browser, at, form, files):
    typed = form(operation="multi_transition", model="v5", drawn="")
    for count in range(4):
        typed |= {f"in_frame_{count + 1}": files.upload()}
        page = browser.post(at("quote"), typed).content.decode()
        assert page.count('id="f-seconds_') == count
        assert page.count('id="f-prompt_') == count


def test_only_the_ways_that_are_there_are_told(next_form, files):
    asked = next_form(operation="multi_transition", model="v5", put=files.upload())
    asked = next_form(asked, put=files.upload(), seconds_3="7", prompt_1="fog")
    assert {name for name in asked.brief.options if name[-1].isdigit()} == {"seconds_1", "prompt_1"}
    assert asked.brief.options["seconds_1"] == 5


def test_an_earlier_clip_stays_a_clip(next_form, files, account):
    clip = files.clip(account["pixverse"])
    asked = next_form(operation="extend", put=clip, prompt="on it goes")
    (one,) = asked.brief.inputs
    assert (f"clip:{one.clip}", one.upload, one.kind, one.ms) == (clip, "", "video", 5000)
    assert one.account == str(account["pixverse"].uuid)


@pytest.mark.parametrize("token", ["upload:nonsense", "clip:" + "0" * 36, "x", "upload:"])
def test_what_is_no_file_is_no_input(next_form, token):
    asked = next_form(operation="extend", put=token, in_source_1=token)
    assert asked.brief.inputs == ()
    assert asked.errors["source"].startswith("Add a video")


def test_a_file_of_another_project_is_not_taken(next_form, files, project, owner):
    from generations import projects

    other = projects.make_project(owner, project.team, "Other")
    token = files.upload("video")
    Upload.objects.update(project=other)
    asked = next_form(operation="extend", in_source_1=token)
    assert asked.brief.inputs == ()
    assert "not in this project any more" in asked.errors["source"]


def test_too_many_for_a_model_are_kept_aside_and_said(browser, at, form, files, next_form):
    put = " ".join(files.upload() for _ in range(5))
    asked = next_form(operation="fusion", model="v6", put=put)
    asked = next_form(asked, model="v4.5")
    assert len(asked.brief.inputs) == 3
    page = browser.post(at("quote"), asked.values).content.decode()
    assert "2 more are kept aside: V4.5 takes 3 here." in page
    assert len(next_form(asked, model="v6").brief.inputs) == 5


def test_a_model_and_values_come_back_after_a_form_that_lacks_them(next_form):
    asked = next_form(operation="text_to_video", model="v5.6", duration="10", quality="720p")
    asked = next_form(asked, operation="image")
    assert asked.brief.options["quality"] == "1080p"
    asked = next_form(asked, operation="upscale")
    asked = next_form(asked, operation="image_to_video")
    assert asked.menu.model == "v5.6"
    assert asked.brief.options["quality"] == "720p"
    assert asked.brief.options["duration"] == 10
    asked = next_form(asked, model="v5", quality="360p")
    assert next_form(asked, operation="text_to_video").menu.model == "v5"


def test_the_last_way_of_a_mode_is_drawn_again(next_form):
    asked = next_form(mode="change", operation="restyle")
    asked = next_form(asked, mode="text", operation="restyle")
    assert asked.menu.operation == "text_to_video"
    assert next_form(asked, mode="change").menu.operation == "restyle"


def test_a_form_can_begin_with_a_file(browser, at, files, account):
    clip = files.clip(account["pixverse"])
    answer = browser.get(at("studio"), {"use": clip, "as": "source", "operation": "extend"})
    asked = answer.context["asked"]
    assert asked.menu.operation == "extend"
    assert tokens(asked, "source") == [clip]
    assert f'data-use="{clip}"' in answer.content.decode()


def test_an_id_of_a_list_keeps_whose_it_is(next_form):
    asked = next_form(operation="template", template="315", at="pixverse")
    assert (asked.brief.at, asked.brief.options["template"]) == ("pixverse", 315)
    asked = next_form(asked, operation="lip_sync")
    asked = next_form(asked, voice="ann", at="useapi", speech="Hello.")
    assert asked.brief.at == "useapi"
    asked = next_form(asked, operation="template")
    assert asked.brief.at == "pixverse"


def test_a_switch_that_is_off_is_not_told(next_form):
    assert "preview" not in next_form(operation="text_to_video", preview="false").brief.options
    assert next_form(operation="text_to_video", preview="true").brief.options["preview"] is True


def test_the_queries_do_not_grow_with_the_files(
    browser, at, form, files, django_assert_max_num_queries
):
    put = " ".join([*(files.upload() for _ in range(7))])
    typed = form(operation="fusion", prompt="@boat", put=put)
    browser.post(at("quote"), typed, headers=HTMX)
    with django_assert_max_num_queries(17) as seen:
        browser.post(at("quote"), typed, headers=HTMX)
    many = len(seen)
    with django_assert_max_num_queries(many):
        browser.post(at("quote"), form(), headers=HTMX)


def test_a_choice_that_keeps_somebody_out_says_whom(browser, at, form):
    typed = form(operation="text_to_video", model="v5.6", quality="2160p")
    answer = browser.post(at("quote"), typed, headers=HTMX).content.decode()
    assert "2160p: EasyRouter, PixVerse and useapi.net cannot make it" in answer


def test_what_means_another_thing_elsewhere_is_laid_aside_and_comes_back(next_form):
    asked = next_form(operation="lip_sync")
    asked = next_form(asked, speech="Hello", voice="12", at_voice="pixverse")
    asked = next_form(asked, operation="avatar")
    assert asked.values["speech"] == "Hello"
    asked = next_form(asked, operation="text_to_video")
    assert "speech" not in asked.brief.options
    asked = next_form(asked, speech="In the clip")
    assert asked.brief.options["speech"] == "In the clip"
    asked = next_form(asked, operation="lip_sync")
    said = [asked.values[name] for name in ("speech", "voice", "at_voice")]
    assert said == ["Hello", "12", "pixverse"]
    asked = next_form(asked, operation="text_to_video")
    assert asked.brief.options["speech"] == "In the clip"


def test_an_effect_for_clips_is_none_for_pictures(next_form):
    asked = next_form(operation="template", template="12", at_template="pixverse")
    asked = next_form(asked, operation="text_to_video")
    asked = next_form(asked, operation="image_template")
    assert "template" not in asked.brief.options
    asked = next_form(asked, template="34", at_template="useapi")
    asked = next_form(asked, operation="template")
    assert (asked.brief.options["template"], asked.brief.at) == (12, "pixverse")
    asked = next_form(asked, operation="image_template")
    assert (asked.values["template"], asked.values["at_template"]) == ("34", "useapi")


def test_a_first_form_lays_nothing_aside(next_form):
    asked = next_form(operation="avatar", speech="Hello", voice="12", at="pixverse")
    assert asked.brief.options["speech"] == "Hello"
    asked = next_form(asked, drawn="", operation="avatar")
    assert asked.brief.options["speech"] == "Hello"


def test_a_result_is_a_reference_by_a_word_of_its_prompt(next_form, files, account):
    made = files.clip(account["useapi"], kind="image")
    asked = next_form(operation="fusion", put=made)
    assert asked.held["reference"][0].name == "earlier"
    long = files.upload(name="Достопримечательность.png")
    asked = next_form(operation="fusion", put=long)
    assert len(asked.held["reference"][0].name.encode()) <= 24
