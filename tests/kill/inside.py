"""Runs inside a studio: reads calls as JSON lines and answers each with one line.

It is also the healthy worker of these tests: ``work`` goes on with what a dead one left.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
import traceback
import uuid
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixstudio.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_q.models import OrmQ  # noqa: E402
from django_q.status import Stat  # noqa: E402

from accounts import ledger  # noqa: E402
from accounts.models import User  # noqa: E402
from generations import lifecycle  # noqa: E402
from generations.demo import make_sandbox_team  # noqa: E402
from generations.dispatch import poller  # noqa: E402
from generations.dispatch.poller import Poller  # noqa: E402
from generations.dispatch.tick import Dispatch  # noqa: E402
from generations.lifecycle import answering, saving  # noqa: E402
from generations.models import (  # noqa: E402
    CallbackReceipt,
    Generation,
    Heartbeat,
    Project,
    ProviderAccount,
    Selection,
    State,
)
from tests.films import film  # noqa: E402
from tests.story import Story  # noqa: E402

SETTLED = {State.SUCCEEDED, State.FAILED, State.MODERATED, State.CANCELLED}


def story() -> Story:
    user = User.objects.filter(email="olga@example.org").first()
    if user is None:
        user = User.objects.create_user("olga@example.org", "correct horse battery", name="Olga")
        make_sandbox_team(user)
    project = Project.objects.get(name="Sample project")
    return Story(project, user, None)


def hurry_all() -> None:
    """Waits between tries are short in this process; what is done in between stays as it is."""
    Poller._wait = lambda *_: 0.1
    for module in (poller, answering, saving):
        module.back_off = lambda *_, **__: 0.1


def ask(provider: str, words: str = "", operation: str = "text_to_video") -> dict[str, Any]:
    made = story().ask(provider, operation, words)
    return {"pk": made.pk, "prompt": made.prompt}


def ask_masks() -> int:
    """A selection on a fresh upload: what somebody's press leaves behind."""
    told, source = story(), film(story())
    account = told.account("pixverse")
    asked = lifecycle.request_selection(
        project=told.project,
        user=told.user,
        account=account,
        source=source.as_input("source"),
        keyframe=3,
        form_token=uuid.uuid4(),
    )
    return asked.pk


def masks(pk: int) -> dict[str, Any]:
    one = Selection.objects.get(pk=pk)
    return {
        "state": one.state,
        "sent": one.sent_at is not None,
        "finished": one.finished_at is not None,
        "charged": one.charged_micros,
        "pictures": sum(bool(mask["picture"]) for mask in one.masks),
        "money": sorted(m.kind for m in ledger.movements(str(one.uuid))),
    }


def select(pk: int, *, later: bool = False) -> None:
    """What dispatch and a worker would do; ``later``: once every lease is over."""
    if later:
        past = timezone.now() - dt.timedelta(seconds=1)
        Selection.objects.filter(pk=pk).exclude(lease_until=None).update(lease_until=past)
        Dispatch().selections()
    lifecycle.select(pk)


def row(pk: int) -> dict[str, Any]:
    one = Generation.objects.get(pk=pk)
    money = [m.kind for m in ledger.movements(str(one.uuid))]
    attempts = one.attempts.order_by("number").values_list("outcome", "remote_id")
    return {
        "state": one.state,
        "cause": one.cause,
        "question": one.question,
        "leased": one.lease is not None,
        "charged": one.charged_micros,
        "money": sorted(money),
        "attempts": [list(attempt) for attempt in attempts],
        "asset": hasattr(one, "asset"),
        "prompt": one.prompt,
        "events": list(one.events.values_list("kind", flat=True)),
    }


def rows() -> list[dict[str, Any]]:
    return [row(pk) for pk in Generation.objects.order_by("pk").values_list("pk", flat=True)]


def states() -> dict[str, str]:
    return {str(pk): state for pk, state in Generation.objects.values_list("pk", "state")}


def drift() -> list[str]:
    return [str(one) for one in ledger.check()]


def standing() -> dict[str, int]:
    now = ledger.standing(story().project.team, play=True)
    return {"held": now.held_micros, "spent": now.spent_micros}


def submit(pk: int) -> None:
    lifecycle.submit(pk)


def archive(pk: int) -> None:
    lifecycle.archive(pk)


def work(
    pk: int, until: list[str] | None = None, patience: float = 15, rounds: int = 10_000
) -> Any:
    hurry_all()
    wanted = {State(one) for one in until} if until else SETTLED
    story().work(Generation(pk=pk), until=wanted, patience=patience, rounds=rounds)
    return row(pk)


def make(pk: int, patience: float = 15) -> str:
    """Up to where the clip is made and nobody has fetched it yet."""
    hurry_all()
    lifecycle.submit(pk)
    end = time.monotonic() + patience
    while time.monotonic() < end and not Generation.objects.filter(pk=pk, state="archiving"):
        Poller().run(0.15)
    return Generation.objects.get(pk=pk).state


def pass_time(pk: int, minutes: float = 6) -> int:
    """Every lease that concerns the clip runs out. How many polls dispatch rings for then."""
    story().hurry(Generation(pk=pk), minutes=minutes)
    Generation.objects.filter(pk=pk).update(due_at=timezone.now() - dt.timedelta(seconds=12))
    for account in ProviderAccount.objects.exclude(lease_until=None):
        # The row fell due while the dead poller's lease ran; now that is over as well.
        account.lease_until = timezone.now() - dt.timedelta(seconds=5)
        account.save(update_fields=["lease_until"])
    return Dispatch().polls()


def age(words: str, days: int, *, sent: bool = False) -> int:
    """As if the generations with these words had been asked for (or sent) days ago; how many."""
    past = timezone.now() - dt.timedelta(days=days)
    rows = Generation.objects.filter(prompt__contains=words)
    if sent:
        return rows.update(submitted_at=past, due_at=timezone.now())
    return rows.update(created_at=past)


def receipts() -> int:
    return CallbackReceipt.objects.count()


def cluster() -> dict[str, Any] | None:
    """The pids of the cluster that lives, as it says itself."""
    alive = [one for one in Stat.get_all() if one.status in ("Idle", "Working")]
    alive = [one for one in alive if os.path.exists(f"/proc/{one.sentinel}")]
    if not alive:
        return None
    one = alive[-1]
    return {
        "main": one.pid,
        "sentinel": one.sentinel,
        "workers": one.workers,
        "monitor": one.monitor,
        "pusher": one.pusher,
    }


def answered() -> dict[str, float]:
    """When the watchdog's signs of life last came, as seconds since 1970."""
    return {
        name: at.timestamp() if at else 0.0
        for name, at in Heartbeat.objects.values_list("name", "answered_at")
    }


def unacknowledged(since: float, until: float) -> int:
    """How many messages a cluster took in that time and did not acknowledge yet."""
    retry = dt.timedelta(seconds=settings.Q_CLUSTER["retry"])
    locks = OrmQ.objects.filter(lock__gt=timezone.now()).values_list("lock", flat=True)
    return sum(since < (lock - retry).timestamp() < until for lock in locks)


def main() -> None:
    for line in sys.stdin:
        call = json.loads(line)
        try:
            answer = {"is": globals()[call["do"]](**call["with"])}
        except Exception:  # noqa: BLE001 - told to the caller
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
