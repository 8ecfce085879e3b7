"""The settings page that tells which channels Octopods carries, and in whose name it adds tags."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QWidget

from desktop.domain.bridge.carried_channels import CARRIED
from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import SetBridgeChannels, SetBridgeTaggers
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.catalog import strip_isolates
from desktop.text.names import channel_label
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.settings.page import Page, checked_keys
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.scroll_area import scroll_area


class OctopodsPage(Page):
    """Nothing is stored before *Save*; an unsaved choice stays while other settings change."""

    TITLE = texts.OCTOPODS
    ABOUT = texts.OCTOPODS_ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._stored_channels: frozenset[ChannelKind] | None = None
        self._stored_taggers: frozenset[str] = frozenset()
        self._teammates: tuple[tuple[str, str], ...] | None = None
        self.not_answered = QRadioButton(texts.NOT_SURE())
        self.unused = QRadioButton(texts.NOT_USED())
        self.unused.setAccessibleName(strip_isolates(texts.NOT_USED()))
        self.used = QRadioButton(texts.USED_FOR())
        answers = QButtonGroup(self)
        self.boxes = {channel: QCheckBox(channel_label(channel)) for channel in CARRIED}
        for box in self.boxes.values():
            box.toggled.connect(self._on_box)
        body = QWidget()
        for answer in (self.used, self.unused, self.not_answered):
            answers.addButton(answer)
            answer.toggled.connect(self._on_changed)
        self.admins: dict[str, QCheckBox] = {}
        self._people = QWidget()
        self._people_column = layouts.column(self._people)
        question = Paragraph(texts.WHO_TAGS())
        question.setContentsMargins(0, GAP, 0, 0)
        layouts.column(
            Paragraph(texts.WHICH_CHANNELS()),
            self.used,
            layouts.row(FlowLayout(*self.boxes.values(), spacing=GAP), margins=(2 * PAD, 0, 0, 0)),
            self.unused,
            self.not_answered,
            question,
            Paragraph(texts.WHO_TAGS_ABOUT(), muted=True),
            self._people_column,
            "stretch",
            parent=body,
            margins=(0, 0, GAP, 0),
        )
        self.column.addWidget(scroll_area(body, accepts_focus=True), 1)
        self._save_button = push_button(texts.SAVE(), self._on_save)
        self.add_footer(self._save_button)
        self._show_channels()

    def show_workspace(self, view: WorkspaceView) -> None:
        known = view.workspace
        if self._stored_channels != known.bridge_channels:
            self._stored_channels = known.bridge_channels
            self._show_channels()
        people = {t.id: t.name for t in view.teammates}
        people |= {i: texts.TEAMMATE_ID(id=i) for i in sorted(known.bridge_taggers) if i not in people}
        if self._teammates != tuple(people.items()) or self._stored_taggers != known.bridge_taggers:
            self._teammates, self._stored_taggers = tuple(people.items()), known.bridge_taggers
            self._show_people(people)
        self._on_changed()

    def _show_channels(self) -> None:
        channels = self._stored_channels
        chosen = self.not_answered if channels is None else self.used if channels else self.unused
        chosen.setChecked(True)
        for channel, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(channels is not None and channel in channels)
            box.blockSignals(False)
        self._on_changed()

    def _show_people(self, people: dict[str, str]) -> None:
        old, self._people = self._people, QWidget()
        rows = layouts.column(parent=self._people, spacing=GAP - 4, margins=(2 * PAD, 0, 0, 0))
        self.admins = {}
        for admin_id, name in people.items():
            # Doubled, since a single ampersand marks a mnemonic.
            box = QCheckBox(name.replace("&", "&&"))
            box.setChecked(admin_id in self._stored_taggers)
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
        return checked_keys(self.boxes)

    def _on_box(self, checked: bool) -> None:
        if checked:
            self.used.setChecked(True)
        self._on_changed()

    def _on_changed(self) -> None:
        answer = self._answer()
        # "We use it for" without a channel is no answer yet: an empty set means that Octopods isn't used.
        is_complete = not self.used.isChecked() or bool(answer)
        changed = answer != self._stored_channels or checked_keys(self.admins) != self._stored_taggers
        self._save_button.setEnabled(is_complete and changed)

    def _on_save(self) -> None:
        answer, taggers = self._answer(), checked_keys(self.admins)
        if answer != self._stored_channels:
            self.submit(SetBridgeChannels(answer))
        if taggers != self._stored_taggers:
            self.submit(SetBridgeTaggers(taggers))
