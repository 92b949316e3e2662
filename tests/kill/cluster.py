"""Worker and dispatch under the supervisor, as ``manage.py run`` has them; without the rest."""

from __future__ import annotations

import os
import signal
import sys

from pixstudio.supervisor import Child, Supervisor


def main() -> None:
    manage = [sys.executable, "manage.py"]
    children = [Child(name, [*manage, name]) for name in ("worker", "dispatch")]
    supervisor = Supervisor(children, os.environ, lambda line: print(line, flush=True))
    signal.signal(signal.SIGTERM, lambda *_: setattr(supervisor, "stopping", True))
    supervisor.start()
    supervisor.watch()


if __name__ == "__main__":
    main()
