"""What people type about a prompt, and a prompt as the studio's form is told it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from django import forms

from accounts.audit import looks_secret
from accounts.forms import NameField
from generations.catalogue.loader import providers
from generations.models import Project, PromptVersion
from generations.prompts import variables
from generations.prompts.exchange import LABEL
from generations.prompts.versions import About, Words
from generations.prompts.who import Reader

from .modes import mode_of
from .values import text_of

LONGEST_TEXT = 20_000
TEAM = "The whole team"
LONGEST_TAG = 30
MOST_TAGS = 12


class AboutForm(forms.Form):
    """Title, folder, tags, and whose it is: the team's or a project's."""

    title = NameField("Title")
    project = forms.ChoiceField(label="For", required=False)
    folder = forms.CharField(label="Folder", max_length=60, required=False)
    tags = forms.CharField(
        label="Tags", max_length=400, required=False, help_text="Between commas: brand, summer."
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects = {str(row.uuid): row for row in reader.makes_in}
        names = [(key, row.name) for key, row in self.projects.items()]
        cast("forms.ChoiceField", self.fields["project"]).choices = [("", TEAM), *names]

    def clean_folder(self) -> str:
        folder = _plain(self.cleaned_data["folder"])
        if looks_secret(folder):
            raise forms.ValidationError("This looks like a key or a password. Choose a name.")
        return folder

    def clean_tags(self) -> tuple[str, ...]:
        parts = (_plain(one).lower() for one in str(self.cleaned_data["tags"]).split(","))
        found = tuple(dict.fromkeys(filter(None, parts)))
        if len(found) > MOST_TAGS:
            raise forms.ValidationError(f"{MOST_TAGS} tags at most.")
        if max(map(len, found), default=0) > LONGEST_TAG:
            raise forms.ValidationError(f"A tag has {LONGEST_TAG} letters at most.")
        return found

    @property
    def about(self) -> About:
        data = self.cleaned_data
        project = self.projects.get(data["project"])
        return About(data["title"], data["folder"], data["tags"], project)


class WordsForm(forms.Form):
    """A version: its text, what to leave out, and what its variables mean."""

    text = forms.CharField(
        label="Prompt",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Write {{product}} where something changes from use to use.",
    )
    negative_prompt = forms.CharField(
        label="Leave out",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The negative prompt, for models that have one.",
    )
    variables = forms.CharField(
        label="Variables",
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line: name = default | choice, choice | help. All but the name may be "
        "left out, and a variable without a line is simply asked for.",
    )
    note = forms.CharField(
        label="Note", max_length=200, required=False, help_text="What is different, and why."
    )

    def clean_note(self) -> str:
        return _plain(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "text" not in data:
            return data
        data["text"] = data["text"].replace("\r\n", "\n")
        try:
            variables.names_in(data["text"])
        except variables.Unreadable as trouble:
            self.add_error("text", str(trouble))
            return data
        try:
            data["told"] = variables.told(data["text"], data.get("variables", ""))
        except variables.Unreadable as trouble:
            self.add_error("variables", str(trouble))
        return data

    def words(self, recipe: dict[str, Any]) -> Words:
        data = self.cleaned_data
        return Words(data["text"], data["negative_prompt"], recipe, data["told"], data["note"])


class LabelForm(forms.Form):
    name = forms.CharField(label="Label", max_length=30)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)

    def clean_name(self) -> str:
        name = _plain(self.cleaned_data["name"]).lower()
        if not LABEL.fullmatch(name) or looks_secret(name):
            raise forms.ValidationError("Small letters, digits, spaces, - and _ make a label.")
        return name


class CommentForm(forms.Form):
    """What somebody says of a prompt; ``version`` empty for all of it."""

    text = forms.CharField(
        label="Comment", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()


class NoteForm(forms.Form):
    """Why a version should be approved, or why it was not."""

    note = forms.CharField(max_length=300, required=False)

    def clean_note(self) -> str:
        note = _plain(self.cleaned_data["note"])
        if looks_secret(note):
            raise forms.ValidationError("This looks like a key or a password. Say it without.")
        return note


class ImportForm(forms.Form):
    file = forms.FileField(label="File", help_text="JSON or CSV, as it is exported here.")
    project = forms.ChoiceField(label="For", required=False)

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects: dict[str, Project] = {str(row.uuid): row for row in reader.makes_in}
        names = [(key, row.name) for key, row in self.projects.items()]
        cast("forms.ChoiceField", self.fields["project"]).choices = [("", TEAM), *names]


def initial_words(version: PromptVersion) -> dict[str, str]:
    """What the form for the next version begins with."""
    return {
        "text": version.text,
        "negative_prompt": version.negative_prompt,
        "variables": variables.lines_of(variables.of(version.variables)),
    }


def typed_from(version: PromptVersion, values: Mapping[str, str]) -> dict[str, str]:
    """A version as the studio's form would post it, with its variables filled."""
    recipe = version.recipe
    options = recipe.get("options", {})
    found = {name: text_of(value) for name, value in options.items() if name in _options()}
    found |= {name: recipe[name] for name in ("operation", "model") if recipe.get(name)}
    found["prompt"] = variables.fill(version.text, values)
    found["negative_prompt"] = variables.fill(version.negative_prompt, values)
    found["prompt_version"] = str(version.pk)
    return found


def told_from(version: PromptVersion, values: Mapping[str, str]) -> dict[str, str]:
    """The same for a form that is open: what it draws only afterwards is told beside it.

    A model and options that the form has no place for yet are kept under the names by which it
    remembers what was wanted.
    """
    found = typed_from(version, values)
    if operation := found.get("operation"):
        mode = mode_of(operation)
        found |= {"mode": mode, f"op_{mode}": operation}
    if model := found.get("model"):
        found["kept_model"] = model
    for name in version.recipe.get("options", {}):
        if name in _options() and len(found[name]) <= 20:
            found[f"want_{name}"] = found[name]
    return found


@cache
def _options() -> frozenset[str]:
    """Every option that somebody offers. A recipe from a file may set no other field."""
    offered = (one for provider in providers().values() for one in provider.offerings)
    return frozenset(name for one in offered for name in one.options)


def _plain(text: str) -> str:
    return " ".join(text.split())
