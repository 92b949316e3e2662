"""A whole story through the sandbox: what web, worker and dispatch do, in this process.

Real HTTP to a real sandbox, real rows, real files; only the processes are missing (test_kill.py
has those). ``Story.work`` does what the rings would make the workers do.
"""

from __future__ import annotations

import io
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from PIL import Image

from accounts import ledger
from generations import lifecycle, offers
from generations.catalogue.types import Brief
from generations.dispatch.poller import Poller
from generations.dispatch.tick import Dispatch
from generations.media import uploads
from generations.models import Generation, Project, ProviderAccount, State

# The cheapest thing that each provider makes for each operation.
PLAIN = {
    "pixverse": ("v6", {"quality": "360p", "duration": 1, "audio": False}),
    "worldrouter": ("v6", {"quality": "360p", "duration": 1, "audio": False}),
    "pixazo": ("v6", {"quality": "360p", "duration": 1, "audio": False}),
    "easyrouter": ("v6", {"quality": "360p", "duration": 1, "audio": False}),
    "useapi": ("v6", {"quality": "360p", "duration": 1, "audio": False}),
}
PIXAZO_TEXT = ("v5.6", {"quality": "720p", "duration": 3, "audio": False})
PROVIDERS = tuple(PLAIN)
OPERATIONS = ("text_to_video", "image_to_video")


def picture(width: int = 640, height: int = 360, colour: str = "#a04020") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


@dataclass
class Story:
    project: Project
    user: object
    sandbox: object
    made: list[Generation] = field(default_factory=list)

    def account(self, provider: str) -> ProviderAccount:
        return ProviderAccount.objects.get(team=self.project.team, provider=provider)

    def brief(self, provider: str, operation: str = "text_to_video", words: str = "") -> Brief:
        model, options = PLAIN[provider]
        if provider == "pixazo" and operation == "text_to_video":
            model, options = PIXAZO_TEXT
        options = dict(options)
        inputs = ()
        if operation == "text_to_video":
            options["aspect_ratio"] = "16:9"
        else:
            upload = uploads.store(self.project, self.user, "boat.png", picture())
            inputs = (upload.as_input(),)
        prompt = f"a paper boat {uuid.uuid4().hex[:6]} {words}".strip()
        return Brief(operation, model, prompt, options, inputs)

    def ask(
        self, provider: str, operation: str = "text_to_video", words: str = "", takes: int = 1
    ) -> Generation:
        brief, account = self.brief(provider, operation, words), self.account(provider)
        offer = offers.quote(self.project, brief).of(str(account.uuid))
        assert offer.can, [problem.text for problem in offer.problems]
        self.made = lifecycle.request(
            project=self.project,
            user=self.user,
            brief=brief,
            account=account,
            takes=takes,
            form_token=uuid.uuid4(),
            seen_micros=offer.price.micros,
        )
        return self.made[0]

    def work(
        self, generation: Generation, until=None, *, patience: float = 40.0, rounds: int = 10_000
    ) -> Generation:
        """Work until the generation is final or in ``until``; the row as it is then."""
        until = until or {State.SUCCEEDED, State.FAILED, State.MODERATED, State.CANCELLED}
        end = time.monotonic() + patience
        while time.monotonic() < end and rounds:
            rounds -= 1
            generation = Generation.objects.select_related("account").get(pk=generation.pk)
            if generation.state in until:
                break
            self.round()
        return generation

    def round(self) -> None:
        now = timezone.now()
        Dispatch().recover()
        rows = Generation.objects.live()
        for pk in rows.filter(state=State.QUEUED).values_list("pk", flat=True):
            lifecycle.submit(pk)
        if rows.filter(state__in=lifecycle.LOOKED_AFTER, due_at__lte=now).exists():
            Poller().run(0.15)
        ready = rows.filter(state=State.ARCHIVING, due_at__lte=now)
        for pk in ready.values_list("pk", flat=True):
            lifecycle.archive(pk)
        time.sleep(0.02)

    def hurry(self, generation: Generation, **ago: float) -> None:
        """Let time pass for one generation: its dates move back."""
        row = Generation.objects.get(pk=generation.pk)
        past = timedelta(**ago)
        Generation.objects.filter(pk=row.pk).update(
            submitted_at=row.submitted_at and row.submitted_at - past,
            created_at=row.created_at - past,
            lease_until=row.lease_until and row.lease_until - past,
            due_at=timezone.now(),
        )

    def jobs(self, generation: Generation) -> list[dict]:
        """What the sandbox's own books know of this prompt."""
        return [one for one in self.sandbox.jobs() if one["prompt"] == generation.prompt]

    def money(self, generation: Generation) -> dict[str, int]:
        """Kind -> micro-dollars, from the ledger."""
        return {m.kind: m.micros for m in ledger.movements(str(generation.uuid))}
