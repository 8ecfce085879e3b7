"""The reports on the screen: a list of customers to reach that empties, charts with tables beside them, and files."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from every_screen import filled_reports
from fake_engine import CONTROL, FakeEngine, news, press
from msgspec import structs
from PySide6.QtCore import Qt

from desktop.domain.history.report_events import ReportEvent, ReportKind
from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import FocusCustomer, MarkReportsDone
from desktop.engine.views import ReportRow, ReportsView
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.reports.chart import DayChart, highest_line
from desktop.ui.reports.csv_file import csv_of, csv_of_rows
from desktop.ui.reports.report_page import compared_sentence
from desktop.ui.reports.sheet import ReportsSheet
from desktop.ui.settings.customer_texts import CustomerTextsPage


@pytest.fixture
def reported(engine: FakeEngine, now) -> ReportsView:
    view = filled_reports(now)
    event = replace(view.to_do[0].event, entry_id=engine.queries.threads["c-1"].thread.messages[-1].id)
    first = structs.replace(view.to_do[0], customer_id="c-1", event=event)
    engine.queries.reported = structs.replace(view, to_do=(first, *view.to_do[1:]))
    return engine.queries.reported


@pytest.fixture
def sheet(qtbot, window: MainWindow, reported: ReportsView) -> ReportsSheet:
    press(qtbot, window, Qt.Key.Key_Period, CONTROL)
    assert window.reports.sheet.is_open
    return window.reports.sheet


def rows(sheet: ReportsSheet) -> list[str]:
    return [sheet.to_do.list.item(n).text() for n in range(sheet.to_do.list.count())]


def test_the_list_is_worked_off_with_the_keyboard(
    qtbot, window, engine: FakeEngine, sheet, reported, ticker, clock
) -> None:
    assert rows(sheet)[0].splitlines()[0] == "Jennifer Okafor"
    assert rows(sheet)[1].splitlines()[1] == "WhatsApp closed while they waited · 5 h ago"
    assert "2 more customers follow." in sheet.to_do._more.text()
    press(qtbot, window, Qt.Key.Key_Tab)
    assert sheet.to_do.list.hasFocus()
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Delete)
    second = reported.to_do[1]
    assert engine.command_handler.of(MarkReportsDone) == [MarkReportsDone((second.event,))]
    assert sheet.message == "1 customer marked as done."
    # The list comes without them; what is next is chosen.
    left = tuple(c for c in reported.to_do if c is not second)
    engine.queries.reported = structs.replace(reported, to_do=left, to_do_count=4)
    news(qtbot, engine, customers=frozenset({"c-2"}))
    ticker.tick()
    assert len(rows(sheet)) == 4
    assert [c.customer_id for c in sheet.to_do.selected] == [reported.to_do[2].customer_id]
    sheet._undo_button.click()
    assert engine.command_handler.of(MarkReportsDone)[-1] == MarkReportsDone((second.event,), is_done=False)
    # A window closes by time alone.
    asked = engine.queries.asked.count("reports")
    clock.advance(timedelta(minutes=1))
    ticker.tick()
    assert engine.queries.asked.count("reports") == asked + 1
    # Several at once.
    sheet.to_do.list.selectAll()
    assert not sheet.to_do.open_button.isEnabled()
    sheet.to_do.done_button.click()
    assert len(engine.command_handler.of(MarkReportsDone)[-1].events) == 4
    # Enter opens the thread, at what happened.
    sheet.to_do.list.clearSelection()
    sheet.to_do.list.setCurrentRow(0)
    sheet.to_do.list.setFocus()
    press(qtbot, window, Qt.Key.Key_Return)
    assert not sheet.is_open
    qtbot.waitUntil(lambda: window.customer_id == "c-1")
    assert engine.command_handler.of(FocusCustomer)[-1].customer_id == "c-1"


def test_an_empty_list_says_so(qtbot, window, engine: FakeEngine) -> None:
    window.reports.open()
    sheet = window.reports.sheet
    assert sheet.to_do.empty.isVisible()
    for page in sheet.reports:
        sheet.show_page(page.kind)
        assert page.empty.isVisible()
        assert not page.switch.isVisible()


def test_each_report_has_a_chart_and_the_same_as_a_table(qtbot, window, sheet, reported) -> None:
    sheet.show_page(ReportKind.MESSENGER_ONLY)
    page = sheet.reports[0]
    assert page.chart.isVisible()
    whatsapp = reported.counts[ReportKind.MESSENGER_ONLY][ChannelKind.WHATSAPP]
    total = sum(map(sum, reported.counts[ReportKind.MESSENGER_ONLY].values()))
    assert page.total.text() == f"{total} replies in 30 days"
    assert page.chart.accessibleName().startswith(f"Messenger-only replies: {total} replies in 30 days.")
    assert page.chart.tooltip_at(page.chart.width() - 20) == f"20 November: WhatsApp {whatsapp[-1]}, Telegram 2"
    page.switch.click()
    assert page.table.isVisible()
    assert [page.table.item(0, column).text() for column in range(4)] == ["20 Nov", "5", "2", "7"]
    assert page.table.rowCount() == 30
    sheet.show_page(ReportKind.MESSENGER_ANSWER)
    assert sheet.reports[2].compared.text() == (
        "Before the texts were set on 15 November: 9.0 a week. Since then: 8.0 a week."
    )
    sheet.reports[2].texts_button.click()
    assert isinstance(window.settings.sheet.page, CustomerTextsPage)


def test_what_is_too_early_to_say_is_not_said(reported: ReportsView, now) -> None:
    (before, count), (after, _) = reported.weeks
    short = structs.replace(after, end=after.start + timedelta(days=1))
    view = structs.replace(reported, weeks=((before, count), (short, 0)))
    assert compared_sentence(view).endswith("It is too early for a number since then.")
    assert compared_sentence(structs.replace(reported, texts_set_at=None)).startswith("Set a welcome message")


def test_a_chart_of_any_numbers_is_painted(qtbot, theme, now) -> None:
    chart = DayChart(theme)
    chart.resize(500, 200)
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(30)]
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        chart.setLayoutDirection(direction)
        for counts in ({}, {ChannelKind.SMS: [0] * 30}, {ChannelKind.SMS: [10**6, *[1] * 29]}):
            chart.show_days(days, counts, now - timedelta(days=9))
            chart.grab()
    assert [highest_line(n) for n in (0, 1, 2, 3, 9, 11, 21, 99, 101)] == [2, 2, 2, 4, 10, 12, 40, 100, 120]
    assert all(highest_line(n) >= n and highest_line(n) % 2 == 0 for n in range(3_000))


def test_a_file_holds_text_whatever_people_call_themselves(qtbot, window, engine: FakeEngine, now, tmp_path) -> None:
    names = ('=HYPERLINK("http://x")', "+353 87 123", "-1", "@sum", "\t=1", " =1+1", 'a "b", c\nd', "Jennifer", "أمل")
    events = [ReportEvent(ReportKind.MESSENGER_ONLY, "9", str(n), now, ChannelKind.WHATSAPP) for n in range(len(names))]
    lines = [ReportRow(event, name, n == 7) for n, (event, name) in enumerate(zip(events, names, strict=True))]
    written = csv_of_rows(lines)
    assert written.startswith(b"\xef\xbb\xbfTime,Report,Channel,Customer,Conversation,To do\r\n")
    read = list(csv.reader(StringIO(written.decode("utf-8-sig"), newline="")))
    assert [row[3] for row in read[1:]] == [*(f"'{name}" for name in names[:6]), *names[6:]]
    assert read[1][:3] == ["2026-11-20 14:00:00+00:00", "Messenger-only replies", "WhatsApp"]
    assert [row[5] for row in read[1:]] == ["Yes" if n == 7 else "No" for n in range(len(names))]
    assert csv_of([["a", "b"]]) == b"\xef\xbb\xbfa,b\r\n"
    engine.queries.report_lines = tuple(lines)
    window.reports.open()
    window.reports.export(ReportKind.MESSENGER_ONLY, str(tmp_path / "report.csv"))
    assert (tmp_path / "report.csv").read_bytes() == written
    assert window.reports.sheet.message == "Exported: report.csv"
    window.reports.export(ReportKind.MESSENGER_ONLY, str(tmp_path / "no folder" / "report.csv"))
    assert window.reports.sheet.message.startswith("Not exported: ")
