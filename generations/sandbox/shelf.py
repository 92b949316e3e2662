"""Files: what clients upload, and the links under which finished clips are handed out."""

import itertools
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from generations.sandbox.fetching import Picture
from generations.sandbox.jobs import Job, Jobs, stable
from generations.sandbox.probing import Film
from generations.sandbox.store import Store
from generations.sandbox.wire import Reply, Request, text

LIFETIME = 6 * 3600.0  # real seconds, whatever the speed: downloads are real too


@dataclass
class Upload:
    number: int
    provider: str
    key: str
    name: str  # file on our disk
    original: str
    content_type: str
    size: int
    width: int
    height: int
    kind: str = "image"  # image, video, audio
    seconds: float = 0.0
    codec: str = ""
    fps: float = 0.0
    sound: bool = False


class Shelf:
    def __init__(self, store: Store, folder: Path, jobs: Jobs) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._store, self.folder, self._jobs = store, folder, jobs
        self._lock = threading.Lock()
        self.uploads = {data["number"]: Upload(**data) for data in store.all("upload")}
        self._number = itertools.count(max(self.uploads, default=100_000_000) + 1)
        self.lifetime = LIFETIME
        self._links: dict[str, tuple[int, int]] = {}

    def keep(self, provider: str, key: str, original: str, picture: Picture) -> Upload:
        number, kind = next(self._number), picture.format.lower()
        upload = Upload(
            number, provider, key, f"upload-{provider}-{number}.{kind}", original, f"image/{kind}",
            len(picture.content), picture.width, picture.height,
        )  # fmt: skip
        return self._put(upload, picture.content)

    def keep_film(
        self, provider: str, key: str, original: str, content: bytes, film: Film, media_type: str
    ) -> Upload:
        """A video or audio file of a client."""
        number = next(self._number)
        upload = Upload(
            number, provider, key, f"upload-{provider}-{number}.{film.container}", original,
            media_type, len(content), film.width, film.height, film.kind, film.seconds,
            film.codec, film.fps, film.sound,
        )  # fmt: skip
        return self._put(upload, content)

    def _put(self, upload: Upload, content: bytes) -> Upload:
        (self.folder / upload.name).write_bytes(content)
        self.uploads[upload.number] = upload
        self._store.put(("upload", upload.number, asdict(upload)))
        return upload

    def find(self, provider: str, number: object, kind: str = "image") -> Upload | None:
        """The upload of this number, if it is this provider's and of this kind."""
        upload = self.uploads.get(number) if isinstance(number, int) else None
        good = upload and upload.provider == provider and upload.kind == kind
        return upload if good else None

    def path(self, name: str) -> Path:
        return self.folder / name

    def clear(self) -> None:
        self.uploads.clear()
        self._links.clear()

    # Links

    def token(self, job: Job) -> str:
        token = f"{stable(f'{job.provider}:{job.remote_id}:{job.key}:link{job.link}'):012x}"
        self._links[token] = (job.number, job.link)
        return token

    def fresh_link(self, job: Job) -> bool:
        """The status was asked: is a new link due? An old one stays old."""
        if self.expired(job) or (job.touched and job.has("expired-link") and job.link == 0):
            job.link += 1
            job.linked, job.touched = time.time(), False
            return True
        return False

    def expired(self, job: Job) -> bool:
        return time.time() > job.linked + self.lifetime

    def remember(self, job: Job) -> None:
        """After a restart, links given out before must still be found."""
        for serial in range(job.link + 1):
            text_ = f"{job.provider}:{job.remote_id}:{job.key}:link{serial}"
            self._links[f"{stable(text_):012x}"] = (job.number, serial)

    def job_of(self, token: str) -> tuple[Job, bool] | None:
        """The job behind a link, and whether the link is its present one."""
        found = self._links.get(token)
        job = self._jobs.all.get(found[0]) if found else None
        return (job, found[1] == job.link) if found and job else None


def serve(request: Request, path: Path, content_type: str, *, cut: bool = False) -> Reply:
    """A file, or the asked part of it."""
    size = path.stat().st_size
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{path.stem}"'}
    wanted = request.header("Range")
    start, end = 0, size - 1
    status = 200
    if wanted.startswith("bytes=") and "," not in wanted:
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        try:
            if first:
                start, end = int(first), min(int(last or size - 1), size - 1)
            else:
                start = max(0, size - int(last))
        except ValueError:
            return text(400, "bad range")
        if start > end:
            return Reply(416, headers={"Content-Range": f"bytes */{size}"})
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return Reply(
        status,
        content_type=content_type,
        headers=headers,
        file=path,
        start=start,
        length=end - start + 1,
        cut=cut,
    )
