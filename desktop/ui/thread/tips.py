"""Tooltips that show what they say, whoever wrote it."""

from __future__ import annotations

from PySide6 import QtGui


def plain(tip: str) -> str:
    """For `setToolTip` and `showText`: Qt would take words with tags in them for a page, pictures from disk and all."""
    return QtGui.Qt.convertFromPlainText(tip) if QtGui.Qt.mightBeRichText(tip) else tip
