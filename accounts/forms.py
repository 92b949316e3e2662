"""What people type about themselves, their team and its money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from . import setup
from .audit import looks_secret
from .models import Team, TeamRole, User
from .money import format_usd, parse_usd
from .tokens import SCOPES


class NameField(forms.CharField):
    """A name that is shown and written into the audit, so never a key pasted by mistake."""

    def __init__(self, label: str = "Name", **kwargs: Any) -> None:
        super().__init__(label=label, max_length=80, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if looks_secret(value):
            raise forms.ValidationError("This looks like a key or a password. Choose a name.")


class UsdField(forms.CharField):
    """Dollars as a person writes them; gives whole micro-dollars, or None when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        # How long it may be is said by parse_usd, in the words of all amounts.
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_usd(text)
        except ValueError as trouble:
            raise forms.ValidationError(str(trouble)) from None

    def prepare_value(self, value: Any) -> Any:
        return format_usd(value).removeprefix("$") if isinstance(value, int) else value


class SetupForm(forms.Form):
    code = forms.CharField(
        label="One-time code", max_length=40, help_text="It stands in the terminal."
    )
    email = forms.EmailField(label="E-mail", max_length=254)
    name = NameField("Your name")
    password = forms.CharField(
        label="Password", widget=forms.PasswordInput, max_length=200, strip=False
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if setup.is_waiting():
            raise forms.ValidationError("Too many wrong codes. Wait a minute, then try again.")
        if not setup.is_right(code):
            raise forms.ValidationError("This is not the code.")
        return code

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "password" in data:
            somebody = User(email=data.get("email", ""), name=data.get("name", ""))
            try:
                validate_password(data["password"], somebody)
            except forms.ValidationError as trouble:
                self.add_error("password", trouble)
        return data


TAKEN = "This e-mail cannot be used here."


class EmailForm(forms.Form):
    """Another address to sign in with; whether it is taken is told after the password alone."""

    email = forms.EmailField(label="New e-mail", max_length=254)
    password = forms.CharField(
        label="Your password", widget=forms.PasswordInput, max_length=200, strip=False
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "password" not in data or "email" not in data:
            return data
        data["email"] = str(data["email"]).lower()
        if not self.user.check_password(data["password"]):
            self.add_error("password", "This is not your password.")
        elif User.objects.filter(email=data["email"]).exists():
            own = data["email"] == self.user.email
            self.add_error("email", "This is your e-mail already." if own else TAKEN)
        return data


class MemberForm(forms.Form):
    """Somebody for the team: known by e-mail, or new and then with a name."""

    email = forms.EmailField(label="E-mail", max_length=254)
    name = NameField(
        "Name", required=False, help_text="Needed for somebody who is new to this PixStudio."
    )
    role = forms.ChoiceField(label="Role", choices=TeamRole.choices, initial=TeamRole.MEMBER)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["user"] = User.objects.filter(email=data.get("email", "")).first()
        if "email" in data and "name" in data and not data["user"] and not data["name"]:
            self.add_error("name", "Nobody here has this e-mail yet. Enter a name to add them.")
        if data["user"] and not data["user"].is_active:
            self.add_error("email", "This person's account is switched off.")
        return data


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=TeamRole.choices)


class BudgetForm(forms.Form):
    """The limits of one scope, a month. Empty means: no limit.

    ``kinds``: of which money there can be any, where it is one kind only.
    """

    real = UsdField(label="Real money a month, USD", help_text="Empty: no limit.")
    play = UsdField(label="Play money a month, USD", help_text="For sandbox accounts.")
    only = forms.BooleanField(label="For this month only", required=False)

    def __init__(
        self, *args: Any, kinds: tuple[str, ...] = ("real", "play"), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in {"real", "play"} - set(kinds):
            del self.fields[name]

    @property
    def amounts(self) -> list[forms.BoundField]:
        return [self[name] for name in ("real", "play") if name in self.fields]


class AlertsForm(forms.Form):
    """At which shares of a budget somebody is told: "50, 80, 100"."""

    percents = forms.CharField(
        label="Tell at, percent of a budget",
        required=False,
        max_length=60,
        help_text="Up to five whole numbers, such as 50, 80, 100. Empty: nobody is told.",
        error_messages={"max_length": "Write up to five numbers between 1 and 100."},
    )

    def clean_percents(self) -> list[int]:
        words = str(self.cleaned_data["percents"]).replace("%", " ").replace(",", " ").split()
        if not all(one.isascii() and one.isdigit() and len(one) < 4 for one in words):
            raise forms.ValidationError("Write whole numbers, such as 50, 80, 100.")
        found = sorted({int(one) for one in words})
        if len(found) > 5 or (found and not (found[0] >= 1 and found[-1] <= 100)):
            raise forms.ValidationError("Write up to five numbers between 1 and 100.")
        return found


class TokenForm(forms.Form):
    """A token for a person's own programs: to which team, for what, for how long."""

    name = NameField("What it is for")
    team = forms.ChoiceField(label="Team")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=list(SCOPES.items()),
        error_messages={"required": "Choose at least one."},
    )
    days = forms.TypedChoiceField(
        label="It works for",
        coerce=lambda text: int(text) or None,
        choices=[(30, "30 days"), (90, "90 days"), (365, "a year"), (0, "until it is revoked")],
        initial=90,
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, initial={"scopes": ["read"]})
        rows = Team.objects.filter(memberships__user=user).order_by("name")
        self.teams = {one.slug: one for one in rows}
        team: Any = self.fields["team"]
        team.choices = [(slug, one.name) for slug, one in self.teams.items()]

    def clean_team(self) -> Team:
        return self.teams[self.cleaned_data["team"]]

    @property
    def ticks(self) -> list[tuple[str, str, bool]]:
        """The scopes as boxes: word, label, whether it is ticked."""
        told = self["scopes"].value() or []
        return [(word, label, word in told) for word, label in SCOPES.items()]
