"""Qt's application object, as this program needs it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """on_quit: called where the system quits the program, as the menu of macOS does; Qt would close the windows, of
    which one stays, hidden, where that shall not end the program. Returns False to leave it to Qt.
    """

    on_quit: Callable[[], bool] | None = None
    _open_link: Callable[[str], object] | None = None
    _early_link = ""

    def receive_links(self, scheme: str) -> None:
        """Take links of the scheme from macOS, which hands them to the running program, the first while that starts.

        Older versions of Qt send an event, newer ones ask for a handler.
        """
        # The stubs ask for bytes, which are refused.
        QDesktopServices.setUrlHandler(scheme, self, "hand_over_link")  # type: ignore[arg-type]

    def follow_links(self, open_link: Callable[[str], object]) -> None:
        """Call it with every link that comes, and with the last one that came before."""
        self._open_link = open_link
        link, self._early_link = self._early_link, ""
        if link:
            open_link(link)

    @Slot(QUrl)
    def hand_over_link(self, url: QUrl) -> None:
        link = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if self._open_link is None:
            self._early_link = link
        else:
            self._open_link(link)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Quit and self.on_quit is not None and self.on_quit():
            event.ignore()
            return True
        if isinstance(event, QFileOpenEvent) and not event.url().isEmpty():
            self.hand_over_link(event.url())
            return True
        return super().event(event)
