"""Starts the program, or a bare window, as a process of its own, and prints its CPU time at two moments.

`python -m tests.bench.start_probe bare [stay]` or `... program ARGUMENT...`, where the arguments are the program's own.
Prints one JSON object: milliseconds of all threads from the process' beginning to the first painted window and to the
first painted rows, the names of the modules that were imported by then, and how many files of source were read.
stay: the process does not end by itself.
"""

from __future__ import annotations

import json
import linecache
import os
import sys
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QWidget

ROWS = 40
NOBODY = "http://127.0.0.1:9"
"""Refuses every connection."""

_keep_alive: list[object] = []


def main() -> None:
    kind, *arguments = sys.argv[1:]
    if kind == "bare":
        _run_bare(stays="stay" in arguments)
    else:
        _run_program(arguments)


def _run_bare(*, stays: bool) -> None:
    from PySide6.QtCore import QStringListModel
    from PySide6.QtWidgets import QApplication, QListView, QVBoxLayout, QWidget

    application = QApplication(["bare"])
    window, rows = QWidget(), QListView()
    rows.setModel(QStringListModel([f"Row {number}" for number in range(ROWS)], rows))
    QVBoxLayout(window).addWidget(rows)
    window.resize(1280, 800)
    watch = _create_watch(ends=not stays)
    watch.watch_window(window)
    watch.watch_views(window)
    window.show()
    application.exec()


def _run_program(arguments: list[str]) -> None:
    from desktop.__main__ import main as run
    from desktop.app import qt

    start = qt.start

    def start_watched(**options: bool | str) -> QApplication:
        application = start(**options)  # type: ignore[arg-type]
        _watch_frame()
        return application

    qt.start = start_watched  # type: ignore[assignment]
    run(arguments)


def _watch_frame() -> None:
    """Watch the window when it is shown, and the views in it when it gets its customers."""
    from desktop.app.frame import InboxFrame

    watch = _create_watch(ends=True, then=_let_nobody_answer)
    show, fill = InboxFrame.show_at_once, InboxFrame.show_customers

    def show_watched(frame: InboxFrame) -> None:
        watch.watch_window(frame)
        show(frame)

    def fill_watched(frame: InboxFrame, customers: QWidget) -> None:
        watch.watch_views(customers)
        fill(frame, customers)

    InboxFrame.show_at_once = show_watched  # type: ignore[method-assign]
    InboxFrame.show_customers = fill_watched  # type: ignore[method-assign]


def _let_nobody_answer() -> None:
    """Not by --sandbox-urls, which nobody's start has: reading it needs the HTTP library."""
    from desktop.app.connect import Hosts

    Hosts.of_file = classmethod(lambda cls, _file: cls({"US": NOBODY}, *[NOBODY] * 6))  # type: ignore[assignment]


class Watch(Protocol):
    """Notes when a window and rows in it were painted first."""

    def watch_window(self, window: QWidget) -> None: ...

    def watch_views(self, window: QWidget) -> None: ...


def _create_watch(*, ends: bool, then: Callable[[], None] = lambda: None) -> Watch:
    """ends: end the process with the first rows. then: called once the window is painted."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QAbstractItemView

    paint = QEvent.Type.Paint

    class Filter(QObject):
        """Of the watched widgets alone: one of the application would run for each event of each widget, which took a
        tenth of the program's start and nothing of the bare window's.
        """

        window_ms = rows_ms = 0.0
        modules: tuple[str, ...] = ()

        def watch_window(self, window: QWidget) -> None:
            window.installEventFilter(self)

        def watch_views(self, window: QWidget) -> None:
            for view in window.findChildren(QAbstractItemView):
                view.viewport().installEventFilter(self)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() != paint:
                return False
            view = watched.parent()
            if not isinstance(view, QAbstractItemView):
                if not self.window_ms:
                    self.window_ms = -1.0
                    QTimer.singleShot(0, self.note_window)
            elif not self.rows_ms and view.model() is not None and view.model().rowCount():
                self.rows_ms = -1.0
                QTimer.singleShot(0, self.note_rows)
            return False

        def note_window(self) -> None:
            self.window_ms, self.modules = time.process_time() * 1_000, tuple(sys.modules)
            then()

        def note_rows(self) -> None:
            self.rows_ms = time.process_time() * 1_000
            report = {"window_ms": self.window_ms, "rows_ms": self.rows_ms, "modules": self.modules}
            by_then = {"rows_modules": tuple(sys.modules), "sources": len(linecache.cache)}
            print(json.dumps(report | by_then), flush=True)
            if ends:
                os._exit(0)

    watch = Filter()
    _keep_alive.append(watch)
    return watch


if __name__ == "__main__":
    main()
