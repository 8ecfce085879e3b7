"""The splitter with the three panes of the main window."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QSettings, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.engine.protocols import Engine
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.warning_sheet import WarningSheet
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.customers.saved_state import restore_state, save_state
from desktop.ui.details.details_pane import DetailsPane
from desktop.ui.inbox.octopods_banner import OctopodsBanner
from desktop.ui.inbox.review_banner import ReviewBanner
from desktop.ui.look.theme import LIST_WIDTH, SIDE_WIDTH, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.look.window_place import save_place
from desktop.ui.thread.pane import ThreadPane
from desktop.ui.thread.timeline.thread_media import ThreadMedia
from desktop.ui.widgets import layouts
from desktop.ui.widgets.confirm_sheet import ConfirmSheet
from desktop.ui.widgets.toast import Toast

_NARROW = 1100
"""Below this width in pixels the details pane is hidden, so that the thread keeps its space."""
_LEAST_MIDDLE = 400
"""Below this width in pixels, times the size of the text, the middle pane can't be read beside both others."""
_MOST_SIDE_SCALE, _MOST_LIST_SHARE, _MOST_DETAILS_SHARE = 1.3, 0.3, 0.34
"""How far the panes at the sides grow with the text, and how much of the window each may take for that."""
_SIZES, _DETAILS = "main_window/sizes", "main_window/details"
_SHOWN, _FOLDED = "shown", "folded"


