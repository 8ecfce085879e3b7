"""How long a voice note is, read from its container without decoding it.

Formats: Ogg with Opus or Vorbis (RFC 3533, RFC 7845), MPEG-4 (ISO/IEC 14496-12, `mvhd`), AMR narrow-band (RFC 4867).
"""

from __future__ import annotations

_OPUS_HZ = 48_000
_AMR_FRAME_MS = 20
_AMR_FRAME_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
"""With the first byte, by its mode; of the last seven no speech is known."""
_MOST_AMR_FRAMES = 200_000
"""More than an hour: counting them takes time."""
LONGEST_MS = 24 * 3600 * 1000


def sound_length_ms(data: bytes) -> int:
    """Return the length in milliseconds; 0 for another format, and for what cannot be true."""
    length = 0
    if data.startswith(b"OggS"):
        length = _ogg(data)
    elif data[4:8] == b"ftyp":
        length = _mpeg4(data)
    elif data.startswith(b"#!AMR\n"):
        length = _amr(data)
    return length if 0 < length <= LONGEST_MS else 0


def _ogg(data: bytes) -> int:
    """The last page says how many samples there are; Opus lets some of the first be left out."""
    page = data.rfind(b"OggS")
    samples = int.from_bytes(data[page + 6 : page + 14], "little", signed=True)
    if (at := data.find(b"OpusHead", 0, 200)) >= 0:
        return (samples - int.from_bytes(data[at + 10 : at + 12], "little")) * 1000 // _OPUS_HZ
    if (at := data.find(b"\x01vorbis", 0, 200)) >= 0:
        rate = int.from_bytes(data[at + 12 : at + 16], "little")
        return samples * 1000 // rate if rate else 0
    return 0


def _mpeg4(data: bytes) -> int:
    at = data.find(b"mvhd") + 4
    if at < 4 or at >= len(data):
        return 0
    # Times take four bytes each, in version 1 eight.
    begin, width = (at + 20, 8) if data[at] == 1 else (at + 12, 4)
    scale = int.from_bytes(data[begin : begin + 4], "big")
    duration = int.from_bytes(data[begin + 4 : begin + 4 + width], "big")
    return duration * 1000 // scale if scale else 0


def _amr(data: bytes) -> int:
    at, frames = 6, 0
    while at < len(data):
        if frames == _MOST_AMR_FRAMES:
            return 0
        at += _AMR_FRAME_BYTES[data[at] >> 3 & 0x0F]
        frames += 1
    return frames * _AMR_FRAME_MS
