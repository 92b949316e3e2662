"""What is vendored is what the manifest says: nothing more, nothing changed."""

import hashlib
import re
import tomllib

import pytest
from django.conf import settings

VENDOR = settings.BASE_DIR / "static" / "vendor"
ICON = re.compile(r"""{% icon "([^"]+)" %}""")
PACKAGES = tomllib.loads((VENDOR / "manifest.toml").read_text())["package"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_each_file_is_as_the_manifest_says(package):
    folder = VENDOR / package["folder"]
    found = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}
    assert found == package["sha256"]
    assert "LICENSE" in found
    assert package["version"]
    assert package["licence"]


def test_every_folder_has_its_place_in_the_manifest():
    folders = {one.name for one in VENDOR.iterdir() if one.is_dir()}
    assert folders == {package["folder"] for package in PACKAGES}


def test_every_icon_that_a_template_names_is_there():
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    named = {name for one in templates for name in ICON.findall(one.read_text())}
    have = {one.stem for one in (VENDOR / "tabler-icons").glob("*.svg")}
    assert named - have == set()


def test_nothing_is_inline_that_the_policy_would_refuse():
    for one in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = one.read_text()
        assert not re.search(r"\sstyle=|<style|<script>|\son(?!e=)[a-z]+=|javascript:", text), one
