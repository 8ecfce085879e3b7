"""Encodes speech to Ogg/Opus, as messengers send voice notes, by libsndfile.

Its Python module needs numpy for nothing that is used here; only its declarations (`_soundfile`) and its library
(`_soundfile_data`) are loaded. What is recorded is kept in memory and never written to the disk.
"""

from __future__ import annotations

import os
from ctypes.util import find_library
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

RATE_HZ = 48_000
BYTES_PER_SAMPLE = 2
BYTES_PER_S = RATE_HZ * BYTES_PER_SAMPLE
CONTENT_TYPE, ENDING = "audio/ogg", "ogg"

# As in libsndfile's header. The level from 0 to 1 sets Opus' bitrate: 0.95 makes about 20 kbit/s of one channel.
_OGG, _OPUS, _COMPRESSION = 0x200000, 0x0064, 0.95


class CannotEncode(Exception):
    """libsndfile is missing, or knows no Opus."""


def is_installed() -> bool:
    """Whether the library's declarations are there; loads nothing."""
    return find_spec("_soundfile") is not None


def encodes_speech() -> bool:
    """Whether the library encodes a moment of silence here. Loads it."""
    try:
        writer = OpusWriter()
    except CannotEncode:
        return False
    writer.write(bytes(BYTES_PER_S // 10))
    return b"OpusHead" in writer.finish()


class OpusWriter:
    """Takes samples of one channel as they come: 48 kHz, 16 bits, the machine's own byte order. Costs 3 % of their
    length.

    Raises CannotEncode where the library is missing or too old.
    """

    def __init__(self) -> None:
        module, self._library = _load()
        self._ffi = module.ffi
        self._data, self._at = bytearray(), 0
        self._rest = b""
        info = self._ffi.new("SF_INFO*")
        info.samplerate, info.channels, info.format = RATE_HZ, 1, _OGG | _OPUS
        # Both have to live as long as the file.
        self._callbacks = self._make_callbacks()
        self._io = self._ffi.new("SF_VIRTUAL_IO*", self._callbacks)
        self._file = self._library.sf_open_virtual(self._io, self._library.SFM_WRITE, info, self._ffi.NULL)
        if self._file == self._ffi.NULL:
            raise CannotEncode(self._ffi.string(self._library.sf_strerror(self._ffi.NULL)).decode())
        level = self._ffi.new("double*", _COMPRESSION)
        self._library.sf_command(self._file, self._library.SFC_SET_COMPRESSION_LEVEL, level, self._ffi.sizeof("double"))

    @property
    def size_bytes(self) -> int:
        """Of what is encoded so far; a second or so is still being collected."""
        return len(self._data)

    def write(self, samples: bytes) -> None:
        given = self._rest + samples
        usable = len(given) - len(given) % BYTES_PER_SAMPLE
        given, self._rest = given[:usable], given[usable:]
        if given:
            self._library.sf_writef_short(self._file, self._ffi.from_buffer(given), len(given) // BYTES_PER_SAMPLE)

    def finish(self) -> bytes:
        """Return the whole file; nothing can be written any more."""
        if self._file is not None:
            self._library.sf_close(self._file)
            self._file = None
        return bytes(self._data)

    def _make_callbacks(self) -> tuple[object, ...]:
        ffi = self._ffi

        def length(_user: object) -> int:
            return len(self._data)

        def seek(offset: int, whence: int, _user: object) -> int:
            start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._data)}[whence]
            self._at = max(start + offset, 0)
            return self._at

        def read(_target: object, _count: int, _user: object) -> int:
            return 0

        def write(source: object, count: int, _user: object) -> int:
            self._data[self._at : self._at + count] = ffi.buffer(source, count)[:]
            self._at += count
            return count

        def tell(_user: object) -> int:
            return self._at

        return (
            ffi.callback("sf_vio_get_filelen", length),
            ffi.callback("sf_vio_seek", seek),
            ffi.callback("sf_vio_read", read),
            ffi.callback("sf_vio_write", write),
            ffi.callback("sf_vio_tell", tell),
        )


@cache
def _load() -> tuple[ModuleType, ModuleType]:
    """The declarations, and the library as something with their functions."""
    try:
        declarations = import_module("_soundfile")
        return declarations, declarations.ffi.dlopen(_library_file())
    except (ImportError, OSError) as error:
        raise CannotEncode(str(error)) from error


def _library_file() -> str:
    """That of the wheel, which is of one system and processor, or else the system's; "" if there is none."""
    package = find_spec("_soundfile_data")
    for folder in (package.submodule_search_locations or ()) if package is not None else ():
        for file in sorted(Path(folder).glob("libsndfile*")):
            return str(file)
    return find_library("sndfile") or ""
