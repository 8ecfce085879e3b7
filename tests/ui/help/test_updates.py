"""What the window says of new versions: in the footer, in a sheet and in the settings."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest
from fake_engine import FakeEngine, go_to
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop import __version__
from desktop.domain.model.reason import make_reason
from desktop.engine.notifications.updates import Updates, UpdateView
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.reasons import UpdateReason
from desktop.ports.updates import Download, Release, UpdateMemory
from desktop.text import help as texts
from desktop.text.reasons.describe import describe
from desktop.ui.help import installation
from desktop.ui.help.updates import describe_updates
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.program.updates import UpdatesPage
from tests.conftest import NOW, FakeClock


class Source:
    """Answers with `release`; None: with an error."""

    host = "updates.example"

    def __init__(self) -> None:
        self.release: Release | None = None

    async def newest(self) -> Release:
        if self.release is None:
            reason = make_reason(UpdateReason.UNSIGNED, provider=self.host)
            raise ProviderError(ProviderErrorKind.BAD_ANSWER, reason)
        return self.release


class Memory:
    def __init__(self, **stored: object) -> None:
        self.memory = UpdateMemory(**stored)  # type: ignore[arg-type]

    def load(self) -> UpdateMemory:
        return self.memory

    def save(self, memory: UpdateMemory) -> None:
        self.memory = memory


def run(work: Coroutine[Any, Any, None], _name: str, _then: object = None) -> None:
    """No work waits for anything here."""
    with pytest.raises(StopIteration):
        work.send(None)


def said(widget: Any) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def test_a_new_version_stands_in_the_footer_until_it_is_skipped(
    qtbot, window: MainWindow, engine: FakeEngine, opened: list[str]
) -> None:
    source, memory = Source(), Memory(ran=__version__)
    updates = Updates(source, memory, FakeClock(NOW), __version__, "checkout", checks_by_default=False)
    go_to(qtbot, window)
    window.updates.connect_updates(updates, run)
    news, sheet = window._footer.news, window.updates.sheet
    assert news.isHidden()
    window._commands.run("check_updates")
    assert "The makers of Reachline didn't sign the response from updates.example" in said(sheet)
    assert sheet.page_button.isHidden()
    assert news.isHidden(), "a refused answer is nobody's concern but theirs who ask"
    sheet.dismiss()
    file = Download("https://x.example/v9/reachline-9.0.0.tar.gz", "ab" * 32, 41_000_000)
    source.release = Release("9.0.0", NOW.replace(year=2027), "https://x.example/get", {"checkout": file})
    known = describe_updates(updates.view)[0]
    assert known == texts.NOT_CHECKED(reason=describe(updates.view.reason))
    assert describe_updates(UpdateView(__version__, source.host))[0] == texts.NOT_KNOWN()
    newest = UpdateView(__version__, source.host, is_known=True)
    assert describe_updates(newest)[0] == texts.NEWEST(version=__version__)
    run(updates.check(), "")
    assert not news.isHidden()
    assert news.toolTip() == news.accessibleName() == "Reachline 9.0.0 is available."
    qtbot.mouseClick(news, Qt.MouseButton.LeftButton)
    assert sheet.is_open
    words = said(sheet)
    for part in (
        "Reachline 9.0.0 is available.",
        f"Installed: {__version__} · Source code",
        "reachline-9.0.0.tar.gz, 41",
    ):
        assert part in words
    assert "ab" * 32 in words
    assert opened == []
    sheet.page_button.click()
    assert opened == ["https://x.example/get"]
    sheet.skip_button.click()
    assert news.isHidden()
    assert sheet.skip_button.isHidden()
    assert memory.memory.skipped == "9.0.0"
    sheet.dismiss()

    settings = window.settings
    settings.open_page(texts.UPDATES())
    page = settings.sheet.page
    assert isinstance(page, UpdatesPage)
    assert not page.box.isChecked()
    page.box.click()
    assert memory.memory.checks is True
    assert "asks updates.example" in said(page)
    page.check_button.click()
    assert not settings.sheet.is_open
    assert sheet.is_open
    sheet.dismiss()
    window.close()
    updates.set_checks(False)


def test_what_is_new_is_offered_once_after_an_update(qtbot, window: MainWindow) -> None:
    memory = Memory(ran="0.0.9")
    updates = Updates(None, memory, FakeClock(NOW), __version__, "deb", checks_by_default=True)
    window.updates.connect_updates(updates, run)
    news = window._footer.news
    assert news.toolTip() == f"Reachline was updated to {__version__}. See what's new."
    qtbot.mouseClick(news, Qt.MouseButton.LeftButton)
    assert window.updates.news_sheet.is_open
    assert f"Version {__version__}" in said(window.updates.news_sheet)
    window.updates.news_sheet.dismiss()
    assert news.isHidden()
    assert texts.RELEASES[0][0] == __version__, "a release begins with what is new in it"
    window._commands.run("check_updates")
    assert texts.CANNOT_LOOK() in said(window.updates.sheet)


def test_the_sample_workspace_asks_nobody(window: MainWindow) -> None:
    window._commands.run("check_updates")
    assert texts.SAMPLE_LOOKS_NOT() in said(window.updates.sheet)
    window.updates.sheet.dismiss()
    window.settings.open_page(texts.UPDATES())
    page = window.settings.sheet.page
    assert isinstance(page, UpdatesPage)
    assert not page.box.isEnabled()
    assert not page.check_button.isEnabled()


@pytest.mark.parametrize(
    ("platform", "program", "beside", "environment", "kind"),
    [
        ("darwin", "Reachline.app/Contents/MacOS/reachline", "", {}, "bundle"),
        ("darwin", "reachline/reachline", "", {}, "folder"),
        ("win32", "Programs/Reachline/reachline.exe", "unins000.exe", {}, "installer"),
        ("win32", "Desktop/reachline/reachline.exe", "", {}, "folder"),
        ("linux", "reachline/reachline", "", {}, "tarball"),
        ("linux", "mounted/usr/reachline", "", {"APPDIR": "mounted"}, "appimage"),
        ("linux", "app/reachline", "", {"FLATPAK_ID": "io.github.reachline.desktop"}, "flatpak"),
    ],
)
def test_a_built_copy_knows_how_it_was_installed(
    platform: str, program: str, beside: str, environment: dict[str, str], kind: str, tmp_path, monkeypatch
) -> None:
    file = tmp_path / program
    file.parent.mkdir(parents=True)
    if beside:
        (file.parent / beside).touch()
    monkeypatch.setattr(installation.sys, "frozen", True, raising=False)
    monkeypatch.setattr(installation.sys, "platform", platform)
    monkeypatch.setattr(installation.sys, "executable", str(file))
    for name, value in environment.items():
        monkeypatch.setenv(name, str(tmp_path / value) if name == "APPDIR" else value)
    assert installation.installation_kind() == kind
    assert installation.is_released_copy()
    assert kind in texts.KINDS
