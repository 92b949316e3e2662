"""Projects and the roles in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import NameField
from generations.models import Project, ProjectRole


class ProjectForm(forms.Form):
    name = NameField("Project name")


class TeamForm(forms.Form):
    """The first team and its first project."""

    team = NameField("Team name")
    project = NameField("First project", initial="First project")


class ProjectRoleForm(forms.Form):
    role = forms.ChoiceField(
        label="Role", choices=[("", "Not in the project"), *ProjectRole.choices], required=False
    )


class MoveForm(forms.Form):
    """To which project something goes; ``places`` are those that the person may create in."""

    to = forms.ChoiceField(
        label="Move to",
        error_messages={"required": "Choose a project.", "invalid_choice": "Choose a project."},
    )

    def __init__(self, places: Sequence[Project], data: Any = None) -> None:
        super().__init__(data)
        self.places = {str(one.uuid): one for one in places}
        choices = [(uuid, one.name) for uuid, one in self.places.items()]
        self.fields["to"].choices = [("", "Choose a project"), *choices]  # type: ignore[attr-defined]

    def clean_to(self) -> Project:
        return self.places[self.cleaned_data["to"]]
