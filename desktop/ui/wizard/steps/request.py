"""The step with a ready text that asks an admin for the access token."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.status_line import Status, StatusLine
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step

DEVELOPER_HUB = "https://app.intercom.com/a/apps/_/developer-hub"
PERMISSIONS = (
    *("Read admins", "Read conversations", "Read and list users and companies", "Read one user and one company"),
    *("Write conversations", "Read tags", "Write tags"),
)
"""The permissions that a token needs, by Intercom's names, which are not translated."""


class RequestStep(Step):
    """Who has a token already goes on with one key."""

    NAME = texts.REQUEST
    TITLE = texts.REQUEST_HEADING
    ABOUT = texts.REQUEST_ABOUT

    def __init__(
        self, theme: Theme, setup: Setup, open_url: Callable[[QUrl], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, setup, parent)
        self._open_url = open_url
        self.request = _RequestText(request_text())
        self._copied = StatusLine(theme)
        hub = push_button(texts.OPEN_HUB(), self._on_hub)
        hub.setAccessibleDescription(texts.OPENS_IN_BROWSER())
        ways = FlowLayout(
            push_button(texts.COPY_REQUEST(), self._on_copy), push_button(texts.EMAIL_REQUEST(), self._on_email)
        )
        layouts.add_items(self.column, ways, self._copied)
        self.column.addWidget(self.request, 1)
        own = layouts.column(Heading(theme, texts.GET_TOKEN()), Paragraph(texts.GET_TOKEN_STEPS()), spacing=2)
        layouts.add_items(self.column, own, layouts.row(hub, "stretch"))
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def next_label(self) -> str:
        return texts.HAVE_TOKEN()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(request_text())
        self._copied.set_status(texts.REQUEST_COPIED(), Status.SUCCESS, speak=True)

    def _on_email(self) -> None:
        subject, body = (bytes(QUrl.toPercentEncoding(text).data()).decode() for text in (_subject(), request_text()))
        self._open_url(QUrl(f"mailto:?subject={subject}&body={body}", QUrl.ParsingMode.StrictMode))

    def _on_hub(self) -> None:
        self._open_url(QUrl(DEVELOPER_HUB))

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.request.setStyleSheet(
            f"QPlainTextEdit {{ background: {colors.panel}; border: 1px solid {colors.outline}; border-radius: 6px; }}"
            f"QPlainTextEdit:focus {{ border-color: {colors.accent}; }}"
        )


def request_text() -> str:
    """Return what an agent sends to the admin."""
    permissions = "\n".join(f"   - {name}" for name in PERMISSIONS)
    return strip_isolates(texts.ADMIN_REQUEST(url=DEVELOPER_HUB, permissions=permissions))


def _subject() -> str:
    return strip_isolates(texts.ADMIN_REQUEST_SUBJECT())


class _RequestText(QPlainTextEdit):
    """Read with the arrow keys, selected and copied; Tab leads on."""

    _LEAST_LINES = 7

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(texts.REQUEST_TEXT())
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.viewport().setBackgroundRole(QPalette.ColorRole.NoRole)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 2 * self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._LEAST_LINES * self.fontMetrics().lineSpacing())
