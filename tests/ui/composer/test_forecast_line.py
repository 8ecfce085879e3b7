"""The forecast line tells the outcome by words and shapes, and follows the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from direct_routes import telegram_route, whatsapp_route, with_direct_routes
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import DirectSituation, find_direct_situation
from desktop.domain.forecast import Reply
from desktop.domain.model.warning import Verdict
from desktop.engine.views import ThreadView
from desktop.ui.composer.alternatives import LineAction
from desktop.ui.composer.forecast_line import FittingLabel, ForecastLine, ReachIcons

# Said by the platform without a display whenever a window has a least size.
Jennifer = Callable[..., ThreadView]


@pytest.fixture
def line(qtbot, theme, ticker) -> ForecastLine:
    line = ForecastLine(theme, ticker)
    qtbot.addWidget(line)
    line.resize(500, 60)
    return line


def test_it_says_why_only_the_messenger(line: ForecastLine, jennifer: Jennifer) -> None:
    view = jennifer()
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    assert line.text == (
        "Messenger only: WhatsApp closed 2 h 2 min ago. Jennifer's latest message came from the Messenger, which"
        " doesn't extend the 24-hour window."
    )
    assert in_words(line.text) in line.accessibleName()
    reach_icons = line.findChild(ReachIcons)
    assert reach_icons.toolTip() == "Won't arrive on WhatsApp.\nArrives in the Messenger."


def test_it_notices_by_itself_that_a_window_closes(
    line: ForecastLine, jennifer: Jennifer, clock, ticker, qtbot
) -> None:
    view = jennifer(whatsapp_age=timedelta(hours=23, minutes=50), messenger_age=None)
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    assert "WhatsApp closes in 8 min 0 s." in line.text
    clock.advance(timedelta(minutes=7))
    with qtbot.assertNotEmitted(line.forecast_changed):
        ticker.tick()
    assert "WhatsApp closes in 1 min 0 s." in line.text
    clock.advance(timedelta(minutes=1))
    with qtbot.waitSignal(line.forecast_changed) as told:
        ticker.tick()
    assert told.args[0].verdict is Verdict.WARN
    assert line.text.startswith("Messenger only: WhatsApp closed")


@pytest.mark.parametrize(
    ("left", "is_amber"), [(timedelta(hours=7), False), (timedelta(hours=5), True), (timedelta(minutes=30), True)]
)
def test_it_turns_amber_as_the_deadline_nears(line: ForecastLine, theme, jennifer: Jennifer, left, is_amber) -> None:
    view = jennifer(whatsapp_age=timedelta(hours=24) - left, messenger_age=None)
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    assert (ground(line) == theme.color("warn")) is is_amber
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi", internal=True))
    assert ground(line) != theme.color("warn"), "a note needs no window"


def test_it_turns_amber_by_itself(line: ForecastLine, theme, jennifer: Jennifer, clock, ticker) -> None:
    view = jennifer(whatsapp_age=timedelta(hours=17), messenger_age=None)
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    before = line._verdict.pixmap().toImage()
    clock.advance(timedelta(hours=2))
    ticker.tick()
    assert ground(line) == theme.color("warn")
    assert line._verdict.pixmap().toImage() != before, "never by colour alone"


def ground(line: ForecastLine) -> QColor:
    return line.grab().toImage().pixelColor(line.width() // 2, 3)


def test_the_link_says_what_it_does_and_is_pressed(line: ForecastLine, jennifer: Jennifer, qtbot) -> None:
    view = jennifer()
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    assert line._link.isHidden()
    for action in LineAction:
        line.show_action(action)
        assert line._link.text()
        assert line._link.accessibleDescription() == line._link.toolTip() != ""
        with qtbot.waitSignal(line.action_pressed) as pressed:
            line._link.click()
        assert pressed.args == [action]
    line.show_action(None)
    assert line._link.isHidden()


def in_words(text: str) -> str:
    """As it is spoken."""
    return text.replace("2 h 2 min", "2 hours and 2 minutes")


def test_the_explanation_is_shown_where_all_fits_into_one_row(line: ForecastLine, jennifer: Jennifer) -> None:
    view = jennifer()
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    label = line.findChild(FittingLabel)
    line.show()
    for width, shown in ((2000, line.text), (500, "Messenger only: WhatsApp closed 2 h 2 min ago.")):
        line.resize(width, 60)
        assert label.text() == shown
        assert label.toolTip() == ("" if shown == line.text else line.text)
        assert in_words(line.text) in line.accessibleName(), "read out in full, whatever the width"


def test_the_link_stands_beside_the_sentence_wherever_both_fit_into_one_line(
    line: ForecastLine, jennifer: Jennifer
) -> None:
    view = jennifer()
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    line.show_action(LineAction.TEST)
    line.show()
    rows = []
    for width in (520, 300):
        line.resize(width, 60)
        QApplication.processEvents()
        link, sentence = line._link.geometry(), line.findChild(FittingLabel).geometry()
        rows.append(link.top() < sentence.bottom())
    assert rows == [True, False]


def test_where_there_is_little_room_the_sentence_that_matters_most_is_shown_alone(
    line: ForecastLine, jennifer: Jennifer
) -> None:
    view = jennifer()
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi", offline=True))
    label = line.findChild(FittingLabel)
    line.show()
    assert label.line.more
    for width, shown in ((500, label.line.what), (200, "Messenger only: WhatsApp closed 2 h 2 min ago. …")):
        line.resize(width, 60)
        assert label.text() == shown
        assert label.toolTip() == line.text
        assert in_words(line.text) in line.accessibleName()


def test_nothing_is_left_when_there_is_nothing_to_answer(line: ForecastLine, jennifer: Jennifer, ticker) -> None:
    view = jennifer()
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    line.show_nothing()
    ticker.tick()
    assert line.isHidden()
    assert line.forecast is None


def on(direct_route: DirectRoute, view: ThreadView) -> DirectSituation:
    return find_direct_situation(with_direct_routes(view, direct_route).thread, direct_route, view.situations["wa"])


def test_a_direct_route_has_icons_of_its_own(line: ForecastLine, jennifer: Jennifer) -> None:
    view, reach_icons = jennifer(), line.findChild(ReachIcons)
    line.show_forecast(view.situations["wa"], view.name, Reply("Hi"))
    line.show_forecast(on(telegram_route(), view), view.name, Reply("Hi"))
    assert reach_icons.toolTip() == "Arrives on Telegram."
    line.show_forecast(on(whatsapp_route(), view), view.name, Reply("Hi"))
    assert reach_icons.toolTip() == "Won't arrive on WhatsApp."
    line.show_forecast(on(whatsapp_route(carries_bridge=False), view), view.name, Reply("Hi"))
    assert reach_icons.toolTip() == "Might not arrive on WhatsApp."
