"""Saves files of messages where the agent says, under names that no system takes for anything else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSaveFile, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.protocols import Engine
from desktop.engine.views import MediaFile
from desktop.text.reasons.describe import describe
from desktop.text.thread import pictures as texts
from desktop.ui.thread.media.file_names import safe_name


class FileSaver(QObject):
    """Signals:
    message: a sentence about what was done. arg: the sentence.
    """

    message = Signal(str)

    def __init__(self, engine: Engine, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine, self._window = engine, parent

    def ask(self, key: MediaKey, name: str) -> None:
        """Ask where to save a file. name: as sent."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        # Not exec(): a nested event loop would block all asyncio tasks.
        dialog = QFileDialog(self._window, texts.SAVE_TITLE(), str(Path(folder) / safe_name(name)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(partial(self.save, key))
        dialog.open()

    def save(self, key: MediaKey, path: str) -> None:
        """Write a file as it was sent."""
        self._engine.tasks.start(self._engine.media.load(key), "save a file", partial(self._write, Path(path)))

    def _write(self, path: Path, file: MediaFile) -> None:
        if file.state is not MediaState.HERE:
            reason = texts.STILL_LOADING() if file.state is MediaState.WAITING else describe(file.reason)
            self.message.emit(texts.NOT_SAVED(file=path.name, reason=reason))
        elif (problem := write_file(path, file.data)) is not None:
            self.message.emit(texts.NOT_SAVED(file=path.name, reason=problem))
        else:
            self.message.emit(texts.SAVED(file=path.name, folder=str(path.parent)))


def write_file(path: Path, data: bytes) -> str | None:
    """Write a file whole or not at all. Returns the system's reason why not."""
    target = QSaveFile(str(path))
    is_open = target.open(QSaveFile.OpenModeFlag.WriteOnly)
    if is_open and target.write(data) == len(data) and target.commit():
        return None
    return target.errorString()
