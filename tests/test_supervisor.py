"""The order in which ``make run`` ends its processes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Says when it is there. On SIGTERM the sandbox ends at once; the others take as long as an answer
# from outside may.
CHILD = """
import pathlib, signal, sys, time
place, name = pathlib.Path(sys.argv[1]), sys.argv[2]
def end(*_):
    if name != "sandbox":
        time.sleep(0.7)
    with (place / "ends").open("a") as out:
        out.write(name + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, end)
(place / name).touch()
while True:
    time.sleep(0.05)
"""
# In a process of its own, as in use: what is started from among threads may never begin.
WHOLE = """
import os, pathlib, sys, time
from pixstudio.supervisor import Child, Supervisor
place, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
command = [sys.executable, str(place / "child.py"), str(place)]
children = [Child(name, [*command, name], outside=name == "sandbox") for name in names]
supervisor = Supervisor(children, os.environ, print)
supervisor.start()
while not all((place / name).exists() for name in names):
    time.sleep(0.05)
supervisor.stop()
"""


def test_the_world_outside_ends_when_all_else_has_ended(tmp_path):
    """A worker's request that the sandbox takes with it into the grave has an unknown outcome."""
    (tmp_path / "child.py").write_text(CHILD)
    names = ("sandbox", "worker", "web")
    command = [sys.executable, "-c", WHOLE, str(tmp_path), *names]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.splitlines()
    assert first.startswith("Stopping")
    assert last.startswith("Stopped")
    ended = (tmp_path / "ends").read_text().split()
    assert ended[-1] == "sandbox"
    assert sorted(ended) == sorted(names)
