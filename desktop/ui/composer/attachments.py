"""The composer's attachments as removable chips, and a notice of files that could not be attached."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from stat import S_ISREG

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.content.file_types import type_of
from desktop.ports import OutgoingFile
from desktop.text.catalog import strip_isolates
from desktop.text.formats import size
from desktop.text.screens import composer as texts
from desktop.ui.look import icons
from desktop.ui.look.decoding import decode_picture, picture_format
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.screen_reader.announce import announce

MAX_FILES = 10
"""In one reply (Intercom API 2.16, `attachment_files`)."""
MAX_TOTAL_BYTES = 15_000_000
"""In one reply. Intercom publishes no limit; base64 adds a third, and about 20 MB of JSON is known to pass."""


_CROSS = 14
THUMBNAIL = QSize(40, 40)
MAX_THUMBNAIL_BYTES = 5_000_000
"""The picture of a larger file would take too long to decode while somebody waits."""


class AttachmentRow(QWidget):
    """A row of chips, pictures with a thumbnail; hidden without files.

    Signals:
        changed: a file was added or removed.
        refused: a file was not added. arg: a sentence for the agent.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._files: list[OutgoingFile] = []
        self._thumbnails: list[QPixmap | None] = []
        self._row = FlowLayout(spacing=GAP - 2, parent=self)
        self.hide()

    @property
    def files(self) -> tuple[OutgoingFile, ...]:
        return tuple(self._files)

    @property
    def room(self) -> int:
        """How many bytes more one reply can have."""
        return MAX_TOTAL_BYTES - sum(len(file.data) for file in self._files)

    def set_files(self, files: tuple[OutgoingFile, ...]) -> None:
        """Show the files of a draft without emitting `changed`."""
        self._files = list(files)
        self._thumbnails = [self._thumbnail(file) for file in files]
        self._rebuild()

    def add_paths(self, paths: list[str]) -> None:
        for path in map(Path, paths):
            try:
                # Before reading: neither load a film of gigabytes only to refuse it, nor read from an endless device.
                stat = path.stat()
                if not S_ISREG(stat.st_mode):
                    self.refused.emit(texts.NOT_A_FILE(file=path.name))
                    continue
                if stat.st_size > MAX_TOTAL_BYTES:
                    self.refused.emit(texts.FILE_TOO_LARGE(file=path.name, limit=size(MAX_TOTAL_BYTES)))
                    continue
                data = path.read_bytes()
            except OSError as error:
                self.refused.emit(_unreadable(path.name, error.strerror or ""))
                continue
            except ValueError:
                self.refused.emit(_unreadable(path.name, ""))
                continue
            self.add_file(OutgoingFile(path.name, type_of(path.name), data))

    def add_image(self, image: QImage) -> None:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        # The stub asks for bytes, the binding for str.
        if image.isNull() or not image.save(buffer, "PNG"):  # type: ignore[call-overload]
            self.refused.emit(texts.PICTURE_UNREADABLE())
            return
        self.add_file(OutgoingFile(f"picture-{len(self._files) + 1}.png", "image/png", bytes(data.data())))

    def add_file(self, file: OutgoingFile) -> bool:
        """Add it, or emit `refused` and return False."""
        if len(self._files) >= MAX_FILES:
            self.refused.emit(texts.TOO_MANY_FILES(MAX_FILES, file=file.name))
            return False
        if len(file.data) > self.room:
            self.refused.emit(texts.FILES_TOO_LARGE(file=file.name, limit=size(MAX_TOTAL_BYTES)))
            return False
        self._files.append(file)
        self._thumbnails.append(self._thumbnail(file))
        self._rebuild()
        self.changed.emit()
        return True

    def _on_chip(self) -> None:
        number = self.sender().property("number")
        del self._files[number], self._thumbnails[number]
        self._rebuild()
        self.changed.emit()

    def _thumbnail(self, file: OutgoingFile) -> QPixmap | None:
        """None for what is no picture that can be shown."""
        if len(file.data) > MAX_THUMBNAIL_BYTES or not picture_format(file.data):
            return None
        ratio = self.devicePixelRatioF()
        decoded = decode_picture(file.data, THUMBNAIL * ratio)
        if decoded.image is None:
            return None
        pixmap = QPixmap.fromImage(decoded.image)
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _chip_icon(self, thumbnail: QPixmap | None) -> QIcon:
        """The cross that removes the file, in the corner of its picture if it is one."""
        cross = icons.icon("fa6s.xmark", self._theme.color("muted"))
        if thumbnail is None:
            return cross
        pixmap = QPixmap(thumbnail)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corner = QRect(0, 0, _CROSS, _CROSS)
        if self.isRightToLeft():
            corner.moveRight(round(pixmap.deviceIndependentSize().width()) - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("surface"))
        painter.drawEllipse(corner)
        cross.paint(painter, corner.adjusted(2, 2, -2, -2))
        painter.end()
        return QIcon(pixmap)

    def _rebuild(self) -> None:
        while self._row.count():
            item = self._row.takeAt(0)
            chip = item.widget() if item is not None else None
            if chip is not None:
                # This may run in the chip's own click handler, so it has to outlive the call.
                chip.hide()
                chip.deleteLater()
        for number, (file, thumbnail) in enumerate(zip(self._files, self._thumbnails, strict=True)):
            name = self.fontMetrics().elidedText(file.name, Qt.TextElideMode.ElideMiddle, 180)
            file_size = size(len(file.data))
            # Qt keeps the text four pixels from a picture, however large it is.
            gap = "" if thumbnail is None else " "
            chip = QPushButton(gap + texts.FILE_CHIP(file=name, size=file_size), self)
            chip.setProperty("number", number)
            chip.setIcon(self._chip_icon(thumbnail))
            if thumbnail is not None:
                chip.setIconSize(THUMBNAIL)
            chip.setAccessibleName(strip_isolates(texts.REMOVE_FILE_OF_SIZE(file=file.name, size=file_size)))
            chip.setToolTip(texts.REMOVE_FILE(file=file.name))
            chip.clicked.connect(self._on_chip)
            self._row.insertWidget(number, chip)
        self.setVisible(bool(self._files))


class RefusedFilesNotice(QWidget):
    """Says for each draft which files were not attached and why, until the agent confirms; typing goes on meanwhile."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._draft_key: Hashable = None
        self._errors: dict[Hashable, list[str]] = {}
        self._text = Label()
        self._text.setWordWrap(True)
        self._confirm_button = push_button(texts.OK(), self._on_confirmed)
        self._confirm_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = layouts.row(parent=self)
        row.addWidget(self._text, 1)
        row.addWidget(self._confirm_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def show_draft(self, key: Hashable) -> None:
        """Show the errors of the draft with this key; None for no draft."""
        self._draft_key = key
        self._update()

    def add(self, sentence: str) -> None:
        errors = self._errors.setdefault(self._draft_key, [])
        if sentence not in errors:
            errors.append(sentence)
            announce(self, sentence)
        self._update()

    def _on_confirmed(self) -> None:
        self._errors.pop(self._draft_key, None)
        self._update()

    def _update(self) -> None:
        text = "\n".join(self._errors.get(self._draft_key, ()))
        self._text.setText(text)
        self._confirm_button.setAccessibleName(strip_isolates(texts.OK_TO(text=text)))
        self.setVisible(bool(text))

    def apply_theme(self) -> None:
        self._text.set_text_color(self._theme.color("danger"))


def _unreadable(name: str, reason: str) -> str:
    if reason:
        return texts.FILE_UNREADABLE_BECAUSE(file=name, reason=reason)
    return texts.FILE_UNREADABLE(file=name)
