"""Imports run one way (design.md section 2). An arrow that is not in the table fails here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Room -> rooms it may import, beside itself. Longest prefix wins.
MAY = {
    "accounts": {"pixstudio"},
    "generations.catalogue": set(),
    "generations.providers": {"generations.catalogue", "pixstudio.logging"},
    "generations.models": {"accounts", "generations.catalogue", "generations.providers"},
    "generations.sandbox": set(),
    "generations.media": {
        "accounts",
        "generations.access",
        "generations.catalogue",
        "generations.models",
        "generations.providers",
        "pixstudio",
    },
    "generations.lifecycle": {
        "accounts",
        "generations.access",
        "generations.catalogue",
        "generations.causes",
        "generations.lists",
        "generations.media",
        "generations.models",
        "generations.offers",
        "generations.pace",
        "generations.providers",
        "generations.queue",
        "generations.spend",
        "generations.titles",
        "pixstudio",
    },
    "generations.titles": {"generations.models"},
    "generations.pictures": {
        "generations.catalogue",
        "generations.models",
        "generations.templatetags",
    },
    "generations.spend": {
        "accounts",
        "generations.access",
        "generations.catalogue",
        "generations.causes",
        "generations.models",
    },
    "generations.auditing": {
        "accounts",
        "generations.catalogue",
        "generations.causes",
        "generations.lifecycle",
        "generations.media",
        "generations.models",
        "generations.offers",
        "generations.providers",
        "generations.queue",
        "generations.spend",
        "generations.titles",
    },
    "generations.budgets": {
        "accounts",
        "generations.access",
        "generations.catalogue",
        "generations.lifecycle",
        "generations.models",
        "pixstudio.site",
    },
    "generations.prompts": {
        "accounts",
        "generations.access",
        "generations.catalogue",
        "generations.models",
        "generations.templatetags",
    },
    "generations.uploads": {
        "accounts",
        "generations.access",
        "generations.catalogue",
        "generations.media",
        "generations.models",
        "generations.uses",
        "generations.templatetags",
    },
    "generations.reviewing": {
        "accounts",
        "generations.access",
        "generations.catalogue",
        "generations.forms.values",
        "generations.lifecycle",
        "generations.models",
        "generations.titles",
    },
    "generations.results": {
        "accounts",
        "generations.access",
        "generations.catalogue",
        "generations.media",
        "generations.models",
        "generations.pictures",
        "generations.prompts",
        "generations.templatetags",
        "generations.titles",
    },
    "generations.dispatch": {
        "accounts",
        "generations.auditing",
        "generations.budgets",
        "generations.lifecycle",
        "generations.models",
        "generations.pace",
        "generations.providers",
        "generations.queue",
        "pixstudio",
    },
    "generations.queue": set(),
    "generations.pace": {"generations.catalogue", "generations.models"},
    "generations.causes": {"accounts", "generations.models", "generations.providers.registry"},
    "generations.lists": {
        "accounts",
        "generations.catalogue",
        "generations.media",
        "generations.models",
        "generations.providers",
        "generations.queue",
    },
    "generations.offers": {
        "generations.catalogue",
        "generations.media",
        "generations.models",
        "generations.pace",
    },
}
# These may see everything of ours but the sandbox, and nobody below sees them.
ABOVE = {
    "generations.admin",
    "generations.forms",
    "generations.management",
    "generations.tasks",
    "generations.views",
}


def modules() -> list[Path]:
    found = []
    for folder in ("pixstudio", "accounts", "generations"):
        found += [path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    return sorted(found)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """Every module of ours that a file imports, wherever in the file the import stands."""
    here = name_of(path).split(".")
    package = here if path.name == "__init__.py" else here[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            full = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{full}.{alias.name}" for alias in node.names} | {full}
    return {one for one in found if one.split(".")[0] in ("pixstudio", "accounts", "generations")}


def room_of(name: str) -> str | None:
    fitting = [room for room in MAY if name == room or name.startswith(room + ".")]
    return max(fitting, key=len, default=None)


def allowed(room: str, target: str) -> bool:
    if target in ("generations", "accounts", "pixstudio"):
        return True
    prefixes = MAY[room] | {room}
    return any(target == one or target.startswith(one + ".") for one in prefixes)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_run_one_way(path: Path):
    room = room_of(name_of(path))
    wrong = set()
    for target in imports(path):
        if target.startswith("generations.sandbox") and room != "generations.sandbox":
            # The command that starts it is its only door.
            if name_of(path) != "generations.management.commands.sandbox":
                wrong.add(target)
        elif room and not allowed(room, target):
            wrong.add(target)
    assert not wrong, f"{name_of(path)} may not import {sorted(wrong)}"


def test_accounts_never_import_generations():
    for path in (ROOT / "accounts").rglob("*.py"):
        assert not any(one.startswith("generations") for one in imports(path)), path


def test_the_sandbox_imports_nothing_of_ours():
    for path in (ROOT / "generations" / "sandbox").rglob("*.py"):
        foreign = {one for one in imports(path) if not one.startswith("generations.sandbox")}
        assert foreign <= {"generations"}, path


def test_the_top_level_holds_what_the_card_says():
    allowed_names = {
        "manage.py", "pyproject.toml", "pixstudio", "generations", "accounts", "templates",
        "static", "tests", "README.md", "docs", "Makefile", "LICENSE", "data",
    }  # fmt: skip
    found = {one.name for one in ROOT.iterdir() if not one.name.startswith(".")}
    assert found <= allowed_names


def test_no_machine_paths_or_registries_in_the_tree():
    # Put together here, so that this file does not find itself.
    words = ["/wo" + "rk/", "pypi." + "org", "files.python" + "hosted", "registry.npm" + "js"]
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if any(part in {".git", ".venv", "data", "vendor", "__pycache__"} for part in parts):
            continue
        if path.suffix in {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".sh", ""}:
            if not path.is_file() or parts[0].startswith((".mypy", ".ruff", ".pytest", ".hypo")):
                continue
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not [word for word in words if word in text], path
