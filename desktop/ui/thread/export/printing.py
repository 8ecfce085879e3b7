"""Prints an exported thread."""

from __future__ import annotations

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

_POINTS = 10.0
_MARGIN_MM = 15.0


class PrintDialog(QPrintDialog):
    """The system's dialog, with a printer of its own that has a margin."""

    def __init__(self, title: str, parent: QWidget) -> None:
        # Qt's dialog does not own it.
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._printer.setDocName(title)
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        self._printer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        super().__init__(self._printer, parent)
        self.setWindowTitle(title)


def print_document(printer: QPrinter, html: str) -> bool:
    """Lay the page out and send it to the printer, on any thread. Returns whether the printer took it."""
    document = QTextDocument()
    document.setDefaultFont(QFont("", round(_POINTS)))
    document.setHtml(html)
    document.print_(printer)
    return printer.printerState() not in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)
