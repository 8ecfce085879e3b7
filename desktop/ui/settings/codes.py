"""Bridge codes: which app code marks a message as posted by the bridge."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.engine.commands import SetBridgeCodes
from desktop.engine.views import WorkspaceView
from desktop.ui.settings.page import Page, Submit, text
from desktop.ui.theme import Theme

NONE_SEEN = "No customer's message with an app code has been seen in a tagged conversation yet."


class CodesPage(Page):
    TITLE = "Bridge codes"
    ABOUT = (
        "Messages that carry one of these app codes count as posted by the bridge, so they came from the channel. "
        "The one seen most often is taken unless you choose."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._boxes: dict[str, QCheckBox] = {}
        self._shown: tuple[object, object] | None = None
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
        taken = view.workspace.bridge_codes
        if self._shown == (taken, view.code_histogram):
            return
        self._shown = (taken, view.code_histogram)
        counts = dict(view.code_histogram) | {c: 0 for c in taken if c not in dict(view.code_histogram)}
        self._boxes = {}
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        for code, count in counts.items():
            seen = f"on {count:,} messages" if count != 1 else "on 1 message"
            box = QCheckBox(f"{code}   ·   {seen}" if count else f"{code}   ·   not seen")
            box.setChecked(code in taken)
            box.toggled.connect(self._on_toggled)
            self._boxes[code] = box
            column.addWidget(box)
        if not counts:
            column.addWidget(text(NONE_SEEN))
        column.addStretch(1)
        self._area.setWidget(body)
        self._on_toggled()

    def _chosen(self) -> frozenset[str]:
        return frozenset(code for code, box in self._boxes.items() if box.isChecked())

    def _on_toggled(self) -> None:
        taken = self._shown[0] if self._shown is not None else None
        self._take.setEnabled(bool(self._chosen()) and self._chosen() != taken)

    def _on_take(self) -> None:
        self.wish(SetBridgeCodes(self._chosen()), "Taken. Every message is judged anew.")

    def _on_learnt(self) -> None:
        self.wish(SetBridgeCodes(frozenset()), "The code seen most often is taken again.")
