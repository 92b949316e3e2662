"""The sandbox's own books as plain data, for tests in this process and over HTTP."""

from typing import TYPE_CHECKING, Any

from generations.sandbox.jobs import Job

if TYPE_CHECKING:
    from generations.sandbox.world import World


def job_row(job: Job) -> dict[str, Any]:
    order = job.order
    return {
        "number": job.number,
        "provider": job.provider,
        "remote_id": job.remote_id,
        "state": job.state.value,
        "key": job.key,
        "operation": order.operation,
        "model": order.model,
        "prompt": order.prompt,
        "seconds": order.seconds,
        "quality": order.quality,
        "audio": order.audio,
        "token": order.token,
        "hook": order.hook,
        "price": str(order.price),
        "charged": str(job.charged),
        "created": job.created,
        "done": job.done,
        "faults": sorted(job.faults),
        "reason": job.reason,
        "width": job.width,
        "height": job.height,
        "polls": job.polls,
    }


def jobs(world: "World", provider: str = "", **where: str) -> list[dict[str, Any]]:
    """Oldest first; any field of a row may be asked for by its text."""
    rows = []
    for job in list(world.jobs.all.values()):
        if provider and job.provider != provider:
            continue
        row = job_row(job)
        if all(str(row.get(name)) == wanted for name, wanted in where.items()):
            rows.append(row)
    return rows


def charges(world: "World", provider: str = "") -> list[dict[str, Any]]:
    return [
        {**vars(charge), "amount": str(charge.amount)}
        for charge in list(world.books.charges)
        if provider in ("", charge.provider)
    ]


def hooks(world: "World", provider: str = "") -> list[dict[str, Any]]:
    return [
        {
            "number": hook.number,
            "provider": hook.provider,
            "remote_id": hook.remote_id,
            "url": hook.url,
            "kind": hook.kind,
            "body": hook.body,
            "delivered": hook.delivered,
            "status": hook.tries[-1]["status"] if hook.tries else None,
            "tries": list(hook.tries),
        }
        for hook in list(world.courier.log)
        if provider in ("", hook.provider)
    ]


def accounts(world: "World", provider: str = "") -> list[dict[str, Any]]:
    return [
        {
            "provider": account.provider,
            "key": account.key,
            "balance": str(account.balance),
            "unit": world.dialects[account.provider].unit,
            "limit": account.limit,
            "running": len(world.jobs.open[account.provider, account.key]),
        }
        for account in list(world.books.accounts.values())
        if provider in ("", account.provider)
    ]


def state(world: "World", provider: str = "", limit: int = 0, **where: str) -> dict[str, Any]:
    """Everything, or one provider's part; `limit` keeps only the newest jobs."""
    rows = jobs(world, provider, **where)
    submissions: dict[str, int] = dict.fromkeys(world.dialects, 0)
    for job in list(world.jobs.all.values()):
        submissions[job.provider] += 1
    return {
        "speed": world.clock.speed,
        "jobs": rows[-limit:] if limit else rows,
        "submissions": submissions,
        "accounts": accounts(world, provider),
        "charges": charges(world, provider),
        "hooks": hooks(world, provider),
        "rules": [vars(rule) for rule in list(world.rules.all)],
        "webhooks": list(world.webhooks.values()),
    }
