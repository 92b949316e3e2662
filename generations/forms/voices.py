"""What people type to have a voice made: a name, whose account, and a recording."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms

from generations.models import Project, ProviderAccount, Upload

from .widgets import Form, select, text_input

# Sounds of the project to choose from: the newest.
MOST_SOUNDS = 100
LONGEST_NAME = 80


class VoiceForm(Form):
    """``recording`` is the chosen upload; a file that came with the form stands before it."""

    name = forms.CharField(
        label="Its name",
        max_length=LONGEST_NAME,
        widget=text_input(autocomplete="off"),
        error_messages={"required": "Give the voice a name: it stands in the list under it."},
    )
    account = forms.ChoiceField(label="Where it is made", widget=select())
    upload = forms.ChoiceField(label="A sound of this project", required=False, widget=select())
    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, project: Project, accounts: list[ProviderAccount], **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {}).setdefault("form_token", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.accounts = {str(row.uuid): row for row in accounts}
        rows = project.uploads.filter(kind="audio").order_by("-pk")[:MOST_SOUNDS]
        self.sounds: dict[str, Upload] = {str(row.uuid): row for row in rows}
        names = [(key, row.name) for key, row in self.accounts.items()]
        cast("forms.ChoiceField", self.fields["account"]).choices = names
        self._offer()

    def take(self, upload: Upload) -> None:
        """A file that came with the form: chosen from now on, whatever else is wrong."""
        self.sounds[str(upload.uuid)] = upload
        self._offer()
        self.data = {**self.data, "upload": str(upload.uuid)}

    def _offer(self) -> None:
        some = [(key, f"{row.name} ({row.ms / 1000:.0f} s)") for key, row in self.sounds.items()]
        cast("forms.ChoiceField", self.fields["upload"]).choices = [("", "None chosen"), *some]

    @property
    def account_row(self) -> ProviderAccount:
        return self.accounts[self.cleaned_data["account"]]

    @property
    def recording(self) -> Upload | None:
        return self.sounds.get(self.cleaned_data["upload"])
