"""Files in a bubble: a frame in a picture's shape, a chip with name and size for everything else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from desktop.domain.model.facts import Attachment
from desktop.ui.thread.layout.column import CHIP_PAD, Column, Item
from desktop.ui.thread.media.file_names import safe
from desktop.ui.wording import thread

_ICONS = {"image": "fa6s.image", "audio": "fa6s.microphone", "video": "fa6s.film"}
_WIDEST, _HIGHEST, _LOWEST = 260.0, 170.0, 60.0
_ICON_SIZE = 22.0
MOST = 20


def add_files(column: Column, files: Sequence[Attachment], *, everything: bool = False) -> None:
    """everything: also of a message with more than `MOST` files."""
    shown = files if everything else files[:MOST]
    for number, file in enumerate(shown):
        kind = file.content_type.partition("/")[0]
        icon, action = _ICONS.get(kind, "fa6s.file-lines"), f"file:{number}"
        if kind == "image":
            _add_picture(column, file, icon, action)
        _add_chip(column, file, "fa6s.paperclip" if kind == "image" else icon, action)
    if len(shown) < len(files):
        column.items([Item(f"Show all {len(files):,} files", "accent", "fa6s.angles-down", action="show_all")])


def _add_picture(column: Column, file: Attachment, icon: str, action: str) -> None:
    """The picture's own proportions, so that nothing moves once it is there to be shown."""
    width, height = file.width_px or 4, file.height_px or 3
    scale = min(min(_WIDEST, column.most) / width, _HIGHEST / height)
    size = max(_LOWEST, width * scale), max(_LOWEST, height * scale)

    def place(left: float, top: float, _width: float) -> None:
        box = QRectF(left, top, *size)
        column.box(box, "hover")
        inner = QRectF(box.left(), box.center().y() - _ICON_SIZE / 2, box.width(), _ICON_SIZE)
        column.icon_in(inner, icon, "muted", safe(file.name), action)

    column.add(size[0], size[1], place)


def _add_chip(column: Column, file: Attachment, icon: str, action: str) -> None:
    look, name = column.look, safe(file.name)
    about = f"{thread.attachment_kind(file)} · {thread.size(file.size_bytes)}"
    words_width = max(look.strong_metrics.horizontalAdvance(name), look.small_metrics.horizontalAdvance(about))
    width = min(words_width + 3 * CHIP_PAD + _ICON_SIZE + 2, column.most)
    line = look.strong_metrics.height()
    height = 2 * line + CHIP_PAD

    def place(left: float, top: float, _width: float) -> None:
        box = QRectF(left, top, width, height)
        column.box(box, "surface")
        middle = QRectF(left + CHIP_PAD, top + (height - _ICON_SIZE) / 2, _ICON_SIZE, _ICON_SIZE)
        column.icon_in(middle, icon, "muted", name, action)
        words_left = middle.right() + CHIP_PAD
        room = box.right() - CHIP_PAD - words_left
        first = QRectF(words_left, top + CHIP_PAD / 2, room, line)
        column.line(name, look.strong, "text", first, name, action)
        column.line(about, look.small, "muted", first.translated(0, line), name, action)

    column.add(width, height, place)
