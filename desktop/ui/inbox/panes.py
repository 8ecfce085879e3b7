"""The three panes side by side: what stands where, what folds when it gets narrow, and which pane F6 goes to."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSettings, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from desktop.ui.composer.composer import Composer
from desktop.ui.composer.warning_sheet import WarningSheet
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.details.details_pane import CustomerPane
from desktop.ui.inbox.octopods_question import OctopodsQuestion
from desktop.ui.inbox.review_banner import ReviewBanner
from desktop.ui.look.theme import LIST_WIDTH, SIDE_WIDTH, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.pane import ThreadPane
from desktop.ui.widgets.confirm_sheet import Question
from desktop.ui.widgets.toast import Toast

_NARROW = 1100
"""Below this width in pixels the customer pane folds by itself, so that the thread keeps its room."""
_USUAL_WIDTH = 1280
_SIZES_KEY = "main_window/sizes"


class MainPanes(QSplitter):
    """Customers | banners, thread, notice bar and composer, with the sheets on top of these | customer."""

    def __init__(self, theme: Theme, ticker: Ticker, settings: QSettings | None) -> None:
        """settings: remembers the sizes; None remembers nothing."""
        super().__init__(Qt.Orientation.Horizontal)
        self._theme, self._settings = theme, settings
        self._fold_chosen = False
        self.list = CustomerList(theme, ticker)
        self.thread_pane = ThreadPane(theme, ticker)
        self.composer = Composer(theme, ticker)
        self.customer = CustomerPane(theme, ticker)
        self.bar = Toast(theme, ticker)
        self.review = ReviewBanner(theme, ticker)
        self.octopods = OctopodsQuestion(theme, settings)
        middle = _Middle(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.review)
        column.addWidget(self.octopods)
        column.addWidget(self.thread_pane, 1)
        column.addWidget(self.bar)
        column.addWidget(self.composer)
        self.composer.hide()
        self.sheet = WarningSheet(theme, middle)
        self.question = Question(theme, middle)
        self.setHandleWidth(1)
        for number, pane in enumerate((self.list, middle, self.customer)):
            self.addWidget(pane)
            self.setStretchFactor(number, int(pane is middle))
            self.setCollapsible(number, False)
        self.setSizes([LIST_WIDTH, _USUAL_WIDTH - LIST_WIDTH - SIDE_WIDTH, SIDE_WIDTH])
        remembered = settings.value(_SIZES_KEY) if settings is not None else None
        if remembered is not None:
            self.restoreState(remembered)

    def take_drop(self, source: QMimeData, *, only_ask: bool = False) -> bool:
        """Whether what is dropped on the thread can go with the draft; it does, unless `only_ask`. A sheet is about the
        draft as it is."""
        covered = self.sheet.is_open or self.question.is_open
        return not covered and self.composer.take(source, only_ask=only_ask)

    def fit(self, width: int) -> None:
        """Fold or unfold for a window of `width` pixels, until the agent has chosen."""
        if not self._fold_chosen:
            self.customer.setVisible(width >= _NARROW * min(self._theme.text_scale, 1.6))

    def toggle_customer(self) -> None:
        self._fold_chosen = True
        self.customer.setVisible(not self.customer.isVisible())

    def go_to_next(self) -> None:
        """Move the focus to the pane after the one that has it."""
        panes = [p for p in (self.list, self.thread_pane, self.composer, self.customer) if p.isVisible()]
        focused = QApplication.focusWidget()
        here = next((i for i, p in enumerate(panes) if focused is not None and p.isAncestorOf(focused)), -1)
        target = panes[(here + 1) % len(panes)]
        if target is self.composer:
            self.composer.focus_text()
        elif target.focusProxy() is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            stops = [w for w in target.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
            stop = next((w for w in stops if w.isVisible() and w.isEnabled()), target)
            stop.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def home(self) -> QWidget:
        """Where the keyboard is when nothing else has it."""
        return self.composer if self.composer.isVisible() and self.composer.isEnabled() else self.list

    def remember(self) -> None:
        if self._settings is not None:
            self._settings.setValue(_SIZES_KEY, self.saveState())


class _Middle(QWidget):
    """Thread and composer: a file may be dropped anywhere on them."""

    def __init__(self, panes: MainPanes) -> None:
        super().__init__()
        self._panes = panes
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.setAccepted(self._panes.take_drop(event.mimeData(), only_ask=True))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(self._panes.take_drop(event.mimeData(), only_ask=True))

    def dropEvent(self, event: QDropEvent) -> None:
        # A copy, whatever was offered: a file that was moved would be deleted where it came from.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(self._panes.take_drop(event.mimeData()))
