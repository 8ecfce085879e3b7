"""Files that customers send, and what their phones show of what they did without writing."""

from __future__ import annotations

import pytest

from desktop.sandbox.world import World
from desktop.sandbox.world.sample_files import SAMPLES, sample

BEGINNINGS = {
    "picture": b"\xff\xd8\xff",
    "animation": b"GIF89a",
    "voice_note": b"OggS",
    "voice_note_m4a": b"\x00\x00\x00\x1cftyp",
    "voice_note_amr": b"#!AMR\n",
    "video": b"\x00\x00\x00 ftyp",
    "document": b"%PDF",
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_sample_is_small_and_what_its_type_says(kind: str) -> None:
    file = sample(kind)
    assert file.data.startswith(BEGINNINGS[kind])
    assert len(file.data) < 20_000


def test_pictures_tell_their_size_as_stored() -> None:
    assert [sample(kind).size_px for kind in ("picture", "animation", "voice_note")] == [(640, 480), (160, 120), None]


def test_the_picture_is_on_its_side_and_says_so() -> None:
    exif = sample("picture").data[:60]
    assert b"Exif\x00\x00MM" in exif
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in exif


def test_a_kind_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="picture"):
        sample("hologram")


def test_a_call_and_a_block_are_seen_on_the_phone_and_are_no_messages() -> None:
    world = World()
    jennifer = world.add_customer("Jennifer Okafor", phone="+353871234567", telegram_id=7)
    world.call(jennifer)
    world.block(jennifer, "telegram")
    world.block(jennifer, "telegram")
    screens = world.screens(jennifer)
    assert [item["kind"] for item in screens["whatsapp"]["whatsapp"]] == ["call"]
    assert [item["kind"] for item in screens["telegram"]["telegram"]] == ["blocked"]
    assert world.texts(jennifer)["whatsapp"] == {}
    with pytest.raises(ValueError, match="no chat"):
        world.react(jennifer, "👍")
    world.write(jennifer, text="Hello")
    world.call(jennifer)
    world.react(jennifer, "👍")
    world.edit(jennifer, "Hello?")
    kinds = [item["kind"] for item in world.screens(jennifer)["whatsapp"]["whatsapp"]]
    assert kinds == ["call", "edited", "call", "reaction"]
