"""The 48-hour chart: markers by origin, the window as a bar, and a sentence that says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain.model.facts import ChannelKind
from desktop.text.thread.window import window_explanation
from desktop.ui.thread.window_chart.chart import WindowChart
from desktop.ui.thread.window_chart.chart_data import SPAN, MarkerKind, build_chart

HOUR = timedelta(hours=1)


@pytest.fixture
def trap(jennifer, now):
    view = jennifer()
    return view, build_chart(view.thread, view.thread.chat("wa").window, now)


def markers(chart, channel):
    return row(chart, channel).markers


def customer_times(chart, channel):
    return [m.at for m in markers(chart, channel) if m.kind is MarkerKind.CUSTOMER]


def row(chart, channel):
    return next(r for r in chart.rows if r.channel is channel)


def test_the_window_s_channel_is_first_and_each_marker_is_on_its_origin(trap, now):
    _, chart = trap
    assert [r.channel for r in chart.rows] == [ChannelKind.WHATSAPP, ChannelKind.MESSENGER]
    assert customer_times(chart, ChannelKind.MESSENGER) == [now - timedelta(minutes=5)]
    assert customer_times(chart, ChannelKind.WHATSAPP)[-1] == now - 26 * HOUR


def test_a_reply_that_did_not_arrive_is_a_cross_there_and_a_square_where_it_did(trap, now):
    _, chart = trap
    at = now - timedelta(hours=1, minutes=50)
    kinds = {r.channel: [m.kind for m in r.markers if m.at == at] for r in chart.rows}
    assert kinds == {ChannelKind.WHATSAPP: [MarkerKind.FAILED_REPLY], ChannelKind.MESSENGER: [MarkerKind.REPLY]}


def test_what_nobody_confirmed_is_an_empty_square(trap, now):
    _, chart = trap
    whatsapp = markers(chart, ChannelKind.WHATSAPP)
    assert {m.kind for m in whatsapp if m.at < now - 24 * HOUR} == {MarkerKind.CUSTOMER, MarkerKind.UNCONFIRMED_REPLY}


def test_the_bar_is_the_window_and_now_is_inside_the_chart(trap, now):
    _, chart = trap
    start, end = row(chart, ChannelKind.WHATSAPP).bar
    assert start == now - 26 * HOUR
    assert end == now - 2 * HOUR - timedelta(minutes=2)
    assert chart.end - chart.start == SPAN
    assert 0 < chart.position(now) < 1
    assert all(chart.start <= m.at <= chart.end for r in chart.rows for m in r.markers)


def test_an_open_window_is_shown_to_its_end(jennifer, now):
    view = jennifer(whatsapp_age=HOUR, messenger_age=None)
    window = view.thread.chat("wa").window
    chart = build_chart(view.thread, window, now)
    assert row(chart, ChannelKind.WHATSAPP).bar == (window.opened_at, window.closes_at)
    assert chart.position(window.closes_at) < 1


def test_the_sentence_says_why(jennifer, people, now):
    closed = jennifer().thread.chat("wa").window
    assert window_explanation(closed, "Jennifer Okafor", now) == (
        "Jennifer last wrote on WhatsApp 26 h ago. Closed 2 h 2 min ago. "
        "Messages elsewhere don't extend the 24-hour window."
    )
    early = window_explanation(people.window(timedelta(hours=-3)), "Jennifer Okafor", now)
    assert "Closed 3 h ago (counted 2 min early to be safe)." in early
    still = people.window(timedelta(hours=3, minutes=12))
    assert window_explanation(still, "Jennifer", now).endswith("Replies can arrive there for another 3 h 12 min.")
    assert "No message from Jennifer on WhatsApp is known" in window_explanation(people.window(None), "Jennifer", now)


def test_the_chart_grows_with_its_rows_and_paints(qtbot, theme, trap):
    _, data = trap
    chart = WindowChart(theme)
    qtbot.addWidget(chart)
    empty = chart.sizeHint().height()
    chart.show_chart(data)
    assert chart.sizeHint().height() > empty
    chart.resize(chart.sizeHint())
    image = chart.grab().toImage()
    # Messages of the Messenger are filled squares; the outlines of other marks blend with what is behind them.
    color = theme.channel_color(ChannelKind.MESSENGER).rgb()
    assert any(image.pixelColor(x, y).rgb() == color for x in range(image.width()) for y in range(image.height()))
