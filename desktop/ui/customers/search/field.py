"""The search field with its button for filters, and completion of filters while they are typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, partial

from PySide6.QtCore import QPoint, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QMenu, QToolButton, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.domain.search.folding import fold
from desktop.domain.search.query import HAS_FILE, MAX_CHARS, ME, VALUES, FilterName, completion_at, tokens, written
from desktop.engine.views import SearchValues
from desktop.text.names import channel_label
from desktop.text.screens import search as texts
from desktop.ui.look import icons
from desktop.ui.look.text_direction import leading_corner, open_menu
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import add_clear_button, show_name
from desktop.ui.widgets.status_line import Status, StatusLine

_MOST_OFFERED = 8
_DAYS = tuple(texts.DAYS)
_MENU_CHANNELS = (
    ChannelKind.WHATSAPP,
    ChannelKind.TELEGRAM,
    ChannelKind.SMS,
    ChannelKind.MESSENGER,
    ChannelKind.EMAIL,
    ChannelKind.FACEBOOK,
    ChannelKind.INSTAGRAM,
)


class SearchField(QLineEdit):
    """Completes filters in a list below; Tab takes the first one.

    Signals:
        results_requested: Down was pressed; move to the results or the list.
        accepted: Enter was pressed.
        left: Escape was pressed in the empty field.
        values_wanted: names of senders and tags are to be completed.
    """

    results_requested = Signal()
    accepted = Signal()
    left = Signal()
    values_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.values: SearchValues | None = None
        self._popup: QListView | None = None
        self.setPlaceholderText(texts.PLACEHOLDER())
        show_name(self, texts.FIELD())
        add_clear_button(self)
        self.setMaxLength(MAX_CHARS)
        self._icon = self.addAction(
            icons.icon("fa6s.magnifying-glass", self.palette().placeholderText().color()),
            QLineEdit.ActionPosition.LeadingPosition,
        )
        self.findChildren(QToolButton)[-1].setAccessibleName(texts.FIELD())
        self._offers = QStringListModel(self)
        self._completer = QCompleter(self._offers, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._complete)
        self.textEdited.connect(self.update_completions)

    def update_icon(self, theme: Theme) -> None:
        self._icon.setIcon(icons.icon("fa6s.magnifying-glass", theme.color("muted")))

    @property
    def offers(self) -> list[str]:
        """What is offered below the field; nothing while the list is closed."""
        return self._offers.stringList() if self._popup is not None and self._popup.isVisible() else []

    def insert_filter(self, name: FilterName, value: str = "") -> None:
        """Add a filter at the end; without a value, the agent goes on typing it."""
        before = self.text().rstrip()
        unfinished = [t for t in tokens(before) if t.name is name and not t.value and t.end == len(before)]
        before = before[: unfinished[0].start] if unfinished else before
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        after = f"{written(name, value)} " if value else written(name)
        self.setText(f"{before.rstrip()} {after}".lstrip())
        self.update_completions()

    def update_completions(self) -> None:
        """Offer what can be typed where the cursor is."""
        offers = self._offered()
        self._offers.setStringList(offers)
        if not offers or not self.isVisible():
            self._hide_offers()
            return
        if self._popup is None:
            self._popup = QListView()
            self._popup.setStyleSheet("QListView::item { padding: 5px 8px; }")
            self._completer.setPopup(self._popup)
        self._completer.complete(self.rect())
        self._popup.setCurrentIndex(self._offers.index(-1))

    def _hide_offers(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def _offered(self) -> list[str]:
        completion = completion_at(self.text(), self.cursorPosition())
        if completion is None:
            return []
        if completion.name is None:
            return [f"{name}:" for name in FilterName if name.startswith(completion.begun)]
        begun = fold(completion.begun)
        values = [v for v in self._values_of(completion.name) if fold(v).startswith(begun) and fold(v) != begun]
        return values[:_MOST_OFFERED]

    def _values_of(self, name: FilterName) -> Iterable[str]:
        if name in VALUES:
            return VALUES[name]
        if name in (FilterName.AFTER, FilterName.BEFORE):
            return _DAYS
        if self.values is None:
            self.values_wanted.emit()
        values = self.values or SearchValues()
        return (ME, *values.senders) if name is FilterName.FROM else values.tags

    def _complete(self, chosen: str) -> None:
        completion = completion_at(self.text(), self.cursorPosition())
        if completion is None:
            return
        if completion.name is None:
            piece = chosen
        else:
            quoted = written(completion.name, chosen)
            piece = quoted.removeprefix(f"{completion.name}:") + " "
        before, after = self.text()[: completion.start], self.text()[completion.end :].lstrip()
        self.setText(before + piece + after)
        self.setCursorPosition(len(before + piece))
        self.update_completions()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        offers = self.offers
        if event.key() == Qt.Key.Key_Tab and offers:
            self._complete(offers[0])
        elif event.key() == Qt.Key.Key_Down:
            self.results_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._hide_offers()
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Qt would move the focus before the key is handled.
        return False if forward and self.offers else super().focusNextPrevChild(forward)


class SearchBar(QWidget):
    """The field, the button that inserts filters, and below what is wrong with a filter."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.field = SearchField(self)
        self.filters_button = QToolButton(self)
        show_name(self.filters_button, texts.FILTERS())
        self.filters_button.clicked.connect(self._show_menu)
        self._problem = StatusLine(theme, self)
        row = layouts.row(self.field, self.filters_button, spacing=GAP // 2)
        row.setStretchFactor(self.field, 1)
        layouts.column(row, self._problem, parent=self, spacing=GAP // 2)
        self.apply_theme()

    @property
    def problem(self) -> str:
        return self._problem.text

    def show_problem(self, text: str) -> None:
        """Show what is wrong with a filter; "" for nothing."""
        if text != self._problem.text:
            self._problem.set_status(text, Status.WARNING)

    def apply_theme(self) -> None:
        self.field.update_icon(self._theme)
        self.filters_button.setIcon(icons.icon("fa6s.sliders", self._theme.color("muted")))
        side = round(self.fontMetrics().height() * 0.95)
        self.filters_button.setIconSize(QSize(side, side))

    def _show_menu(self) -> None:
        button = self.filters_button
        open_menu(self.menu, leading_corner(button) + QPoint(0, button.height() - 1))

    @cached_property
    def menu(self) -> QMenu:
        """The filters; made when it is first wanted."""
        menu = QMenu(self)
        insert = self.field.insert_filter
        for name in FilterName:
            label = texts.FILTER_ENTRY(name=texts.FILTER_NAMES[name](), typed=written(name))
            entries = list(self._entries(name))
            if name is FilterName.HAS:
                menu.addAction(label, partial(insert, name, HAS_FILE))
            elif not entries:
                menu.addAction(label, partial(insert, name))
            else:
                submenu = menu.addMenu(label)
                for entry_label, action in entries:
                    submenu.addAction(entry_label, action)
        return menu

    def _entries(self, name: FilterName) -> Iterable[tuple[str, Callable[[], object]]]:
        insert = self.field.insert_filter
        if name is FilterName.FROM:
            yield texts.FROM_ME(), partial(insert, name, ME)
            yield texts.FROM_OTHER(), partial(insert, name)
        elif name is FilterName.ON:
            yield from ((channel_label(c), partial(insert, name, c.value)) for c in _MENU_CHANNELS)
        elif name in (FilterName.AFTER, FilterName.BEFORE):
            yield from ((label(), partial(insert, name, day)) for day, label in texts.DAYS.items())
            yield texts.OTHER_DAY(), partial(insert, name)
        elif name is FilterName.IS:
            yield from ((label(), partial(insert, name, state.value)) for state, label in texts.STATES.items())
