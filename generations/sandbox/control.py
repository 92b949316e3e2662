"""The operator's side: state as JSON, and the levers. Forms come back to the page, JSON to JSON."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generations.sandbox import page, report
from generations.sandbox.wire import Refused, Reply, Request, answer, text

if TYPE_CHECKING:
    from generations.sandbox.world import World

CSS = Path(__file__).with_name("page.css")


class Control:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._levers = {
            "faults": self._faults,
            "balance": self._balance,
            "limit": self._limit,
            "speed": self._speed,
            "webhooks": self._webhooks,
            "expire": self._expire,
            "reset": self._reset,
        }

    def answer(self, request: Request) -> Reply:
        path = request.path.rstrip("/")
        if request.method in ("GET", "HEAD"):
            if path in ("", "/control"):
                refresh = "pause" not in request.query
                drawn = page.draw(self._world, refresh=refresh)
                return text(200, drawn, "text/html; charset=utf-8")
            if path == "/control/page.css":
                return text(200, CSS.read_text(), "text/css; charset=utf-8")
            if path == "/control/state.json":
                where = dict(request.query)
                limit = int(where.pop("limit", "0") or 0)
                return answer(200, report.state(self._world, limit=limit, **where))
        lever = self._levers.get(path.removeprefix("/control/"))
        if lever is None or request.method != "POST":
            return text(404, "There is nothing at this address of the sandbox.")
        if request.header("Sec-Fetch-Site") == "cross-site":
            # Another site's page must not turn the levers through a visitor's browser.
            return text(403, "Not from another site.")
        is_json = request.content_type == "application/json"
        asked = (request.json() or {}) if is_json else request.form()
        try:
            said = lever(asked)
        except (KeyError, ValueError, InvalidOperation) as error:
            return answer(400, {"error": f"{type(error).__name__}: {error}"})
        if is_json:
            return answer(200, said)
        return Reply(303, headers={"Location": "/control/"})

    def _provider(self, asked: dict[str, Any], *, any_: bool = False) -> str:
        provider = str(asked.get("provider") or "*")
        if provider not in self._world.dialects and not (any_ and provider == "*"):
            raise Refused(answer(400, {"error": f"unknown provider {provider!r}"}))
        return provider

    def _faults(self, asked: dict[str, Any]) -> dict[str, Any]:
        provider = self._provider(asked, any_=True)
        if asked.get("mode") == "off":
            self._world.rules.clear(provider)
        else:
            words = asked["words"]
            if isinstance(words, str):
                words = words.replace(",", " ").split()
            if not words:
                raise ValueError("no fault words")
            always = asked.get("mode") == "always" or asked.get("times") == "always"
            times = None if always else max(1, int(asked.get("times") or 1))
            probability = float(asked.get("probability") or 1)
            seed = int(asked["seed"]) if asked.get("seed") not in (None, "") else None
            self._world.rules.add(provider, words, times, probability, seed)
        self._world.save_rules()
        return {"rules": [vars(rule) for rule in self._world.rules.all]}

    def _balance(self, asked: dict[str, Any]) -> dict[str, Any]:
        provider, amount = self._provider(asked), Decimal(str(asked["amount"]))
        self._world.set_balance(provider, asked["key"], amount)
        return {"provider": provider, "key": asked["key"], "balance": str(amount)}

    def _limit(self, asked: dict[str, Any]) -> dict[str, Any]:
        provider, limit = self._provider(asked), int(asked["limit"])
        self._world.set_limit(provider, asked["key"], limit)
        return {"provider": provider, "key": asked["key"], "limit": limit}

    def _speed(self, asked: dict[str, Any]) -> dict[str, Any]:
        speed = float(asked["speed"])
        if not 0 < speed <= 10_000:
            raise ValueError("speed must be above 0 and at most 10000")
        self._world.set_speed(speed)
        return {"speed": speed}

    def _webhooks(self, asked: dict[str, Any]) -> dict[str, Any]:
        facts = {name: asked[name] for name in ("secret", "reading") if asked.get(name)}
        return self._world.register_webhook("pixverse", asked["key"], asked["url"], **facts)

    def _expire(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._world.expire_links()
        return {}

    def _reset(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._world.reset()
        return {}
