"""Prompts in the studio, saved from results, and how each version does."""

import datetime as dt
import json
import uuid
from html import unescape

import pytest
from django.utils import timezone

from generations.forms.prompts import told_from
from generations.models import Asset, Generation, Prompt, State
from generations.prompts import outcomes, versions
from generations.prompts.versions import About, Words
from generations.prompts.who import Reader

pytestmark = pytest.mark.django_db


def at(home, path=""):
    return f"/t/crew/p/{home.project.uuid}/{path}"


def press(home, client, prompt, **fields):
    typed = {
        "operation": "text_to_video",
        "model": "v5.6",
        "quality": "720p",
        "duration": "5",
        "audio": "false",
        "aspect_ratio": "16:9",
        "seen": "200000",
        "form_token": str(uuid.uuid4()),
        "account": str(home.ids["account"]),
        "prompt": prompt,
        **fields,
    }
    assert client.post(at(home, "generate/"), typed).status_code == 302
    return Generation.objects.latest("pk")


def test_the_dialog_lists_what_may_be_used_here(home, shared, visit):
    other = home.team.projects.create(name="Ad", created_by=home.people["owner"])
    versions.make(home.people["owner"], home.team, About("Elsewhere", project=other), Words("x"))
    text = visit("creator").get(at(home, "prompts/")).content.decode()
    assert "Product shot" in text
    assert "2 to fill in" in text
    assert "Kite" in text
    assert "Elsewhere" not in text
    found = visit("creator").get(at(home, "prompts/?q=kite"), headers={"HX-Target": "picker-list"})
    assert "Product shot" not in found.content.decode()
    assert "data-set" in found.content.decode()


def test_variables_are_filled_before_use(home, shared, visit):
    client, path = visit("creator"), at(home, f"prompts/{shared.pk}/")
    text = client.get(path).content.decode()
    assert "Fill in: product" in text
    assert "disabled" in text
    part = client.get(path, {"v_product": "kite <b>"}, headers={"HX-Target": "fill-out"})
    text = part.content.decode()
    assert "disabled" not in text
    told = json.loads(unescape(text.partition('data-set="')[2].partition('"')[0]))
    assert told["prompt"] == "A kite <b> in the dawn"
    assert told["negative_prompt"] == "blurry"
    assert told["prompt_version"] == str(shared.pk)
    assert (told["mode"], told["op_text"]) == ("text", "text_to_video")
    assert (told["model"], told["want_quality"]) == ("v5.6", "540p")


def test_a_prompt_without_a_recipe_sets_words_alone(home):
    words = Words("A kite")
    version = versions.make(home.people["owner"], home.team, About("Plain"), words)
    told = told_from(version, {})
    assert told == {"prompt": "A kite", "negative_prompt": "", "prompt_version": str(version.pk)}


def test_the_library_leads_into_the_studio(home, shared, visit):
    client, path = visit("creator"), f"/t/crew/prompts/{shared.prompt.uuid}/use/"
    assert str(shared.prompt.uuid) in client.get(path).headers["Location"]
    answer = client.get(path, {"v_product": "kite", "v_time": "night", "version": "1"})
    text = client.get(answer.headers["Location"]).content.decode()
    assert ">A kite in the night</textarea>" in text
    assert f'name="prompt_version" value="{shared.pk}"' in text
    assert "data-remix" in text


def test_a_strange_version_begins_nothing(home, visit):
    for key in ("x", "0", "9" * 30, ""):
        assert visit("creator").get(at(home), {"take": key}).status_code == 200


def test_a_use_counts_while_the_words_are_the_versions(home, shared, visit):
    client, key = visit("creator"), str(shared.pk)
    made = press(home, client, "A red kite in the night", prompt_version=key)
    assert made.prompt_version == shared
    assert press(home, client, "Something else", prompt_version=key).prompt_version is None
    assert press(home, client, "A kite", prompt_version="nonsense").prompt_version is None
    text = client.get(at(home), {"remix": str(made.uuid)}).content.decode()
    assert f'name="prompt_version" value="{key}"' in text


def test_no_use_counts_for_another_teams_version(home, shared):
    from tests import house

    other = house.build("strangers")
    assert versions.counted_for(other.project, str(shared.pk), "A x in the dawn") is None
    assert versions.counted_for(home.project, str(shared.pk), "A x in the dawn") == shared


def test_a_result_is_saved_once_with_its_recipe(home, visit):
    clip = Generation.objects.get(uuid=home.ids["generation"])
    client, path = visit("creator"), at(home, f"g/{clip.uuid}/prompt/")
    assert "Save as prompt" in client.get(at(home, f"g/{clip.uuid}/")).content.decode()
    first = client.post(path).headers["Location"]
    assert client.post(path).headers["Location"] == first
    prompt = Prompt.objects.latest("pk")
    version = prompt.versions.get()
    assert (prompt.title, prompt.project) == ("A paper kite", home.project)
    assert version.recipe["options"]["quality"] == "720p"
    clip.refresh_from_db()
    assert (clip.prompt_version, version.source) == (version, clip)
    assert "Open its prompt" in client.get(at(home, f"g/{clip.uuid}/")).content.decode()


