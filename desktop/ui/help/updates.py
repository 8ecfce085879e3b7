"""The sheets about new versions of the program: one that is available, and what is new in this one."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QWidget

from desktop.engine.notifications.updates import UpdateView
from desktop.text import help as texts
from desktop.text.formats import date_and_time, size
from desktop.text.reasons.describe import describe
from desktop.ui.help.installation import installation_kind
from desktop.ui.help.pages import HelpSheet
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.screen_reader.announce import announce


class WhatsNewSheet(HelpSheet):
    """What is new in this version and in those before it."""

    HEIGHT_PX = 340

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, texts.WHATS_NEW(), texts.WHATS_NEW(), parent)
        for version, news in texts.RELEASES:
            heading = Heading(theme, texts.VERSION_HEADING(version=version), size_delta_pt=1)
            heading.setContentsMargins(0, GAP, 0, 0)
            self.text.addWidget(heading)
            for sentence in news:
                self.text.addWidget(Paragraph(sentence(), selectable=True))
        self.text.addStretch(1)
        self._follow_theme()


class UpdateSheet(HelpSheet):
    """Signals:
    page_requested: the download page is wanted. arg: `QUrl`.
    skip_requested: the agent wants to hear no more of this version.
    """

    HEIGHT_PX = 340
    page_requested = Signal(QUrl)
    skip_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, texts.UPDATES(), texts.UPDATES(), parent)
        self._page = ""
        self.page_button = push_button(texts.OPEN_PAGE(), self._on_page)
        self.skip_button = push_button(texts.SKIP(), self.skip_requested)
        self.add_button(self.page_button)
        self.add_button(self.skip_button)
        self.headline = Paragraph(selectable=True)
        self._lines = tuple(Paragraph(selectable=True, can_shrink=True) for _ in range(6))
        self._last_check = Paragraph(muted=True)
        for paragraph in (self.headline, *self._lines, self._last_check):
            self.text.addWidget(paragraph)
        self.text.addWidget(Paragraph(texts.NOTHING_BY_ITSELF(), muted=True))
        self.text.addStretch(1)
        self._follow_theme()

    def show_updates(self, view: UpdateView, *, is_sample: bool = False) -> None:
        """is_sample: the window shows the sample workspace, for which nobody is asked."""
        headline, lines = describe_updates(view, is_sample=is_sample)
        if headline != self.headline.text():
            self.headline.setText(headline)
            if self.isVisible():
                announce(self, headline)
        for paragraph, line in zip(self._lines, [*lines, *[""] * len(self._lines)], strict=False):
            paragraph.show_text(line)
        self._last_check.show_text(last_check(view))
        self._page = view.page
        self.page_button.setVisible(bool(view.page))
        self.skip_button.setVisible(bool(view.available) and not view.is_skipped)

    def tab_order(self) -> list[QWidget]:
        return [widget for widget in super().tab_order() if not widget.isHidden()]

    def _on_page(self) -> None:
        self.page_requested.emit(QUrl(self._page))


def describe_updates(view: UpdateView, *, is_sample: bool = False) -> tuple[str, list[str]]:
    """Say in one sentence how things stand, and what else is known in further lines."""
    you_have = texts.YOU_HAVE(version=view.installed, kind=texts.KINDS[installation_kind()]())
    if is_sample:
        return texts.SAMPLE_LOOKS_NOT(), [you_have]
    if not view.host:
        return texts.CANNOT_LOOK(), [you_have]
    problem = [texts.NOT_CHECKED(reason=describe(view.reason))] if view.reason else []
    if view.is_checking:
        return texts.CHECKING(), [you_have]
    if view.available:
        lines = [you_have, *problem]
        if view.is_skipped:
            lines.append(texts.SKIPPED())
        lines.append(texts.PAGE(page=view.page))
        if view.download is not None:
            file = PurePosixPath(urlsplit(view.download.url).path).name
            lines.append(texts.FILE(file=file, size=size(view.download.size_bytes)))
            lines.append(texts.CHECKSUM(checksum=view.download.sha256))
        return texts.AVAILABLE(version=view.available), lines
    if problem:
        return problem[0], [you_have]
    if not view.is_known:
        return texts.NOT_KNOWN(), [you_have]
    return texts.NEWEST(version=view.installed), [you_have]


def last_check(view: UpdateView) -> str:
    """Say when a server was asked last; "" where none was."""
    return texts.LAST_CHECK(at=date_and_time(view.asked_at)) if view.host and view.asked_at is not None else ""
