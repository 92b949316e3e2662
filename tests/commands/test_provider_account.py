"""``manage.py provider_account``: keys by environment or stdin, honest exit codes."""

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditLine, Team
from generations.models import ProviderAccount, Trouble

KEY = "sandbox-0123456789abcdef"


@pytest.fixture
def team(db):
    return Team.objects.create(slug="sample", name="Sample team")


@pytest.fixture
def sandbox(world, settings, monkeypatch):
    world.reset()
    settings.SANDBOX_URL = world.url
    monkeypatch.setenv("A_KEY", KEY)
    return world


def run(*args):
    """Exit code, output, and what an error says."""
    out = io.StringIO()
    try:
        call_command("provider_account", *args, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    except SystemExit as end:
        return end.code, out.getvalue(), ""
    return 0, out.getvalue(), ""


def add(sandbox, *args, provider="pixverse"):
    at = ("--base-url", f"{sandbox.url}/{provider}")
    common = ("--team", "sample", "--provider", provider, *at)
    return run("add", *common, *(args or ("--key-env", "A_KEY", "--rate", "0.005")))


def test_add_list_and_test(team, sandbox):
    code, out, _ = add(sandbox)
    account = ProviderAccount.objects.get()
    assert code == 0 and str(account.uuid) in out and "play money" in out
    assert (account.key, account.play, account.rate()) == (KEY, True, Decimal("0.005"))
    assert AuditLine.objects.filter(verb="provider.added", actor=None).exists()
    code, out, _ = run("test", "--team", "sample", "--account", "PixVerse")
    assert code == 0 and "The key is good" in out
    code, out, _ = run("list", "--team", "sample")
    assert code == 0 and "PixVerse" in out and KEY not in out
    code, out, _ = run("list", "--team", "sample", "--json")
    (row,) = json.loads(out)
    assert row["usd_per_unit"] == "0.005" and Decimal(row["balance"]) > 0 and KEY not in out


def test_a_key_from_stdin(team, sandbox, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    assert add(sandbox, "--key-stdin")[0] == 0
    assert ProviderAccount.objects.get().key == KEY


def test_a_key_on_the_command_line_is_not_an_option(team, sandbox):
    code, _, error = add(sandbox, "--key", KEY)
    assert code != 0 and not ProviderAccount.objects.exists()
    assert "key" in error


def test_a_bad_key_is_exit_1_and_flagged(team, sandbox, monkeypatch):
    monkeypatch.setenv("A_KEY", "wrong-key-12345")
    add(sandbox)
    code, out, _ = run("test", "--team", "sample", "--account", "PixVerse", "--json")
    assert code == 1 and json.loads(out)["ok"] is False
    assert "wrong-key" not in out
    assert ProviderAccount.objects.get().trouble == Trouble.BAD_KEY


def test_settings_and_secrets(team, sandbox, monkeypatch):
    monkeypatch.setenv("A_SECRET", "whsec-abcdef")
    given = ("--key-env", "A_KEY", "--extra", "webhook_id=7")
    assert add(sandbox, *given, "--secret-env", "webhook_secret=A_SECRET")[0] == 0
    account = ProviderAccount.objects.get()
    assert account.access.settings == {"webhook_id": "7", "webhook_secret": "whsec-abcdef"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--key-env", "NO_SUCH"), "NO_SUCH is not set"),
        (("--key-env", "A_KEY", "--rate", "0,5"), "with a point"),
        (("--key-env", "A_KEY", "--extra", "email"), "NAME=VALUE"),
        (("--key-env", "A_KEY", "--extra", "colour=red"), "no setting colour"),
        (("--key-env", "A_KEY", "--extra", "webhook_secret=x"), "kept with the secrets"),
        (("--key-env", "A_KEY", "--base-url", "http://10.0.0.1/x"), "private network"),
        (("--key-env", "A_KEY", "--user", "nobody@example.org"), "no user"),
    ],
)
def test_bad_usage_is_exit_2(team, sandbox, args, words):
    code, _, error = add(sandbox, *args)
    assert code == 2 and words in error
    assert not ProviderAccount.objects.exists()


def test_play_says_that_a_public_sandbox_is_play_money(team, monkeypatch):
    monkeypatch.setenv("A_KEY", KEY)
    base = ("--base-url", "https://93.184.215.14/pixverse", "--key-env", "A_KEY")
    common = ("add", "--team", "sample", "--provider", "pixverse", *base)
    assert run(*common, "--name", "real")[0] == 0
    assert run(*common, "--name", "play", "--play")[0] == 0
    play = dict(ProviderAccount.objects.values_list("name", "play"))
    assert play == {"real": False, "play": True}


def test_unknown_team_or_account(team, sandbox):
    assert run("list", "--team", "nope")[0] == 2
    assert run("test", "--team", "sample", "--account", "nope")[0] == 2
