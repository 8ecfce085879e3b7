"""Encryption at rest: the cache's key, and how an earlier file without one becomes an encrypted one.

SQLite Multiple Ciphers' default cipher, ChaCha20-Poly1305 for every page, also of the journals; temporary tables stay
in memory. The key is used as it is: deriving one from a password would cost a second at each start and gain nothing.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import apsw

from desktop.ports.reasons import MachineReason
from desktop.store.core.errors import Locked

BYTES = 32
PLAIN_HEADER = b"SQLite format 3\x00"
_CHUNK = 1 << 20


class Key:
    """256 random bits, readable only by `secret`."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        """Raises ValueError for anything but 32 bytes."""
        if len(raw) != BYTES:
            raise ValueError(f"a key has {BYTES} bytes")
        self._raw = raw

    @classmethod
    def new(cls) -> Key:
        """A random key."""
        return cls(secrets.token_bytes(BYTES))

    @classmethod
    def from_secret(cls, secret: str) -> Key | None:
        """None for text that is not one of `secret`."""
        try:
            return cls(bytes.fromhex(secret))
        except ValueError:
            return None

    @property
    def secret(self) -> str:
        """The key as text, for the keyring only."""
        return self._raw.hex()

    def unlock(self, db: apsw.Connection) -> None:
        """Call it before anything else is asked of `db`. A wrong key shows at the first read (NotADBError)."""
        # A cached statement would keep its text.
        db.execute(f"PRAGMA key = '{self._cipher_key}'", can_cache=False)

    def address(self, path: Path) -> str:
        """The file with its key, as an SQLite URI. SQLite's error messages repeat it: let none of them out."""
        return f"{path.absolute().as_uri()}?key={self._cipher_key}"

    @property
    def _cipher_key(self) -> str:
        return f"raw:{self._raw.hex()}"


def is_plain(path: Path) -> bool:
    """Whether it is a database without encryption. Not while it is open in this process: POSIX drops a process' locks
    on a file with the first handle of it that is closed. Raises OSError.
    """
    with path.open("rb") as file:
        return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER


def encrypt(path: Path, key: Key) -> None:
    """Encrypt a plain database: copy it, verify the copy, put that in its place, then overwrite the plain file.

    Killed at any moment, `path` or what `finish_interrupted` makes of the files beside it is one whole database. Raises
    `Locked` while anybody has it open, OSError, or SQLite's own errors.
    """
    copy, plain = _copy_of(path), _plain_of(path)
    erase(copy)
    _copy_encrypted(path, copy, key)
    path.replace(plain)
    copy.replace(path)
    sync_folder(path.parent)
    for old in (plain, *(p for p in path.parent.glob(f"{path.name}.before-*") if is_plain(p))):
        erase(old)


def is_interrupted(path: Path) -> bool:
    """Whether an `encrypt` was killed, or is under way in another process."""
    return _copy_of(path).exists() or _plain_of(path).exists()


def finish_interrupted(path: Path) -> None:
    """Put in order what a killed `encrypt` left, before `path` is opened. Raises OSError."""
    copy, plain = _copy_of(path), _plain_of(path)
    if plain.exists():
        if path.exists():
            erase(plain)
        else:
            plain.replace(path)
    if copy.exists():
        erase(copy)


def write_compact(path: Path, copy: Path, key: Key | None) -> None:
    """Write the database to an empty file, with the same key and without its free pages. Raises SQLite's own errors."""
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
    db = apsw.Connection(str(path), flags=flags)
    try:
        if key is not None:
            key.unlock(db)
        error = _vacuum_into(db, copy, key)
    finally:
        db.close()
    if error is not None:
        raise error


def _copy_encrypted(path: Path, copy: Path, key: Key) -> None:
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
    db = apsw.Connection(str(path), flags=flags)
    try:
        _lock_exclusively(db, path)
        error = _vacuum_into(db, copy, key)
        if error is not None:
            # Raised here, outside of any handler: the first one's text and context hold the key.
            raise error
        expected = _counts(db)
    finally:
        db.close()
    made = apsw.Connection(str(copy))
    try:
        key.unlock(made)
        if made.pragma("integrity_check") != "ok" or _counts(made) != expected:
            raise apsw.CorruptError("the encrypted copy is not like the original")
    finally:
        made.close()
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _lock_exclusively(db: apsw.Connection, path: Path) -> None:
    """Move everything into the one file and keep others from opening it until `db` is closed."""
    try:
        db.pragma("locking_mode", "exclusive")
        [(is_busy, _, _)] = db.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
        if is_busy:
            raise apsw.BusyError
        # Its contents are in the database now, and SQLite would delete the file without overwriting it.
        _overwrite(path.with_name(f"{path.name}-wal"))
        db.pragma("journal_mode", "delete")
        db.execute("BEGIN EXCLUSIVE; COMMIT")
    except (apsw.BusyError, apsw.LockedError):
        raise Locked(MachineReason.OPEN_ELSEWHERE) from None


def _vacuum_into(db: apsw.Connection, copy: Path, key: Key | None) -> apsw.Error | None:
    try:
        db.execute("VACUUM INTO ?", (str(copy) if key is None else key.address(copy),), can_cache=False)
    except apsw.Error as error:
        return type(error)("the copy could not be made")
    return None


def _counts(db: apsw.Connection) -> dict[str, int]:
    """The number of rows of each table, and the version."""
    # Virtual tables consist of others.
    stored = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    found = {"": int(str(db.pragma("user_version")))}
    for (name,) in db.execute(stored).fetchall():
        quoted = '"' + str(name).replace('"', '""') + '"'
        [(rows,)] = db.execute(f"SELECT count(*) FROM {quoted}").fetchall()
        found[str(name)] = int(str(rows))
    return found


def _copy_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.encrypting")


def _plain_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.plain")


# --- files -----------------------------------------------------------------------------------------------------------


def erase(path: Path) -> None:
    """Overwrite and delete the file, if there is one. Disks that write elsewhere, as flash does, and file systems that
    copy on write may keep the old bytes: no program can reach these.
    """
    _overwrite(path)
    path.unlink(missing_ok=True)


def _overwrite(path: Path) -> None:
    try:
        file = path.open("rb+", buffering=0)
    except FileNotFoundError:
        return
    with file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(left, _CHUNK))) or 0
        os.fsync(file.fileno())


def make_private(path: Path) -> None:
    """Create an empty file for its owner alone, where there is none; SQLite gives its journals the same rights. On
    Windows the rights of the folder count. Raises OSError.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)


def sync_folder(folder: Path) -> None:
    """Make new names survive a power cut. Windows cannot open folders and needs no such step."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
