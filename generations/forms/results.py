"""What is typed in the gallery: the name of a search."""

from __future__ import annotations

from django import forms

from accounts.audit import looks_secret


class SearchForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60)
    shared = forms.BooleanField(label="Share with the team", required=False)
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if looks_secret(name):
            raise forms.ValidationError("This looks like a key or a password. Choose a name.")
        return name
