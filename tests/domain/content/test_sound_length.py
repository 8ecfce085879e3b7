"""The length of voice notes, and that nothing in a file makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.sound_length import LONGEST_MS, sound_length_ms
from desktop.sandbox.world.sample_files import sample

OPUS = b"OggS\0\x02" + bytes(8) + bytes(14) + b"OpusHead\x01\x01" + (312).to_bytes(2, "little") + bytes(8)
VORBIS = b"OggS\0\x02" + bytes(22) + b"\x01vorbis" + bytes(5) + (44_100).to_bytes(4, "little") + bytes(8)


def last_page(samples: int) -> bytes:
    return b"OggS\0\x04" + samples.to_bytes(8, "little", signed=True) + bytes(14)


def mvhd(version: int, scale: int, duration: int) -> bytes:
    times, width = (16, 8) if version else (8, 4)
    head = bytes([version, 0, 0, 0]) + bytes(times) + scale.to_bytes(4, "big") + duration.to_bytes(width, "big")
    return b"\0\0\0\x18ftypM4A " + bytes(12) + b"moov" + bytes(4) + b"mvhd" + head


@pytest.mark.parametrize("kind", ["voice_note", "voice_note_m4a", "voice_note_amr"])
def test_the_sandboxs_notes_take_four_seconds(kind: str) -> None:
    assert sound_length_ms(sample(kind).data) == pytest.approx(4000, abs=40)


@pytest.mark.parametrize(
    ("data", "length_ms"),
    [
        (OPUS + last_page(48_312), 1000),
        (VORBIS + last_page(88_200), 2000),
        (OPUS + last_page(-1), 0),
        (b"OggS" + bytes(60), 0),
        (mvhd(0, 1000, 2500), 2500),
        (mvhd(1, 600, 600 * 7200), 7_200_000),
        (mvhd(0, 0, 2500), 0),
        (mvhd(1, 1, 2**60), 0),
        (b"\0\0\0\x18ftypM4A ", 0),
        (b"\0\0\0\x18ftypM4A mvhd", 0),
        (b"#!AMR\n" + (b"\x04" + bytes(12)) * 50, 1000),
        (b"#!AMR\n" + b"\x7c" * 200_001, 0),
        (VORBIS[:40] + bytes(20), 0),
        (b"", 0),
        (b"ID3", 0),
    ],
)
def test_each_container_tells_its_length(data: bytes, length_ms: int) -> None:
    assert sound_length_ms(data) == length_ms


HEADS = [OPUS, VORBIS, mvhd(0, 1, 1), mvhd(1, 1, 1), b"#!AMR\n"]


@given(st.sampled_from(HEADS), st.binary(max_size=80), st.integers(0, 90))
def test_any_bytes_have_a_length_or_none(head: bytes, more: bytes, cut: int) -> None:
    assert 0 <= sound_length_ms(head[:cut] + more) <= LONGEST_MS
