"""Shows the hints of the first day at their places in the window, and remembers which are left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QSettings
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from desktop.domain.model.list_view import ListView
from desktop.ui.inbox.actions.settings import SettingsActions
from desktop.ui.inbox.panes import MainPanes
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker

if TYPE_CHECKING:
    # Imported when there are hints left: at most starts there are none.
    from desktop.ui.help.first_day.hints import Hint, HintPresenter

_LEFT = "first_day/hints_left"


class HintActions(QObject):
    """Each hint is shown once from `begin` on, across starts."""

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        panes: MainPanes,
        actions: SettingsActions,
        settings: QSettings | None,
        is_covered: Callable[[], bool],
        window: QWidget,
    ) -> None:
        """settings: stores which are left; None stores nothing. is_covered: whether a sheet is open."""
        super().__init__(window)
        self._theme, self._ticker, self._panes, self._settings = theme, ticker, panes, settings
        self._is_covered, self._window = is_covered, window
        self._left = str(settings.value(_LEFT, "")) if settings is not None else ""
        self._has_begun = settings is not None and settings.contains(_LEFT)
        self._is_connected = False
        self.presenter: HintPresenter | None = None
        actions.hints_requested.connect(self.show_again)

    def continue_from(self, former: HintActions) -> None:
        """Show the hints that another window has left, also where nothing is stored."""
        self._left, self._has_begun = former._left, former._has_begun

    def begin(self) -> None:
        """Show every hint, unless that began at an earlier start."""
        if not self._has_begun:
            self.show_again()

    def show_again(self) -> None:
        """Show every hint, also those that were shown before."""
        from desktop.ui.help.first_day.hints import Hint

        if self.presenter is not None:
            self._panes.other_stops.remove(self.presenter.bubble)
            self.presenter.stop()
            self.presenter = None
        self._save(list(Hint))
        self.resume()

    def resume(self) -> None:
        """Show what is left from an earlier start; call it when the window shows what is stored."""
        if not self._left or self.presenter is not None:
            return
        from desktop.ui.help.first_day.hints import Hint, HintPlaces, HintPresenter

        panes = self._panes
        places = HintPlaces(
            {
                Hint.VIEWS: self._first_view,
                Hint.FORECAST: self._end_of_forecast,
                Hint.COUNTDOWN: lambda: self._place_of(panes.thread_pane.header.countdown),
                Hint.NOT_SHOWN: self._striped_message,
                Hint.PALETTE: lambda: self._place_of(panes.list.search.bar),
            },
            self._avoided_places,
        )
        left = [hint for hint in Hint if hint in self._left.split(",")]
        presenter = HintPresenter(self._theme, self._ticker, self._window, places, self._can_show, left)
        presenter.finished.connect(self._on_finished)
        panes.other_stops.append(presenter.bubble)
        self.presenter = presenter
        if not self._is_connected:
            self._is_connected = True
            self._connect()

    def on_command(self, command: str) -> None:
        """command: of the table of commands; the agent has run it."""
        if command == "palette":
            self._finish("palette")

    def _connect(self) -> None:
        """Whoever does what a hint says needs it no more."""
        panes = self._panes
        panes.list.picker.chosen.connect(self._on_view_chosen)
        panes.composer.send_requested.connect(self._on_send_requested)
        panes.thread_pane.header.countdown.clicked.connect(self._on_countdown_clicked)

    def _on_view_chosen(self) -> None:
        if self._panes.list.view is ListView.CLOSING_SOON:
            self._finish("views")

    def _on_send_requested(self) -> None:
        self._finish("forecast")

    def _on_countdown_clicked(self) -> None:
        self._finish("countdown")

    def _finish(self, name: str) -> None:
        if self.presenter is not None:
            from desktop.ui.help.first_day.hints import Hint

            self.presenter.finish(Hint(name))

    def _on_finished(self) -> None:
        assert self.presenter is not None
        self._save(self.presenter.left)

    def _save(self, left: list[Hint]) -> None:
        self._has_begun = True
        self._left = ",".join(left)
        if self._settings is not None:
            self._settings.setValue(_LEFT, self._left)

    def _can_show(self) -> bool:
        is_quiet = QApplication.activePopupWidget() is None and not self._is_covered()
        return is_quiet and self._window.isActiveWindow()

    # --- places, in the window's coordinates --------------------------------------------------------------------------

    def _place_of(self, widget: QWidget) -> QRect | None:
        if not widget.isVisible():
            return None
        return QRect(widget.mapTo(self._window, QPoint()), widget.size())

    def _avoided_places(self) -> tuple[QRect, ...]:
        """Where the agent may be writing, and the banners."""
        panes = self._panes
        places = [self._place_of(each) for each in (panes.composer, panes.list.search.bar, *panes.banners)]
        line = self._place_of(panes.composer.forecast_line)
        if places[0] is not None and line is not None:
            places[0].setTop(line.top())
        return tuple(place for place in places if place is not None)

    def _first_view(self) -> QRect | None:
        views = self._panes.list.picker.list
        place = self._place_of(views)
        row = views.rows.row_of(ListView.CLOSING_SOON)
        if place is None or row < 0 or self._panes.list.view is ListView.CLOSING_SOON:
            return None
        return views.visualRect(views.rows.index(row, 0)).translated(place.topLeft())

    def _end_of_forecast(self) -> QRect | None:
        """The end of the line: above its beginning is the customer's newest message."""
        line = self._panes.composer.forecast_line
        place = self._place_of(line)
        if place is None:
            return None
        end = QRect(place.center().x(), place.top(), place.width() // 2, place.height())
        return QStyle.visualRect(line.layoutDirection(), place, end)

    def _striped_message(self) -> QRect | None:
        """The newest message on the screen that isn't shown on the customer's channel."""
        timeline = self._panes.thread_pane.timeline
        place = self._place_of(timeline.viewport())
        if place is None:
            return None
        for row in reversed(timeline.shown_rows):
            message = timeline.timeline.entry(row).message
            if message is not None and message.unseen_on is not None:
                shown = timeline.visualRect(timeline.timeline.index(row)).translated(place.topLeft())
                # A row that is cut off has its edge in view only in part.
                return shown if place.contains(shown) else None
        return None
