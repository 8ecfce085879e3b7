"""Octopods page: which channels it carries for this workspace, and in whose name it tags."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QGridLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import SetBridgeChannels, SetBridgeTaggers
from desktop.engine.views import WorkspaceView
from desktop.text.octopods import CARRIED
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.settings.page import Page, Submit
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.wording import words

_COLUMNS = 3


class OctopodsPage(Page):
    """What is chosen is sent by *Save*; a half-made choice stays while other settings change."""

    TITLE = "Octopods"
    ABOUT = "Your answer tells where messages come from when Intercom doesn't say, and whether a reply arrives there."

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._channels: frozenset[ChannelKind] | None = None
        self._taggers: frozenset[str] = frozenset()
        self._teammates: tuple[tuple[str, str], ...] | None = None
        self.not_answered = QRadioButton("Not answered")
        self.unused = QRadioButton("We don't use Octopods")
        self.used = QRadioButton("We use it for:")
        answers = QButtonGroup(self)
        self.boxes = {channel: QCheckBox(words.channel(channel)) for channel in CARRIED}
        grid = QGridLayout()
        grid.setContentsMargins(2 * PAD, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GAP)
        for at, box in enumerate(self.boxes.values()):
            grid.addWidget(box, at // _COLUMNS, at % _COLUMNS)
            box.toggled.connect(self._on_box)
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, GAP, 0)
        inside.setSpacing(GAP)
        inside.addWidget(Paragraph("Which channels does Octopods carry for you?"))
        for answer in (self.used, self.unused, self.not_answered):
            answers.addButton(answer)
            answer.toggled.connect(self._on_changed)
        inside.addWidget(self.used)
        inside.addLayout(grid)
        inside.addWidget(self.unused)
        inside.addWidget(self.not_answered)
        inside.addSpacing(GAP)
        inside.addWidget(Paragraph("Octopods adds its tags in the name of:"))
        inside.addWidget(
            Paragraph(
                "If you choose somebody, tags that others add don't count. If you aren't sure, choose nobody.",
                muted=True,
            )
        )
        self.admins: dict[str, QCheckBox] = {}
        self._people = QWidget()
        self._people_column = QVBoxLayout()
        self._people_column.addWidget(self._people)
        inside.addLayout(self._people_column)
        inside.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(body)
        self.column.addWidget(area, 1)
        self._save = QPushButton("Save")
        self._save.clicked.connect(self._on_save)
        self.end(self._save)
        self._show_channels()

    def show_workspace(self, view: WorkspaceView) -> None:
        known = view.workspace
        if self._channels != known.bridge_channels:
            self._channels = known.bridge_channels
            self._show_channels()
        people = {t.id: t.name for t in view.teammates}
        people |= {i: f"Teammate {i}" for i in sorted(known.bridge_taggers) if i not in people}
        if self._teammates != tuple(people.items()) or self._taggers != known.bridge_taggers:
            self._teammates, self._taggers = tuple(people.items()), known.bridge_taggers
            self._show_people(people)
        self._on_changed()

    def _show_channels(self) -> None:
        channels = self._channels
        chosen = self.not_answered if channels is None else self.used if channels else self.unused
        chosen.setChecked(True)
        for channel, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(channels is not None and channel in channels)
            box.blockSignals(False)
        self._on_changed()

    def _show_people(self, people: dict[str, str]) -> None:
        old, self._people = self._people, QWidget()
        rows = QVBoxLayout(self._people)
        rows.setContentsMargins(2 * PAD, 0, 0, 0)
        rows.setSpacing(GAP - 4)
        self.admins = {}
        for admin_id, name in people.items():
            # An ampersand in a name is no mnemonic.
            box = QCheckBox(name.replace("&", "&&"))
            box.setChecked(admin_id in self._taggers)
            box.toggled.connect(self._on_changed)
            self.admins[admin_id] = box
            rows.addWidget(box)
        self._people_column.replaceWidget(old, self._people)
        old.hide()
        old.deleteLater()

    def _answer(self) -> frozenset[ChannelKind] | None:
        if self.not_answered.isChecked():
            return None
        if self.unused.isChecked():
            return frozenset()
        return frozenset(channel for channel, box in self.boxes.items() if box.isChecked())

    def _chosen_taggers(self) -> frozenset[str]:
        return frozenset(admin_id for admin_id, box in self.admins.items() if box.isChecked())

    def _on_box(self, checked: bool) -> None:
        if checked:
            self.used.setChecked(True)
        self._on_changed()

    def _on_changed(self) -> None:
        answer = self._answer()
        # "We use it for" nothing is no answer yet; nothing at all would mean that there is no Octopods.
        is_complete = not self.used.isChecked() or bool(answer)
        changed = answer != self._channels or self._chosen_taggers() != self._taggers
        self._save.setEnabled(is_complete and changed)

    def _on_save(self) -> None:
        answer, taggers = self._answer(), self._chosen_taggers()
        if answer != self._channels:
            self.wish(SetBridgeChannels(answer), "Saved.")
        if taggers != self._taggers:
            self.wish(SetBridgeTaggers(taggers), "Saved.")
