"""Choice: from which number, which template, and how new the list is; the picker's left side."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.content.template import Template
from desktop.engine.views import TemplatesView
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.templates.choosing import offer
from desktop.ui.templates.choosing.filters import Filters
from desktop.ui.templates.choosing.offer import Listing
from desktop.ui.templates.choosing.row_delegate import TEMPLATE, USED_AT, TemplateDelegate
from desktop.ui.templates.form.filling import TemplateId, template_id
from desktop.ui.templates.labels import quiet, set_text_color
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Paragraph


class Choice(QWidget):
    """Signals:
    chosen: another template is chosen now. arg: the Template, or None.
    taken: the agent wants to fill in the chosen one.
    refresh_pressed: the list is to be asked for again.
    """

    chosen = Signal(object)
    taken = Signal()
    refresh_pressed = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._view: TemplatesView | None = None
        self._held = Listing()
        self._wanted: TemplateId | None = None
        self._build()
        self.filters.changed.connect(self._fill)
        self.filters.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.doubleClicked.connect(self._on_taken)
        self.show_all.clicked.connect(self.filters.clear)
        self.why.toggled.connect(self.reasons.setVisible)
        self.refresh.clicked.connect(self.refresh_pressed)
        ticker.ticked.connect(self._on_ticked)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def template(self) -> Template | None:
        item = self.list.currentItem()
        chosen = item.data(TEMPLATE) if item is not None else None
        return chosen if isinstance(chosen, Template) else None

    @property
    def names(self) -> list[str]:
        """Of the templates in the list, from top to bottom."""
        return [self.list.item(i).data(TEMPLATE).name for i in range(self.list.count())]

    @property
    def said(self) -> str:
        """Whatever stands there in words: why nothing is listed, what is not shown, how new the list is."""
        lines = (self._empty, self._hidden, self._fresh, self._trouble)
        return "\n".join(line.text() for line in lines if line.isVisibleTo(self) and line.text())

    def offers(self, template: Template) -> bool:
        """Whether it can be sent, be it found by what is sought at the moment or not."""
        return any(template_id(t) == template_id(template) for t in self._held.offered)

    def why_absent(self, template: Template) -> str:
        """Why a template that was on offer is so no longer."""
        hidden = next((h for h in self._held.hidden if template_id(h.template) == template_id(template)), None)
        gone = f"{template.name} cannot be sent any more. {hidden.why}" if hidden is not None else ""
        return (gone or f"{template.name} is not in the list any more.") + " What you filled in is kept."

    def begin(self, wanted: TemplateId | None) -> None:
        """For another customer or number. wanted: the template to choose if it is there."""
        self._wanted = wanted
        self._view, self._held = None, Listing()
        self.why.setChecked(False)
        self.filters.clear()

    def show_listing(self, view: TemplatesView, held: Listing) -> None:
        self._view, self._held = view, held
        self.filters.show_listing(held)
        self._fill(listed_anew=True)
        self._tell(self._ticker.now())

    def tab_order(self) -> list[QWidget]:
        return [*self.filters.tab_order(), self.list, self.show_all, self.why, self.reasons, self.refresh]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _is_plain(event):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if not event.isAutoRepeat() and self.template is not None:
                    self.taken.emit()
                return True
            if watched is self.filters.search and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                if self.list.count():
                    self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
        return False

    # Inside.

    def _fill(self, *, listed_anew: bool = False) -> None:
        """The list anew; what is chosen stays so while it is there. Else the first is, except where a newer list took
        it away: nothing may be sent that the agent has not chosen."""
        before = template_id(self.template) if self.template is not None else None
        wanted = self._wanted or before
        self.list.blockSignals(True)
        self.list.clear()
        for template in self.filters.found(self._held):
            used_at = self._held.used_at(template)
            item = QListWidgetItem()
            item.setData(TEMPLATE, template)
            item.setData(USED_AT, used_at)
            about = offer.about(template, used_at, self._ticker.now())
            said = f"{template.name}. {about}. {offer.opening(template)}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            item.setToolTip(template.name)
            self.list.addItem(item)
            if template_id(template) == wanted:
                self.list.setCurrentItem(item)
                self._wanted = None
        if self.list.currentRow() < 0 and not (listed_anew and before is not None):
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        if self.list.currentItem() is not None:
            self.list.scrollToItem(self.list.currentItem())
        self._tell_empty()
        self.chosen.emit(self.template)

    def _tell_empty(self) -> None:
        empty = not self.list.count()
        why = offer.nothing_offered(self._view, self._held) if self._view is not None else ""
        searched = empty and not why and self.filters.is_set
        if searched:
            query = self.filters.query
            why = f"Nothing found for “{query}”." if query else "No template is of this kind."
        if empty and why != self._empty.text():
            announce(self, why)
        self._empty.setText(why)
        self.show_all.setVisible(searched)
        self._stack.setCurrentIndex(1 if empty else 0)

    def _tell(self, now: datetime) -> None:
        view, hidden = self._view, self._held.hidden
        for part in (self._fresh, self.refresh):
            part.setVisible(view is not None)
        self._hidden.setText(offer.hidden_words(hidden))
        self._hidden.setVisible(bool(hidden))
        self.why.setVisible(bool(hidden))
        self.reasons.setPlainText(offer.hidden_reasons(hidden))
        self.reasons.setVisible(bool(hidden) and self.why.isChecked())
        error = view.error if view is not None else ""
        if error and error != self._trouble.text():
            announce(self, error)
        self._trouble.setText(error)
        self._trouble.setVisible(bool(error) and error != self._empty.text())
        if view is not None:
            self._fresh.setText(offer.freshness(view, now))
            self.refresh.setEnabled(not view.refreshing)

    def _on_current(self, _item: object, _before: object) -> None:
        self.chosen.emit(self.template)

    def _on_taken(self, _index: QModelIndex) -> None:
        self.taken.emit()

    def _on_ticked(self, now: datetime) -> None:
        if self._view is not None and self.isVisible():
            self._fresh.setText(offer.freshness(self._view, now))

    def _build(self) -> None:
        self.filters = Filters(self._theme)
        self.list = _List()
        self.list.setAccessibleName("Templates")
        self.list.setItemDelegate(TemplateDelegate(self._theme, self._ticker.now, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self._empty = Paragraph(muted=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_all = quiet("Show all templates")
        nothing = QWidget()
        inside = QVBoxLayout(nothing)
        inside.addStretch(1)
        inside.addWidget(self._empty)
        inside.addWidget(self.show_all, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(nothing)
        self._hidden = Paragraph(muted=True)
        self.why = quiet("Show why")
        self.why.setCheckable(True)
        self.why.setAccessibleName("Why some templates are not shown")
        self.reasons = QPlainTextEdit()
        self.reasons.setReadOnly(True)
        self.reasons.setTabChangesFocus(True)
        self.reasons.setAccessibleName("Templates that are not shown, and why")
        self.reasons.hide()
        self._fresh, self._trouble = Paragraph(muted=True), Paragraph()
        self.refresh = quiet("Refresh")
        self.refresh.setAccessibleName("Refresh the list of templates")
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.refresh)
        buttons.addWidget(self.why)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP - 2)
        column.addWidget(self.filters)
        column.addWidget(self._stack, 1)
        for widget in (self.reasons, self._hidden, self._trouble, self._fresh):
            column.addWidget(widget)
        column.addLayout(buttons)

    def _apply_theme(self) -> None:
        set_text_color(self._trouble, self._theme.color("warn_text"))
        side = round(self.fontMetrics().height() * 0.8)
        self.refresh.setIconSize(QSize(side, side))
        self.refresh.setIcon(icons.icon("fa6s.rotate", self._theme.color("muted")))
        self.reasons.setFixedHeight(4 * self.fontMetrics().lineSpacing() + 20)
        for line in (self._hidden, self._trouble, self._fresh):
            line.setFont(self._theme.font(delta=-1))
        self.list.scheduleDelayedItemsLayout()


class _List(QListWidget):
    """Keeps what is chosen in sight when there is less room."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())


def _is_plain(event: QKeyEvent) -> bool:
    """Whether no key is held with it; those of the number pad say that they are there."""
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
