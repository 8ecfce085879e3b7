"""Tells of new versions of the program in the window: quietly, in the footer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWidgets import QWidget

from desktop import __version__
from desktop.engine.protocols import Run
from desktop.text import help as texts
from desktop.ui.inbox.actions.settings import SettingsActions
from desktop.ui.inbox.footer import Footer
from desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    # Imported when a sheet is first opened.
    from desktop.engine.notifications.updates import Updates, UpdateView
    from desktop.ui.help.updates import UpdateSheet, WhatsNewSheet


class UpdateActions(QObject):
    """Without `connect_updates`, as in the sample workspace, nobody is asked for new versions."""

    def __init__(
        self,
        theme: Theme,
        footer: Footer,
        settings: SettingsActions,
        open_url: Callable[[QUrl], object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._theme, self._footer, self._settings = theme, footer, settings
        self._open_url, self._window = open_url, window
        self._updates: Updates | None = None
        self._run: Run | None = None
        self._unsubscribe: Callable[[], None] = _do_nothing
        self._is_updated = False
        self.commands: dict[str, Callable[[], object]] = {
            "check_updates": self.open,
            "whats_new": self.show_news,
        }
        settings.update_checks_requested.connect(self._on_checks)
        settings.update_check_requested.connect(self._on_check_from_settings)

    @cached_property
    def sheet(self) -> UpdateSheet:
        from desktop.ui.help.updates import UpdateSheet

        sheet = UpdateSheet(self._theme, self._window)
        sheet.page_requested.connect(self._open_url)
        sheet.skip_requested.connect(self._on_skip)
        return sheet

    @cached_property
    def news_sheet(self) -> WhatsNewSheet:
        from desktop.ui.help.updates import WhatsNewSheet

        return WhatsNewSheet(self._theme, self._window)

    def connect_updates(self, updates: Updates, run: Run) -> None:
        """Show what is known of new versions from now on. run: starts a task that outlives the window."""
        self._updates, self._run = updates, run
        self._unsubscribe = updates.subscribe(self._show)
        self._is_updated = updates.take_is_updated()
        self._show(updates.view)

    def close(self) -> None:
        """Show nothing any more: the window closes."""
        self._unsubscribe()

    def open(self) -> None:
        """Show what is known, and ask anew."""
        from desktop.engine.notifications.updates import UpdateView

        updates = self._updates
        if updates is None or self._run is None:
            self.sheet.show_updates(UpdateView(__version__), is_sample=True)
        else:
            self._run(updates.check(), "check for a new version")
            self.sheet.show_updates(updates.view)
        self.sheet.show_popup()

    def show_news(self) -> None:
        self._is_updated = False
        self._show_in_footer()
        self.news_sheet.show_popup()

    def _show(self, view: UpdateView) -> None:
        from desktop.ui.help.updates import describe_updates, last_check

        self._settings.show_updates(view, describe_updates(view)[0], last_check(view))
        self._show_in_footer()
        if "sheet" in vars(self):
            self.sheet.show_updates(view)

    def _show_in_footer(self) -> None:
        view = self._updates.view if self._updates is not None else None
        if view is not None and view.available and not view.is_skipped:
            self._footer.show_news("check_updates", texts.AVAILABLE_BUTTON(), texts.AVAILABLE(version=view.available))
        elif self._is_updated:
            self._footer.show_news("whats_new", texts.WHATS_NEW(), texts.WHATS_NEW_TOOLTIP(version=__version__))
        else:
            self._footer.show_news("", "", "")

    def _on_checks(self, checks: bool) -> None:
        if self._updates is not None:
            self._updates.set_checks(checks)

    def _on_check_from_settings(self) -> None:
        self._settings.sheet.dismiss()
        self.open()

    def _on_skip(self) -> None:
        if self._updates is not None:
            self._updates.skip()


def _do_nothing() -> None:
    return None
