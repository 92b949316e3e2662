"""Secrets of this installation: from the environment, from a named file, or made once and kept."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet


def secret(name: str, kept_in: Path, make: Callable[[], str]) -> str:
    """``$NAME``, else the file named by ``$NAME_FILE``, else ``kept_in`` (made on first use)."""
    if value := told(name):
        return value
    return kept_in.read_text(encoding="utf-8") if kept_in.exists() else _keep(kept_in, make())


def told(name: str) -> str:
    """``$NAME``, else what stands in the file named by ``$NAME_FILE``, else nothing."""
    if value := os.environ.get(name):
        return value
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else ""


def _keep(path: Path, value: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Several processes start at once: the first writes, the others read what it wrote.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="utf-8")


def new_key() -> str:
    return Fernet.generate_key().decode()


def new_secret() -> str:
    return secrets.token_urlsafe(50)


def new_code() -> str:
    """A one-time code that a person can type from a terminal: 10 letters and digits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "".join(secrets.choice(alphabet) for _ in range(10))