def test_a_title_that_looks_like_a_key_is_not_written_down(home, clip, visit):
    made = clip()
    made.brief_json["prompt"] = made.prompt = "sk-abcdefgh"
    made.save()
    visit("creator").post(at(home, f"g/{made.uuid}/prompt/"))
    prompt = Prompt.objects.latest("pk")
    assert prompt.title == "Saved prompt"
    typed = {"title": "Kite", "folder": "sk-abcdefgh"}
    answer = visit("creator").post(f"/t/crew/prompts/{prompt.uuid}/about/", typed)
    assert "looks like a key" in answer.content.decode()


def asset(clip, ms):
    return Asset.objects.create(
        generation=clip, file="x", mime="video/mp4", digest="0", size=1, duration_ms=ms,
        width=1, height=1,
    )  # fmt: skip


@pytest.fixture
def used(shared, clip):
    """Two of v5.6 done, one failed but charged, one moderated; one of v6 under way; one real."""
    now = timezone.now()
    for seconds in (30, 50):
        sent = {"submitted_at": now, "made_at": now + dt.timedelta(seconds=seconds)}
        asset(clip(prompt_version=shared, **sent), 5000)
    clip(prompt_version=shared, state=State.FAILED, charged_micros=100_000)
    clip(prompt_version=shared, state=State.MODERATED, charged_micros=0)
    clip(prompt_version=shared, state=State.RUNNING, model="v6", charged_micros=None)
    asset(clip(prompt_version=shared, play=False, charged_micros=1_000_000), 8000)
    return shared


def reader(home, role):
    return Reader.of(home.people[role].memberships.get(team=home.team))


def test_the_outcome_of_a_version_is_summed_by_money_and_model(home, used):
    real, play = outcomes.outcomes(reader(home, "owner"), [used])
    assert (real.play, real.total.uses, real.total.second_micros) == (False, 1, 125_000)
    total = play.total
    assert (total.uses, total.done, total.failed, total.moderated) == (5, 2, 1, 1)
    assert (total.success, total.moderation) == (50, 25)
    assert total.paid == 500_000
    assert total.second_micros == 50_000
    assert total.typical_s == 40
    assert [(line.label, line.model, line.uses) for line in play.lines] == [
        ("pixazo", "v5.6", 4),
        ("pixazo", "v6", 1),
    ]
    assert play.lines[1].success is None


def test_a_viewer_sees_success_and_no_money(home, used, visit):
    (_, play) = outcomes.outcomes(reader(home, "viewer"), [used])
    assert (play.total.success, play.total.paid, play.total.second_micros) == (50, 0, None)
    text = visit("viewer").get(f"/t/crew/prompts/{used.prompt.uuid}/").content.decode()
    assert "How it does" in text
    assert "A finished second" not in text
    text = visit("creator").get(f"/t/crew/prompts/{used.prompt.uuid}/").content.decode()
    assert "A finished second" in text
    assert "$0.05" in text


def test_clips_of_hidden_projects_do_not_count(home, used, clip):
    other = home.team.projects.create(name="Ad", created_by=home.people["owner"])
    clip(prompt_version=used, project=other)
    assert outcomes.outcomes(reader(home, "owner"), [used])[1].total.uses == 6
    assert outcomes.outcomes(reader(home, "creator"), [used])[1].total.uses == 5


def test_sums_are_read_by_the_versions_index(home, used):
    plan = outcomes.clips_of(reader(home, "owner"), [used]).explain()
    assert "generation_of_version" in plan or "Seq Scan" in plan


def test_approval_and_what_an_approved_second_costs(home, used, clip):
    (_, play) = outcomes.outcomes(reader(home, "owner"), [used])
    assert (play.total.approval, play.total.approved_second_micros) == (None, None)
    made = list(used.generations.filter(play=True, state="succeeded").order_by("pk"))
    for one, verdict in zip(made, ("approved", "changes"), strict=True):
        one.review = verdict
        one.save()
    (_, play) = outcomes.outcomes(reader(home, "owner"), [used])
    assert (play.total.approved, play.total.reviewed, play.total.approval) == (1, 2, 50)
    # All that was paid for the version, by the five seconds that were approved.
    assert play.total.approved_second_micros == 100_000
    (_, play) = outcomes.outcomes(reader(home, "viewer"), [used])
    assert (play.total.approval, play.total.approved_second_micros) == (50, None)


def test_the_best_examples_come_first(home, used):
    made = list(used.generations.filter(state="succeeded", asset__isnull=False).order_by("pk"))
    approved, changes = made[0], made[1]
    approved.review, changes.review = "approved", "changes"
    approved.save()
    changes.rating = 5
    changes.save()
    found = outcomes.examples(reader(home, "owner"), used)
    assert found[0] == approved
    assert found[-1] == changes
    approved.deleted_at = approved.created_at
    approved.save()
    assert approved not in outcomes.examples(reader(home, "owner"), used)


def test_a_versions_page_leads_to_its_results(home, used, visit):
    browser = visit("owner")
    page = browser.get(f"/t/crew/prompts/{used.prompt.uuid}/?v={used.number}").content.decode()
    address = f"/t/crew/results/?version={used.pk}"
    assert f'href="{address}"' in page, "below the best ones"
    assert f'href="{address}&amp;state=any"' in page, "the uses in the table"
    for more, some in (("", {"state": "succeeded"}), ("&state=any", {})):
        shown = browser.get(f"{address}{more}").context["cards"]
        kept = used.generations.filter(deleted_at=None, **some)
        assert {one.uuid for one in shown} == {str(one.uuid) for one in kept}
