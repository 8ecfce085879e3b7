"""The sheet that lists all keyboard shortcuts by groups, with a field to search them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QScrollArea, QWidget

from desktop.text.screens import palette as texts
from desktop.ui.commands.table import COMMANDS, OTHER_KEYS, Group, WindowCommand, shown_keys
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import add_clear_button, push_button, show_hint
from desktop.ui.widgets.labels import Heading, Label
from desktop.ui.widgets.overlay import Overlay


def listed_keys() -> Iterator[tuple[Group, str, str]]:
    """Yield all keys with what they do: group, keys as this system names them, label."""
    for group in Group:
        for command in COMMANDS:
            if command.group is group:
                yield group, _either(command), command.label
        for its_group, keys, label in OTHER_KEYS:
            if its_group is group:
                yield group, shown_keys(keys) if isinstance(keys, str) else keys(), label()


def _either(command: WindowCommand) -> str:
    first, *others = map(shown_keys, command.keys)
    return texts.EITHER_KEYS(keys=first, other_keys=others[0]) if others else first


class ShortcutSheet(Overlay):
    """Two columns of groups; one where the window is narrow."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(texts.SHORTCUTS())
        self._field = QLineEdit()
        show_hint(self._field, texts.SEARCH_SHORTCUTS())
        add_clear_button(self._field)
        self._field.textChanged.connect(self._on_query_changed)
        self._nothing = Label(texts.NO_SHORTCUT())
        self._nothing.setObjectName("muted")
        self._rows = [(group, Label(keys), Label(label)) for group, keys, label in listed_keys()]
        for _, key, label in self._rows:
            key.setObjectName("key")
            label.setWordWrap(True)
        self._headings = {group: Heading(theme, texts.GROUPS[group.name]()) for group in Group}
        inside = self._content = QWidget()
        self._halves = [QGridLayout(), QGridLayout()]
        for half in self._halves:
            half.setHorizontalSpacing(2 * GAP)
            half.setVerticalSpacing(GAP - 2)
            half.setColumnStretch(1, 1)
        columns = layouts.row(*self._halves, spacing=4 * GAP)
        for half in self._halves:
            columns.setStretchFactor(half, 1)
        self._columns = columns
        layouts.column(self._nothing, columns, "stretch", parent=inside, margins=(PAD, 0, PAD, 0))
        area = self._area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(texts.ALL_SHORTCUTS())
        area.setWidget(inside)
        self._close_button = push_button(texts.CLOSE_SHORTCUTS(), self.dismiss)
        top = layouts.row(self._field, self._close_button)
        layouts.column(top, area, parent=self._card, spacing=PAD, margins=PAD)
        self._is_narrow: bool | None = None
        self._place()
        self._follow_theme()

    def show_popup(self) -> None:
        self._field.clear()
        super().show_popup()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def tab_order(self) -> list[QWidget]:
        return [self._field, self._close_button, self._area]

    @property
    def shown_labels(self) -> list[str]:
        """What the shortcuts on the sheet do, of those that match the search."""
        return [label.text() for _, _, label in self._rows if not label.isHidden()]

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 2.0)
        is_narrow = self.width() < 760 * scale
        if is_narrow is not self._is_narrow:
            self._is_narrow = is_narrow
            self._place()
        width = min(self.width() - 2 * PAD, round((460 if is_narrow else 900) * scale))
        self.center_card(width, min(self.height() - 2 * PAD, round(620 * scale)))

    def _on_query_changed(self, query: str) -> None:
        words = query.casefold().split()
        for group in Group:
            count = 0
            for its_group, key, label in self._rows:
                if its_group is group:
                    text = f"{label.text()} {key.text()}".casefold()
                    matches = all(word in text for word in words)
                    key.setVisible(matches)
                    label.setVisible(matches)
                    count += matches
            self._headings[group].setVisible(count > 0)
        self._nothing.setVisible(not self.shown_labels)

    def _place(self) -> None:
        """Put the groups in both columns, or all in the first where there is room for one only."""
        for half in self._halves:
            while half.takeAt(0) is not None:
                pass
        rows = [0, 0]
        for group in Group:
            at = 0 if self._is_narrow or group in (Group.CONVERSATION, Group.MOVING) else 1
            half = self._halves[at]
            self._headings[group].setContentsMargins(0, PAD if rows[at] else 0, 0, 0)
            half.addWidget(self._headings[group], rows[at], 0, 1, 2)
            for its_group, key, label in self._rows:
                if its_group is group:
                    rows[at] += 1
                    half.addWidget(key, rows[at], 0, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
                    half.addWidget(label, rows[at], 1)
            rows[at] += 1
        for half in self._halves:
            half.setRowStretch(len(self._rows) + len(Group), 1)
        self._columns.setStretch(1, 0 if self._is_narrow else 1)
        self._columns.setSpacing(0 if self._is_narrow else 4 * GAP)
        self._on_query_changed(self._field.text())

    def mousePressEvent(self, event: object) -> None:
        self.dismiss()

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}"
            f"QLabel#key {{ border: 1px solid {colors.border}; border-radius: 5px; padding: 2px 8px;"
            f" background: {colors.panel}; }}"
        )
