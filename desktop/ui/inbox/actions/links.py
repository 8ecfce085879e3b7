"""Links of the main window: what the agent clicked is opened outside, after a look where one is due."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QUrl

from desktop.ui.thread.media import file_names, link_targets
from desktop.ui.thread.media.link_targets import Lead
from desktop.ui.widgets.confirm_sheet import Question
from desktop.ui.widgets.toast import Toast

NOT_OPENED = "This link was not opened: it is no whole web, mail or telephone address."


class Links:
    """open_url: shows an address outside of the program."""

    def __init__(self, open_url: Callable[[QUrl], object], question: Question, bar: Toast) -> None:
        self._open_url, self._question, self._bar = open_url, question, bar

    def follow(self, lead: Lead) -> None:
        url = link_targets.target(lead.address)
        if url is None:
            self._bar.tell(NOT_OPENED)
            return
        doubt = _doubt(lead, url)
        if doubt:
            title, text = doubt
            self._question.ask(title, text, "Open it anyway", partial(self._open, url))
        else:
            self._open(url)

    def _open(self, url: QUrl) -> None:
        self._open_url(url)


def _doubt(lead: Lead, url: QUrl) -> tuple[str, str] | None:
    """Title and text of what to ask first."""
    place = link_targets.place(url)
    if lead.file_name:
        why = file_names.risk(lead.file_name, lead.address)
        name = file_names.safe(lead.file_name)
        asked = f"“{name}” comes from {place}. {why} Open it only if you expected it from this customer."
        return (f"Open “{name}”?", asked) if why else None
    other = link_targets.pretends(lead, url)
    if not other:
        return None
    return f"Open {place}?", f"The message says {other}, but this link leads to {place}."
