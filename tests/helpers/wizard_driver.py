"""Opens the wizard on fakes, reads its texts and steps through it with the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fake_accounts import FakeAccounts
from fake_engine import FakeEngine, press
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from desktop.ports import WorkspaceConfig
from desktop.ui.look.theme import Theme
from desktop.ui.wizard.wizard import Wizard

Opened = Callable[..., Wizard]


@contextmanager
def wizard_opener(qtbot, theme: Theme, accounts: FakeAccounts, engine: FakeEngine) -> Iterator[Opened]:
    """Context manager that returns a function opening wizards. answer: an engine or a refusal."""
    shown: list[Wizard] = []

    def open_one(answer: object = engine, **options: object) -> Wizard:
        async def start_workspace(workspace: WorkspaceConfig) -> object:
            return answer

        wizard = Wizard(accounts, theme, engine.tasks.start, start_workspace, **options)
        shown.append(wizard)
        wizard.show()
        wizard.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is wizard)
        return wizard

    yield open_one
    for wizard in shown:
        wizard.close()
        wizard.deleteLater()


def visible_text(page: QWidget) -> str:
    """All visible texts of labels."""
    QCoreApplication.processEvents()
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def button(page: QWidget, words: str) -> QAbstractButton:
    return next(b for b in page.findChildren(QAbstractButton) if words in (b.text(), b.accessibleName()))


def enter(qtbot, wizard: Wizard) -> None:
    press(qtbot, wizard, Qt.Key.Key_Return)


def go_to_step(qtbot, wizard: Wizard, step: QWidget) -> None:
    """Go forward to this step with the keyboard, typing a token on the way."""
    for _ in range(12):
        if wizard.step is step:
            return
        if wizard.step is wizard.intercom and not wizard.intercom.field.secret:
            qtbot.keyClicks(QApplication.focusWidget(), "dG9r")
        enter(qtbot, wizard)
    raise AssertionError(f"stuck at {type(wizard.step).__name__}")
