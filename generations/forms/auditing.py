"""What people type in about balances: what is left, what was bought."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.closing import Closed
from accounts.models import User
from accounts.money import parse_usd
from generations.auditing import balances
from generations.models import ProviderAccount

from .widgets import AmountField, Form, NoteField, text_input


def moment_input() -> forms.DateTimeInput:
    attrs = {"class": "form-control", "type": "datetime-local"}
    return forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M")


def this_minute() -> dt.datetime:
    return timezone.localtime().replace(second=0, microsecond=0)


class MomentForm(Form):
    """An amount at a moment that is not to come."""

    amount = AmountField(places=6)
    at = forms.DateTimeField(label="When", widget=moment_input(), initial=this_minute)

    def __init__(self, *args: Any, unit: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        if unit:
            amount = self.fields["amount"]
            assert isinstance(amount, AmountField)  # noqa: S101 - tells the type checker
            amount.label, amount.unit = unit[:1].upper() + unit[1:], unit

    def clean_at(self) -> dt.datetime:
        at: dt.datetime = self.cleaned_data["at"]
        if at > timezone.now():
            raise forms.ValidationError("This moment is still to come.")
        return at

    def entered(self, actor: User, account: ProviderAccount) -> bool:
        """Write it down; False, with the reason at its field, in a closed month."""
        try:
            self.save(actor, account)
        except Closed as closed:
            self.add_error("at", str(closed))
            return False
        return True

    def save(self, actor: User, account: ProviderAccount) -> object:
        raise NotImplementedError


class BalanceForm(MomentForm):
    prefix = "balance"
    note = NoteField(widget=text_input(placeholder="Where you read it"))

    def save(self, actor: User, account: ProviderAccount) -> object:
        data: dict[str, Any] = self.cleaned_data
        return balances.type_in(actor, account, data["amount"], data["at"], data["note"])


class TopUpForm(MomentForm):
    prefix = "topup"
    amount = AmountField(places=6, below_zero=True)
    paid = forms.CharField(
        required=False,
        label="Paid, USD",
        max_length=20,
        widget=text_input(inputmode="decimal", placeholder="if you know it"),
    )
    note = NoteField(widget=text_input(placeholder="Invoice, plan, voucher"))

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError("Enter how many were bought.")
        return amount

    def clean(self) -> dict[str, Any]:
        """What went away has to be explained, and nobody paid for it."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if (data.get("amount") or 0) < 0:
            if not data.get("note", "").strip():
                self.add_error("note", "Say why they went: expired, taken back by the provider.")
            if data.get("paid"):
                self.add_error("paid", "Leave this empty: nothing is paid for what went away.")
        return data

    def clean_paid(self) -> int | None:
        text = self.cleaned_data["paid"]
        if not text:
            return None
        try:
            return parse_usd(text)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def save(self, actor: User, account: ProviderAccount) -> object:
        data: dict[str, Any] = self.cleaned_data
        return balances.top_up(
            actor, account, data["amount"], data["at"], data["paid"], data["note"]
        )
