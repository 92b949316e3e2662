"""Where a sheet names codecs, a video in another one is refused before anything is sent."""

from __future__ import annotations

import pytest

from generations.catalogue.loader import providers
from generations.catalogue.types import Input


@pytest.mark.parametrize(
    ("codec", "refused"), [("h264", False), ("hevc", False), ("", False), ("vp9", True)]
)
def test_swap_wants_h264_or_h265(codec: str, refused: bool):
    offering = next(one for one in providers()["pixverse"].offerings if one.operation == "swap")
    spec = next(one for one in offering.inputs if one.role == "source")
    source = Input("source", "u", "video/mp4", 9, 640, 360, "video", 3000, codec=codec)
    problem = spec.problem([source])
    assert (problem is not None) is refused
    if problem:
        assert "H.264 or H.265" in problem.text
