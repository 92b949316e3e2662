"""Every operation with every model at every provider, once through the whole flow.

A person posts the form; worker, poller and archive do the rest against a real sandbox. All that a
provider offers is asked for at once; the failures are told together.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import reckoning
from accounts.budgets import set_budget
from accounts.models import Scope
from accounts.money import DOLLAR
from generations import lifecycle, lists, offers
from generations.catalogue.loader import IDS, providers
from generations.catalogue.quote import to_micros
from generations.catalogue.types import PICTURES, InputSpec, Offering
from generations.forms.modes import mode_of
from generations.forms.values import text_of
from generations.media import uploads
from generations.models import Attempt, Generation, Listing, State
from generations.sandbox.server import Sandbox
from tests.sandbox.media import clip, speech
from tests.story import Story, picture

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 240
WIDE = 100_000
FINAL = {State.SUCCEEDED, State.FAILED, State.MODERATED, State.CANCELLED, State.UNCERTAIN}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """In place of everybody's sandbox one in which a clip takes a tenth of a second."""
    with Sandbox(port=0, speed=400, data_dir=tmp_path_factory.mktemp("every")) as running:
        yield running


class Studio:
    """A project with files of each kind, and a person at the form."""

    def __init__(self, story: Story, provider: str) -> None:
        self.story, self.provider = story, provider
        self.project, self.account = story.project, story.account(provider)
        self.browser = Client()
        self.browser.force_login(story.user)
        self._open_the_gates()
        self.files = {
            "image": [f"upload:{self._store(f'{n}.png', picture(64, 36, colour))}"
                      for n, colour in enumerate(("#a04020", "#20a040"))],
            "video": [f"upload:{self._store('clip.mp4', clip(2, (320, 180), rate=24))}"],
            "audio": [f"upload:{self._store('voice.wav', speech(3))}"],
        }  # fmt: skip
        self.clip = ""
        self.lists = {name: self._list(name) for name in lists.FIELDS}

    def _open_the_gates(self) -> None:
        """Money and room for all at once; one drawing serves all clips of a size and length."""
        user, team = self.story.user, self.project.team
        set_budget(user, team, scope=Scope.TEAM, play=True, limit_micros=100_000 * DOLLAR)
        account = self.account
        account.key = account.key.replace("sandbox-", "sandbox-wide-")
        account.concurrency = WIDE
        account.save()

    def _store(self, name: str, body: bytes) -> str:
        return str(uploads.store(self.project, self.story.user, name, body).uuid)

    def _list(self, name: str) -> list[dict]:
        if not lists.has_list(self.account.catalogue, name):
            return []
        lists.read(lists.ask(self.account, name).pk)
        return Listing.objects.get(account=self.account, name=name).entries

    # The form

    def typed(self, offering: Offering, own: bool) -> dict[str, str]:
        """What a person types and chooses: the least of everything, and the cheapest."""
        values = {
            "mode": mode_of(offering.operation),
            "operation": offering.operation,
            "model": offering.model,
            "account": str(self.account.uuid),
            "form_token": str(uuid.uuid4()),
            "at": self.provider,
        }
        for name, option in offering.options.items():
            if option.default is not None:
                cheapest = name != "aspect_ratio" and option.values
                values[name] = text_of(option.values[0] if cheapest else option.default)
        for names in offering.one_of:
            spec = next((one for one in offering.inputs if one.role == names[0]), None)
            if spec is not None:
                values[f"in_{spec.role}_1"] = self.files[spec.kind][0]
            elif names[0] in offering.options and offering.options[names[0]].listed:
                values[names[0]] = self.lists[offering.options[names[0]].listed][0]["id"]
        references = []
        for spec in offering.inputs:
            for number in range(1, spec.minimum + 1):
                references += self._put(values, spec, number, own)
        if ("mask",) in offering.one_of:
            values |= self.masks(values)
        if offering.prompt == "required":
            values["prompt"] = " ".join([*references, "a paper boat", uuid.uuid4().hex[:6]])
        return values

    def _put(
        self, values: dict[str, str], spec: InputSpec, number: int, own: bool
    ) -> Iterator[str]:
        key = f"in_{spec.role}_{number}"
        files = self.files[spec.kind]
        values[key] = self.clip if own and spec.role == "source" else files[number % len(files)]
        if spec.types:
            values[f"{key}_type"] = spec.types[0]
        if spec.named:
            values[f"{key}_name"] = name = f"{spec.role.replace('_', '')}{number}"
            yield f"@{name}"

    def masks(self, values: dict[str, str]) -> dict[str, str]:
        """Look for masks by the form's own button; the first of what was found is chosen."""
        press = {"masks_do": "find", "masks_at": values["account"], "masks_frame": "2"}
        address = self._address("masks")
        self.browser.post(address, {**values, **press, "masks_token": str(uuid.uuid4())})
        found = self.project.selections.latest("pk")
        lifecycle.select(found.pk)
        found.refresh_from_db()
        assert found.is_good, (found.state, found.said)
        assert found.charged_micros == found.price_micros
        return {"keyframe": "2", "mask": found.masks[0]["id"], "at": values["account"]}

    def ask(self, offering: Offering, *, own: bool = False) -> Generation | str:
        """Press Generate: what is under way now, or the sentence that says why nothing is."""
        values = self.typed(offering, own)
        answer = self.browser.post(self._address("generate"), values)
        if answer.status_code != 302:
            return f"the form refuses: {answer.context['trouble']}"
        return Generation.objects.get(form_token=values["form_token"])

    def _address(self, name: str) -> str:
        return reverse(name, args=[self.project.team.slug, self.project.uuid])

    # The machines

    def work(self, rows: list[Generation]) -> None:
        """What the rings would make the workers do, until all are final."""
        mine = Generation.objects.filter(pk__in=[one.pk for one in rows])
        end = timezone.now().timestamp() + PATIENCE_S
        while mine.exclude(state__in=FINAL).exists() and timezone.now().timestamp() < end:
            self.story.round()


