"""What is a sound or a film by its first bytes, and what is not."""

from __future__ import annotations

import pytest

from desktop.domain.content.recording import recording_format
from desktop.sandbox.world.sample_files import sample


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        ("voice_note", "ogg"),
        ("voice_note_m4a", "mp4"),
        ("voice_note_amr", "amr"),
        ("video", "mp4"),
        ("picture", ""),
        ("animation", ""),
        ("document", ""),
    ],
)
def test_recorded_files_are_recognized(kind, ending):
    assert recording_format(sample(kind).data) == ending


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"fLaC\x00", "flac"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"RIFF\x00\x00\x00\x00WEBP", ""),
        (b"\x1a\x45\xdf\xa3\x01", "mkv"),
        (b"#EXTM3U\n", ""),
        # As a playlist may disguise itself.
        (b"#EXTftypM3U\n", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_the_first_bytes_give_the_container(data, ending):
    assert recording_format(data) == ending
