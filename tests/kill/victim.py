"""Workers that die: for each line ``<moment> <pk>`` a process is killed by SIGKILL exactly there.

Each is forked from this one before anything is open, replaces one function in its own memory, then
does what a worker would. Production code knows nothing of it. The answer is its exit code.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixstudio.settings")
django.setup()

from django.db import connection  # noqa: E402

from generations import lifecycle  # noqa: E402
from generations.dispatch.poller import Poller  # noqa: E402
from generations.lifecycle import answering, finding, framing, looking, saving, sending  # noqa: E402
from generations.models import Generation  # noqa: E402
from generations.providers.client import Client  # noqa: E402


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(place: Any, name: str) -> None:
    """Die instead of calling ``place.name``."""
    getattr(place, name)
    setattr(place, name, die)


def after(place: Any, name: str, *, inside: bool | None = None) -> None:
    """Call ``place.name``, then die; ``inside``: there must (not) be an open transaction."""
    real = getattr(place, name)

    def then_die(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        assert inside in (None, connection.in_atomic_block), "not the moment that was meant"
        assert result is not False, "it did nothing"
        die()

    setattr(place, name, then_die)


def after_some_bytes() -> None:
    real = saving.fetch
    saving.fetch = lambda *args, **kwargs: real(*args, **kwargs, on_progress=die)


def before_look(pk: int) -> None:
    token = str(Generation.objects.get(pk=pk).attempt.token)
    real = Client.check

    def check(client: Client, job: Any) -> Any:
        if job.token == token:
            die()
        return real(client, job)

    Client.check = check


# Moment -> what to replace, and what the worker was doing.
MOMENTS: dict[str, tuple[Callable[[int], None], str]] = {
    "claimed": (lambda _: before(sending, "_intend"), "submit"),
    "intending": (lambda _: after(sending.Attempt.objects, "create", inside=True), "submit"),
    "intended": (lambda _: after(sending, "_intend", inside=False), "submit"),
    "sending": (lambda _: before(Client, "submit"), "submit"),
    "posted": (lambda _: after(Client, "submit", inside=False), "submit"),
    "accepting": (lambda _: after(answering, "step", inside=True), "submit"),
    "accepted": (lambda _: after(sending, "accept", inside=False), "submit"),
    "claimed look": (before_look, "poll"),
    "looking": (lambda _: after(looking, "step", inside=True), "poll"),
    "downloading": (lambda _: after_some_bytes(), "archive"),
    "kept": (lambda _: after(saving.keeping, "keep", inside=False), "archive"),
    "settling": (lambda _: after(saving, "step", inside=True), "archive"),
    "settled": (lambda _: after(saving, "_keep", inside=False), "archive"),
    "claimed masks": (lambda _: before(finding.Finding, "intend"), "select"),
    "intended masks": (lambda _: after(finding.Finding, "intend", inside=False), "select"),
    "posted masks": (lambda _: after(Client, "masks", inside=False), "select"),
    "settling masks": (lambda _: after(finding, "charge", inside=True), "select"),
    "found masks": (lambda _: after(finding, "_enter", inside=False), "select"),
    "fetching masks": (lambda _: before(framing, "frame_picture"), "select"),
}


def work(moment: str, pk: int) -> None:
    prepare, verb = MOMENTS[moment]
    prepare(pk)
    if verb == "poll":
        Poller._wait = lambda *_: 0.1
        Poller().run(30)
    else:
        getattr(lifecycle, verb)(pk)


def main() -> None:
    for line in sys.stdin:
        moment, _, pk = line.strip().rpartition(" ")
        worker = os.fork()
        if worker == 0:
            try:
                work(moment, int(pk))
            finally:
                traceback.print_exc()
                os._exit(1)
        print(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
