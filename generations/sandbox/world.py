"""Everything there is in the simulated world, wired together, and its memory across restarts."""

import secrets
from decimal import Decimal
from pathlib import Path
from typing import Any

from generations.sandbox.agenda import Agenda
from generations.sandbox.clips import render_sample
from generations.sandbox.clock import Clock
from generations.sandbox.courier import Courier
from generations.sandbox.desk import Desk
from generations.sandbox.dialects import DIALECTS
from generations.sandbox.dialects.base import Dialect
from generations.sandbox.faults import Rule, Rules
from generations.sandbox.jobs import Job, Jobs, State
from generations.sandbox.life import Life
from generations.sandbox.money import Books, Tariff
from generations.sandbox.shelf import Shelf, serve
from generations.sandbox.store import Store
from generations.sandbox.studio import Studio
from generations.sandbox.wire import Reply, Request, text

WRONG_PAGE = "<!doctype html><title>Sign in</title><p>Please sign in to view this file.</p>"
UPLOADS = "upload"  # in place of a token: what clients uploaded
SAMPLES = "sample"  # likewise: previews of voices and styles


class World:
    def __init__(self, data_dir: Path, speed: float) -> None:
        self.store = Store(data_dir / "sandbox.sqlite3")
        clocks = self.store.all("clock")
        self.clock = Clock(speed, clocks[0] if clocks else None)
        self.agenda = Agenda(self.clock)
        self.tariff = Tariff()
        self.books = Books(self.store)
        self.jobs = Jobs()
        media = data_dir / "sandbox-media"
        self.shelf = Shelf(self.store, media, self.jobs)
        self.studio = Studio(media)
        self.rules = Rules([Rule(**data) for data in self.store.all("rule")])
        self.webhooks: dict[int, dict[str, Any]] = {
            data["webhook_id"]: data for data in self.store.all("webhook")
        }
        # What clients made that is neither file nor job: masks, voices.
        self.notes: dict[str, dict[str, Any]] = {
            data["id"]: data for data in self.store.all("note")
        }
        self.dialects: dict[str, Dialect] = {kind.name: kind(self) for kind in DIALECTS}
        manners = {name: dialect.manners for name, dialect in self.dialects.items()}
        self.courier = Courier(self.store, self.agenda, self.clock, manners)
        self.life = Life(self)
        for data in sorted(self.store.all("job"), key=lambda row: row["number"]):
            self.jobs.add(Job.load(data))
        self.desk = Desk(self)
        self.save_clock()

    def start(self) -> None:
        self.studio.start()
        self.agenda.start()
        for job in list(self.jobs.all.values()):
            self.life.resume(job)
        self.courier.start()

    def stop(self) -> None:
        self.agenda.stop()
        self.courier.stop()
        self.studio.stop()
        self.save_clock()
        self.store.close()

    def save_clock(self) -> None:
        self.store.put(("clock", "clock", self.clock.saved()))

    def save_rules(self) -> None:
        self.store.drop("rule")
        self.store.put(*(("rule", rule.number, rule) for rule in self.rules.all))

    def set_speed(self, speed: float) -> None:
        self.clock.set_speed(speed)
        self.agenda.look_again()
        self.save_clock()

    def set_balance(self, provider: str, key: str, amount: Decimal) -> None:
        account = self.dialects[provider].account(key)
        account.balance = amount
        self.books.save(account)

    def set_limit(self, provider: str, key: str, limit: int) -> None:
        account = self.dialects[provider].account(key)
        account.limit = limit
        self.books.save(account)

    def register_webhook(self, provider: str, key: str, url: str, **facts: str) -> dict[str, Any]:
        """What a person does in the provider's console; gives an id and a secret."""
        number = max(self.webhooks, default=7000) + 1
        row: dict[str, Any] = {
            "webhook_id": number,
            "provider": provider,
            "key": key,
            "url": url,
            "secret": facts.get("secret") or secrets.token_hex(16),
            "reading": facts.get("reading") or "sorted",
        }
        self.webhooks[number] = row
        self.store.put(("webhook", number, row))
        return row

    def note(self, mark: str, **facts: Any) -> None:
        self.notes[mark] = {"id": mark, **facts}
        self.store.put(("note", mark, self.notes[mark]))

    def forget(self, mark: str) -> None:
        # The store has no single erasure; an empty note says the same.
        self.note(mark)

    def reset(self) -> None:
        """Forget every job, charge, upload, webhook sent and rule; accounts start afresh."""
        with self.jobs.lock:
            self.agenda.clear()
            self.store.drop("job", "charge", "upload", "hook", "rule", "account", "note")
            self.jobs.clear()
            self.books.accounts.clear()
            self.books.charges.clear()
            self.shelf.clear()
            self.notes.clear()
            self.rules.all.clear()
            self.courier.clear()
            self.life.clear()
            self.desk.clear()

    # Files

    def media(self, request: Request, token: str) -> Reply:
        """The file behind a link, or what has become of it."""
        if token == UPLOADS:
            return self._uploaded(request)
        if token == SAMPLES:
            return self._sample(request)
        found = self.shelf.job_of(token)
        if found is None:
            return text(404, "<Error><Code>NoSuchKey</Code></Error>", "application/xml")
        job, current = found
        dialect = self.dialects[job.provider]
        if request.path != f"/media/{token}/{dialect.media_path(job)}" or not current:
            # Real stores sign the path as it was handed out; re-encoding it breaks the signature.
            return text(403, "<Error><Code>AccessDenied</Code></Error>", "application/xml")
        return self.file(request, job)

    def _sample(self, request: Request) -> Reply:
        """A picture or a few notes for the lists, made when somebody first looks."""
        name = request.path.rpartition("/")[2]
        path = self.shelf.path(f"sample-{name}")
        stem, _, suffix = name.partition(".")
        if suffix not in ("png", "mp3") or not stem.replace("-", "").isalnum():
            return text(404, "<Error><Code>NoSuchKey</Code></Error>", "application/xml")
        if not path.exists():
            render_sample(stem, path)
        kind = "image/png" if suffix == "png" else "audio/mpeg"
        return serve(request, path, kind)

    def _uploaded(self, request: Request) -> Reply:
        name = request.path.rpartition("/")[2]
        for upload in list(self.shelf.uploads.values()):
            if upload.name == name:
                return serve(request, self.shelf.path(name), upload.content_type)
        return text(404, "<Error><Code>NoSuchKey</Code></Error>", "application/xml")

    def file(self, request: Request, job: Job) -> Reply:
        if job.state is not State.DONE or job.has("dead-link"):
            return text(404, "<Error><Code>NoSuchKey</Code></Error>", "application/xml")
        if self.link_is_dead(job):
            job.touched = True
            return text(403, "<Error><Code>ExpiredToken</Code></Error>", "application/xml")
        if job.has("wrong-type"):
            return text(200, WRONG_PAGE, "text/html; charset=utf-8")
        cut = job.has("truncated-always") or (job.has("truncated") and not job.cut)
        if cut and request.method == "GET":
            job.cut = True
        path = self.studio.clip(self.life.script(job))
        suffix = job.order.film.get("suffix")
        media_type = f"image/{suffix}" if suffix else self.dialects[job.provider].media_type
        return serve(request, path, media_type, cut=cut and request.method == "GET")

    def expire_links(self) -> None:
        """Let every link that is out run out now; asking for the status gives a fresh one."""
        for job in list(self.jobs.all.values()):
            if job.state is State.DONE:
                job.linked = 0.0
                self.store.put(job.row)

    def link_is_dead(self, job: Job) -> bool:
        return self.shelf.expired(job) or (job.link == 0 and job.has("expired-link"))