@pytest.mark.parametrize("provider", IDS)
def test_every_operation_of_a_provider(story, provider):
    studio, offered = Studio(story, provider), providers()[provider].offerings
    found: list[str] = []
    made: dict[str, Generation] = {}

    def ask_all(those: list[Offering]) -> None:
        for number, one in enumerate(those):
            own = bool(studio.clip) and (number % 2 == 0 or any(spec.own for spec in one.inputs))
            got = studio.ask(one, own=own)
            if isinstance(got, str):
                found.append(f"{named(one)}: {got}")
            else:
                made[named(one)] = got
        studio.work(list(made.values()))

    later = [one for one in offered if any(spec.role == "source" for spec in one.inputs)]
    ask_all([one for one in offered if one not in later])
    studio.clip = f"clip:{made['text_to_video with v6'].uuid}"
    ask_all(later)

    books = charged(story, provider)
    for one in offered:
        if named(one) in made:
            row = Generation.objects.select_related("account").get(pk=made[named(one)].pk)
            found += [f"{named(one)}: {trouble}" for trouble in amiss(studio, one, row, books)]
    assert not found, "\n".join(found)
    assert len(made) == len(offered)
    assert not reckoning.check()
    print(f"\n{provider}: {len(made)} of {len(offered)} offerings, each to its file and its charge")


def named(one: Offering) -> str:
    return f"{one.operation} with {one.model}"


def charged(story: Story, provider: str) -> dict[str, Decimal]:
    """What the sandbox took for each job, in the provider's unit."""
    taken: dict[str, Decimal] = {}
    for row in story.sandbox.charges(provider):
        taken[row["remote_id"]] = taken.get(row["remote_id"], 0) + Decimal(row["amount"])
    return taken


def amiss(
    studio: Studio, offering: Offering, row: Generation, books: dict[str, Decimal]
) -> Iterator[str]:
    if row.state != State.SUCCEEDED:
        yield f"ends {row.state}: {row.cause} {row.said}"
        return
    if row.asset.kind != ("image" if offering.operation in PICTURES else "video"):
        yield f"its file is {row.asset.kind}"
    sold = offers.quote(studio.project, row.brief).of(str(row.account.uuid)).price
    if not row.charged_micros == row.price_micros == sold.micros:
        yield f"charged {row.charged_micros}, sold {row.price_micros}, quoted {sold.micros}"
    taken = books[row.attempts.get().remote_id]
    rate = sold.rate or Decimal(1)
    if to_micros(taken, rate) != row.charged_micros:
        yield f"the books say {taken}, at {rate} that is not {row.charged_micros}"
    sent = row.attempts.get().exchange["sent"]
    for clip_id in (one.clip for one in row.brief.inputs if one.clip):
        if Attempt.objects.get(generation__uuid=clip_id).remote_id not in sent:
            yield "a clip of the account's own is not told by its id"


def test_the_count():
    """What the five tests above stand for; none is left out."""
    count = sum(len(one.offerings) for one in providers().values())
    print(f"\n{count} offerings: operations x models x providers")
    assert count == len({(p, o.operation, o.model) for p, one in providers().items()
                         for o in one.offerings})  # fmt: skip
