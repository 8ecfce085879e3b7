"""Rows and columns of widgets in one call."""

from __future__ import annotations

from typing import Literal, TypeVar

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from desktop.ui.look.theme import GAP

L = TypeVar("L", bound=QBoxLayout)
Item = QWidget | QLayout | Literal["stretch"]
Margins = int | tuple[int, int, int, int]
"""In pixels: all four the same, or left, top, right, bottom."""


def column(*items: Item, parent: QWidget | None = None, spacing: int = GAP, margins: Margins = 0) -> QVBoxLayout:
    """Return the items one below the other; `parent` gets the layout as its own."""
    return _filled(QVBoxLayout(parent) if parent is not None else QVBoxLayout(), items, spacing, margins)


def row(*items: Item, parent: QWidget | None = None, spacing: int = GAP, margins: Margins = 0) -> QHBoxLayout:
    """Return the items side by side; `parent` gets the layout as its own."""
    return _filled(QHBoxLayout(parent) if parent is not None else QHBoxLayout(), items, spacing, margins)


def _filled(layout: L, items: tuple[Item, ...], spacing: int, margins: Margins) -> L:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*(margins if isinstance(margins, tuple) else (margins,) * 4))
    add_items(layout, *items)
    return layout


def add_items(layout: QBoxLayout, *items: Item) -> None:
    for item in items:
        if isinstance(item, QWidget):
            layout.addWidget(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addStretch(1)


def clear(layout: QLayout) -> None:
    """Remove and delete the layout's widgets."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
