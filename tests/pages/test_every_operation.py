"""Every operation of the catalogue: its form is drawn, posted without scripts, and understood."""

import uuid

import pytest

from generations.catalogue.loader import providers
from generations.catalogue.types import Operation
from generations.forms.modes import MODES, WORDS, mode_of
from generations.models import Generation
from tests.briefs import FREE_TEXT, sample

from .filled import form_of

OFFERED = sorted(
    {(one.operation, each.id) for each in providers().values() for one in each.offerings}
)


@pytest.fixture
def ready(project, account, settings):
    """Prices are another test's concern: every account has a ceiling. Files can be fetched."""
    settings.LOCAL_URL = "http://127.0.0.1:9"
    project.team.provider_accounts.update(ceiling_micros=200_000)
    return account


def test_every_operation_has_one_mode_and_a_name():
    placed = [operation for ours in MODES.values() for operation in ours]
    assert sorted(placed) == sorted(one.value for one in Operation)
    assert set(WORDS) == set(placed)
    assert all(operation in MODES[mode_of(operation)] for operation in placed)


def show(browser, at, typed) -> str:
    """What the button "Show prices" shows to somebody without scripts."""
    answer = browser.post(at("quote"), typed)
    assert answer.status_code == 200
    return answer.content.decode()


def offering_of(operation, provider):
    found = [one for one in providers()[provider].offerings if one.operation == operation]
    return sorted(found, key=lambda one: "v" not in one.model)[0]


@pytest.mark.parametrize(("operation", "provider"), OFFERED)
def test_the_form_of_an_operation_at_a_provider(
    browser, at, ready, files, project, operation, provider
):
    project.team.provider_accounts.exclude(provider=provider).update(enabled=False)
    offering = offering_of(operation, provider)
    wanted = sample(offering)
    first = form_of(browser.get(at("studio")).content.decode())
    drawn = form_of(
        show(browser, at, first.values | {"mode": mode_of(operation), "operation": operation})
    )
    drawn = form_of(show(browser, at, drawn.values | {"model": offering.model}))
    assert drawn.values["operation"] == operation
    assert drawn.values["model"] == offering.model
    posted = drawn.values | {"prompt": wanted.prompt}
    for role in dict.fromkeys(one.role for one in wanted.inputs):
        for number, one in enumerate(wanted.of(role), 1):
            own = next(spec.own for spec in offering.inputs if spec.role == role)
            token = files.clip(ready[provider]) if own else files.upload(one.kind)
            posted |= {f"in_{role}_{number}": token}
            posted |= {f"in_{role}_{number}_name": one.name} if one.name else {}
    for name, value in wanted.options.items():
        if name in FREE_TEXT or offering.options[name].listed or name in ("keyframe", "mask"):
            posted[name] = str(value)
            posted |= {"at": provider} if offering.options[name].listed else {}
    if "mask" in wanted.options:
        files.found(ready[provider], posted["in_source_1"], wanted.options["mask"])
        posted |= {"at": str(ready[provider].uuid)}
    drawn = form_of(show(browser, at, posted))
    assert drawn.values["account"] == str(ready[provider].uuid), "no offer for it"
    answer = browser.post(at("generate"), drawn.values)
    assert answer.status_code == 302, form_of(answer.content.decode()).values
    made = Generation.objects.get(state="queued")
    brief = made.brief
    assert (brief.operation, brief.model) == (operation, offering.model)
    assert brief.prompt == (wanted.prompt if offering.prompt != "none" else "")
    assert [one.role for one in brief.inputs] == [one.role for one in wanted.inputs]
    assert offering.problems(brief) == []
    for name, value in wanted.options.items():
        if name in brief.options and (offering.options[name].listed or name in FREE_TEXT):
            assert brief.options[name] == value
    assert set(wanted.options) <= set(brief.options) | set(offering.implied)
    remix = browser.get(at("studio"), {"remix": made.uuid}).context["asked"]
    assert (remix.brief, remix.errors, remix.notes) == (brief, {}, [])


@pytest.mark.parametrize("operation", sorted(WORDS))
def test_every_mode_shows_a_price_at_once(browser, at, ready, operation):
    typed = {"operation": operation, "form_token": str(uuid.uuid4()), "prompt": "a paper boat"}
    page = show(browser, at, typed)
    assert "Generate · " in page, operation
    assert form_of(page).values["mode"] == mode_of(operation)


def test_modes_that_nobody_offers_say_so(browser, at, project):
    project.team.provider_accounts.exclude(provider="pixazo").update(enabled=False)
    page = browser.get(at("studio")).content.decode()
    assert page.count('title="No account of the team offers this"') >= 6
    assert "mode-speak" in page
    assert form_of(page).offered["mode"] == ["text", "image"]
