"""Inviting people, and joining with a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.forms import NameField
from accounts.invitations import DAYS
from accounts.models import Invitation, Membership, Team, TeamRole, User
from generations.invited import projects_to_invite_to
from generations.models import Project, ProjectRole

OTHER = "This invitation was made for another e-mail address. Enter the one that it was sent to."
TAKEN = "This e-mail cannot be used for a new account. If you have an account here, sign in."


class InviteForm(forms.Form):
    """Who is invited, as what, and for how long; a role for each live project of the team.

    Who is no owner invites members alone, and into the projects alone that they produce.
    """

    email = forms.EmailField(
        label="E-mail",
        required=False,
        max_length=254,
        help_text="Only this person can then use the link. Empty: whoever has it, once.",
    )
    role = forms.ChoiceField(
        label="Role in the team", choices=TeamRole.choices, initial=TeamRole.MEMBER
    )
    days = forms.TypedChoiceField(
        label="The link works for",
        coerce=int,
        choices=[(1, "1 day"), (7, "7 days"), (30, "30 days")],
        initial=DAYS,
    )

    def __init__(self, by: Membership, data: Any = None) -> None:
        super().__init__(data)
        self.team: Team = by.team
        self.by_owner = by.role == TeamRole.OWNER
        rows = projects_to_invite_to(by)
        self.projects = list(rows.order_by("-created_at", "-pk")[:100])
        if not self.by_owner:
            del self.fields["role"]
        for one in self.projects:
            self.fields[self._named(one)] = forms.ChoiceField(
                label=one.name, choices=[("", "No role"), *ProjectRole.choices], required=False
            )

    @property
    def roles(self) -> list[forms.BoundField]:
        return [self[self._named(one)] for one in self.projects]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if email and self.team.memberships.filter(user__email=email).exists():
            raise forms.ValidationError("This person is in the team already.")
        return email

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data.setdefault("role", TeamRole.MEMBER)
        if data.get("role") == TeamRole.OWNER and not data.get("email") and "email" in data:
            self.add_error("email", "Enter an e-mail: an owner is never invited by an open link.")
        chosen = {str(one.uuid): data.get(self._named(one)) for one in self.projects}
        data["projects"] = {uuid: role for uuid, role in chosen.items() if role}
        if not self.by_owner and not data["projects"]:
            raise forms.ValidationError("Choose a role in at least one of your projects.")
        return data

    @staticmethod
    def _named(project: Project) -> str:
        return f"project_{project.uuid}"


class JoinForm(forms.Form):
    """A new person with a link. Nothing here tells who is in the team."""

    email = forms.EmailField(label="E-mail", max_length=254)
    name = NameField("Your name")
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput,
        max_length=200,
        strip=False,
        help_text="At least 10 characters.",
    )

    def __init__(self, invitation: Invitation, data: Any = None) -> None:
        super().__init__(data)
        self.invitation = invitation

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        # First whether it is the right one: others' addresses are then never looked up.
        if self.invitation.email and self.invitation.email != email:
            raise forms.ValidationError(OTHER)
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(TAKEN)
        return email

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "password" in data:
            somebody = User(email=data.get("email", ""), name=data.get("name", ""))
            try:
                validate_password(data["password"], somebody)
            except forms.ValidationError as trouble:
                self.add_error("password", trouble)
        return data
