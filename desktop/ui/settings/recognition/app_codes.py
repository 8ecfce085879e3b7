"""The settings page that decides which app codes mark a message as posted by Octopods."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop.engine.commands import SetBridgeCodes, SetOtherCodes
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.catalog import strip_isolates
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.settings.page import Page, checked_keys
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.scroll_area import scroll_area


class AppCodesPage(Page):
    TITLE = texts.APP_CODES
    ABOUT = texts.APP_CODES_ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._boxes: dict[str, QCheckBox] = {}
        self._others: dict[str, QCheckBox] = {}
        self._shown: object = None
        self._stored: frozenset[str] = frozenset()
        self._stored_others: frozenset[str] = frozenset()
        self._area = scroll_area(QWidget(), accepts_focus=True)
        # Codes are one word, and may be long.
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._save_button = push_button(texts.SAVE(), self._on_save)
        self.column.addWidget(self._area, 1)
        self.add_footer(self._save_button, push_button(texts.DETECT(), self._on_reset))

    def show_workspace(self, view: WorkspaceView) -> None:
        stored, others = view.workspace.bridge_codes, view.workspace.other_codes
        if self._shown == (stored, others, view.code_histogram):
            return
        self._shown, self._stored, self._stored_others = (stored, others, view.code_histogram), stored, others
        counts = dict(view.code_histogram)
        counts |= {code: 0 for code in sorted(stored | others) if code not in counts}
        self._boxes, self._others = {}, {}
        body = QWidget()
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GAP)
        grid.setColumnStretch(0, 1)
        for row, (code, count) in enumerate(counts.items()):
            box = QCheckBox(texts.CODE_SEEN(count, code=code) if count else texts.CODE_NOT_SEEN(code=code))
            box.setAccessibleName(strip_isolates(box.text()))
            other = QCheckBox(texts.NOT_OCTOPODS())
            other.setAccessibleName(strip_isolates(texts.CODE_NOT_OCTOPODS(code=code)))
            box.setChecked(code in stored)
            other.setChecked(code in others and code not in stored)
            self._boxes[code], self._others[code] = box, other
            box.toggled.connect(self._on_toggled)
            other.toggled.connect(self._on_toggled)
            grid.addWidget(box, row, 0)
            grid.addWidget(other, row, 1)
        layouts.column(grid, *([] if counts else [Paragraph(texts.NO_CODES())]), "stretch", parent=body)
        self._area.setWidget(body)
        self._on_toggled()

    def _on_toggled(self) -> None:
        for code, box in self._boxes.items():
            other = self._others[code]
            # A code cannot be both.
            other.setEnabled(not box.isChecked())
            box.setEnabled(not other.isChecked())
        codes, others = checked_keys(self._boxes), checked_keys(self._others)
        # An empty choice means "use what was learnt", which has its own button.
        is_complete = bool(codes) or codes == self._stored
        self._save_button.setEnabled(is_complete and (codes, others) != (self._stored, self._stored_others))

    def _on_save(self) -> None:
        codes, others = checked_keys(self._boxes), checked_keys(self._others)
        if codes and codes != self._stored:
            self.submit(SetBridgeCodes(codes))
        if others != self._stored_others:
            self.submit(SetOtherCodes(others))

    def _on_reset(self) -> None:
        self.submit(SetBridgeCodes(frozenset()), texts.DETECT_DONE())
