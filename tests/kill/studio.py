"""A whole studio in real processes: its own data, database and ports, and an end to all of it."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
DATABASE_URL = os.environ.get("DATABASE_URL", "")
ON_POSTGRES = DATABASE_URL.startswith(("postgres", "pgsql"))
# What a studio of its own must not inherit from whoever runs the tests.
NOT_OURS = ("REDIS_URL", "QUEUE", "PUBLIC_URL", "SECRET_KEY", "FIELD_KEYS", "WORKERS")
_template = threading.Lock()


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in probes]
    for one in probes:
        one.close()
    return ports


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def wait_for(what: Any, patience: float, why: str, every: float = 0.1) -> Any:
    """The first true answer of ``what()``; AssertionError when patience is over."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(every)
    raise AssertionError(f"waited {patience:g} s in vain: {why}")


def answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=2):
        return True
    return False


def _postgres(*statements: str) -> None:
    import psycopg

    with psycopg.connect(_url_of("postgres"), autocommit=True) as admin:
        for one in statements:
            admin.execute(one)


def _url_of(database: str) -> str:
    return urllib.parse.urlsplit(DATABASE_URL)._replace(path=f"/{database}").geturl()


def manage(env: dict[str, str], *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]


@cache
def _migrated() -> str:
    """A migrated database to copy: a file's path, or a database's name. Made once a run."""
    folder = tempfile.mkdtemp(prefix="kill-template-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    env = _clean_env() | {"PIXSTUDIO_DATA": folder}
    name = f"kill_template_{uuid.uuid4().hex[:8]}"
    if ON_POSTGRES:
        _postgres(f"CREATE DATABASE {name}")
        atexit.register(_postgres, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        env["DATABASE_URL"] = _url_of(name)
    manage(env, "migrate", "--no-input", "--verbosity", "0")
    manage(env, "createcachetable", "--verbosity", "0")
    return name if ON_POSTGRES else f"{folder}/pixstudio.sqlite3"


def _clean_env() -> dict[str, str]:
    env = {name: text for name, text in os.environ.items() if name not in NOT_OURS}
    env.pop("DATABASE_URL", None)
    python_path = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH", "")]))
    return env | {"PYTHONPATH": python_path, "PYTHONUNBUFFERED": "1"}


class Studio:
    """Use as a context manager. ``inside`` calls a function of inside.py in a process of its own.

    ``sandbox_url`` is another studio's sandbox; without it the studio may start its own.
    """

    def __init__(self, folder: Path, *, sandbox_url: str = "", speed: float = 20) -> None:
        self.folder, self.speed = folder, speed
        self.data, self.logs = folder / "data", folder / "log"
        self.data.mkdir(parents=True)
        self.logs.mkdir()
        self.web_port, self.sandbox_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.web_port}"
        self.sandbox_url = sandbox_url or f"http://127.0.0.1:{self.sandbox_port}"
        self.processes: dict[str, subprocess.Popen[str]] = {}
        self.env = _clean_env() | {
            "PIXSTUDIO_DATA": str(self.data),
            "SANDBOX_URL": self.sandbox_url,
            "LOCAL_URL": self.url,
        }
        self._lock = threading.Lock()
        self._database = ""
        self._make_database()

    def _make_database(self) -> None:
        with _template:
            template = _migrated()
            if not ON_POSTGRES:
                for part in ("", "-wal"):
                    with suppress(FileNotFoundError):
                        shutil.copy(template + part, self.data / f"pixstudio.sqlite3{part}")
                return
            self._database = f"kill_{uuid.uuid4().hex[:12]}"
            _postgres(f"CREATE DATABASE {self._database} TEMPLATE {template}")
        self.env["DATABASE_URL"] = _url_of(self._database)

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.processes):
            self.end(name)
        if self._database:
            _postgres(f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")

    def start(self, name: str, *command: str, pipes: bool = False) -> subprocess.Popen[str]:
        """A Python process in a session of its own; what it says goes to ``log/<name>.log``."""
        with (self.logs / f"{name}.log").open("a", encoding="utf-8") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipes else log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        return self.processes[name]

    def end(self, name: str, number: int = signal.SIGKILL) -> None:
        """Signal a process's whole session and wait for the process."""
        process = self.processes.pop(name)
        for pid in (*_session(process.pid), process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        process.wait(40)
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def start_sandbox(self) -> None:
        port = str(self.sandbox_port)
        self.start(
            "sandbox", "manage.py", "sandbox", "--port", port, "--speed", f"{self.speed:g}",
            "--data-dir", str(self.data),
        )  # fmt: skip
        wait_for(lambda: answers(f"{self.sandbox_url}/control/state.json"), 30, "the sandbox")

    def start_web(self) -> None:
        """One gunicorn, as ``manage.py run`` starts it."""
        bind = f"127.0.0.1:{self.web_port}"
        options = ("--worker-class", "gthread", "--workers", "1", "--threads", "4")
        self.start("web", "-m", "gunicorn", "pixstudio.wsgi", "--bind", bind, *options)
        wait_for(lambda: answers(f"{self.url}/healthz"), 30, "the web process")

    def start_cluster(self) -> None:
        """Worker and dispatch under the supervisor of ``manage.py run``."""
        self.start("cluster", str(HERE / "cluster.py"))
        wait_for(lambda: self.inside("cluster"), 60, "the worker cluster")

    def run_command(self, name: str = "run") -> subprocess.Popen[str]:
        """``manage.py run`` itself, everything in it."""
        return self.start(
            name, "manage.py", "run", "--port", str(self.web_port),
            "--sandbox-port", str(self.sandbox_port), "--speed", f"{self.speed:g}",
        )  # fmt: skip

    def inside(self, what: str, **arguments: Any) -> Any:
        """Call a function of inside.py in this studio; raises AssertionError with its trace."""
        answer = json.loads(self._tell("inside", json.dumps({"do": what, "with": arguments})))
        assert "error" not in answer, answer["error"]
        return answer["is"]

    def die(self, moment: str, pk: int) -> None:
        """A worker that is killed exactly at ``moment`` of generation ``pk``; see victim.py."""
        assert int(self._tell("victim", f"{moment} {pk}")) == -signal.SIGKILL, self.log("victim")

    def _tell(self, helper: str, line: str) -> str:
        """One line to a helper that runs in this studio, and the line that it answers."""
        with self._lock:
            if helper not in self.processes:
                self.start(helper, str(HERE / f"{helper}.py"), pipes=True)
            process = self.processes[helper]
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        assert answer, self.log(helper)
        return answer

    def books(self, **where: str) -> dict[str, Any]:
        """The sandbox's own books."""
        query = urllib.parse.urlencode(where)
        with urllib.request.urlopen(
            f"{self.sandbox_url}/control/state.json?{query}", timeout=10
        ) as answer:
            return json.load(answer)

    def jobs(self, prompt: str) -> list[dict[str, Any]]:
        return [one for one in self.books()["jobs"] if one["prompt"] == prompt]

    def log(self, name: str) -> str:
        with suppress(FileNotFoundError):
            return (self.logs / f"{name}.log").read_text(encoding="utf-8")[-6000:]
        return f"(no log of {name})"


def stat(pid: int) -> list[str]:
    """/proc's fields after the name: state, parent, group, session, ... ; empty if it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return []


def is_alive(pid: int) -> bool:
    return stat(pid)[:1] not in ([], ["Z"])


def descendants(pid: int) -> list[int]:
    """All processes below ``pid``, whatever session they are in."""
    parents = {int(one.name): stat(int(one.name)) for one in Path("/proc").glob("[0-9]*")}
    found = [pid]
    for one in found:
        found += [child for child, facts in parents.items() if facts and int(facts[1]) == one]
    return found[1:]


def command_of(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
    return []


def _session(pid: int) -> list[int]:
    """Everything that came from ``pid``: below it, and the sessions that its children began."""
    below = descendants(pid)
    sessions = {str(one) for one in (pid, *below)}
    everybody = [int(one.name) for one in Path("/proc").glob("[0-9]*")]
    same = [one for one in everybody if (stat(one) or [""] * 4)[3] in sessions]
    return list({*below, *same} - {pid, os.getpid()})
