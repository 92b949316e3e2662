"""T2: from the moment a sandbox job is done to its card in the page of a real Chromium.

The studio is ``manage.py run`` (web, worker, dispatch, sandbox) with the sandbox's clock at real
speed: a job takes 23 to 44 s. "Done" is the sandbox's own stamp; "shown" is stamped in the page by
a MutationObserver when the card that says Done enters the document. In between are our noticing,
the download with its checks, poster and preview, and the page's own pace of 2 s.

By webhook: PixVerse, Pixazo, useapi.net. By polling: WorldRouter, and Pixazo without webhooks.
EasyRouter is left out: it learns of its own jobs every 15 s only. Each account has five finished
clips behind it, for the pace of looks is learned from them.
"""

from __future__ import annotations

import datetime as dt
import json
import time
import urllib.request
from collections import defaultdict

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.budgets import set_budget
from accounts.models import Scope, User
from generations.demo import KEYS, make_sandbox_team
from generations.models import Generation, Project, ProviderAccount, State
from generations.models.generations import FINAL
from tests.story import Story

from . import rows
from .chromium import page
from .figures import Figure, share
from .place import answers, free_port, load, prepare, running, wait_for

EACH = 108
HOOKED = ("pixverse", "pixazo", "useapi")
POLLED = ("worldrouter", "pixazo")
PAUSE_S = 0.4
WATCH = """() => {
  window.shown = {};
  const look = (card) => {
    if (card.dataset.state === "succeeded") window.shown[card.id] ??= Date.now() / 1000;
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.matches?.(".card2")) look(node);
        node.querySelectorAll?.(".card2").forEach(look);
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
}"""


def main() -> None:
    prepare()
    port, sandbox_port = free_port(), free_port()
    settings.SANDBOX_URL = f"http://127.0.0.1:{sandbox_port}"
    settings.LOCAL_URL = f"http://127.0.0.1:{port}"
    ports = ("--port", str(port), "--sandbox-port", str(sandbox_port))
    with running("manage.py", "run", *ports, "--speed", "1"):
        wait_for(lambda: answers(f"{settings.LOCAL_URL}/healthz"), 60, "the web is silent")
        wait_for(lambda: answers(f"{settings.SANDBOX_URL}/control/state.json"), 60, "no sandbox")
        project, user = _studio()
        _measure(project, user, port)


def _measure(project: Project, user: User, port: int) -> None:
    story = Story(project, user, None)
    studio = settings.LOCAL_URL + reverse("studio", args=[project.team.slug, project.uuid])
    cookie = {"name": f"pixstudio_{port}", "value": rows.session(user), "url": settings.LOCAL_URL}
    ways: dict[int, str] = {}
    with page(viewport={"width": 1400, "height": 1000}) as tab:
        tab.context.add_cookies([cookie])
        for number in range(EACH):
            began = time.monotonic()
            polled = POLLED[number % len(POLLED)]
            ways[story.ask(HOOKED[number % len(HOOKED)]).pk] = "by webhook"
            ways[story.ask(polled, words="[no-hook]").pk] = "by polling"
            if number == 0:
                tab.goto(studio)
                tab.evaluate(WATCH)
            tab.wait_for_timeout(max(1.0, 1000 * (2 * PAUSE_S - (time.monotonic() - began))))
        end = time.monotonic() + 120
        waiting = Generation.objects.filter(pk__in=ways).exclude(state__in=FINAL)
        while time.monotonic() < end and waiting.exists():
            tab.wait_for_timeout(500)
        tab.wait_for_timeout(4000)
        shown = tab.evaluate("() => window.shown")
    _tell(ways, shown)


def _tell(ways: dict[int, str], shown: dict[str, float]) -> None:
    done = {(job["provider"], str(job["remote_id"])): job["done"] for job in _state()["jobs"]}
    took: dict[tuple[str, str], list[float]] = defaultdict(list)
    lost = 0
    for one in Generation.objects.filter(pk__in=ways).select_related("account"):
        attempt, way = one.attempt, ways[one.pk]
        at = shown.get(f"g-{one.uuid}")
        if one.state != State.SUCCEEDED or attempt is None or at is None:
            lost += 1
            continue
        begun = done[one.account.provider, attempt.remote_id]
        noticed, kept = one.made_at.timestamp(), one.finished_at.timestamp()
        took[way, "to shown"].append(at - begun)
        took[way, "done to noticed"].append(noticed - begun)
        took[way, "noticed to archived"].append(kept - noticed)
        took[way, "archived to shown"].append(at - kept)
    for way, bar in (("by webhook", 2.5), ("by polling", 5.0)):
        whole = took[way, "to shown"]
        name = f"T2 sandbox done to card shown {way}"
        Figure(f"{name} ({len(whole)}): p95", [share(whole, 0.95)], "s", bar).emit()
        Figure(f"{name}: p50", [share(whole, 0.5)], "s").emit()
        for part in ("done to noticed", "noticed to archived", "archived to shown"):
            found = took[way, part]
            text = [share(found, 0.5), share(found, 0.95), max(found, default=0)]
            Figure(f"  of it, {part}: p50 / p95 / max", text, "s").emit()
    Figure("T2 clips that were not shown", [lost], "", 1).emit()
    print(f"  load {load()}", flush=True)


def _studio() -> tuple[Project, User]:
    """The sample team, with keys and limits that let many jobs run at once."""
    user = User.objects.create_user("bench@example.org", name="Bena Bench")
    project = make_sandbox_team(user)
    set_budget(user, project.team, scope=Scope.TEAM, play=True, limit_micros=None)
    for account in ProviderAccount.objects.all():
        account.key = KEYS.get(account.provider, "sandbox-") + "wide-bench"
        account.concurrency = 1000
        if account.provider == "pixverse":
            address = settings.LOCAL_URL + reverse("hook_registered", args=[account.uuid])
            made = _post("webhooks", {"key": account.key, "url": address})
            account.extra = {**account.extra, "webhook_id": str(made["webhook_id"])}
            account.secrets = json.dumps({"webhook_secret": made["secret"]})
        account.save()
        _history(project, user, account)
    return project, user


def _history(project: Project, user: User, account: ProviderAccount) -> None:
    """Five clips that took as long as the sandbox's do."""
    now = timezone.now()
    model = "v5.6" if account.provider == "pixazo" else "v6"
    times = {"submitted_at": now - dt.timedelta(seconds=33), "made_at": now}
    Generation.objects.bulk_create(
        rows.generation(project, user, account, model=model, **times) for _ in range(5)
    )


def _state() -> dict:
    with urllib.request.urlopen(f"{settings.SANDBOX_URL}/control/state.json", timeout=30) as got:
        return json.load(got)


def _post(lever: str, what: dict) -> dict:
    request = urllib.request.Request(
        f"{settings.SANDBOX_URL}/control/{lever}",
        json.dumps(what).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as got:
        return json.load(got)
