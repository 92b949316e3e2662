"""``manage.py generate``: a quote, a clip, and an exit code for each end."""

import io
import json
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.budgets import set_budget
from accounts.models import Scope
from generations.models import Generation
from tests.story import picture

PLAIN = ("--model", "v6", "--option", "quality=360p", "--option", "duration=1")


@contextmanager
def working(story):
    """What workers and dispatch do, in a thread beside the command."""
    over = threading.Event()

    def work():
        while not over.is_set():
            story.round()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def run(story, *args, prompt="a paper boat", account="PixVerse (sandbox)"):
    out = io.StringIO()
    where = ("--team", story.project.team.slug, "--project", story.project.name)
    who = ("--user", story.user.email, "--account", account, "--prompt", prompt)
    try:
        call_command("generate", *where, *who, *args, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    except SystemExit as end:
        return end.code, out.getvalue(), ""
    return 0, out.getvalue(), ""


def test_a_clip(story):
    with working(story):
        code, out, error = run(story, *PLAIN, "--yes", "--json", "--wait", "60")
    assert code == 0, (out, error)
    told = json.loads(out)
    (row,) = told["generations"]
    assert row["state"] == "succeeded" and Path(row["file"]).is_file()
    offer = next(one for one in told["quote"] if one["account"] == "PixVerse (sandbox)")
    assert row["charged_micros"] == offer["micros"]


def test_a_clip_from_a_picture_told_to_people(story, tmp_path):
    path = tmp_path / "boat.png"
    path.write_bytes(picture())
    image = ("--operation", "image_to_video", "--image", str(path))
    with working(story):
        code, out, error = run(story, *PLAIN, *image, "--yes", "--wait", "60")
    assert code == 0, (out, error)
    assert "PixVerse (sandbox) [play money]: $" in out and "charged $" in out


def test_any_operation_with_its_files(story, tmp_path):
    for name, colour in (("dawn.png", "#d08040"), ("dusk.png", "#304080")):
        (tmp_path / name).write_bytes(picture(colour=colour))
    files = ("--input", f"first_frame={tmp_path / 'dawn.png'}")
    files += ("--input", f"last_frame={tmp_path / 'dusk.png'}")
    with working(story):
        code, out, error = run(
            story, *PLAIN, "--operation", "transition", *files, "--yes", "--wait", "60"
        )
    assert code == 0, (out, error)
    (made,) = Generation.objects.all()
    assert [one.role for one in made.brief.inputs] == ["first_frame", "last_frame"]
    again = ("--operation", "extend", "--input", f"source=clip:{made.uuid}", "--dry-run")
    code, out, error = run(story, *PLAIN, *again)
    assert code == 0, (out, error)


def test_references_have_names_and_ids_belong_to_an_account(story, tmp_path):
    (tmp_path / "r.png").write_bytes(picture())
    robot = ("--operation", "fusion", "--input", f"reference={tmp_path / 'r.png'}:robot:subject")
    code, out, error = run(story, *PLAIN, *robot, "--dry-run", prompt="@robot walks")
    assert code == 0, (out, error)
    code, _, error = run(story, *PLAIN, *robot, prompt="a robot walks")
    assert code == 2 and "Write @robot into the prompt" in error
    ids = ("--operation", "template", "--option", "template=1")
    code, _, error = run(story, *ids, account="cheapest")
    assert code == 2 and "say which with --account" in error


def test_the_cheapest_and_a_dry_run_send_nothing(story):
    code, out, _ = run(story, *PLAIN, "--dry-run", "--takes", "3", account="cheapest")
    assert code == 0 and "cheapest" in out and "3 × $" in out
    assert not Generation.objects.exists()


@pytest.mark.parametrize(("word", "code"), [("[fail]", 1), ("[moderate]", 1), ("[lost-answer]", 3)])
def test_other_ends(story, word, code):
    with working(story):
        found, out, error = run(
            story,
            *PLAIN,
            "--yes",
            "--wait",
            "60",
            prompt=f"a boat {word}",
            account="EasyRouter (sandbox)",
        )
    assert found == code, (out, error)


def test_still_running_when_the_wait_is_over(story):
    code, out, _ = run(story, *PLAIN, "--yes", "--wait", "0")
    assert code == 4 and "queued" in out


def test_over_budget(story):
    team = story.project.team
    set_budget(story.user, team, scope=Scope.TEAM, play=True, limit_micros=1)
    code, _, error = run(story, *PLAIN, "--yes")
    assert code == 5 and "left" in error
    assert not Generation.objects.exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--option", "duration=999"), "does not offer 999"),
        (("--option", "colour=red"), "write one of"),
        (("--option", "seed=many"), "whole number"),
        (("--model", "v99"), "not offered"),
        (("--image", "/no/such/file.png", "--operation", "image_to_video"), "image"),
        (("--operation", "image_to_video"), "Add a picture"),
        (("--input", "source"), "ROLE=PATH"),
        (("--input", "source=clip:6f1c54a6-2d2a-4a5e-9d43-3b0f6f6f2b11"), "it takes no file"),
        (("--project", "nope"), "no such project"),
        (("--user", "nobody@example.org"), "is not in"),
        (("--account", "nope"), "no account nope"),
        ((), "add --yes to spend"),
    ],
)
def test_bad_usage_is_exit_2(story, args, words, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, _, error = run(story, *PLAIN, *args)
    assert code == 2 and words in error, error
    assert not Generation.objects.exists()


def test_viewers_may_not(story, django_user_model):
    from accounts.models import Membership
    from generations.models import ProjectMembership, ProjectRole

    viewer = django_user_model.objects.create_user("vera@example.org", "x", name="Vera")
    Membership.objects.create(team=story.project.team, user=viewer)
    ProjectMembership.objects.create(project=story.project, user=viewer, role=ProjectRole.VIEWER)
    code, _, error = run(story, *PLAIN, "--user", "vera@example.org", "--yes")
    assert code == 2 and "may not create" in error
