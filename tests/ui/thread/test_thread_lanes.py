"""The 48-hour chart: marks by origin, the window as a bar, and a sentence that says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain.model.facts import ChannelKind
from desktop.ui.thread.window_chart.chart import LaneChart
from desktop.ui.thread.window_chart.lanes import SPAN, MarkKind, lanes_of
from desktop.ui.wording.thread import why_window

HOUR = timedelta(hours=1)


@pytest.fixture
def trap(jennifer, now):
    view = jennifer()
    return view, lanes_of(view.thread, view.thread.chat("wa").window, now)


def lane(lanes, channel):
    return next(x for x in lanes.lanes if x.channel is channel)


def test_the_window_s_channel_is_first_and_each_mark_is_on_its_origin(trap, now):
    _, lanes = trap
    assert [x.channel for x in lanes.lanes] == [ChannelKind.WHATSAPP, ChannelKind.MESSENGER]
    hers = [m.at for m in lane(lanes, ChannelKind.MESSENGER).marks if m.kind is MarkKind.HERS]
    assert hers == [now - timedelta(minutes=5)]
    assert [m.at for m in lane(lanes, ChannelKind.WHATSAPP).marks if m.kind is MarkKind.HERS][-1] == now - 26 * HOUR


def test_a_reply_that_did_not_arrive_is_a_cross_there_and_a_square_where_it_did(trap, now):
    _, lanes = trap
    at = now - timedelta(hours=1, minutes=50)
    kinds = {x.channel: [m.kind for m in x.marks if m.at == at] for x in lanes.lanes}
    assert kinds == {ChannelKind.WHATSAPP: [MarkKind.LOST], ChannelKind.MESSENGER: [MarkKind.OURS]}


def test_what_nobody_confirmed_is_an_empty_square(trap, now):
    _, lanes = trap
    whatsapp = lane(lanes, ChannelKind.WHATSAPP).marks
    assert {m.kind for m in whatsapp if m.at < now - 24 * HOUR} == {MarkKind.HERS, MarkKind.UNPROVEN}


def test_the_bar_is_the_window_and_now_is_inside_the_chart(trap, now):
    _, lanes = trap
    start, end = lane(lanes, ChannelKind.WHATSAPP).bar
    assert start == now - 26 * HOUR
    assert end == now - 2 * HOUR - timedelta(minutes=2)
    assert lanes.end - lanes.start == SPAN
    assert 0 < lanes.share(now) < 1
    assert all(lanes.start <= m.at <= lanes.end for x in lanes.lanes for m in x.marks)


def test_an_open_window_is_shown_to_its_end(jennifer, now):
    view = jennifer(whatsapp_age=HOUR, messenger_age=None)
    window = view.thread.chat("wa").window
    lanes = lanes_of(view.thread, window, now)
    assert lane(lanes, ChannelKind.WHATSAPP).bar == (window.opened_at, window.closes_at)
    assert lanes.share(window.closes_at) < 1


def test_the_sentence_says_why(jennifer, people, now):
    closed = jennifer().thread.chat("wa").window
    assert why_window(closed, "Jennifer Okafor", now) == (
        "Jennifer last wrote on WhatsApp 26 h ago. Its 24 hours ended 2 h 2 min ago, a little early on purpose. "
        "What was written anywhere else does not count."
    )
    still = people.window(timedelta(hours=3, minutes=12))
    assert why_window(still, "Jennifer", now).endswith("Replies can arrive there for another 3 h 12 min.")
    assert "never written on WhatsApp" in why_window(people.window(None), "Jennifer", now)


def test_the_chart_grows_with_its_lanes_and_paints(qtbot, theme, trap):
    _, lanes = trap
    chart = LaneChart(theme)
    qtbot.addWidget(chart)
    empty = chart.sizeHint().height()
    chart.show_lanes(lanes)
    assert chart.sizeHint().height() > empty
    chart.resize(chart.sizeHint())
    image = chart.grab().toImage()
    color = theme.channel_color(ChannelKind.WHATSAPP).rgb()
    assert any(image.pixelColor(x, y).rgb() == color for x in range(image.width()) for y in range(image.height()))
