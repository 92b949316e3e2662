"""The form's reaction: new fields and new prices for every operation and model, from the web.

The sandbox set-up of a new studio: a team with five provider accounts, all their price rows, and
100 finished clips. One person changes something as soon as the last answer came; then five
people at once do. Each answer holds the redrawn form and one row for each account.
"""

from __future__ import annotations

import io
import random
import threading
import time

import requests
from django.conf import settings
from django.urls import reverse
from PIL import Image

from accounts.models import User
from generations.demo import make_sandbox_team
from generations.forms.menu import menu_of
from generations.forms.modes import MODES
from generations.media import uploads
from generations.models import Generation, Project, ProviderAccount, Upload

from . import rows
from .figures import Figure, share
from .place import answers, free_port, load, prepare, running, wait_for
from .t4 import web

CHANGES, RUNS, TARGET = 150, 3, 200
PROVIDERS = ("pixverse", "worldrouter", "pixazo", "easyrouter", "useapi")


def main() -> None:
    prepare()
    user = User.objects.create_user("bench@example.org", name="Bena Bench")
    project = make_sandbox_team(user)
    accounts = list(ProviderAccount.objects.filter(team=project.team))
    made = [rows.generation(project, user, accounts[0], version=n + 1) for n in range(100)]
    Generation.objects.bulk_create(made, rows.BATCH)
    plan = _changes(project, _picture(project, user))
    port = free_port()
    with running(*web(port)):
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/healthz"), 30, "the web is silent")
        address = (
            f"http://127.0.0.1:{port}{reverse('quote', args=[project.team.slug, project.uuid])}"
        )
        for people in (1, 5):
            _measure(address, rows.session(user), plan, people)
    print(f"  load {load()}", flush=True)


def _picture(project: Project, user: User) -> Upload:
    body = io.BytesIO()
    Image.new("RGB", (1280, 720), "teal").save(body, "PNG")
    return uploads.store(project, user, "boat.png", body.getvalue())


def _changes(project: Project, picture: Upload) -> list[dict[str, str]]:
    """A whole form for every operation and model, as it stands after that was chosen."""
    found = []
    for mode, operations in MODES.items():
        for operation in operations:
            for model in menu_of(PROVIDERS, operation, "").models:
                typed = {"mode": mode, "operation": operation, "model": model, "takes": "1"}
                menu = menu_of(PROVIDERS, operation, model)
                for slot in menu.slots:
                    if slot.kind == "image":
                        typed[f"in_{slot.role}_1"] = f"upload:{picture.uuid}"
                typed |= {"prompt": rows.PROMPT, "drawn": "", "show": "everything"}
                found.append(typed)
    random.Random(7).shuffle(found)
    return found


def _measure(address: str, cookie: str, plan: list[dict[str, str]], people: int) -> None:
    p95, p50, wrong = [], [], []
    for _ in range(RUNS):
        took: list[float] = []
        bad: list[int] = []
        threads = [
            threading.Thread(target=_person, args=(address, cookie, plan, number, took, bad))
            for number in range(people)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        p95.append(share(took, 0.95))
        p50.append(share(took, 0.5))
        wrong.append(len(bad))
    who = "one person" if people == 1 else f"{people} people at once"
    Figure(f"form reaction, {who}: p95", p95, "ms", TARGET if people == 1 else None).emit()
    Figure(f"form reaction, {who}: p50", p50, "ms").emit()
    Figure(f"form reaction, {who}: errors", wrong, "", 1).emit()


def _person(
    address: str,
    cookie: str,
    plan: list[dict[str, str]],
    number: int,
    took: list[float],
    bad: list[int],
) -> None:
    token = "b" * 32
    with requests.Session() as session:
        session.trust_env = False
        session.cookies.set(settings.SESSION_COOKIE_NAME, cookie)
        session.cookies.set(settings.CSRF_COOKIE_NAME, token)
        headers = {"HX-Request": "true", "X-CSRFToken": token, "Referer": address}
        for step in range(CHANGES):
            typed = plan[(number * 31 + step) % len(plan)]
            start = time.perf_counter()
            answer = session.post(address, data=typed, headers=headers, timeout=30)
            took.append(1000 * (time.perf_counter() - start))
            if answer.status_code != 200 or 'id="quote"' not in answer.text:
                bad.append(answer.status_code)


if __name__ == "__main__":
    main()
