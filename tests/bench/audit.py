"""Audit: 2,000 clips at a sandbox that charges wrongly at random; all is found, nothing else.

The sandbox, the submits and the looks are real; only the files are not fetched.
"""

from __future__ import annotations

import tempfile
import time

from django.conf import settings

from generations import demo
from generations.auditing import cases
from generations.lifecycle import saving
from generations.models import Discrepancy
from generations.sandbox.server import Sandbox
from tests.auditing.wrongs import no_files, verdicts, wrongs

from .figures import Figure
from .place import load, prepare
from .rows import team

CLIPS, SEED = 2000, 4


def main() -> None:
    prepare()
    saving._bring = no_files
    user, _ = team(0)
    with tempfile.TemporaryDirectory() as data, Sandbox(port=0, speed=400, data_dir=data) as world:
        settings.SANDBOX_URL = world.url
        project = demo.make_sandbox_team(user)
        run = wrongs(project, user, world, CLIPS, seed=SEED, patience=1800)
    missed, false = verdicts(run)
    began = time.perf_counter()
    done = cases.rebuild()
    took = time.perf_counter() - began
    Figure("audit: wrong charges that were missed", [len(missed)], "", 1).emit()
    Figure("audit: exceptions without a reason", [len(false)], "", 1).emit()
    Figure("audit: discrepancies found", [Discrepancy.objects.count()], "").emit()
    Figure("audit: charges audited again", [done / took], "per s", 100, more=True).emit()
    for line in (*missed[:10], *false[:10]):
        print(f"  {line}", flush=True)
    print(f"  load {load()}", flush=True)
