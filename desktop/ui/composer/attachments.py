"""Composer's attachments: what was dropped, pasted or picked, as chips that can be taken away again."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from stat import S_ISREG

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, Signal
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.domain.content.file_types import type_of
from desktop.ports import OutgoingFile
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Label

MOST_FILES = 10
"""In one reply (Intercom API 2.16, `attachment_files`)."""
MOST_BYTES = 15_000_000
"""In one reply. Intercom publishes no limit; base64 adds a third, and about 20 MB of JSON is known to pass."""


class FileRow(QWidget):
    """Signals:
    changed: a file was added or taken away.
    refused: a file was not taken. arg: a sentence for the agent.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._files: list[OutgoingFile] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP - 2)
        self._row.addStretch(1)
        self.hide()

    @property
    def files(self) -> tuple[OutgoingFile, ...]:
        return tuple(self._files)

    def set_files(self, files: tuple[OutgoingFile, ...]) -> None:
        """Without telling anybody: the files belong to a draft that is being shown."""
        self._files = list(files)
        self._rebuild()

    def add_paths(self, paths: list[str]) -> None:
        for path in map(Path, paths):
            try:
                # Asked before reading: a film of gigabytes must not be loaded to be refused, nor a device without end.
                about = path.stat()
                if not S_ISREG(about.st_mode):
                    self.refused.emit(f"{path.name} was not added: it is not a file.")
                    continue
                if about.st_size > MOST_BYTES:
                    self.refused.emit(f"{path.name} is larger than the {MOST_BYTES // 1_000_000} MB that fit a reply.")
                    continue
                data = path.read_bytes()
            except OSError as error:
                self.refused.emit(f"{path.name} cannot be read: {error.strerror or 'no access'}.")
                continue
            except ValueError:
                self.refused.emit(f"{path.name} cannot be read: no file can have this name.")
                continue
            self._add(OutgoingFile(path.name, type_of(path.name), data))

    def add_image(self, image: QImage) -> None:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        # The stub asks for bytes, the binding for str.
        if image.isNull() or not image.save(buffer, "PNG"):  # type: ignore[call-overload]
            self.refused.emit("This picture cannot be read.")
            return
        self._add(OutgoingFile(f"picture-{len(self._files) + 1}.png", "image/png", bytes(data.data())))

    def _add(self, file: OutgoingFile) -> None:
        if len(self._files) >= MOST_FILES:
            self.refused.emit(f"{file.name} was not added: a reply takes {MOST_FILES} files.")
        elif sum(len(f.data) for f in self._files) + len(file.data) > MOST_BYTES:
            most = MOST_BYTES // 1_000_000
            self.refused.emit(f"{file.name} was not added: together the files are larger than {most} MB.")
        else:
            self._files.append(file)
            self._rebuild()
            self.changed.emit()

    def _on_chip(self) -> None:
        number = self.sender().property("number")
        del self._files[number]
        self._rebuild()
        self.changed.emit()

    def _rebuild(self) -> None:
        while self._row.count() > 1:
            item = self._row.takeAt(0)
            chip = item.widget() if item is not None else None
            if chip is not None:
                # Its own click may be the reason, so it has to outlive this call.
                chip.hide()
                chip.deleteLater()
        for number, file in enumerate(self._files):
            name = self.fontMetrics().elidedText(file.name, Qt.TextElideMode.ElideMiddle, 180)
            chip = QPushButton(f"{name}  {size_words(len(file.data))}", self)
            chip.setProperty("number", number)
            chip.setIcon(icons.icon("fa6s.xmark", self._theme.color("muted")))
            chip.setAccessibleName(f"Remove {file.name}, {size_words(len(file.data))}")
            chip.setToolTip(f"Remove {file.name}")
            chip.clicked.connect(self._on_chip)
            self._row.insertWidget(number, chip)
        self.setVisible(bool(self._files))


class RefusedFiles(QWidget):
    """What was not taken, and why, until the agent says that they have read it: typing goes on meanwhile, and each
    draft has its own."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._key: Hashable = None
        self._unread: dict[Hashable, list[str]] = {}
        self._text = Label(parent=self)
        self._text.setWordWrap(True)
        read = self._read = QPushButton("OK", self)
        read.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        read.clicked.connect(self._on_read)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(read, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def show_of(self, key: Hashable) -> None:
        """key: names the draft that is shown; None for none."""
        self._key = key
        self._tell()

    def add(self, sentence: str) -> None:
        held = self._unread.setdefault(self._key, [])
        if sentence not in held:
            held.append(sentence)
            announce(self, sentence)
        self._tell()

    def _on_read(self) -> None:
        self._unread.pop(self._key, None)
        self._tell()

    def _tell(self) -> None:
        text = "\n".join(self._unread.get(self._key, ()))
        self._text.setText(text)
        self._read.setAccessibleName(f"OK: {text}")
        self.setVisible(bool(text))

    def apply_theme(self) -> None:
        palette = QPalette(self._text.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.color("danger"))
        self._text.setPalette(palette)


def size_words(size_bytes: int) -> str:
    """`812 B`, `14 kB`, `3.2 MB`; thousands, as file managers of phones count."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1000:.0f} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"
