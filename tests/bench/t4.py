"""T4: the live partial of 500 signed-in browsers, each every 2 s, from the web of ``make run``.

100,000 generations in 50 projects, four of each running; ten people look at each project. All
ask with the version they have (unchanged: 204), then all with the version before one card's last
change, so that every answer is drawn: the busiest that such a page can be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from django.conf import settings
from django.urls import reverse

from accounts.models import Membership, User
from generations.models import Generation, Project, ProjectMembership, State

from . import rows
from .figures import Figure, share
from .place import answers, free_port, load, prepare, running, wait_for

BROWSERS, PROJECTS, MADE, MOVING = 500, 50, 100_000, 4
PERIOD, RUN_S, RUNS = 2.0, 12.0, 3


def main() -> None:
    prepare()
    print(f"  {MADE:,} generations are being written", flush=True)
    projects, people = _world()
    port = free_port()
    with running(*web(port)):
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/healthz"), 30, "the web is silent")
        _measure(port, "unchanged", people, projects, back=0, target=10)
        _measure(port, "changed", people, projects, back=1, target=50)
    print(f"  load {load()}", flush=True)


def web(port: int) -> list[str]:
    """The command by which ``manage.py run`` starts the web."""
    from generations.management.commands.run import _children

    options = {"host": "127.0.0.1", "port": port, "no_sandbox": True, "speed": 1}
    found = next(one for one in _children(options, 0) if one.name == "web")
    return found.command[1:]


def _world() -> tuple[list[Project], list[tuple[Project, str]]]:
    """Projects, and who looks at which: (project, session cookie)."""
    owner, projects = rows.team(PROJECTS)
    accounts = rows.accounts(projects[0].team, 5, "http://127.0.0.1:9/pixverse")
    for project in projects:
        made = []
        count = MADE // PROJECTS
        for number in range(count):
            moving = number >= count - MOVING
            fields = {"state": State.RUNNING, "finished_at": None} if moving else {}
            account = accounts[number % 5]
            made.append(rows.generation(project, owner, account, version=number + 1, **fields))
        Generation.objects.bulk_create(made, rows.BATCH)
        Project.objects.filter(pk=project.pk).update(version=count)
        project.version = count
    people = [_person(number, projects[number % PROJECTS]) for number in range(BROWSERS)]
    return projects, people


def _person(number: int, project: Project) -> tuple[Project, str]:
    user = User.objects.create_user(f"viewer{number}@example.org", name=f"Viewer {number}")
    Membership.objects.create(team=project.team, user=user, role="member")
    ProjectMembership.objects.create(project=project, user=user, role="creator")
    return project, f"{settings.SESSION_COOKIE_NAME}={rows.session(user)}"


def _measure(
    port: int,
    name: str,
    people: list[tuple[Project, str]],
    projects: list[Project],
    back: int,
    target: float,
) -> None:
    tops = {one.pk: one.generations.latest("pk").pk for one in projects}
    browsers = []
    for project, cookie in people:
        args = f"v={project.version - back}&top={tops[project.pk]}&show=everything"
        browsers.append(
            (f"{reverse('live', args=[project.team.slug, project.uuid])}?{args}", cookie)
        )
    plan = {"port": port, "seconds": RUN_S, "period": PERIOD, "browsers": browsers}
    p50, p95, wrong, rates, opened = [], [], [], [], []
    expected = "200" if back else "204"
    for _ in range(RUNS):
        found = _load(plan)
        took = [1000 * one for one in found["took"]]
        p50.append(share(took, 0.5))
        p95.append(share(took, 0.95))
        rates.append(len(took) / (RUN_S - PERIOD))
        opened.append(found["opened"])
        wrong.append(sum(n for word, n in found["statuses"].items() if word != expected))
    title = f"T4 live partial, {BROWSERS} browsers, {name}"
    Figure(f"{title}: p95", p95, "ms", target).emit()
    Figure(f"{title}: p50", p50, "ms").emit()
    Figure(f"{title}: errors", wrong, "", 1).emit()
    Figure(f"{title}: answers of {found['bytes']:,} bytes", rates, "per s").emit()
    Figure(f"{title}: connections opened", opened).emit()


def _load(plan: dict) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.browsers"],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        env=os.environ,
        check=True,
    )
    return json.loads(done.stdout)
