"""Prints an exported thread."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QMarginsF, QThread
from PySide6.QtGui import QFont, QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrinter

_POINTS = 10.0
_MARGIN_MM = 15.0


def create_printer(title: str) -> QPrinter:
    """Return the system's printer, with a margin. Qt's dialog does not own it."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    printer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    return printer


async def print_document(printer: QPrinter, html: str) -> bool:
    """Lay the page out and send it to the printer, beside the screen. Returns whether the printer took it."""
    thread, ended = _PrintThread(printer, html), asyncio.Event()
    thread.finished.connect(ended.set)
    _running.add(thread)
    thread.finished.connect(lambda: _running.discard(thread))
    thread.start()
    await ended.wait()
    return printer.printerState() not in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)


class _PrintThread(QThread):
    """Qt's own, since laying a text out starts timers."""

    def __init__(self, printer: QPrinter, html: str) -> None:
        super().__init__()
        self._printer, self._html = printer, html

    def run(self) -> None:
        document = QTextDocument()
        document.setDefaultFont(QFont("", round(_POINTS)))
        document.setHtml(self._html)
        document.print_(self._printer)


_running: set[_PrintThread] = set()
"""Kept to their end: nobody may be waiting for it."""
