"""The documents name what there is: settings, providers, faults, commands, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from generations.catalogue.loader import providers
from generations.sandbox.faults import FAULTS

ROOT = Path(settings.BASE_DIR)
READ = re.compile(r"""(?:env\.\w+|secret|environ\.get)\(\s*"([A-Z][A-Z_]+)\"""")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)\s]+))?\)|<img[^>]+src=\"([^\"]+)\"|\]\(#([^)\s]+)\)")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def rows(path: str) -> set[str]:
    """What stands in backticks in the first cell of a table's row."""
    lines = [one for one in text(path).splitlines() if one.startswith("| `")]
    return {name for line in lines for name in re.findall(r"`([^`]+)`", line.split("|")[1])}


def headings(page: Path) -> set[str]:
    """The anchors of a page, as they are made of its headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    plain = (re.sub(r"[^\w\- ]", "", one.lower()) for one in titles)
    return {one.strip().replace(" ", "-") for one in plain}


def test_the_readme_has_the_two_commands():
    blocks = re.findall(r"```\w*\n(.*?)```", text("README.md"), re.S)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    named = {word for line in lines for word in re.findall(r"\bmake ([a-z-]+)", line)}
    assert named == {"run", "test"}
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.M))
    for page in PAGES:
        said = re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
        assert set(said) <= targets, page.name


def test_each_setting_has_its_row():
    read = set(READ.findall(text("pixstudio/settings.py")))
    assert len(read) > 20
    assert read <= rows("docs/running.md")


def test_each_row_is_a_setting():
    section = text("docs/running.md").partition("## Settings")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| `([A-Z_]+)`", section, re.M))
    assert named == set(READ.findall(text("pixstudio/settings.py")))


@pytest.mark.parametrize("provider", sorted(providers()))
def test_each_provider_has_its_page(provider):
    page = text(f"docs/providers/{provider}.md")
    assert providers()[provider].name in page
    assert {one.stem for one in (ROOT / "docs/providers").glob("*.md")} == set(providers())


def test_each_fault_has_its_words():
    page = text("docs/sandbox.md")
    for fault in FAULTS.values():
        for word in (fault.word, *fault.aliases):
            assert f"`[{word}]`" in page, word


def test_each_command_has_its_line():
    found = {
        one.stem
        for app in ("accounts", "generations", "pixstudio")
        for one in (ROOT / app).glob("management/commands/[a-z]*.py")
    }
    section = text("docs/running.md").partition("## Commands")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z_]+)`", section, re.M)) == found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for path, anchor, image, here in LINK.findall(page.read_text(encoding="utf-8")):
        wanted = path or image
        if wanted.startswith(("http:", "https:", "mailto:")):
            continue
        target = (page.parent / wanted).resolve() if wanted else page
        assert target.exists(), f"{page.name}: {wanted}"
        if (anchor or here) and target.suffix == ".md":
            assert (anchor or here) in headings(target), f"{page.name}: {wanted}#{anchor or here}"
