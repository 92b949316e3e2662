"""A job's life after it was accepted: it starts, it ends, money moves, webhooks go out."""

import logging
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import av

from generations.sandbox.courier import Hook
from generations.sandbox.dialects.base import Dialect
from generations.sandbox.fetching import Unfetched, Unreadable, fetch, look
from generations.sandbox.jobs import Job, Order, State
from generations.sandbox.money import Account, taken
from generations.sandbox.script import Script
from generations.sandbox.sizes import pixels

if TYPE_CHECKING:
    from generations.sandbox.world import World

log = logging.getLogger(__name__)
LATE = 60.0
SLOW = 10


class Life:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._waiting: set[int] = set()  # due to end, but the clip is still being drawn

    def create(
        self,
        dialect: Dialect,
        account: Account,
        order: Order,
        faults: frozenset[str],
        number: int,
        origin: str,
    ) -> Job:
        now = self._world.clock.now()
        remote_id = dialect.new_id(account, order, number)
        job = Job(
            number, dialect.name, account.key, remote_id, order, faults, origin,
            created=time.time(), born=now, starts=now, ends=None, ending=_ending(faults),
        )  # fmt: skip
        if order.seed is None:
            order.seed = job.digest("seed") % 2**31
        pace = (SLOW if "slow" in faults else 1) * order.extra.get("pace", 1)
        job.starts = now + (2 + job.digest("queue") % 200 / 100) * pace
        if "never" not in faults:
            job.ends = job.starts + (20 + job.digest("run") % 2000 / 100) * pace
        elif deadline := order.extra.get("deadline"):
            job.ends, job.ending, job.reason = now + deadline, State.FAILED, "timeout"
        if size := order.film.get("size"):
            job.width, job.height = size
        elif not order.image_url:
            job.width, job.height = pixels(order.quality, order.ratio)
        lines = [] if dialect.charges_success else taken(order, faults)
        job.charged = sum(lines, Decimal(0))
        self._world.jobs.add(job)
        for line in lines:
            self._world.books.book(account, job, "charge", line)
        if not lines:
            self._save(job)
        self._schedule(job)
        return job

    def resume(self, job: Job) -> None:
        """After a restart: take the job up where it was."""
        if job.state.final:
            if job.state is State.DONE:
                self._world.shelf.remember(job)
        else:
            self._schedule(job)

    def _schedule(self, job: Job) -> None:
        agenda = self._world.agenda
        if job.state is State.QUEUED:
            agenda.at(job.starts, lambda: self.start(job))
        if job.ends is not None:
            agenda.at(job.ends, lambda: self.finish(job))
        if job.has("forged-hook"):
            agenda.at(job.starts + 1, lambda: self._announce(job, "forged"))
        fetch_later = job.order.image_url and job.state is State.QUEUED
        if job.ends and job.ending is State.DONE and not job.clip and not fetch_later:
            self._world.studio.do(lambda: self._prepare(job))

    def start(self, job: Job) -> None:
        with self._world.jobs.lock:
            if job.state is not State.QUEUED:
                return
            job.state = State.RUNNING
            self._save(job)
        if job.order.image_url:
            self._world.studio.do(lambda: self._prepare(job))
        self._announce(job, "progress")

    def finish(self, job: Job) -> None:
        with self._world.jobs.lock:
            if job.state.final or job.number not in self._world.jobs.all:
                return
            if job.ending is State.DONE and not job.clip:
                self._waiting.add(job.number)
                return
            job.state = job.ending
            job.finished = self._world.clock.now()
            job.linked = job.done = time.time()
            if not self._settle(job):
                self._save(job)
            self._world.jobs.close(job)
        self._announce(job, "final")

    def _settle(self, job: Job) -> bool:
        """Move the money of an ended job; True if that has written the job too."""
        dialect = self._world.dialects[job.provider]
        account = dialect.account(job.key)
        good = job.state is State.DONE
        if dialect.charges_success:
            if good or job.has("charge-failed"):
                lines = taken(job.order, job.faults)
                job.charged = sum(lines, Decimal(0))
                for line in lines:
                    self._world.books.book(account, job, "charge", line)
                return True
        elif not good and not job.has("charge-failed") and job.state not in dialect.keeps:
            back, job.charged = job.charged, Decimal(0)
            self._world.books.book(account, job, "refund", -back)
            return True
        return False

    # Pictures

    def _prepare(self, job: Job) -> None:
        """Fetch the input picture if it is elsewhere, then draw the clip."""
        if job.state.final or job.number not in self._world.jobs.all:
            return
        fetched = job.order.image or not job.order.image_url
        if not fetched and (trouble := self._fetch(job)):
            job.ending, job.reason = State.FAILED, trouble
        if job.ending is State.DONE:
            try:
                path = self._world.studio.clip(self.script(job))
            except (OSError, ValueError, av.FFmpegError):
                # A source that reads well at its head may still break further on.
                log.exception("sandbox: no clip could be made of job %s", job.number)
                job.ending, job.reason = State.FAILED, "the input could not be decoded"
            else:
                job.clip, job.size = path.name, path.stat().st_size
                self._save(job)
        self._finish_if_due(job)

    def _finish_if_due(self, job: Job) -> None:
        with self._world.jobs.lock:
            due = job.number in self._waiting
            self._waiting.discard(job.number)
        if due:
            self.finish(job)

    def _fetch(self, job: Job) -> str:
        """Take the picture from its address; the trouble in words, if there was any."""
        try:
            picture = look(fetch(job.order.image_url)[1])
        except (Unfetched, Unreadable) as trouble:
            return str(trouble)
        name = job.order.image_url.rsplit("/", 1)[-1]
        upload = self._world.shelf.keep(job.provider, job.key, name, picture)
        job.order.image = upload.name
        job.width, job.height = pixels(job.order.quality, upload.width / upload.height)
        return ""

    def script(self, job: Job) -> Script:
        order, film = job.order, job.order.film
        suffix = film.get("suffix", "mp4")
        if "wide" in job.key:
            # Benches make thousands of jobs; one clip for all of them keeps the box free.
            bench = (order.seconds, order.audio, "bench", order.quality)
            return Script(job.width, job.height, *bench, suffix=suffix)
        folder = self._world.shelf.path
        images = film.get("images") or ([order.image] if order.image else [])
        return Script(
            job.width,
            job.height,
            order.seconds,
            order.audio,
            order.prompt,
            self._caption(job),
            kind=film.get("kind") or ("still" if images else "pan"),
            images=tuple(str(folder(name)) for name in images),
            names=tuple(film.get("names", ())),
            lengths=tuple(film.get("lengths", ())),
            source=self.source_path(film.get("source")),
            effect=film.get("effect", ""),
            box=tuple(film.get("box", ())),
            suffix=suffix,
        )

    def _caption(self, job: Job) -> str:
        order = job.order
        length = "" if order.film.get("suffix") else f" · {order.seconds:g} s"
        sound = "" if order.film.get("suffix") else " · sound" if order.audio else " · silent"
        return (
            f"{job.provider} · {order.operation.replace('_', ' ')} · {order.model}"
            f" · {order.quality}{length}{sound} · seed {order.seed}"
        )

    def source_path(self, told: dict[str, Any] | None) -> str:
        """The path of the clip that goes in: a file of the shelf, or an earlier job's result."""
        if not told:
            return ""
        if "file" in told:
            return str(self._world.shelf.path(told["file"]))
        earlier = self._world.jobs.all[told["job"]]
        return str(self._world.studio.clip(self.script(earlier)))

    # Webhooks

    def _announce(self, job: Job, kind: str) -> None:
        order = job.order
        if not order.hook or job.number not in self._world.jobs.all:
            return
        if job.has("no-hook") and kind != "forged":
            return
        body = self._world.dialects[job.provider].hook_body(job, kind)
        if body is None:
            return
        moment = self._world.clock.now()
        if kind == "final" and job.has("late-hook"):
            moment += LATE
        copies = 3 if kind == "final" and job.has("dup-hook") else 1
        for copy in range(copies):
            self._world.courier.send(
                Hook(
                    0, job.provider, job.key, job.remote_id, order.hook,
                    "duplicate" if copy else kind, body, order.hook_secret, order.token,
                ),
                moment + copy,
            )  # fmt: skip

    def _save(self, job: Job) -> None:
        self._world.store.put(job.row)

    def clear(self) -> None:
        self._waiting.clear()


def _ending(faults: frozenset[str]) -> State:
    if "moderate" in faults:
        return State.MODERATED
    if "error" in faults:
        return State.ERROR
    if faults & {"fail", "charge-failed"}:
        return State.FAILED
    return State.DONE
