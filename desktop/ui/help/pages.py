"""The sheets of the help: a heading, a text that scrolls, and buttons."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QScrollArea, QWidget

from desktop.text import help as texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.help.installation import Installation, read_installation
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay

_WIDTH = 620


class HelpSheet(Overlay):
    """Subclasses put paragraphs into `text`. The arrow keys scroll it."""

    HEIGHT_PX: ClassVar[int] = 620
    """At usual text size, where the window has so much."""

    def __init__(self, theme: Theme, title: str, name_of_text: str, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(title)
        self._buttons: list[QPushButton] = []
        inside = QWidget()
        self.text = layouts.column(parent=inside, spacing=GAP, margins=(0, 0, PAD, 0))
        area = self._area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(name_of_text)
        area.setWidget(inside)
        self._close_button = push_button(texts.CLOSE(), self.dismiss)
        self._action_box = QWidget()
        self._actions = FlowLayout(self._close_button, parent=self._action_box)
        self._title = Heading(theme, title, size_delta_pt=4)
        self._top = layouts.row(self._title, self._action_box, spacing=GAP)
        layouts.column(self._top, area, parent=self._card, spacing=PAD, margins=PAD).setStretchFactor(area, 1)

    def add_button(self, button: QPushButton) -> None:
        """Add a button before that which closes the sheet."""
        self._buttons.append(button)
        self._actions.insertWidget(self._actions.count() - 1, button)

    def show_popup(self) -> None:
        super().show_popup()
        self._area.verticalScrollBar().setValue(0)
        self._area.setFocus(Qt.FocusReason.PopupFocusReason)

    def tab_order(self) -> list[QWidget]:
        return [self._area, *self._buttons, self._close_button]

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 2.0)
        width = min(self.width() - 2 * PAD, round(_WIDTH * scale))
        title = self._title.fontMetrics().horizontalAdvance(self._title.text())
        shown = [
            button.sizeHint().width() + GAP for button in (*self._buttons, self._close_button) if not button.isHidden()
        ]
        is_narrow = title + sum(shown) > width - 2 * PAD - 2 * GAP
        directions = QBoxLayout.Direction
        self._top.setStretch(0, 0 if is_narrow else 1)
        self._action_box.setMinimumWidth(0 if is_narrow else sum(shown))
        self._top.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self.center_card(width, min(self.height() - 2 * PAD, round(self.HEIGHT_PX * scale)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def _card_style(self) -> str:
        return "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"


class ManualSheet(HelpSheet):
    """The manual, with the keys of this system."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, texts.MANUAL(), texts.ALL_TOPICS(), parent)
        for title, paragraphs in texts.TOPICS:
            heading = Heading(theme, title(), size_delta_pt=1)
            heading.setContentsMargins(0, GAP, 0, 0)
            self.text.addWidget(heading)
            for paragraph in paragraphs:
                keys = {name: shown_keys(BY_NAME[name].keys[0]) for name in paragraph.placeholders}
                self.text.addWidget(Paragraph(paragraph(**keys), selectable=True))
        self.text.addStretch(1)
        self._follow_theme()


class AboutSheet(HelpSheet):
    """Version, place and licences, for the agent and for whoever helps them."""

    def __init__(self, theme: Theme, parent: QWidget, installation: Installation | None = None) -> None:
        """installation: this one, unless another is given."""
        super().__init__(theme, texts.ABOUT(), texts.ABOUT(), parent)
        self._facts = about_facts(installation := installation or read_installation())
        self.copy_button = push_button(texts.COPY(), self._copy, accessible_name=texts.COPY_NAME())
        self.add_button(self.copy_button)
        self.text.addWidget(Paragraph(texts.SLOGAN()))
        for what, value in self._facts:
            line = layouts.column(Paragraph(what, muted=True), Paragraph(value, selectable=True), spacing=0)
            self.text.addLayout(line)
        heading = Heading(theme, texts.LICENSES())
        heading.setContentsMargins(0, GAP, 0, 0)
        self.text.addWidget(heading)
        for paragraph in _licenses(installation):
            self.text.addWidget(Paragraph(paragraph, selectable=True))
        self.text.addStretch(1)
        self._follow_theme()

    def show_popup(self) -> None:
        self.copy_button.setText(texts.COPY())
        super().show_popup()

    def _copy(self) -> None:
        lines = [texts.COPIED_LINE(what=what, value=value) for what, value in self._facts]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.copy_button.setText(texts.COPIED())


def about_facts(installation: Installation) -> list[tuple[str, str]]:
    """What the sheet shows and copies: names and values."""
    return [
        (texts.VERSION(), installation.version),
        (texts.INSTALLED_AS(), texts.KINDS[installation.kind]()),
        (texts.FOLDER(), installation.folder),
        (texts.PYTHON(), installation.python),
        (texts.QT(), installation.qt),
        (texts.SYSTEM(), installation.system),
    ]


def _licenses(installation: Installation) -> list[str]:
    lines = [texts.OWN_LICENSE(), texts.QT_LICENSE()]
    if installation.licenses_folder:
        lines.append(texts.LICENSES_IN(folder=installation.licenses_folder))
    if installation.packages:
        entries = [texts.USED_PACKAGES()]
        for package in installation.packages:
            entry = texts.PACKAGE if package.license else texts.PACKAGE_WITHOUT_LICENSE
            known = {"licence": package.license} if package.license else {}
            entries.append(entry(name=package.name, version=package.version, **known))
        lines.append("\n".join(entries))
    return lines
