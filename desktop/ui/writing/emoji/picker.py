"""A pop-up with all emoji by groups, a search field, and the skin tone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from desktop.text.screens.widgets import NOTHING_FOUND
from desktop.text.screens.writing import emoji as texts
from desktop.ui.look import icons
from desktop.ui.look.rows import paint_row_ground
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import add_clear_button, show_hint, show_name
from desktop.ui.widgets.labels import ElidedLabel
from desktop.ui.widgets.screen_reader.roles import Role
from desktop.ui.widgets.screen_reader.rows import SpokenChoice
from desktop.ui.writing.emoji.memory import TONES, EmojiMemory
from desktop.ui.writing.emoji.table import Emoji, EmojiTable

RECENT = "recent"
_ICONS = {
    RECENT: "fa6s.clock-rotate-left",
    "smileys": "fa6.face-smile",
    "people": "fa6s.person",
    "animals": "fa6s.paw",
    "food": "fa6s.utensils",
    "travel": "fa6s.plane",
    "activities": "fa6s.futbol",
    "objects": "fa6s.lightbulb",
    "symbols": "fa6s.heart",
    "flags": "fa6s.flag",
}
_HAND = "✋"
_COLUMNS, _ROWS = 9, 6
_Index = QModelIndex | QPersistentModelIndex


class EmojiPicker(QFrame):
    """Escape or a click elsewhere closes it without a choice. The arrows move in the grid while the field has the
    keyboard.

    Signals:
        chosen: arg: the emoji as it is written, with its skin tone.
    """

    accessible_role = Role.DIALOG

    chosen = Signal(str)

    def __init__(self, theme: Theme, table: EmojiTable, memory: EmojiMemory, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme, self._table, self._memory = theme, table, memory
        self._group = ""
        self.setObjectName("popup")
        self.setAccessibleName(texts.EMOJI())
        self.field = QLineEdit()
        show_hint(self.field, texts.SEARCH())
        add_clear_button(self.field)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self._model = _EmojiModel(self)
        self.grid = QListView()
        self.grid.setAccessibleName(texts.EMOJI())
        self.grid.setModel(self._model)
        self.grid.setItemDelegate(_EmojiDelegate(theme, self))
        self.grid.setViewMode(QListView.ViewMode.IconMode)
        self.grid.setResizeMode(QListView.ResizeMode.Adjust)
        self.grid.setMovement(QListView.Movement.Static)
        self.grid.setUniformItemSizes(True)
        self.grid.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.grid.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.grid.setMouseTracking(True)
        self.grid.entered.connect(self.grid.setCurrentIndex)
        self.grid.clicked.connect(self._choose)
        SpokenChoice(self.grid)
        self.grid.selectionModel().currentChanged.connect(self._show_name)
        self._name = ElidedLabel()
        self.tone_button = QToolButton()
        self.tone_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.tone_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tone_menu = QMenu(self.tone_button)
        self._tone_menu.setAccessibleName(texts.SKIN_TONE())
        for tone in TONES:
            label = texts.TONE_ROW(emoji=table.with_tone(_HAND, tone), tone=texts.SKIN_TONES[tone]())
            self._tone_menu.addAction(label, partial(self._set_tone, tone))
        self.tone_button.setMenu(self._tone_menu)
        self.group_buttons = {key: self._group_button(key) for key in (RECENT, *table.groups)}
        foot = layouts.row(self._name, self.tone_button)
        foot.setStretch(0, 1)
        groups = layouts.row(*self.group_buttons.values(), spacing=0)
        layouts.column(self.field, groups, self.grid, foot, parent=self, spacing=GAP - 2, margins=GAP - 2)
        self._show_tone()
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def shown(self) -> list[str]:
        """The emoji in the grid, without skin tones."""
        return [emoji.text for emoji in self._model.emoji]

    @property
    def current(self) -> Emoji | None:
        """The emoji that Enter chooses."""
        index = self.grid.currentIndex()
        return self._model.emoji[index.row()] if index.isValid() else None

    def open_above(self, button: QWidget) -> None:
        """Show the recent ones, or the first group; above a button, or below it where the screen ends."""
        self.field.clear()
        self._choose_group(RECENT if self._memory.recent else next(iter(self._table.groups), RECENT))
        self.adjustSize()
        screen = self.screen().availableGeometry()
        corner = button.mapToGlobal(QPoint(0, 0))
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = corner.x() + button.width() - self.width() if is_mirrored else corner.x()
        above, below = corner.y() - self.height() - GAP // 2, corner.y() + button.height() + GAP // 2
        top = above if above >= screen.top() else max(min(below, screen.bottom() - self.height()), screen.top())
        self.move(max(min(left, screen.right() - self.width()), screen.left()), top)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self.field:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        columns = max(self.grid.viewport().width() // self.grid.gridSize().width(), 1)
        forward = -1 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1
        steps = {
            Qt.Key.Key_Right: forward,
            Qt.Key.Key_Left: -forward,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_Up: -columns,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._choose(self.grid.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        row = self.grid.currentIndex().row() + by
        if 0 <= row < self._model.rowCount():
            self.grid.setCurrentIndex(self._model.index(row, 0))

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            emoji = self._model.emoji[index.row()]
            self._memory.add(emoji.text)
            self.close()
            self.chosen.emit(self._table.with_tone(emoji.text, self._memory.tone))

    def _choose_group(self, group: str, _checked: bool = False) -> None:
        self._group = group
        self.group_buttons[group].setChecked(True)
        if self.field.text():
            self.field.clear()
        else:
            self._fill()

    def _fill(self) -> None:
        query = self.field.text()
        if query.strip():
            found = self._table.find(query)
        elif self._group == RECENT:
            found = [emoji for text in self._memory.recent if (emoji := self._table.get(text)) is not None]
        else:
            found = self._table.in_group(self._group)
        self._model.show(found, [self._table.with_tone(emoji.text, self._memory.tone) for emoji in found])
        self.grid.setCurrentIndex(self._model.index(0, 0))
        self._show_name()

    def _show_name(self) -> None:
        current = self.current
        if current is not None:
            self._name.setText(current.name)
        else:
            self._name.setText(NOTHING_FOUND() if self._table.emoji else texts.NOT_INSTALLED())

    def _set_tone(self, tone: int) -> None:
        self._memory.set_tone(tone)
        self._show_tone()
        row = self.grid.currentIndex().row()
        self._fill()
        self.grid.setCurrentIndex(self._model.index(max(row, 0), 0))

    def _show_tone(self) -> None:
        tone = self._memory.tone
        name = texts.TONE_ROW(emoji=texts.SKIN_TONE(), tone=texts.SKIN_TONES[tone]())
        self.tone_button.setText(self._table.with_tone(_HAND, tone))
        show_name(self.tone_button, name)

    def _group_button(self, key: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setAutoExclusive(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        name = texts.RECENT() if key == RECENT else texts.GROUPS[key]()
        show_name(button, name)
        button.clicked.connect(partial(self._choose_group, key))
        return button

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        font = self._theme.font(delta=6)
        cell = round(QFontMetrics(font).height() * 1.35)
        self.grid.setFont(font)
        self.grid.setGridSize(QSize(cell, cell))
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.grid.setMinimumWidth(_COLUMNS * cell + bar + 2 * self.grid.frameWidth() + 2)
        self.grid.setFixedHeight(_ROWS * cell + 2 * self.grid.frameWidth())
        side = round(self.fontMetrics().height() * 0.95)
        for key, button in self.group_buttons.items():
            button.setIcon(icons.icon(_ICONS[key], self._theme.color("muted")))
            button.setIconSize(QSize(side, side))
        self.setStyleSheet(
            f"QFrame#popup {{ background: {colors.surface}; border: 1px solid {colors.outline}; }}"
            f"QListView {{ background: transparent; border: none; color: {colors.text}; outline: none; }}"
        )


class _EmojiModel(QAbstractListModel):
    """emoji: those that are shown, in order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.emoji: Sequence[Emoji] = ()
        self._written: Sequence[str] = ()

    def show(self, emoji: Sequence[Emoji], written: Sequence[str]) -> None:
        """written: the emoji with their skin tones."""
        self.beginResetModel()
        self.emoji, self._written = emoji, written
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.emoji)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._written[index.row()]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.emoji[index.row()].name
        return None


class _EmojiDelegate(QStyledItemDelegate):
    """Paints an emoji in the middle of its cell."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        painter.setFont(option.font)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = option.rect.adjusted(1, 1, -1, -1)
            paint_row_ground(painter, box, self._theme, selected=True, hovered=False, focused=True)
        painter.setPen(self._theme.color("text"))
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, index.data())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        view = option.widget
        return view.gridSize() if isinstance(view, QListView) else super().sizeHint(option, index)
