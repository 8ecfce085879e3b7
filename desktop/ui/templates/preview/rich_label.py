"""Rich: words with WhatsApp's styles and with blanks that can be pressed, each paragraph in its own direction."""

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

from desktop.ui.look.theme import Theme
from desktop.ui.templates.preview.whatsapp_markup import Run


class RichWords(QWidget):
    """As high as its words need at its width.

    Signals:
        blank_pressed: a blank that is still empty was pressed. arg: its slot key.
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
        runs: Iterable[Run],
        font: QFont,
        color: QColor,
        key_of: Callable[[str], str],
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading,
    ) -> None:
        """key_of: the slot key of a blank's name, "" where it is none of ours."""
        self._color = color
        option = self._document.defaultTextOption()
        option.setAlignment(align)
        self._document.setDefaultTextOption(option)
        self._document.clear()
        self._document.setDefaultFont(font)
        cursor = QTextCursor(self._document)
        for run in runs:
            cursor.insertText(run.text, self._format(run, font, key_of(run.blank) if run.blank else ""))
        self._settle()
        self.update()

    def blank_at(self, point: QPointF) -> str:
        return self._document.documentLayout().anchorAt(point)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    def _settle(self) -> None:
        self._document.setTextWidth(self.width())
        height = math.ceil(self._document.size().height())
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, self._color)
        self._document.documentLayout().draw(QPainter(self), context)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.blank_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self.blank_at(event.position())
        if key:
            self.blank_pressed.emit(key)

    def _format(self, run: Run, font: QFont, key: str) -> QTextCharFormat:
        made = QTextCharFormat()
        face = QFont(font)
        if run.mono:
            face.setFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
        face.setBold(font.bold() or run.bold)
        face.setItalic(run.italic)
        face.setStrikeOut(run.struck)
        made.setFont(face)
        if run.blank:
            made.setBackground(self._theme.color("note"))
            made.setForeground(self._theme.color("note_text"))
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
            if key:
                made.setAnchor(True)
                made.setAnchorHref(key)
        return made
