"""The settings page that decides which app codes mark a message as posted by Octopods."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop.engine.commands import SetBridgeCodes, SetOtherCodes
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.settings.page import Page, checked_keys
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.scroll_area import scroll_area

NONE_SEEN = "No customer's message with an app code has been seen in a tagged conversation yet."


class AppCodesPage(Page):
    TITLE = "App codes"
    ABOUT = (
        "Messages with an app code of Octopods came from one of its channels. The code seen most often is taken unless "
        "you choose. Mark codes of other apps as “Not Octopods”, so that their messages raise no doubt."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._boxes: dict[str, QCheckBox] = {}
        self._others: dict[str, QCheckBox] = {}
        self._shown: object = None
        self._stored: frozenset[str] = frozenset()
        self._stored_others: frozenset[str] = frozenset()
        self._area = scroll_area(QWidget(), accepts_focus=True)
        self._save_button = push_button("Use these codes", self._on_save)
        self.column.addWidget(self._area, 1)
        self.add_footer(self._save_button, push_button("Back to what was learnt", self._on_reset))

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
            seen = f"on {count:,} messages" if count != 1 else "on 1 message"
            box = QCheckBox(f"{code}   ·   {seen}" if count else f"{code}   ·   not seen")
            other = QCheckBox("Not Octopods")
            other.setAccessibleName(f"{code} is not Octopods")
            box.setChecked(code in stored)
            other.setChecked(code in others and code not in stored)
            self._boxes[code], self._others[code] = box, other
            box.toggled.connect(self._on_toggled)
            other.toggled.connect(self._on_toggled)
            grid.addWidget(box, row, 0)
            grid.addWidget(other, row, 1)
        layouts.column(grid, *([] if counts else [Paragraph(NONE_SEEN)]), "stretch", parent=body)
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
            self.submit(SetBridgeCodes(codes), "Saved.")
        if others != self._stored_others:
            self.submit(SetOtherCodes(others), "Saved.")

    def _on_reset(self) -> None:
        self.submit(SetBridgeCodes(frozenset()), "The code seen most often is taken again.")
