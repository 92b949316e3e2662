"""How useapi shows a video."""

from datetime import UTC, datetime
from typing import Any

from generations.sandbox.dialects.base import Dialect
from generations.sandbox.jobs import Job, State

# Code, name, final. The names of 7, 8 and 9 are not on the page; vendor code looks for these.
STATUS = {
    State.QUEUED: (9, "QUEUED", False),
    State.RUNNING: (10, "GENERATING", False),
    State.DONE: (1, "COMPLETED", True),
    State.MODERATED: (7, "MODERATED", True),
    State.FAILED: (8, "FAILED", True),
    State.ERROR: (8, "FAILED", True),
}
STRANGE_STATUS = (11, "RENDERING", False)


def video(dialect: Dialect, job: Job, origin: str) -> dict[str, Any]:
    done = job.state is State.DONE
    code, name, final = STATUS[job.state]
    if job.state is State.RUNNING and job.has("unknown-status"):
        code, name, final = STRANGE_STATUS
    order, extra = job.order, job.order.extra
    said = {
        "video_id": job.remote_id,
        "video_status": code,
        "video_status_name": name,
        "video_status_final": final,
        "created_at": iso(job.created),
        "output_width": job.width if done else 0,
        "output_height": job.height if done else 0,
        "original_video_id": extra.get("original", 0),
        "upscaled": extra.get("upscaled", 0),
        "prompt": order.prompt,
        "model": extra["model"],
        "quality": order.quality,
        "aspect_ratio": extra["aspect_ratio"],
        "seed": order.seed,
        "video_duration": order.seconds,
        # Set long before there is a file: a url is no proof of completion.
        "url": dialect.link(job, origin) if done or not job.state.final else "",
    }
    if order.token:
        said["replyRef"] = order.token
    return said


# Here 5 means waiting, and 10 has another name than at the videos.
IMAGE_STATUS = STATUS | {
    State.QUEUED: (5, "QUEUED", False),
    State.RUNNING: (10, "PROCESSING", False),
}


def image(dialect: Dialect, job: Job, origin: str) -> dict[str, Any]:
    done = job.state is State.DONE
    code, name, final = IMAGE_STATUS[job.state]
    if job.state is State.RUNNING and job.has("unknown-status"):
        code, name, final = STRANGE_STATUS
    order, extra = job.order, job.order.extra
    return {
        "image_id": job.remote_id,
        "image_status": code,
        "image_status_name": name,
        "image_status_final": final,
        "create_mode": "i2i" if order.film.get("images") else "t2i",
        "model": extra["model"],
        "prompt": order.prompt,
        "quality": order.quality,
        "aspect_ratio": extra["aspect_ratio"],
        "seed": order.seed,
        "image_url": dialect.link(job, origin) if done else "",
        "output_width": job.width if done else 0,
        "output_height": job.height if done else 0,
        "created_at": iso(job.created),
        "updated_at": iso(job.created),
    }


def tracked(dialect: Dialect, job: Job) -> dict[str, Any]:
    elapsed = int(max(0.0, dialect.world.clock.now() - job.born))
    return {
        "id": job.remote_id,
        "type": "image" if job.order.film.get("suffix") else "video",
        "started": iso(job.created),
        "elapsed": f"{elapsed // 60:02}:{elapsed % 60:02}",
        "replyUrl": job.order.extra["reply_url"],
        "replyRef": job.order.token,
    }


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
