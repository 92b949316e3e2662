"""The world around the dialects: restarts, the command, the control page, the walls."""

import ast
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from generations.sandbox import clips
from generations.sandbox.money import Tariff
from generations.sandbox.server import Sandbox
from tests.sandbox.speakers import SPEAKERS, probe, speaker

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, str(ROOT / "manage.py"), "sandbox"]


def test_state_survives_a_restart(tmp_path, outside):
    with Sandbox(port=0, speed=400, data_dir=tmp_path) as first:
        known = {}
        for name in SPEAKERS:
            who = speaker(first, name)
            remote_id, _ = who.done("Before")
            running = who.remote_id(who.text("Across [slow]"))
            known[name] = (who, remote_id, running, who.charged())
        first.fault("refuse", provider="useapi", times=None)
    with Sandbox(port=0, speed=400, data_dir=tmp_path) as second:
        for name, (old, remote_id, running, charged) in known.items():
            who = SPEAKERS[name](second, old.key)
            with old.session, who.session:
                if name == "pixazo":
                    remote_id, running = (
                        address.replace(old.sandbox.url, second.url)
                        for address in (remote_id, running)
                    )
                reply = who.status(remote_id)
                assert who.state(reply) == "done"
                assert probe(who.session.get(who.link(reply)).content)["frames"] == clips.FPS
                assert who.state(who.ended(running)) == "done"
                extra = charged if name == "worldrouter" else 0
                assert who.charged() == pytest.approx(charged + extra)
                assert len(who.mine()) == 2
        who = speaker(second, "useapi")
        with who.session:
            assert who.text("Still ruled").status_code == 400


def start(tmp_path, *more):
    environment = os.environ | {"PIXSTUDIO_DATA": str(tmp_path)}
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--speed", "400", *more],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )
    line = process.stdout.readline()
    return process, re.search(r"http://\S+", line).group().rstrip("/")


def stop(process, number=signal.SIGTERM):
    process.send_signal(number)
    process.wait(timeout=20)
    process.stdout.close()
    return process.returncode


def test_the_command_and_a_killed_process(tmp_path):
    process, url = start(tmp_path)
    who = speaker(None, "pixverse")
    who.base = url
    with who.session:
        remote_id = who.remote_id(who.text("Through a kill [slow]"))
        assert stop(process, signal.SIGKILL) == -signal.SIGKILL
        process, url = start(tmp_path)
        who.base = url
        assert who.state(who.ended(remote_id)) == "done"
        state = who.session.get(f"{url}/control/state.json?provider=pixverse").json()
        assert [job["remote_id"] for job in state["jobs"]] == [str(remote_id)]
        assert state["submissions"]["pixverse"] == 1
        assert [charge["amount"] for charge in state["charges"]] == ["5"]
        port = url.rpartition(":")[2]
        taken = subprocess.run(
            [*COMMAND, "--port", port, "--data-dir", str(tmp_path / "other")],
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        assert taken.returncode == 1
        assert "cannot start" in taken.stderr
    assert stop(process) == 0


def test_control_page(sandbox):
    who = speaker(sandbox, "pixverse")
    with who.session as session:
        who.text("<script>alert(1)</script> [never]")
        page = session.get(sandbox.url + "/")
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text
        assert 'content="width=device-width' in page.text
        css = session.get(sandbox.url + "/control/page.css")
        assert "prefers-color-scheme" in css.text
        form = {"provider": "pixverse", "key": who.key, "amount": "12"}
        reply = session.post(sandbox.url + "/control/balance", data=form, allow_redirects=False)
        assert (reply.status_code, reply.headers["Location"]) == (303, "/control/")
        assert sandbox.balance("pixverse", who.key) == 12
        stranger = session.post(
            sandbox.url + "/control/reset", headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert stranger.status_code == 403
        assert session.get(sandbox.url + "/nothing").status_code == 404
        assert (
            session.get(sandbox.url + "/pixverse/nothing", headers=who.headers()).status_code == 404
        )


def test_levers(tmp_path):
    with Sandbox(port=0, speed=1, data_dir=tmp_path) as sandbox, requests.Session() as session:

        def pull(lever, **asked):
            return session.post(f"{sandbox.url}/control/{lever}", json=asked)

        who = speaker(sandbox, "pixverse")
        with who.session:
            remote_id = who.remote_id(who.text("Hurry"))
            assert who.state(who.status(remote_id)) == "running"
            assert pull("speed", speed=500).json() == {"speed": 500}
            assert who.state(who.ended(remote_id)) == "done"
            pull("limit", provider="pixverse", key=who.key, limit=0)
            assert who.text("No room").json()["ErrCode"] == 500044
            hook = pull("webhooks", key=who.key, url="http://127.0.0.1:9/x").json()
            assert hook["webhook_id"]
            assert hook["secret"]
            for lever, asked in (
                ("speed", {"speed": 0}),
                ("speed", {}),
                ("balance", {"provider": "nobody", "key": "x", "amount": 1}),
                ("balance", {"provider": "pixverse", "key": "x", "amount": "much"}),
            ):
                assert pull(lever, **asked).status_code == 400
            pull("reset")
            assert sandbox.jobs() == sandbox.charges() == sandbox.hooks() == []
            assert who.text("Anew").json()["ErrCode"] == 0


def test_every_menu_has_a_price():
    tariff = Tariff()
    for model, lengths in (("v6", (1, 15)), ("v5.6", (5, 8, 10)), ("v5", (5, 8))):
        for quality in ("360p", "540p", "720p", "1080p"):
            for seconds in lengths:
                if (quality, seconds) == ("1080p", 10):
                    continue
                for provider in ("pixverse", "easyrouter"):
                    price = tariff.price(
                        provider, "text_to_video", model, quality, seconds, audio=False
                    )
                    assert price > 0
    assert tariff.price("useapi", "text_to_video", "v5.5", "360p", 7, audio=False) == 40
    with pytest.raises(LookupError):
        tariff.price("worldrouter", "text_to_video", "v5", "360p", 5, audio=False)


def test_the_walls():
    """It imports nothing of the house but itself; only the command knows Django."""
    for path in (ROOT / "generations" / "sandbox").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                first = name.partition(".")[0]
                inside = name.startswith("generations.sandbox")
                assert inside or first not in ("generations", "accounts", "pixstudio", "django"), (
                    path
                )
