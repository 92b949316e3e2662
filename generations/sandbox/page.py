"""The control page: plain HTML, one style sheet, no script. Everything shown is escaped."""

import time
from html import escape
from typing import TYPE_CHECKING, Any

from generations.sandbox import report
from generations.sandbox.faults import FAULTS

if TYPE_CHECKING:
    from generations.sandbox.world import World

SHOWN = 60
META = '<meta http-equiv="refresh" content="5">'
TONE = {"done": "ok", "failed": "bad", "error": "bad", "moderated": "bad"}


def draw(world: "World", *, refresh: bool) -> str:
    state = report.state(world)
    body = "".join(
        (
            _head(state, refresh=refresh),
            _faults(world, state["rules"]),
            _jobs(state["jobs"][::-1][:SHOWN], len(state["jobs"])),
            _accounts(state["accounts"]),
            _hooks(state["hooks"][::-1][:SHOWN], state["webhooks"]),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{META if refresh else ''}"
        "<title>PixStudio sandbox</title>"
        '<link rel="stylesheet" href="/control/page.css"></head>'
        f"<body><main>{body}</main></body></html>"
    )


def _head(state: dict[str, Any], *, refresh: bool) -> str:
    turn = '<a href="?pause">Pause' if refresh else '<a href="?">Resume'
    return (
        "<header><h1>Sandbox</h1>"
        f"<p>The five providers, simulated. Nothing here costs money. {turn} refreshing</a> · "
        '<a href="/control/state.json">State as JSON</a></p>'
        '<form method="post" action="/control/speed" class="inline">'
        '<label>Speed <input name="speed" type="number" min="0.1" max="10000" step="any" '
        f'value="{state["speed"]:g}"></label><button>Set</button></form>'
        '<form method="post" action="/control/expire" class="inline">'
        "<button>Expire all links</button></form>"
        '<form method="post" action="/control/reset" class="inline">'
        '<button class="bad">Forget everything</button></form></header>'
    )


def _faults(world: "World", rules: list[dict[str, Any]]) -> str:
    providers = "".join(f"<option>{name}</option>" for name in world.dialects)
    words = "".join(
        f'<option value="{fault.word}">{fault.word} – {escape(fault.says)}</option>'
        for fault in FAULTS.values()
    )
    in_force = "".join(
        f"<li><b>{escape(rule['provider'])}</b> {escape(', '.join(rule['words']))}: "
        f"{'always' if rule['left'] is None else 'next ' + str(rule['left'])}"
        f"{'' if rule['probability'] >= 1 else f' at {rule["probability"]:g}'}</li>"
        for rule in rules
    )
    return (
        "<section><h2>Faults</h2>"
        f"<ul>{in_force or '<li>No rule in force.</li>'}</ul>"
        '<form method="post" action="/control/faults" class="grid">'
        f'<label>Provider <select name="provider"><option value="*">any</option>{providers}'
        "</select></label>"
        f'<label>Fault <select name="words">{words}</select></label>'
        '<label>When <select name="mode"><option value="next">next submissions</option>'
        '<option value="always">always</option><option value="off">off (clear)</option>'
        "</select></label>"
        '<label>How many <input name="times" type="number" min="1" value="1"></label>'
        '<label>Probability <input name="probability" type="number" min="0.01" max="1" '
        'step="0.01" value="1"></label><button>Apply</button></form>'
        "<p>The same words work in a prompt, in square brackets: <code>[slow]</code>.</p></section>"
    )


def _jobs(rows: list[dict[str, Any]], count: int) -> str:
    cells = "".join(
        "<tr>"
        f"<td>{escape(row['provider'])} <small>{row['operation'].replace('_', ' ')}<br>"
        f"{escape(row['model'])} {row['quality']} {row['seconds']:g} s</small></td>"
        f'<td><span class="{TONE.get(row["state"], "live")}">{row["state"]}</span></td>'
        f'<td class="wide">{escape(row["prompt"][:160])}<br>'
        f"<small>{escape(row['remote_id'])}</small></td>"
        f'<td class="n">{escape(row["charged"])}</td>'
        f"<td>{escape(', '.join(row['faults'])) or '–'}</td>"
        f'<td class="n">{_ago(row["created"])}</td></tr>'
        for row in rows
    )
    return _table(
        f"Jobs ({count})",
        ("Provider", "State", "Prompt and id", "Charged", "Faults", "Age"),
        cells,
    )


def _accounts(rows: list[dict[str, Any]]) -> str:
    cells = "".join(
        f"<tr><td>{escape(row['provider'])}</td><td class='wide'>{escape(row['key'])}</td>"
        f'<td class="n">{escape(row["balance"])} <small>{escape(row["unit"])}</small></td>'
        f'<td class="n">{row["running"]} of {row["limit"]}</td><td>{_balance_form(row)}</td></tr>'
        for row in rows
    )
    return _table("Accounts", ("Provider", "Key", "Balance", "Running", "New balance"), cells)


def _balance_form(row: dict[str, Any]) -> str:
    return (
        '<form method="post" action="/control/balance" class="inline">'
        f'<input type="hidden" name="provider" value="{escape(row["provider"])}">'
        f'<input type="hidden" name="key" value="{escape(row["key"])}">'
        f'<input name="amount" aria-label="New balance" value="{escape(row["balance"])}">'
        "<button>Set</button></form>"
    )


def _hooks(rows: list[dict[str, Any]], registered: list[dict[str, Any]]) -> str:
    cells = "".join(
        f"<tr><td>{escape(row['provider'])}</td><td>{row['kind']}</td>"
        f'<td class="wide">{escape(row["url"])}<br><small>{escape(row["remote_id"])}</small></td>'
        f'<td class="n">{len(row["tries"])}</td>'
        f'<td><span class="{"ok" if row["delivered"] else "live"}">'
        f"{row['status'] if row['status'] is not None else 'waiting'}</span></td></tr>"
        for row in rows
    )
    known = "".join(
        f"<li>{row['webhook_id']}: {escape(row['url'])} "
        f"<small>secret {escape(row['secret'])}</small></li>"
        for row in registered
    )
    form = (
        f"<ul>{known}</ul>"
        '<form method="post" action="/control/webhooks" class="grid">'
        '<label>PixVerse key <input name="key" required></label>'
        '<label>Address <input name="url" type="url" required></label>'
        "<button>Register a PixVerse webhook</button></form>"
    )
    return _table("Webhooks sent", ("Provider", "Kind", "To", "Tries", "Answer"), cells, form)


def _table(title: str, heads: tuple[str, ...], cells: str, more: str = "") -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = cells or f'<tr><td colspan="{len(heads)}">Nothing yet.</td></tr>'
    return (
        f'<section><h2>{title}</h2><div class="scroll" tabindex="0" role="group" '
        f'aria-label="{title}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{more}</section>"
    )


def _ago(moment: float) -> str:
    seconds = max(0, int(time.time() - moment))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
