"""App codes: which ones mark a message as posted by Octopods, and which are of other apps."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.engine.commands import SetBridgeCodes, SetOtherCodes
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.settings.page import Page, Submit
from desktop.ui.widgets.labels import Paragraph

NONE_SEEN = "No customer's message with an app code has been seen in a tagged conversation yet."


class CodesPage(Page):
    TITLE = "App codes"
    ABOUT = (
        "Messages with an app code of Octopods came from one of its channels. The code seen most often is taken unless "
        "you choose. Mark codes of other apps as “Not Octopods”, so that their messages raise no doubt."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._boxes: dict[str, QCheckBox] = {}
        self._others: dict[str, QCheckBox] = {}
        self._shown: tuple[object, object, object] | None = None
        self._taken: frozenset[str] = frozenset()
        self._ruled_out: frozenset[str] = frozenset()
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._take = QPushButton("Use these codes")
        self._take.clicked.connect(self._on_take)
        learnt = QPushButton("Back to what was learnt")
        learnt.clicked.connect(self._on_learnt)
        self.column.addWidget(self._area, 1)
        self.end(self._take, learnt)

    def show_workspace(self, view: WorkspaceView) -> None:
        taken, others = view.workspace.bridge_codes, view.workspace.other_codes
        if self._shown == (taken, others, view.code_histogram):
            return
        self._shown, self._taken, self._ruled_out = (taken, others, view.code_histogram), taken, others
        counts = dict(view.code_histogram)
        counts |= {code: 0 for code in sorted(taken | others) if code not in counts}
        self._boxes, self._others = {}, {}
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GAP)
        grid.setColumnStretch(0, 1)
        column.addLayout(grid)
        for row, (code, count) in enumerate(counts.items()):
            seen = f"on {count:,} messages" if count != 1 else "on 1 message"
            box = QCheckBox(f"{code}   ·   {seen}" if count else f"{code}   ·   not seen")
            other = QCheckBox("Not Octopods")
            other.setAccessibleName(f"{code} is not Octopods")
            box.setChecked(code in taken)
            other.setChecked(code in others and code not in taken)
            self._boxes[code], self._others[code] = box, other
            box.toggled.connect(self._on_toggled)
            other.toggled.connect(self._on_toggled)
            grid.addWidget(box, row, 0)
            grid.addWidget(other, row, 1)
        if not counts:
            column.addWidget(Paragraph(NONE_SEEN))
        column.addStretch(1)
        self._area.setWidget(body)
        self._on_toggled()

    def _chosen(self) -> frozenset[str]:
        return frozenset(code for code, box in self._boxes.items() if box.isChecked())

    def _chosen_others(self) -> frozenset[str]:
        return frozenset(code for code, box in self._others.items() if box.isChecked())

    def _on_toggled(self) -> None:
        for code, box in self._boxes.items():
            other = self._others[code]
            # A code cannot be both.
            other.setEnabled(not box.isChecked())
            box.setEnabled(not other.isChecked())
        codes, others = self._chosen(), self._chosen_others()
        # No code of Octopods at all would mean: back to what was learnt, which is another button.
        is_complete = bool(codes) or codes == self._taken
        self._take.setEnabled(is_complete and (codes, others) != (self._taken, self._ruled_out))

    def _on_take(self) -> None:
        codes, others = self._chosen(), self._chosen_others()
        if codes and codes != self._taken:
            self.wish(SetBridgeCodes(codes), "Saved.")
        if others != self._ruled_out:
            self.wish(SetOtherCodes(others), "Saved.")

    def _on_learnt(self) -> None:
        self.wish(SetBridgeCodes(frozenset()), "The code seen most often is taken again.")
