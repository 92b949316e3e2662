"""The PixVerse accounts behind a useapi token."""

from typing import Any

from generations.sandbox.dialects.base import Call
from generations.sandbox.dialects.native import number
from generations.sandbox.jobs import stable
from generations.sandbox.money import Account, Tariff
from generations.sandbox.wire import Refused, Reply, answer

DEFAULT = "sandbox@example.org"


def pick(account: Account, email: str | None) -> str:
    """The named account, or one of them; raises Refused for a stranger."""
    known = account.extra["accounts"]
    if email is None:
        return str(next(iter(known)))
    if email not in known:
        raise Refused(answer(404, {"error": f"Account {email} not configured", "code": 404}))
    return email


def asked_for(call: Call) -> str:
    """The e-mail of a query; needed as soon as there are several accounts."""
    email = call.request.query.get("email")
    if email is None and len(call.account.extra["accounts"]) > 1:
        raise Refused(answer(400, {"error": "email is required", "code": 400}))
    return pick(call.account, email)


def shown(account: Account, email: str) -> dict[str, Any]:
    row = account.extra["accounts"][email]
    token = {
        "AccountId": stable(email) % 1_000_000,
        "ExpireTime": 1_900_000_000,
        "ExpireTimeUTC": "2030-03-17T17:46:40.000Z",
        "Username": email.partition("@")[0],
        "token": "…secured…",
    }
    return {"email": email, "password": "…secured…", "maxJobs": row["maxJobs"], "jwt": token}


def put(account: Account, email: str, body: dict[str, Any]) -> Reply:
    jobs = body.get("maxJobs", 5)
    if body.get("email") != email or not body.get("password"):
        return answer(400, {"error": "email and password are required", "code": 400})
    if type(jobs) is not int or not 1 <= jobs <= 8:
        return answer(400, {"error": "maxJobs must be 1..8", "code": 400})
    account.extra["accounts"][email] = {"maxJobs": jobs}
    return answer(201, shown(account, email))


def features(account: Account, email: str, tariff: Tariff) -> dict[str, Any]:
    return {
        "user_id": stable(email) % 1_000_000,
        "plan_name": "Premium - Monthly",
        "current_plan_type": 3,
        "credit_daily": 0,
        "credit_monthly": number(account.balance),
        "credit_package": 0,
        "gen_simultaneously": account.limit,
        "qualities": ["360p", "540p", "720p", "1080p"],
        "unlimited_image_models": ["qwen-image"],
        "off_peak": 1,
        "off_peak_discount": str(tariff.factor("useapi", "off_peak")),
        "preview_mode": 1,
        "preview_mode_discount": str(tariff.factor("useapi", "preview")),
    }
