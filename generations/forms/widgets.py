"""What the forms of the provider pages are made of."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.audit import looks_secret
from generations.account_rules import parse_amount

Choices = list[tuple[str, str]]


def text_input(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **attrs})


def secret_input() -> forms.PasswordInput:
    """Never rendered with its value, and nothing offers to remember it."""
    attrs = {"class": "form-control", "autocomplete": "new-password", "spellcheck": "false"}
    return forms.PasswordInput(attrs=attrs, render_value=False)


def select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")


class AmountField(forms.CharField):
    """An exact decimal, typed with a point; says so where it is not. ``unit``: what it counts."""

    def __init__(
        self, *, places: int, unit: str = "USD", below_zero: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", text_input(inputmode="decimal", autocomplete="off"))
        super().__init__(**kwargs)
        self.places, self.unit, self.below_zero = places, unit, below_zero

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(
                text, places=self.places, unit=self.unit, below_zero=self.below_zero
            )
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


class NoteField(forms.CharField):
    """Some words that the audit keeps for ever, so never a key pasted by mistake."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=200, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if looks_secret(value):
            raise forms.ValidationError("This looks like a key or a password. Say it without.")


class Form(forms.Form):
    """Labels without a colon, as on all pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
