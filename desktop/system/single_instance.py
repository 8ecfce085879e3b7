"""One running program per profile: a second start hands its link to the first one, and ends."""

from __future__ import annotations

import ctypes
import logging
import secrets
import sys
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop.system.file_lock import FileLock
from desktop.system.links import validated_link
from desktop.system.paths import make_folder, make_private_file

log = logging.getLogger(__name__)

LONGEST_BYTES = 4096
PATIENCE_MS, STEP_MS = 5_000, 50
_ACCEPTED = b"accepted\n"
_LOCK_FILE, _ADDRESS_FILE = "running.lock", "running"


class NotAnswering(Exception):
    """Another process has this profile, and does not react."""


class SingleInstance(QObject):
    """Decides which process is the first for a profile. Loop's thread; `acquire` may be called before the loop runs.

    The lock, which is released by its holder's death, says who is the first. Its server's name is in a file beside the
    lock and new each time: in a folder for all users, nobody else can listen there before it.

    Signals:
        started_again(link): the program was started again. link: as `links.validated_link` returns it.
    """

    started_again = Signal(str)

    def __init__(self, folder: Path) -> None:
        """folder: of the profile; created where it is missing."""
        super().__init__()
        self._folder = folder
        self._lock = FileLock(folder / _LOCK_FILE)
        self._address = folder / _ADDRESS_FILE
        self._server: QLocalServer | None = None

    def acquire(self, link: str = "") -> bool:
        """True: this is the first. False: `link` was handed to the first, and this process has to end.

        Raises NotAnswering after some seconds in which the first neither answered nor ended.
        """
        try:
            make_folder(self._folder)
        except OSError as error:
            # Whatever is to be stored there reports that better.
            log.warning("no folder for the profile: %s", type(error).__name__)
            return True
        give_up = QDeadlineTimer(PATIENCE_MS)
        while not self._lock.try_lock():
            # It may be about to listen, or to end.
            if _hand_over(self._address, link):
                return False
            if give_up.hasExpired():
                raise NotAnswering
            QThread.msleep(STEP_MS)
        self._listen()
        return True

    def release(self) -> None:
        """Releasing twice does no harm."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._address.unlink(missing_ok=True)
        self._lock.release()

    def _listen(self) -> None:
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._on_connection)
        try:
            if not server.listen(f"reachline-{secrets.token_hex(16)}"):
                raise OSError(server.errorString())
            make_private_file(self._address)
            self._address.write_text(server.fullServerName(), encoding="utf-8")
        except OSError as error:
            log.warning("a second start cannot be answered: %s", type(error).__name__)
        self._server = server

    def _on_connection(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._on_data(socket))
            self._on_data(socket)

    def _on_data(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            line = bytes(socket.readLine(LONGEST_BYTES).data()).decode("utf-8", "replace").strip()
            socket.write(_ACCEPTED)
            # The slots of the signal may take the loop a while.
            socket.flush()
            socket.disconnectFromServer()
            self.started_again.emit(validated_link(line))
        elif socket.bytesAvailable() >= LONGEST_BYTES:
            socket.abort()


def is_running(folder: Path) -> bool:
    """Whether a process has this profile. folder: as for `SingleInstance`; not created."""
    # A process that has ended without removing it left no lock.
    if not (folder / _ADDRESS_FILE).exists():
        return False
    lock = FileLock(folder / _LOCK_FILE)
    is_free = lock.try_lock()
    lock.release()
    return not is_free


def _hand_over(address: Path, link: str) -> bool:
    """Whether the first one answered."""
    try:
        name = address.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    if sys.platform == "win32":
        # Windows lets only the process that was just started pass on the right to come to the front.
        ctypes.windll.user32.AllowSetForegroundWindow(-1)
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(PATIENCE_MS):
        return False
    socket.write(f"{link}\n".encode())
    answered = socket.waitForReadyRead(PATIENCE_MS)
    socket.abort()
    return answered
