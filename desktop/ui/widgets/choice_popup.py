"""A pop-up list with a search field: the agent types a few letters and presses Enter, or clicks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import widgets as texts
from desktop.ui.look import icons
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_hint
from desktop.ui.widgets.screen_reader.roles import Role
from desktop.ui.widgets.screen_reader.rows import SpokenChoice

_MAX_ROWS = 9
_KEY = Qt.ItemDataRole.UserRole


class Choice(msgspec.Struct, frozen=True):
    """One row. key: None for a heading. is_current: what is chosen already."""

    key: str | None
    label: str
    is_current: bool = False


class ChoicePopup(QFrame):
    """Escape or a click elsewhere closes it without a choice."""

    accessible_role = Role.DIALOG

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._choices: Sequence[Choice] = ()
        self._on_chosen: Callable[[str], object] | None = None
        self._create_label: Callable[[str], str] | None = None
        self._on_created: Callable[[str], object] | None = None
        self.setObjectName("popup")
        self._field = QLineEdit()
        self._field.textChanged.connect(self._fill)
        self._field.installEventFilter(self)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._accept)
        SpokenChoice(self._list)
        layouts.column(self._field, self._list, parent=self, spacing=GAP - 2, margins=GAP - 2)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def labels(self) -> list[str]:
        """The labels of the rows shown, headings too."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def open_at(
        self,
        at: QPoint,
        title: str,
        choices: Sequence[Choice],
        on_chosen: Callable[[str], object],
        create_label: Callable[[str], str] | None = None,
        on_created: Callable[[str], object] | None = None,
    ) -> None:
        """Show the choices below `at`, a global position. on_chosen: gets the key of the choice.

        create_label: names a last row that creates what was typed, where no choice is called so. on_created: gets that.
        """
        self._choices, self._on_chosen = choices, on_chosen
        self._create_label, self._on_created = create_label, on_created
        self.setAccessibleName(title)
        self._list.setAccessibleName(title)
        show_hint(self._field, title)
        self._field.clear()
        self._fill("")
        self._place(at)
        self.show()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self._field:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def choose(self, label: str) -> None:
        """Act as if the agent chose the row with this label."""
        self._accept(next(item for item in map(self._list.item, range(self._list.count())) if item.text() == label))

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._accept(self._list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        """Move to the next row that isn't a heading, around the end."""
        count, row = self._list.count(), self._list.currentRow()
        for _ in range(count):
            row = (row + by) % count
            if self._list.item(row).data(_KEY) is not None:
                self._list.setCurrentRow(row)
                return

    def _accept(self, item: QListWidgetItem | None) -> None:
        key = item.data(_KEY) if item is not None else None
        if key is None:
            return
        typed, is_new = self._field.text().strip(), key == ("create",)
        self.close()
        if is_new and self._on_created is not None:
            self._on_created(typed)
        elif not is_new and self._on_chosen is not None:
            self._on_chosen(key[0])

    def _fill(self, query: str) -> None:
        self._list.clear()
        typed = query.strip()
        words = typed.casefold().split()
        heading: Choice | None = None
        for choice in self._choices:
            if choice.key is None:
                heading = choice
            elif all(word in choice.label.casefold() for word in words):
                if heading is not None:
                    self._add(heading)
                    heading = None
                self._add(choice)
        names = {c.label.strip().casefold() for c in self._choices if c.key is not None}
        if self._create_label is not None and typed and typed.casefold() not in names:
            item = self._new_item(self._create_label(typed), "fa6s.plus")
            item.setData(_KEY, ("create",))
        self._list.setCurrentRow(-1)
        self._step(1)
        if not self._list.count():
            self._new_item(texts.NOTHING_FOUND(), "").setFlags(Qt.ItemFlag.NoItemFlags)

    def _add(self, choice: Choice) -> None:
        item = self._new_item(choice.label, "fa6s.check" if choice.is_current else "")
        if choice.key is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFont(self._theme.font(delta=-1, bold=True))
        else:
            # A tuple, since "" is a key as well.
            item.setData(_KEY, (choice.key,))
        if choice.is_current:
            spoken = strip_isolates(texts.CURRENT_CHOICE(choice=choice.label))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def _new_item(self, text: str, icon: str) -> QListWidgetItem:
        item = QListWidgetItem(text, self._list)
        item.setIcon(icons.icon(icon, self._theme.color("accent")) if icon else self._blank)
        return item

    def _place(self, at: QPoint) -> None:
        """Below the position, or above it where the screen ends; as wide as the longest choice."""
        screen = self.screen().availableGeometry()
        rows = min(max(self._list.count(), 4), _MAX_ROWS)
        row_height = max(self._list.sizeHintForRow(0), self.fontMetrics().height() + GAP)
        widest = max((self.fontMetrics().horizontalAdvance(c.label) for c in self._choices), default=0)
        least, most = (round(px * self._theme.text_scale) for px in (250, 380))
        width = min(max(widest + 9 * GAP, least), most, screen.width() - 2 * GAP)
        height = self._field.sizeHint().height() + rows * row_height + 4 * GAP
        left = at.x() - width if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else at.x()
        left = min(max(left, screen.left()), screen.right() - width)
        top = at.y() if at.y() + height <= screen.bottom() else max(screen.top(), at.y() - height - 4 * GAP)
        self.setGeometry(left, top, width, height)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        side = round(self._theme.font().pointSizeF() * 1.1)
        self._list.setIconSize(QSize(side, side))
        # Labels without an icon begin where the others do.
        blank = QPixmap(side, side)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)
        self.setStyleSheet(
            f"QFrame#popup {{ background: {colors.surface}; border: 1px solid {colors.outline}; }}"
            f"QListWidget {{ background: transparent; border: none; color: {colors.text}; outline: none; }}"
            f"QListWidget::item:disabled {{ color: {colors.muted}; }}"
            f"{row_style(colors, padding='4px')}"
        )
