"""Verdicts, remarks and links for guests, as they are typed."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import NameField
from generations.models import Generation, Verdict
from generations.reviewing.guests import DAYS, MOST, Terms
from generations.reviewing.remarks import TEXT_LENGTH
from generations.reviewing.verdicts import NOTE_LENGTH

LONGEST_MS = 24 * 3600 * 1000


class VerdictForm(forms.Form):
    """An empty verdict takes the one before it back."""

    verdict = forms.ChoiceField(choices=Verdict.choices, required=False)
    note = forms.CharField(
        required=False,
        max_length=NOTE_LENGTH,
        error_messages={"max_length": f"At most {NOTE_LENGTH} characters. Say the rest below."},
    )


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=TEXT_LENGTH,
        error_messages={
            "required": "Write what you want to say.",
            "max_length": f"At most {TEXT_LENGTH} characters. Make two comments of it.",
        },
    )
    at_ms = forms.IntegerField(required=False, min_value=0, max_value=LONGEST_MS)


class GuestNameForm(forms.Form):
    name = NameField("Your name")


class PassphraseForm(forms.Form):
    passphrase = forms.CharField(
        label="Passphrase",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "Enter the passphrase that came with the link."},
    )


class GuestLinkForm(forms.Form):
    """A new link: to which results, for how long, and what guests may do."""

    name = NameField(
        help_text="Who it is for. Guests see it as the heading of their page.",
        error_messages={"required": "Give the link a name, such as the client's."},
    )
    days = forms.TypedChoiceField(
        label="The link works for",
        coerce=int,
        choices=[(1, "1 day"), (7, "7 days"), (14, "14 days"), (30, "30 days"), (90, "90 days")],
        initial=DAYS,
    )
    passphrase = forms.CharField(
        label="Passphrase",
        required=False,
        min_length=6,
        max_length=200,
        strip=False,
        help_text="At least 6 characters; tell it apart from the link. Empty: the link is enough.",
    )
    may_comment = forms.BooleanField(label="Comment", required=False, initial=True)
    may_decide = forms.BooleanField(
        label="Approve or request changes", required=False, initial=True
    )
    may_download = forms.BooleanField(label="Download the files", required=False)

    def __init__(self, offered: list[Generation], chosen: list[str], data: Any = None) -> None:
        super().__init__(data)
        self.offered = offered
        self.chosen = set(chosen)

    @property
    def ticks(self) -> list[forms.BoundField]:
        return [self[name] for name in ("may_comment", "may_decide", "may_download")]

    @property
    def results(self) -> list[Generation]:
        """Those ticked, as they are offered."""
        return [one for one in self.offered if str(one.uuid) in self.chosen]

    def clean(self) -> dict[str, Any]:
        if not self.results:
            raise forms.ValidationError("Choose at least one result that guests shall see.")
        if len(self.results) > MOST:
            raise forms.ValidationError(f"At most {MOST} results go into one link.")
        return self.cleaned_data

    def terms(self) -> Terms:
        data = self.cleaned_data
        names = ("name", "days", "passphrase", "may_comment", "may_decide", "may_download")
        return Terms(**{name: data[name] for name in names})
