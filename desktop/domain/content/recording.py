"""The container of a sound or a film by its first bytes.

What the multimedia library is given begins as one of these. Others, such as playlists, are texts that name further
addresses, and the library would fetch them.
"""

from __future__ import annotations

_BEGINNINGS = (
    (b"OggS", "ogg"),
    (b"#!AMR\n", "amr"),
    (b"ID3", "mp3"),
    (b"fLaC", "flac"),
    # EBML (RFC 8794): Matroska and WebM.
    (b"\x1a\x45\xdf\xa3", "mkv"),
)
_RIFF = {b"WAVE": "wav", b"AVI ": "avi"}
FILMS = frozenset({"mp4", "mkv", "avi", "ogg"})


def recording_format(data: bytes) -> str:
    """Return the usual file ending of the container; "" for everything else."""
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "")
    # ISO/IEC 14496-12: MP4, M4A, QuickTime and 3GP. The first four bytes are the size of the box, which is small.
    if data[4:8] == b"ftyp" and data[:2] == b"\0\0":
        return "mp4"
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        # The layer bits are zero in AAC with ADTS alone.
        return "mp3" if data[1] & 0x06 else "aac"
    return next((ending for beginning, ending in _BEGINNINGS if data.startswith(beginning)), "")
