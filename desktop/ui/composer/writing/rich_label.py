"""A label that shows WhatsApp's text styles and pressable blanks, each paragraph in its own direction."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontDatabase,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.composer.writing.whatsapp_markup import TextRun
from desktop.ui.look.theme import Theme


class RichLabel(QWidget):
    """As high as its text needs at its width.

    Signals:
        blank_pressed: an empty slot was pressed. arg: slot key.
    """

    blank_pressed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._color = QColor()
        self._document = QTextDocument(self)
        self._document.setDocumentMargin(0)
        self._document.setUndoRedoEnabled(False)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self._document.setDefaultTextOption(option)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        return self._document.toPlainText()

    def show_runs(
        self,
        runs: Iterable[TextRun],
        font: QFont,
        color: QColor,
        slot_key_of: Callable[[str], str],
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading,
    ) -> None:
        """slot_key_of: returns the slot key for the name of a blank, "" if it has no slot."""
        self._color = color
        option = self._document.defaultTextOption()
        option.setAlignment(align)
        self._document.setDefaultTextOption(option)
        self._document.clear()
        self._document.setDefaultFont(font)
        cursor = QTextCursor(self._document)
        for run in runs:
            cursor.insertText(run.text, self._format(run, font, slot_key_of(run.blank) if run.blank else ""))
        self._update_height()
        self.update()

    def blank_at(self, point: QPointF) -> str:
        return self._document.documentLayout().anchorAt(point)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_height()

    def _update_height(self) -> None:
        self._document.setTextWidth(self.width())
        height = math.ceil(self._document.size().height())
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, self._color)
        self._document.documentLayout().draw(QPainter(self), context)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        key = self.blank_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if key else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self.blank_at(event.position())
        if key:
            self.blank_pressed.emit(key)

    def _format(self, run: TextRun, font: QFont, key: str) -> QTextCharFormat:
        text_format = QTextCharFormat()
        run_font = QFont(font)
        if run.mono:
            run_font.setFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
        run_font.setBold(font.bold() or run.bold)
        run_font.setItalic(run.italic)
        run_font.setStrikeOut(run.struck)
        run_font.setUnderline(run.link)
        text_format.setFont(run_font)
        if run.link:
            text_format.setForeground(self._theme.color("accent"))
        if run.blank:
            text_format.setBackground(self._theme.color("note"))
            text_format.setForeground(self._theme.color("note_text"))
            text_format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
            if key:
                text_format.setAnchor(True)
                text_format.setAnchorHref(key)
        return text_format
