"""The same brief at another provider: files and words go along, ids of a list do not."""

import pytest

from generations import offers
from generations.catalogue.types import Brief, Input
from generations.forms.elsewhere import carried


@pytest.fixture
def at_provider(project, account, settings):
    settings.LOCAL_URL = "http://127.0.0.1:9"
    project.team.provider_accounts.update(ceiling_micros=200_000)

    def told(brief, provider):
        rows = offers.terms(project.team_id, brief)
        return carried(brief, next(one for one in rows if one.provider == provider))

    return told


def picture(role="image", number=1, **more):
    return Input(role, f"upload-{number}", "image/png", 1000, 640, 360, **more)


def test_an_effect_is_chosen_anew_there(at_provider):
    options = {"template": 315, "quality": "540p", "audio": False}
    brief = Brief("template", "pixverse", "", options, (picture(),), at="pixverse")
    there = at_provider(brief, "useapi")
    assert "template" not in there.brief.options
    assert there.brief.at == ""
    assert there.brief.inputs == brief.inputs
    assert "Effect is another list's: choose it again there." in there.lost
    here = at_provider(brief, "pixverse")
    assert (here.brief, here.lost) == (brief, ())


def test_an_earlier_clip_stays_one_wherever_it_goes(at_provider, account):
    maker = str(account["pixverse"].uuid)
    clip = Input("source", "", "video/mp4", 1000, 640, 360, "video", 5000, clip="c", account=maker)
    options = {"quality": "540p", "duration": 5, "audio": False}
    there = at_provider(Brief("extend", "v6", "on it goes", options, (clip,)), "worldrouter")
    assert there.brief.inputs == (clip,)
    upscale = Brief("upscale", "pixverse", "", {}, (clip,))
    assert at_provider(upscale, "useapi") is None
    assert at_provider(upscale, "pixverse") is not None


def test_a_form_elsewhere_starts_with_all_that_goes_along(browser, at, project, files, account):
    project.team.provider_accounts.update(ceiling_micros=200_000)
    from generations import lifecycle
    from generations.forms.brief import read_brief

    typed = {"operation": "fusion", "model": "v6", "prompt": "@boat at sea", "seed": "7"}
    asked = read_brief(project, typed | {"put": files.upload()})
    (made,) = lifecycle.request(
        project=project,
        user=project.created_by,
        brief=asked.brief,
        account=account["pixverse"],
        form_token="6f1c54a6-2d2a-4a5e-9d43-3b0f6f6f2b11",
    )
    answer = browser.get(at("studio"), {"remix": made.uuid, "elsewhere": "1"})
    there = answer.context["asked"]
    assert there.brief.inputs == made.brief.inputs
    assert there.errors == {}
    assert answer.context["offered"].chosen.terms.provider == "worldrouter"
    assert "Seed cannot be told there: 7 is left out." in answer.content.decode()
