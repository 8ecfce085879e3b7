"""Files of messages on the agent's disk: whole, under safe names, or a sentence why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_engine import FakeEngine
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import make_reason
from desktop.engine.views import MediaFile
from desktop.ports.reasons import MediaReason
from desktop.ui.thread.media.saving import FileSaver

KEY = MediaKey("900", "1", 0)


@pytest.fixture
def page(qtbot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    return page


@pytest.fixture
def saver(engine: FakeEngine, page: QWidget) -> FileSaver:
    return FileSaver(engine, page)


@pytest.fixture
def told(saver: FileSaver) -> list[str]:
    told: list[str] = []
    saver.message.connect(told.append)
    return told


def test_a_file_is_written_as_it_was_sent(saver: FileSaver, told, engine: FakeEngine, tmp_path: Path) -> None:
    engine.media.files[KEY] = MediaFile(KEY, MediaState.HERE, b"%PDF")
    saver.save(KEY, str(tmp_path / "invoice.pdf"))
    assert (tmp_path / "invoice.pdf").read_bytes() == b"%PDF"
    assert "invoice.pdf" in told[0]
    assert "is saved in" in told[0]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (MediaFile(KEY, MediaState.WAITING), "still loading"),
        (MediaFile(KEY, MediaState.GONE, reason=make_reason(MediaReason.NO_LONGER_THERE)), "no longer has this file"),
        (MediaFile(KEY, MediaState.HERE, b"x"), "can't be saved"),
    ],
)
def test_what_cannot_be_saved_says_why(saver, told, engine: FakeEngine, tmp_path: Path, file: MediaFile, words) -> None:
    engine.media.files[KEY] = file
    saver.save(KEY, str(tmp_path / "no such folder" / "a.pdf"))
    assert words in told[0]


@pytest.mark.parametrize(
    ("name", "suggested"), [("../../.bashrc", "_.._.bashrc"), ("CON.pdf", "_CON.pdf"), ("a\u202efdp.exe", "afdp.exe")]
)
def test_the_suggested_name_is_safe(saver: FileSaver, name: str, suggested: str) -> None:
    saver.ask(KEY, name)
    (dialog,) = saver.parent().findChildren(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == suggested
    dialog.close()