class MainPanes(layouts.Splitter):
    """Customer list | banners, thread, toast and composer, with the overlays on top of these | details.

    banners: those above the thread, hidden ones too. other_stops: what F6 reaches after the list while it is visible.
    """

    def __init__(
        self,
        engine: Engine,
        theme: Theme,
        ticker: Ticker,
        settings: QSettings | None,
        parent: QWidget,
        customers: CustomerList | None = None,
    ) -> None:
        """settings: stores what is shown and how wide; None stores nothing. customers: shown already, as it was left;
        None for a new one.
        """
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        self._is_details_chosen = False
        self.media = ThreadMedia(engine, theme, self)
        # Each is made where it stays, in the order of Tab: Qt styles all of a widget anew that gets another parent.
        self.list = customers or CustomerList(engine, theme, ticker, self)
        self.addWidget(self.list)
        middle = self.middle = _Middle(self)
        self.review_banner = ReviewBanner(theme, ticker, middle)
        self.octopods_banner = OctopodsBanner(theme, settings, middle)
        self.thread_pane = ThreadPane(theme, ticker, middle, media=self.media)
        self.toast = Toast(theme, ticker, middle)
        self.composer = Composer(theme, ticker, middle)
        self.details = DetailsPane(theme, ticker, self, settings, engine)
        widgets = (self.review_banner, self.octopods_banner, self.thread_pane, self.toast, self.composer)
        self._column = layouts.column(*widgets, parent=middle, spacing=0)
        self._column.setStretchFactor(self.thread_pane, 1)
        self.banners: list[QWidget] = [self.review_banner, self.octopods_banner]
        self.other_stops: list[QWidget] = []
        self.composer.hide()
        self.warning_sheet = WarningSheet(theme, middle)
        self.question = ConfirmSheet(theme, middle)
        self.setHandleWidth(1)
        for number, pane in enumerate((self.list, middle, self.details)):
            self.setStretchFactor(number, int(pane is middle))
            self.setCollapsible(number, False)
        # A splitter puts its newest pane below the others, but screen readers go from the lowest to the highest.
        for child in (self.list, middle, self.details, *map(self.handle, range(self.count()))):
            child.raise_()
        self._is_width_chosen = False
        self.splitterMoved.connect(self._on_moved)
        if settings is not None:
            if customers is None:
                restore_state(self.list, settings)
            self._restore(settings)

    def accept_drop(self, source: QMimeData, *, only_ask: bool = False) -> bool:
        """Attach dropped files to the draft and return whether that is possible. only_ask: attach nothing.

        Refused while an overlay is open, since that is about the draft as it is.
        """
        is_covered = self.warning_sheet.is_open or self.question.is_open
        return not is_covered and self.composer.accept_drop(source, only_ask=only_ask)

    def update_folding(self, width_px: int) -> None:
        """Show or hide the details pane for a window of this width, and make the panes as wide as the text needs,
        unless the agent has chosen.
        """
        if not self._is_details_chosen:
            self.details.setVisible(width_px >= _NARROW * min(self._theme.text_scale, 1.6))
        if not self._is_width_chosen:
            scale = min(self._theme.text_scale, _MOST_SIDE_SCALE)
            shares = (LIST_WIDTH, _MOST_LIST_SHARE), (SIDE_WIDTH, _MOST_DETAILS_SHARE)
            sides = [round(max(px, min(px * scale, width_px * share))) for px, share in shares]
            self.setSizes([sides[0], max(width_px - sum(sides), 0), sides[1]])

    def show_details(self) -> None:
        """Show the details pane, if it is hidden."""
        if self.details.isHidden():
            self.toggle_details()

    def toggle_details(self) -> None:
        """Show or hide the details pane, whatever the width of the window from now on."""
        self._is_details_chosen = True
        self.details.setVisible(self.details.isHidden())
        if not self.details.isHidden() and self._is_crowded:
            self.list.hide()

    def toggle_list(self) -> None:
        """Show or hide the customers."""
        self._show_list(self.list.isHidden())

    def _show_list(self, is_shown: bool) -> None:
        self.list.setVisible(is_shown)
        if is_shown and self._is_crowded:
            self._is_details_chosen = True
            self.details.hide()

    @property
    def _is_crowded(self) -> bool:
        """Whether three panes leave too little for the middle one."""
        if self.list.isHidden() or self.details.isHidden():
            return False
        least = max(_LEAST_MIDDLE * self._theme.text_scale, self.middle.minimumSizeHint().width())
        sides = sum(max(px, pane.minimumSizeHint().width()) for px, pane in self._sides())
        return self.width() < least + sides

    def _sides(self) -> tuple[tuple[int, QWidget], ...]:
        return (LIST_WIDTH, self.list), (SIDE_WIDTH, self.details)

    def _on_moved(self) -> None:
        self._is_width_chosen = True

    def focus_search(self) -> None:
        if self.list.isHidden():
            self._show_list(True)
        self.list.focus_search()

    def focus_next_pane(self) -> None:
        """Move the focus to the pane after the one that has it."""
        stops = (self.list, *self.other_stops, self.thread_pane, self.composer, self.details)
        panes = [p for p in stops if p.isVisible() and (p is not self.thread_pane or p.focusProxy() is not None)]
        focused = QApplication.focusWidget()
        current = next((i for i, p in enumerate(panes) if focused is not None and p.isAncestorOf(focused)), -1)
        target = panes[(current + 1) % len(panes)]
        if target is self.composer:
            self.composer.focus_text()
        elif target.focusProxy() is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            focusable = (w for w in target.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
            first = next((w for w in focusable if w.isVisible() and w.isEnabled()), target)
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def enter_thread(self) -> None:
        """Focus the reply, or the thread where there is nothing to reply to."""
        if self.composer.isVisible() and self.composer.isEnabled():
            self.composer.focus_text()
        else:
            self.thread_pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def insert_banner(self, banner: QWidget) -> None:
        """Give a banner that shows and hides itself its place above the thread."""
        self._column.insertWidget(self._column.indexOf(self.thread_pane), banner)
        self.banners.append(banner)

    def add_banner(self, banner: QWidget) -> None:
        """Show a banner of the middle pane above the thread."""
        self._column.insertWidget(self._column.indexOf(self.thread_pane), banner)
        self.banners.append(banner)
        self.other_stops.append(banner)
        banner.show()

    def remove_banner(self, banner: QWidget) -> None:
        """Remove and delete it."""
        self.banners.remove(banner)
        self.other_stops.remove(banner)
        self._column.removeWidget(banner)
        banner.hide()
        banner.deleteLater()

    def default_focus_widget(self) -> QWidget:
        """Return the widget that gets the focus when no other widget has it."""
        if self.composer.isVisible() and self.composer.isEnabled():
            return self.composer
        return self.thread_pane if self.list.isHidden() else self.list

    def save(self) -> None:
        """Save which panes are shown and how wide, the view of the customers, and where the window is."""
        settings = self._settings
        if settings is None:
            return
        if self._is_width_chosen:
            settings.setValue(_SIZES, self.saveState())
        save_state(self.list, settings)
        if self._is_details_chosen:
            settings.setValue(_DETAILS, _FOLDED if self.details.isHidden() else _SHOWN)
        save_place(self.window(), settings)

    def _restore(self, settings: QSettings) -> None:
        sizes = settings.value(_SIZES)
        if isinstance(sizes, QByteArray):
            self._is_width_chosen = self.restoreState(sizes)
        details = settings.value(_DETAILS)
        if details in (_SHOWN, _FOLDED):
            self._is_details_chosen = True
            self.details.setHidden(details == _FOLDED)


class _Middle(QWidget):
    """The middle pane; files may be dropped anywhere on it."""

    def __init__(self, panes: MainPanes) -> None:
        super().__init__(panes)
        self._panes = panes
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.setAccepted(self._panes.accept_drop(event.mimeData(), only_ask=True))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(self._panes.accept_drop(event.mimeData(), only_ask=True))

    def dropEvent(self, event: QDropEvent) -> None:
        # A copy, whatever the source offers: after a move it would delete the file.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(self._panes.accept_drop(event.mimeData()))
