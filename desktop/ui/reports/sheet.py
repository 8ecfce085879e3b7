"""The sheet of reports: what is to do, and one page for each report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QStackedWidget, QWidget

from desktop.domain.history.report_events import ReportKind
from desktop.engine.views import ReportsView
from desktop.text import reports as texts
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.reports.report_page import ReportPage
from desktop.ui.reports.to_do_page import ToDoPage
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.widgets.screen_reader.announce import announce

_WIDTH, _HEIGHT = 860, 600


class ReportsSheet(Overlay):
    """Signals:
    opened: the reports are wanted.
    open_requested, done_requested: as of `ToDoPage`. texts_requested: as of `ReportPage`.
    export_requested: save this report in a file. arg: ReportKind.
    """

    opened = Signal()
    open_requested = Signal(object)
    done_requested = Signal(object)
    texts_requested = Signal()
    export_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(texts.REPORTS())
        self.to_do = ToDoPage(theme)
        self.to_do.open_requested.connect(self.open_requested)
        self.to_do.done_requested.connect(self.done_requested)
        self.reports: Sequence[ReportPage] = [ReportPage(theme, kind) for kind in ReportKind]
        for report in self.reports:
            report.texts_requested.connect(self.texts_requested)
        self._names = QListWidget()
        self._names.setAccessibleName(texts.REPORT_LIST())
        self._names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        for title, page in self._pages():
            self._names.addItem(title)
            self._stack.addWidget(page)
        self._names.currentRowChanged.connect(self._on_page_changed)
        self._message = Paragraph()
        self._undo_button = push_button(texts.UNDO(), self._on_undo)
        self._undo: Callable[[], object] | None = None
        self.export_button = push_button(texts.EXPORT(), self._on_export)
        self._close_button = push_button(texts.CLOSE(), self.dismiss)
        message = layouts.row(self._message, self._undo_button)
        message.setStretchFactor(self._message, 1)
        buttons = layouts.row("stretch", self.export_button, self._close_button)
        right = layouts.column(self._stack, message, buttons, spacing=PAD)
        right.setStretchFactor(self._stack, 1)
        row = layouts.row(self._names, right, spacing=2 * PAD)
        row.setStretchFactor(right, 1)
        layouts.column(
            Heading(theme, texts.REPORTS(), size_delta_pt=4), row, parent=self._card, spacing=PAD, margins=PAD
        ).setStretchFactor(row, 1)
        self._names.setCurrentRow(0)
        self._follow_theme()

    def _pages(self) -> list[tuple[str, QWidget]]:
        return [(texts.TO_DO(), self.to_do), *((texts.TITLES[page.kind](), page) for page in self.reports)]

    def show_popup(self) -> None:
        self.show_message("")
        super().show_popup()
        self._names.setFocus(Qt.FocusReason.PopupFocusReason)
        self.opened.emit()

    def show_page(self, kind: ReportKind | None) -> None:
        """kind: None for what is to do."""
        kinds = [None, *(page.kind for page in self.reports)]
        self._names.setCurrentRow(kinds.index(kind))

    def show_reports(self, view: ReportsView, now: datetime) -> None:
        self.to_do.show_reports(view, now)
        for page in self.reports:
            page.show_reports(view)
        title = texts.TO_DO_COUNT(count=view.to_do_count) if view.to_do_count else texts.TO_DO()
        self._names.item(0).setText(title)
        self._fit_names()

    def show_message(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say what was done; "" says nothing. undo: takes it back. The window's own line is covered."""
        self._message.show_text(text)
        self._undo = undo
        self._undo_button.setVisible(undo is not None)
        if text:
            announce(self, text)

    @property
    def message(self) -> str:
        return self._message.text()

    def _on_undo(self) -> None:
        undo = self._undo
        self.show_message("")
        # The button that had the keyboard is gone.
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.focusNextPrevChild(True)
        if undo is not None:
            undo()

    def tab_order(self) -> list[QWidget]:
        inside = [
            w
            for w in self._pages()[self._stack.currentIndex()][1].findChildren(QWidget)
            if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        last = (self._undo_button, self.export_button, self._close_button)
        return [self._names, *(w for w in inside if w.isVisible()), *last]

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 1.6)
        self.center_card(
            min(self.width() - 2 * PAD, round(_WIDTH * scale)), min(self.height() - 2 * PAD, round(_HEIGHT * scale))
        )

    def _on_page_changed(self, row: int) -> None:
        self._stack.setCurrentIndex(row)
        self.show_message("")
        self.export_button.setVisible(row > 0)

    def _on_export(self) -> None:
        page = self._stack.currentWidget()
        if isinstance(page, ReportPage):
            self.export_requested.emit(page.kind)

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}"
            f"QListWidget, QTableWidget {{ background: {colors.panel}; border: 1px solid {colors.outline};"
            f" border-radius: 6px; color: {colors.text}; outline: none;"
            f" alternate-background-color: {colors.surface}; }}"
            f"QListWidget:focus, QTableWidget:focus {{ border-color: {colors.accent}; }}"
            f"{row_style(colors, padding='5px 3px')}{row_style(colors, padding='0', kind='QTableWidget')}"
            f"QHeaderView::section {{ background: {colors.panel}; color: {colors.muted}; border: none; padding: 4px; }}"
        )

    def _fit_names(self) -> None:
        metrics = self._names.fontMetrics()
        widest = max(metrics.horizontalAdvance(self._names.item(n).text()) for n in range(self._names.count()))
        self._names.setFixedWidth(widest + 4 * PAD)

    def _apply_theme(self) -> None:
        super()._apply_theme()
        self._fit_names()
        # The rows were measured before the style sheet added its padding.
        self._names.scheduleDelayedItemsLayout()
