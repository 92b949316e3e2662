"""Small pictures, small clips and the rows around them, made on the spot."""

from __future__ import annotations

import uuid
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw

from accounts.models import Membership, Team, TeamRole, User
from generations.models import Generation, Project, ProjectMembership, ProviderAccount


def picture(fmt: str = "PNG", size: tuple[int, int] = (64, 48), seed: int = 0, **how: Any) -> bytes:
    mode = how.pop("mode", "RGB")
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(image).rectangle((5, 5, 20, 15), fill=(seed * 37 % 256, 80, 200))
    out = BytesIO()
    image.convert(mode).save(out, format=fmt, **how)
    return out.getvalue()


def animation(fmt: str) -> bytes:
    frames = [Image.new("RGB", (64, 48), color) for color in ("red", "green", "blue")]
    out = BytesIO()
    frames[0].save(out, format=fmt, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def clip(
    path: Path,
    seconds: float = 2.0,
    size: tuple[int, int] = (320, 180),
    fps: int = 24,
    audio: bool = False,
    faststart: bool = True,
    codec: str = "libx264",
    fmt: str = "mp4",
) -> Path:
    """A clip whose pictures grow brighter; a tone if ``audio``."""
    options = {"movflags": "+faststart"} if faststart and fmt == "mp4" else {}
    with av.open(str(path), "w", format=fmt, options=options) as out:
        video = out.add_stream(codec, rate=fps)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        video.codec_context.thread_count = 1
        sound = out.add_stream("aac", rate=44_100) if audio else None
        count = round(seconds * fps)
        for number in range(count):
            level = 255 * number // count
            out.mux(video.encode(av.VideoFrame.from_image(Image.new("RGB", size, (level, 0, 90)))))
        out.mux(video.encode(None))
        if sound:
            silence(out, sound, seconds)
    return path


def silence(out: Any, stream: Any, seconds: float) -> None:
    for at in range(0, round(seconds * 44_100), 1024):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = 44_100, at, Fraction(1, 44_100)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def person(email: str = "ana@example.org") -> User:
    return User.objects.create_user(email, "correct horse battery", name=email.split("@")[0])


def team(owner: User, slug: str = "studio") -> Team:
    made = Team.objects.create(slug=slug, name=slug)
    Membership.objects.create(team=made, user=owner, role=TeamRole.OWNER)
    return made


def member(project: Project, user: User, role: str) -> None:
    Membership.objects.get_or_create(team=project.team, user=user)
    ProjectMembership.objects.create(project=project, user=user, role=role)


def project(of: Team, by: User, name: str = "Film") -> Project:
    return Project.objects.create(team=of, name=name, created_by=by)


def account(of: Team, base_url: str = "https://api.provider.example/v1", **more: Any) -> Any:
    more = {"name": str(uuid.uuid4())[:8], "provider": "pixverse", "concurrency": 2, **more}
    return ProviderAccount.objects.create(team=of, base_url=base_url, key="k", **more)


def generation(of: Project, by: User, at: ProviderAccount, prompt: str = "A boat at dawn") -> Any:
    return Generation.objects.create(
        team=of.team,
        project=of,
        user=by,
        account=at,
        form_token=uuid.uuid4(),
        brief_json={},
        operation="text_to_video",
        model="v6",
        prompt=prompt,
        price={},
        price_micros=1,
    )
