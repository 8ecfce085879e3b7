"""Opens links and files that the agent clicks, after asking where the address looks deceptive or the file risky."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QUrl

from desktop.text.screens import inbox as texts
from desktop.ui.thread.media import file_names, link_targets
from desktop.ui.thread.media.link_targets import LinkTarget
from desktop.ui.widgets.confirm_sheet import ConfirmSheet
from desktop.ui.widgets.toast import Toast


class LinkOpener:
    """open_url: opens an address in the system's browser or another program."""

    def __init__(self, open_url: Callable[[QUrl], object], question: ConfirmSheet, toast: Toast) -> None:
        self._open_url, self._question, self._toast = open_url, question, toast

    def open_link(self, target: LinkTarget) -> None:
        """Open a link or attachment, or ask first."""
        url = link_targets.openable_url(target.address)
        if url is None:
            self._toast.show_message(texts.LINK_NOT_OPENED())
            return
        question = _question_before(target, url)
        if question:
            title, text = question
            self._question.ask(title, text, texts.OPEN_ANYWAY(), partial(self._open, url))
        else:
            self._open(url)

    def _open(self, url: QUrl) -> None:
        self._open_url(url)


def _question_before(target: LinkTarget, url: QUrl) -> tuple[str, str] | None:
    """Return title and text of the question to ask first; None where none is needed."""
    destination = link_targets.destination(url)
    if target.file_name:
        why = file_names.risk_reason(target.file_name, target.address)
        name = file_names.safe_name(target.file_name)
        asked = texts.FILE_RISK(file=name, host=destination, risk=why)
        return (texts.OPEN_FILE_TITLE(file=name), asked) if why else None
    other = link_targets.pretended_host(target, url)
    if not other:
        return None
    return texts.OPEN_LINK_TITLE(target=destination), texts.LINK_LEADS_ELSEWHERE(shown=other, target=destination)
