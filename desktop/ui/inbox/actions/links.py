"""Opens links and files that the agent clicks, after asking where the address looks deceptive or the file risky."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTemporaryDir, QUrl

from desktop.domain.model.media import MediaState
from desktop.engine.protocols import Engine
from desktop.engine.views import MediaFile
from desktop.text.screens import inbox as texts
from desktop.text.thread import pictures
from desktop.ui.thread.media import file_names, link_targets
from desktop.ui.thread.media.link_targets import LinkTarget
from desktop.ui.thread.media.saving import write_file
from desktop.ui.widgets.confirm_sheet import ConfirmSheet
from desktop.ui.widgets.toast import Toast


class LinkOpener:
    """open_url: opens an address in the system's browser or another program.

    An ordinary file whose bytes are here is opened from a folder that goes with the program; every other file, which
    could run as a program, is left to the browser.
    """

    def __init__(
        self, open_url: Callable[[QUrl], object], question: ConfirmSheet, toast: Toast, engine: Engine
    ) -> None:
        self._open_url, self._question, self._toast, self._engine = open_url, question, toast, engine
        self._folder: QTemporaryDir | None = None
        self._opened_files = 0

    def open_link(self, target: LinkTarget) -> None:
        """Open a link or attachment, or ask first."""
        if target.key is not None and file_names.is_ordinary(target.file_name):
            load = self._engine.media.load(target.key)
            self._engine.tasks.start(load, "open a file", partial(self._open_file, target))
        else:
            self._open_address(target)

    def _open_file(self, target: LinkTarget, file: MediaFile) -> None:
        if file.state is not MediaState.HERE:
            self._open_address(target)
            return
        self._folder = self._folder or QTemporaryDir()
        self._opened_files += 1
        folder = Path(self._folder.path()) / str(self._opened_files)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / file_names.safe_name(target.file_name)
        problem = write_file(path, file.data)
        if problem is None:
            self._open_url(QUrl.fromLocalFile(str(path)))
        else:
            self._toast.show_message(pictures.NOT_SAVED(file=path.name, reason=problem))

    def _open_address(self, target: LinkTarget) -> None:
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
