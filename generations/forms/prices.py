"""Forms of an account's money: dated rates, the team's own prices, the ceiling."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from accounts.money import parse_usd
from generations import provider_accounts
from generations.catalogue.gaps import countable
from generations.catalogue.spread import PARTS
from generations.catalogue.types import MASK_SELECTION, Formula, Offering, Provider
from generations.models import ProviderAccount, TeamPrice, UnitRate

from .widgets import AmountField, Choices, Form, NoteField, date_input, select, text_input

SAID = ("sound", "speech")  # texts: a price asks only whether there is one
LABELS = {"sound": "Sound described", "auto_sound": "Added sound", "speech": "Spoken line"}
LEVELS = ("detail",)
STRANGE = "These conditions cannot be read: choose them anew."
UNCOUNTED = "It cannot be counted so: take the clip, or what the clip has, such as its source."


class RateForm(Form):
    prefix = "rate"
    usd_per_unit = AmountField(places=9, label="USD a unit")
    since = forms.DateField(label="From", widget=date_input(), initial=timezone.localdate)
    note = NoteField(widget=text_input(placeholder="Source"))

    def clean_usd_per_unit(self) -> Decimal:
        rate: Decimal = self.cleaned_data["usd_per_unit"]
        if rate <= 0:
            raise forms.ValidationError("A rate is more than 0.")
        return rate

    def save(self, actor: User, account: ProviderAccount) -> UnitRate:
        return provider_accounts.add_rate(actor, account, **self.cleaned_data)


class PriceForm(Form):
    """The team's own price; what is left at "any" holds for everything.

    ``when`` brings conditions that no field stands for, as JSON: the lengths of a gap, say.
    """

    prefix = "price"
    operation = forms.ChoiceField(required=False, widget=select())
    model = forms.ChoiceField(required=False, widget=select())
    quality = forms.ChoiceField(required=False, widget=select())
    audio = forms.ChoiceField(
        required=False,
        label="Sound",
        choices=[("", "any"), ("yes", "with sound"), ("no", "silent")],
        widget=select(),
    )
    duration = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=3600,
        label="Seconds",
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "any"}),
    )
    formula = forms.ChoiceField(
        label="Counted",
        choices=[(one.value, one.value.replace("_", " ")) for one in Formula],
        widget=select(),
    )
    amount = AmountField(places=6)
    unit = forms.ChoiceField(widget=select())
    since = forms.DateField(label="From", widget=date_input(), initial=timezone.localdate)
    note = NoteField(widget=text_input(placeholder="Where it comes from"))
    when = forms.JSONField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider
        if self.data.get(self.add_prefix("unit"), "USD") != "USD":
            amount = self.fields["amount"]
            assert isinstance(amount, AmountField)  # noqa: S101 - tells the type checker
            amount.unit = provider.unit_label
        offered = provider.offerings
        self.switches = switches(provider)
        operations: list[str] = [one.operation for one in offered]
        if any("mask" in one.options for one in offered):
            operations.append(MASK_SELECTION)
        qualities = [
            str(value)
            for one in offered
            if "quality" in one.options
            for value in one.options["quality"].values
        ]
        self._offer("operation", operations)
        self._offer("model", [one.model for one in offered])
        self._offer("quality", qualities)
        units = dict.fromkeys([provider.unit, "USD"])
        self._choices("unit", [(unit, provider.unit_words(unit)) for unit in units])
        for name, choices in self.switches.items():
            self.fields[f"with_{name}"] = forms.ChoiceField(
                required=False,
                label=LABELS.get(name) or name.replace("_", " ").capitalize(),
                choices=[("", "any"), *((word, word) for word in choices)],
                widget=select(),
            )

    def _offer(self, name: str, values: list[str]) -> None:
        one_each = dict.fromkeys(values)
        self._choices(name, [("", "any"), *((one, one.replace("_", " ")) for one in one_each)])

    def _choices(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = choices

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [one for one in self if not one.name.startswith("with_")]

    @property
    def switch_fields(self) -> list[forms.BoundField]:
        return [self[f"with_{name}"] for name in self.switches]

    def clean_audio(self) -> bool | None:
        return {"": None, "yes": True, "no": False}[self.cleaned_data["audio"]]

    def clean_when(self) -> dict[str, Any]:
        """Conditions as the catalogue's price rows have them."""
        when = self.cleaned_data["when"] or {}
        known = {name for one in self.provider.offerings for name in one.options} | {PARTS}
        if not isinstance(when, dict) or not set(when) <= known:
            raise forms.ValidationError(STRANGE)
        for wanted in when.values():
            some = wanted if isinstance(wanted, list) else [wanted]
            if not some or not all(isinstance(one, (str, int)) for one in some):
                raise forms.ValidationError(STRANGE)
        return when

    def clean(self) -> dict[str, Any]:
        """A price for something that the provider does not offer is a slip."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        for name in self.switches:
            if word := data.pop(f"with_{name}", ""):
                data["when"][name] = {"on": True, "off": False}.get(word, word)
        if data["operation"] == MASK_SELECTION:
            return self._clean_masks(data)
        offered = [one for one in self.provider.offerings if self._offered(one, data)]
        if not offered:
            words = f"{self.provider.name} offers nothing like that. Look at its models below."
            raise forms.ValidationError(words)
        if not any(data["formula"] in countable(one) for one in offered):
            raise forms.ValidationError({"formula": UNCOUNTED})
        return data

    def _clean_masks(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["formula"] != Formula.PER_CLIP:
            raise forms.ValidationError({"formula": "Mask selection costs the same each time."})
        return data

    def _offered(self, one: Offering, data: dict[str, Any]) -> bool:
        if data["operation"] not in ("", one.operation) or data["model"] not in ("", one.model):
            return False
        for name in ("quality", "duration"):
            if name in one.options:
                known = one.options[name].values
            else:
                known = (one.implied[name],) if name in one.implied else ()
            if data[name] and data[name] not in known:
                return False
        return all(_can_be(one, name, wanted) for name, wanted in data["when"].items())

    @property
    def unsaved(self) -> TeamPrice:
        """What would be saved, to be told in words."""
        return TeamPrice(**self.cleaned_data)

    def save(self, actor: User, account: ProviderAccount) -> TeamPrice:
        return provider_accounts.add_price(actor, account, **self.cleaned_data)


def switches(provider: Provider) -> dict[str, tuple[str, ...]]:
    """What a price may hang on beside quality, sound and length, with the words to choose from."""
    found: dict[str, tuple[str, ...]] = {}
    for offering in provider.offerings:
        for name, option in offering.options.items():
            is_text = name in SAID and not option.values
            if option.default is None and (is_text or set(option.values) == {True, False}):
                found[name] = ("on", "off")
            elif name in LEVELS:
                found[name] = tuple(str(one) for one in option.values)
    return found


def _can_be(offering: Offering, name: str, wanted: Any) -> bool:
    if wanted is False or name == PARTS:
        return True
    option = offering.options.get(name)
    some = wanted if isinstance(wanted, list) else [wanted]
    return option is not None and (not option.values or set(some) <= set(option.values))


class CeilingForm(Form):
    prefix = "ceiling"
    amount = forms.CharField(
        required=False,
        max_length=20,
        label="USD held for one clip",
        help_text="Held until the provider reports what it took. Empty: such clips are refused.",
        widget=text_input(inputmode="decimal", autocomplete="off", placeholder="none"),
    )

    def clean_amount(self) -> int | None:
        text: str = self.cleaned_data["amount"]
        if not text:
            return None
        try:
            micros = parse_usd(text)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None
        if micros == 0:
            raise forms.ValidationError("Enter more than 0, or leave it empty.")
        return micros

    def save(self, actor: User, account: ProviderAccount) -> None:
        provider_accounts.set_ceiling(actor, account, self.cleaned_data["amount"])
