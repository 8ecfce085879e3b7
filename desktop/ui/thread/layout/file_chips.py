"""Attachments in a bubble: a frame with an image's aspect ratio, and a chip with name and size for every file."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from desktop.domain.model.facts import Attachment
from desktop.text.thread import messages as texts
from desktop.ui.thread.layout.column import CHIP_PAD, Column, Item
from desktop.ui.thread.media.file_names import safe_name

_ICONS = {"image": "fa6s.image", "audio": "fa6s.microphone", "video": "fa6s.film"}
_MAX_WIDTH, _MAX_HEIGHT, _MIN_SIDE = 260.0, 170.0, 60.0
_ICON_SIZE = 22.0
MAX_FILES = 20


def add_files(column: Column, files: Sequence[Attachment], *, everything: bool = False) -> None:
    """Add at most `MAX_FILES` attachments. everything: add all."""
    shown = files if everything else files[:MAX_FILES]
    for number, file in enumerate(shown):
        kind = file.content_type.partition("/")[0]
        icon, action = _ICONS.get(kind, "fa6s.file-lines"), f"file:{number}"
        if kind == "image":
            _add_image(column, file, icon, action)
        _add_chip(column, file, "fa6s.paperclip" if kind == "image" else icon, action)
    if len(shown) < len(files):
        column.add_items([Item(texts.SHOW_ALL_FILES(len(files)), "accent", "fa6s.angles-down", action="show_all")])


def _add_image(column: Column, file: Attachment, icon: str, action: str) -> None:
    """Add a frame with the image's aspect ratio, so that nothing moves when the image is shown."""
    width, height = file.width_px or 4, file.height_px or 3
    scale = min(min(_MAX_WIDTH, column.max_width) / width, _MAX_HEIGHT / height)
    size = max(_MIN_SIDE, width * scale), max(_MIN_SIDE, height * scale)

    def place(left: float, top: float, _width: float) -> None:
        box = QRectF(left, top, *size)
        column.add_box(box, "hover")
        inner = QRectF(box.left(), box.center().y() - _ICON_SIZE / 2, box.width(), _ICON_SIZE)
        column.add_centered_icon(inner, icon, "muted", safe_name(file.name), action)

    column.add(size[0], size[1], place)


def _add_chip(column: Column, file: Attachment, icon: str, action: str) -> None:
    style, name = column.style, safe_name(file.name)
    details = texts.attachment_details(file)
    text_width = max(style.bold_metrics.horizontalAdvance(name), style.small_metrics.horizontalAdvance(details))
    width = min(text_width + 3 * CHIP_PAD + _ICON_SIZE + 2, column.max_width)
    line = style.bold_metrics.height()
    height = 2 * line + CHIP_PAD

    def place(left: float, top: float, _width: float) -> None:
        box = QRectF(left, top, width, height)
        column.add_box(box, "surface")
        middle = QRectF(left + CHIP_PAD, top + (height - _ICON_SIZE) / 2, _ICON_SIZE, _ICON_SIZE)
        column.add_centered_icon(middle, icon, "muted", name, action)
        text_left = middle.right() + CHIP_PAD
        width_left = box.right() - CHIP_PAD - text_left
        first = QRectF(text_left, top + CHIP_PAD / 2, width_left, line)
        column.add_line(name, style.bold, "text", first, name, action)
        column.add_line(details, style.small, "muted", first.translated(0, line), name, action)

    column.add(width, height, place)
