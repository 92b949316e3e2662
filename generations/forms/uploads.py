"""What people type about uploads: a name, a folder, tags, and how much a team may keep."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms

from accounts.audit import looks_secret
from generations.models import Project
from generations.uploads.change import MOST_TAGS
from generations.uploads.who import Reader

LONGEST_TAG = 30
GB = 1_000_000_000


class FolderField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Folder", max_length=60, required=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = _plain(super().clean(value))
        if looks_secret(text):
            raise forms.ValidationError("This looks like a key or a password. Choose a name.")
        return text


class TagsField(forms.CharField):
    """Tags between commas, as a tuple of small letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Tags", max_length=400, required=False, **kwargs)

    def clean(self, value: Any) -> tuple[str, ...]:
        parts = (_plain(one).lower().lstrip("#") for one in super().clean(value).split(","))
        found = tuple(dict.fromkeys(filter(None, parts)))
        if len(found) > MOST_TAGS:
            raise forms.ValidationError(f"{MOST_TAGS} tags at most.")
        if max(map(len, found), default=0) > LONGEST_TAG:
            raise forms.ValidationError(f"A tag has {LONGEST_TAG} letters at most.")
        if any(map(looks_secret, found)):
            raise forms.ValidationError("This looks like a key or a password. Choose other words.")
        return found


class AboutForm(forms.Form):
    """One upload's name and place."""

    name = forms.CharField(label="Name", max_length=200)
    folder = FolderField()
    tags = TagsField(help_text="Between commas: brand, summer.")

    def clean_name(self) -> str:
        name = _plain(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Give it a name.")
        return name


class AddForm(forms.Form):
    """Where new files go. The files themselves are read by the view, each by itself."""

    project = forms.ChoiceField(
        label="Into",
        required=False,
        error_messages={"invalid_choice": "Choose a project in which you may make something."},
    )
    folder = FolderField()

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects: dict[str, Project] = {str(row.uuid): row for row in reader.makes_in}
        names = [(key, row.name) for key, row in self.projects.items()]
        cast("forms.ChoiceField", self.fields["project"]).choices = names

    def clean_project(self) -> str:
        told = str(self.cleaned_data["project"])
        if not told and len(self.projects) > 1:
            raise forms.ValidationError("Choose the project that they are for.")
        return told or next(iter(self.projects))

    @property
    def chosen(self) -> Project:
        return self.projects[self.cleaned_data["project"]]


class BulkForm(forms.Form):
    """What is done to the chosen files."""

    do = forms.ChoiceField(
        choices=[(one, one) for one in ("move", "tag", "untag", "delete")],
        error_messages={"required": "Choose what to do with them."},
    )
    folder = FolderField()
    tags = TagsField()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("do") in ("tag", "untag") and "tags" in data and not data["tags"]:
            self.add_error("tags", "Write a tag first.")
        return data


class LimitForm(forms.Form):
    gb = forms.DecimalField(
        label="Limit in GB",
        required=False,
        min_value=Decimal("0.001"),
        max_value=Decimal(1_000_000),
        max_digits=10,
        decimal_places=3,
        help_text="Empty: no limit. New uploads stop at it; results are always kept.",
    )

    @property
    def limit(self) -> int | None:
        """In bytes."""
        amount = self.cleaned_data["gb"]
        return None if amount is None else int(amount * GB)


def _plain(text: str) -> str:
    return " ".join(text.split())
