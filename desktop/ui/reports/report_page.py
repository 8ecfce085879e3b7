"""One report: its numbers, a chart of the days, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QStackedWidget, QTableWidget, QTableWidgetItem, QWidget

from desktop.domain.history.report_events import ReportKind
from desktop.domain.model.facts import ChannelKind
from desktop.engine.views import Period, ReportsView
from desktop.text import reports as texts
from desktop.text.catalog import strip_isolates
from desktop.text.formats import day_and_month
from desktop.text.locale import number
from desktop.text.names import channel_label
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.reports.chart import DayChart
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Label, Paragraph
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area

_WEEK = timedelta(days=7)
_LEAST_AFTER = timedelta(days=3)
"""With less than this behind it, a number a week would be a guess."""


class ReportPage(QWidget):
    """Signals: texts_requested: the agent wants to see the texts that ask customers to continue on WhatsApp."""

    texts_requested = Signal()

    def __init__(self, theme: Theme, kind: ReportKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.kind = theme, kind
        self._about = Paragraph(texts.ABOUT[kind](), muted=True)
        self.total = Heading(theme, size_delta_pt=4)
        self._channels = FlowLayout()
        self.compared = Paragraph()
        self.chart = DayChart(theme)
        self.table = QTableWidget()
        self.table.setAccessibleName(texts.TITLES[kind]())
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.empty = EmptyState(theme)
        self.empty.show_state("fa6s.circle-check", texts.NOTHING[kind](), texts.NOTHING_ABOUT())
        self._stack = QStackedWidget()
        for widget in (self.chart, self.table, self.empty):
            self._stack.addWidget(widget)
        self.switch = push_button(texts.AS_TABLE(), self._on_switched)
        self.texts_button = push_button(texts.OPEN_TEXTS(), self.texts_requested)
        if kind is not ReportKind.MESSENGER_ANSWER:
            self.compared.hide()
            self.texts_button.hide()
        self._not_complete = Paragraph(texts.NOT_COMPLETE(), muted=True)
        content = ScrollContent()
        column = layouts.column(
            self._about,
            self.total,
            self._channels,
            self.compared,
            self._stack,
            self._not_complete,
            FlowLayout(self.switch, self.texts_button),
            parent=content,
            # Large text in a small window leaves no room for more.
            spacing=GAP // 2,
        )
        column.setStretchFactor(self._stack, 1)
        layouts.column(scroll_area(content), parent=self)
        theme.changed.connect(self._show_channels)
        self._totals: Mapping[ChannelKind, int] = {}

    def show_reports(self, view: ReportsView) -> None:
        counts = view.counts[self.kind]
        self._totals = texts.totals(counts)
        total = sum(self._totals.values())
        ordered = {channel: counts[channel] for channel in self._totals}
        shown_total = texts.TOTALS[self.kind](total)
        self.total.setText(shown_total)
        self._show_channels()
        marked = view.texts_set_at if self.kind is ReportKind.MESSENGER_ANSWER else None
        self.chart.show_days(view.days, ordered, marked)
        title = texts.TITLES[self.kind]()
        self.chart.setAccessibleName(strip_isolates(texts.CHART(title=title, total=shown_total)))
        self._fill_table(view.days, ordered)
        self.compared.setText(compared_sentence(view))
        self._not_complete.setVisible(not view.is_complete)
        self.total.setVisible(total > 0)
        self.switch.setVisible(total > 0)
        is_table = self._stack.currentWidget() is self.table
        self._stack.setCurrentWidget(self.empty if not total else self.table if is_table else self.chart)

    def _on_switched(self) -> None:
        shows_table = self._stack.currentWidget() is not self.table
        self._stack.setCurrentWidget(self.table if shows_table else self.chart)
        self.switch.setText((texts.AS_CHART if shows_table else texts.AS_TABLE)())

    def _show_channels(self) -> None:
        layouts.clear(self._channels)
        side = self.fontMetrics().height()
        for channel, count in self._totals.items():
            icon = Label()
            icon.setPixmap(icons.channel_pixmap(channel, self._theme, side, self.devicePixelRatioF()))
            part = QWidget()
            layouts.row(icon, Label(texts.channel_count(channel, count)), parent=part, spacing=GAP // 2)
            self._channels.addWidget(part)

    def _fill_table(self, days: Sequence[date], counts: Mapping[ChannelKind, Sequence[int]]) -> None:
        table = self.table
        titles = [texts.DAY(), *map(channel_label, counts), texts.TOTAL()]
        table.setColumnCount(len(titles))
        table.setRowCount(len(days))
        table.setHorizontalHeaderLabels(titles)
        # The newest day first: it is what people look for.
        for row, at in enumerate(reversed(range(len(days)))):
            numbers = [of_channel[at] for of_channel in counts.values()]
            for column, text in enumerate(
                [day_and_month(days[at], short=True), *map(number, [*numbers, sum(numbers)])]
            ):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignLeading if column == 0 else Qt.AlignmentFlag.AlignTrailing
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                table.setItem(row, column, item)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)


def compared_sentence(view: ReportsView) -> str:
    """Return how many customers answered in the Messenger before and after the texts were set there."""
    at = view.texts_set_at
    if at is None:
        return texts.NO_TEXTS_SET()
    before, after = ([week for week in view.weeks if (week[0].start < at) is is_before] for is_before in (True, False))
    return texts.before_and_after(at, _a_week(before), _a_week(after, _LEAST_AFTER))


def _a_week(weeks: Sequence[tuple[Period, int]], least: timedelta = timedelta(0)) -> float | None:
    """Return the number a week; None where that would be a guess."""
    length = sum((period.end - period.start for period, _ in weeks), timedelta(0))
    return sum(count for _, count in weeks) * (_WEEK / length) if length > least else None
