"""The form of a provider account. Keys are typed and never shown again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import Team, User
from generations import provider_accounts
from generations.account_rules import MOST_JOBS, BadAccount
from generations.catalogue.types import Provider, Setting
from generations.models import ProviderAccount

from .widgets import AmountField, Form, secret_input, text_input


class AccountForm(Form):
    """A new account, or a change of one. Its fields follow the provider's catalogue."""

    name = forms.CharField(max_length=60, widget=text_input(autocomplete="off"))
    base_url = forms.CharField(
        max_length=300, label="Base URL", widget=text_input(inputmode="url", spellcheck="false")
    )
    key = forms.CharField(max_length=500, label="Key", widget=secret_input())

    def __init__(
        self, *args: Any, provider: Provider, account: ProviderAccount | None = None, **kwargs: Any
    ) -> None:
        self.provider, self.account = provider, account
        kwargs["initial"] = self._start()
        super().__init__(*args, **kwargs)
        self.fields["base_url"].help_text = f"Documented: {provider.base_url}"
        if account:
            self.fields["key"].required = False
            self.fields["key"].help_text = "A key is stored. Leave this empty to keep it."
        else:
            self.fields["key"].help_text = "Stored encrypted, sent to this provider only."
        for setting in provider.settings:
            self.fields[f"setting_{setting.name}"] = self._setting_field(setting)
        if account is None and provider.unit != "USD":
            self.fields["rate"] = self._rate_field()
        self.fields["concurrency"] = forms.IntegerField(
            label="Concurrent jobs",
            min_value=1,
            max_value=MOST_JOBS,
            help_text="More wait in the queue. What your plan allows; "
            f"{provider.concurrency} is the provider's usual number.",
            widget=forms.NumberInput(attrs={"class": "form-control"}),
        )

    def _start(self) -> dict[str, Any]:
        account, provider = self.account, self.provider
        if account is None:
            return {
                "name": provider.name,
                "base_url": provider.base_url,
                "concurrency": provider.concurrency,
            }
        settings = {f"setting_{name}": value for name, value in account.extra.items()}
        return {
            "name": account.name,
            "base_url": account.base_url,
            "concurrency": account.concurrency,
            **settings,
        }

    def _setting_field(self, setting: Setting) -> forms.CharField:
        kept = bool(self.account and setting.secret)
        words = " Leave this empty to keep what is stored." if kept else ""
        return forms.CharField(
            label=setting.label,
            help_text=setting.help + words,
            required=setting.required and not kept,
            max_length=500,
            widget=secret_input() if setting.secret else text_input(autocomplete="off"),
        )

    def _rate_field(self) -> AmountField:
        unit, known = self.provider.unit_label, self.provider.usd_per_unit
        words = (
            f"What {unit} cost you: the price of your plan or top-up divided by how many it "
            "brings, from your invoice or the provider's pricing page. "
        )
        if known is not None:
            words += f"Empty: the published {known.normalize():f} USD."
        else:
            words += "Empty: offers cannot be chosen until a rate is entered."
        return AmountField(
            places=9, required=False, label=f"USD for one of its {unit}", help_text=words
        )

    def _settings(self, *, secret: bool) -> dict[str, str]:
        names = [one.name for one in self.provider.settings if one.secret == secret]
        return {name: self.cleaned_data.get(f"setting_{name}", "") for name in names}

    def save(self, actor: User, team: Team) -> ProviderAccount | None:
        """The account; None if it cannot be, with the reason at the field concerned."""
        data = self.cleaned_data
        facts: dict[str, Any] = {name: data[name] for name in ("name", "base_url", "key")}
        facts |= {"extra": self._settings(secret=False), "secrets": self._settings(secret=True)}
        facts["concurrency"] = data["concurrency"]
        try:
            if self.account:
                provider_accounts.change(actor, self.account, **facts)
                return self.account
            rate: Decimal | None = data.get("rate")
            return provider_accounts.add(actor, team, provider=self.provider.id, rate=rate, **facts)
        except BadAccount as wrong:
            self.add_error(wrong.field if wrong.field in self.fields else None, wrong.words)
            return None
