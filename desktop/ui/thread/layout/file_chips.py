"""Attachments in a bubble: pictures, voice notes, and a chip with name and size for every other file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF

from desktop.domain.content.file_types import ending_of, type_of
from desktop.domain.model.facts import Attachment
from desktop.text.thread import messages as texts
from desktop.ui.thread.layout.bubble_layout import MediaSlot, SlotKind
from desktop.ui.thread.layout.column import CHIP_PAD, Column, Item
from desktop.ui.thread.media.file_names import safe_name
from desktop.ui.thread.media.library import can_play

_ICONS = {"image": "fa6s.image", "audio": "fa6s.microphone", "video": "fa6s.film"}
_SHOWN_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_MAX_WIDTH, _MAX_HEIGHT, _MIN_SIDE = 260.0, 170.0, 60.0
_AUDIO_WIDTH = 260.0
_ICON_SIZE = 22.0
MAX_FILES = 20
STEPS = (MAX_FILES, 200, 2_000)
"""How many are shown at first, and each time the agent asks for more."""


def add_files(column: Column, files: Sequence[Attachment], expanded: int = 0) -> None:
    """Add the first attachments. expanded: how often the agent asked for more of them."""
    shown = files[: STEPS[min(expanded, len(STEPS) - 1)]]
    for number, file in enumerate(shown):
        content_type = type_of(file.name, file.content_type)
        kind, action = content_type.partition("/")[0], f"file:{number}"
        if content_type in _SHOWN_PICTURES:
            _add_slot(column, file, number, SlotKind.PICTURE, _picture_size(column, file))
        elif kind == "video" and can_play():
            _add_slot(column, file, number, SlotKind.VIDEO, _picture_size(column, file))
        elif kind == "audio" and can_play():
            height = 2 * (column.style.bold_metrics.height() + CHIP_PAD)
            _add_slot(column, file, number, SlotKind.AUDIO, (min(_AUDIO_WIDTH, column.max_width), height))
        else:
            _add_chip(column, file, _details(file, kind), _ICONS.get(kind, "fa6s.file-lines"), action)
    if len(shown) < len(files):
        column.add_items([_rest_item(len(files), len(shown))])


def _rest_item(count: int, shown: int) -> Item:
    """What leads to the files that are not shown. shown: one of `STEPS`."""
    if shown == STEPS[-1]:
        return Item(texts.MORE_FILES_IN_INTERCOM(count - shown), "muted", "fa6s.ellipsis")
    more = texts.SHOW_ALL_FILES if count <= STEPS[STEPS.index(shown) + 1] else texts.SHOW_MORE_FILES
    return Item(more(count), "accent", "fa6s.angles-down", action="show_all")


def _picture_size(column: Column, file: Attachment) -> tuple[float, float]:
    """In the picture's proportions as Intercom says them, so that nothing moves when the picture is there."""
    width, height = file.width_px or 4, file.height_px or 3
    scale = min(min(_MAX_WIDTH, column.max_width) / width, _MAX_HEIGHT / height, 1.0 if file.width_px else _MAX_HEIGHT)
    return max(_MIN_SIDE, width * scale), max(_MIN_SIDE, height * scale)


def _add_slot(column: Column, file: Attachment, number: int, kind: SlotKind, size: tuple[float, float]) -> None:
    """Add room for what is loaded later."""

    def place(left: float, top: float, _width: float) -> None:
        box = QRectF(left, top, *size)
        column.add_box(box, "surface" if kind is SlotKind.AUDIO else "hover")
        tip = partial(texts.file_tooltip, safe_name(file.name), file)
        column.pieces.append(MediaSlot(box, kind, number, tip, f"file:{number}"))

    column.add(size[0], size[1], place)


def _details(file: Attachment, kind: str) -> str:
    if kind == "image":
        return texts.picture_not_shown(file, ending_of(file.name))
    return texts.opens_elsewhere(file) if kind in ("audio", "video") else texts.attachment_details(file)


def _add_chip(column: Column, file: Attachment, details: str, icon: str, action: str) -> None:
    style, name = column.style, safe_name(file.name)
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
