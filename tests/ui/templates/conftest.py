"""A template picker over an empty window, opened for Jennifer: three templates that can be sent, one that cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from template_picker_driver import ALL, OCTOPODS, OCTOPODS_ROUTE, TELEGRAM_ROUTE

from desktop.engine.commands import SendDirect
from desktop.engine.views import TemplatesView, ThreadView
from desktop.ui.templates.picker import TemplatePicker


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


@pytest.fixture
def picker(window: QWidget, theme, ticker) -> TemplatePicker:
    return TemplatePicker(theme, ticker, window)


@pytest.fixture
def view(jennifer: Callable[..., ThreadView]) -> ThreadView:
    return replace(jennifer(), direct_routes=(TELEGRAM_ROUTE, OCTOPODS_ROUTE))


@pytest.fixture
def listed(now) -> TemplatesView:
    return TemplatesView(OCTOPODS, ALL, now - timedelta(minutes=6))


@pytest.fixture
def opened(picker: TemplatePicker, view: ThreadView, listed: TemplatesView) -> TemplatePicker:
    picker.open_for(view, "wa", "Are you at home\ntomorrow?")
    picker.show_templates(listed)
    return picker


@pytest.fixture
def sent(picker: TemplatePicker) -> list[SendDirect]:
    commands: list[SendDirect] = []
    picker.send_requested.connect(commands.append)
    return commands
