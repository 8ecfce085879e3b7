"""The list of templates with its filters, and how recent it is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QStackedWidget,
    QWidget,
)

from desktop.domain.content.template import Template
from desktop.engine.views import TemplatesView
from desktop.text.catalog import strip_isolates
from desktop.text.formats import whole_words
from desktop.text.reasons.describe import describe
from desktop.text.screens import templates as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.templates.choosing.filters import TemplateFilters
from desktop.ui.templates.choosing.listing import (
    Listing,
    body_preview,
    empty_reason,
    freshness,
    hidden_reasons,
    hidden_summary,
    template_details,
)
from desktop.ui.templates.choosing.row_delegate import TEMPLATE, USED_AT, TemplateDelegate
from desktop.ui.templates.form.filling import TemplateId, template_id
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import small_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.screen_reader.announce import announce
from desktop.ui.widgets.screen_reader.rows import SpokenChoice
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area

_LEAST_LINES = 8
"""The height that it keeps beside the forecast of a template."""


class TemplateList(QWidget):
    """The left side of the template picker.

    Signals:
        chosen: the current template has changed. arg: Template, or None.
        accepted: the agent wants to fill in the current template.
        refresh_pressed: the agent wants the list to be refreshed.
    """

    chosen = Signal(object)
    accepted = Signal()
    refresh_pressed = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._view: TemplatesView | None = None
        self._listing = Listing()
        self._wanted: TemplateId | None = None
        self._build()
        self.filters.changed.connect(self._fill)
        self.filters.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.doubleClicked.connect(self._on_accepted)
        self.reasons_button.toggled.connect(self.reasons.setVisible)
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
        """The names of the listed templates, from top to bottom."""
        return [self.list.item(i).data(TEMPLATE).name for i in range(self.list.count())]

    @property
    def text(self) -> str:
        """All visible text: why the list is empty, what is hidden, how recent the list is, and errors."""
        lines = (self._empty, self._hidden, self._freshness, self._error)
        return "\n".join(line.text() for line in lines if line.isVisibleTo(self) and line.text())

    def contains(self, template: Template) -> bool:
        """Whether a template can be sent, whether or not the filters match it."""
        return any(template_id(t) == template_id(template) for t in self._listing.offered)

    def absence_reason(self, template: Template) -> str:
        """Return why a template that could be sent no longer can."""
        hidden = next((h for h in self._listing.hidden if template_id(h.template) == template_id(template)), None)
        if hidden is None:
            return " ".join((texts.NOT_LISTED(name=template.name), texts.INPUT_KEPT()))
        return " ".join((texts.CANNOT_BE_SENT(name=template.name), hidden.reason, texts.INPUT_KEPT()))

    def reset(self, wanted: TemplateId | None) -> None:
        """Clear the list for another customer or account. wanted: the template to select when it is listed."""
        self._wanted = wanted
        self._view, self._listing = None, Listing()
        self.reasons_button.setChecked(False)
        self.filters.clear()

    def show_listing(self, view: TemplatesView, listing: Listing) -> None:
        self._view, self._listing = view, listing
        self.filters.show_listing(listing)
        self._fill(is_new_list=True)
        self._update_status(self._ticker.now())

    def tab_order(self) -> list[QWidget]:
        return [*self.filters.tab_order(), self.list, self.show_all, self.reasons_button, self.reasons, self.refresh]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _is_plain(event):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if not event.isAutoRepeat() and self.template is not None:
                    self.accepted.emit()
                return True
            if watched is self.filters.search and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                if self.list.count():
                    self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
        return False

    def _fill(self, *, is_new_list: bool = False) -> None:
        """Rebuild the list and keep the selection if it is still listed.

        Otherwise select the first template, unless a newer list removed the selected one: nothing may be sent that
        the agent has not chosen.
        """
        previous = template_id(self.template) if self.template is not None else None
        wanted = self._wanted or previous
        self.list.blockSignals(True)
        self.list.clear()
        for template in self.filters.matching(self._listing):
            used_at = self._listing.used_at(template)
            item = QListWidgetItem()
            item.setData(TEMPLATE, template)
            item.setData(USED_AT, used_at)
            with whole_words():
                details = template_details(template, used_at, self._ticker.now())
            text = "\n".join(filter(None, (template.name, details, body_preview(template))))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, strip_isolates(text))
            item.setToolTip(template.name)
            self.list.addItem(item)
            if template_id(template) == wanted:
                self.list.setCurrentItem(item)
                self._wanted = None
        if self.list.currentRow() < 0 and not (is_new_list and previous is not None):
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        if self.list.currentItem() is not None:
            self.list.scrollToItem(self.list.currentItem())
        self._update_empty_state()
        self.chosen.emit(self.template)

    def _update_empty_state(self) -> None:
        is_empty = not self.list.count()
        reason = empty_reason(self._view, self._listing) if self._view is not None else ""
        is_filtered = is_empty and not reason and self.filters.is_set
        if is_filtered:
            query = self.filters.query
            reason = texts.NO_MATCH(query=query) if query else texts.NO_MATCH_FILTERS()
        if is_empty and reason != self._empty.text():
            announce(self, reason)
        self._empty.setText(reason)
        self.show_all.setVisible(is_filtered)
        self._stack.setCurrentIndex(1 if is_empty else 0)

    def _update_status(self, now: datetime) -> None:
        view, hidden = self._view, self._listing.hidden
        for part in (self._freshness, self.refresh):
            part.setVisible(view is not None)
        self._hidden.show_text(hidden_summary(hidden))
        self.reasons_button.setVisible(bool(hidden))
        self.reasons.setPlainText(hidden_reasons(hidden))
        self.reasons.setVisible(bool(hidden) and self.reasons_button.isChecked())
        error = describe(view.error) if view is not None else ""
        if error and error != self._error.text():
            announce(self, error)
        self._error.setText(error)
        self._error.setVisible(bool(error) and error != self._empty.text())
        if view is not None:
            self._show_freshness(view, now)
            self.refresh.setEnabled(not view.refreshing)

    def _on_current(self, _item: object, _before: object) -> None:
        self.chosen.emit(self.template)

    def _on_accepted(self, _index: QModelIndex) -> None:
        self.accepted.emit()

    def _on_ticked(self, now: datetime) -> None:
        if self._view is not None and self.isVisible():
            self._show_freshness(self._view, now)

    def _show_freshness(self, view: TemplatesView, now: datetime) -> None:
        with whole_words():
            spoken = freshness(view, now)
        self._freshness.setText(freshness(view, now), spoken)

    def _build(self) -> None:
        self.filters = TemplateFilters(self._theme)
        self.list = _List()
        self.list.setAccessibleName(texts.TEMPLATES())
        self.list.setItemDelegate(TemplateDelegate(self._theme, self._ticker.now, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        SpokenChoice(self.list)
        self._empty = Paragraph(muted=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_all = small_button(texts.SHOW_ALL(), self.filters.clear)
        empty = QWidget()
        show_all_row = layouts.row("stretch", self.show_all, "stretch")
        layouts.column("stretch", self._empty, show_all_row, "stretch", parent=empty)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(empty)
        self._hidden = Paragraph(muted=True)
        self.reasons_button = small_button(texts.SHOW_WHY(), accessible_name=texts.SHOW_WHY_HIDDEN())
        self.reasons_button.setCheckable(True)
        self.reasons = QPlainTextEdit()
        self.reasons.setReadOnly(True)
        self.reasons.setTabChangesFocus(True)
        self.reasons.setAccessibleName(texts.HIDDEN_TEMPLATES())
        self.reasons.hide()
        self._freshness, self._error = Paragraph(muted=True), Paragraph()
        name = texts.REFRESH_LIST()
        self.refresh = small_button(texts.REFRESH(), self.refresh_pressed, accessible_name=name)
        buttons = FlowLayout(self.refresh, self.reasons_button)
        lines = (self.reasons, self._hidden, self._error, self._freshness)
        # In a small window with large text it scrolls as a whole.
        content = ScrollContent()
        column = layouts.column(self.filters, self._stack, *lines, buttons, parent=content, spacing=GAP - 2)
        column.setStretchFactor(self._stack, 1)
        area = self._area = scroll_area(content)
        area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        layouts.column(area, parent=self)

    def _apply_theme(self) -> None:
        self._error.set_text_color(self._theme.color("warn_text"))
        side = round(self.fontMetrics().height() * 0.8)
        self.refresh.setIconSize(QSize(side, side))
        self.refresh.setIcon(icons.icon("fa6s.rotate", self._theme.color("muted")))
        self.reasons.setFixedHeight(4 * self.fontMetrics().lineSpacing() + 20)
        for line in (self._hidden, self._error, self._freshness):
            line.setFont(self._theme.font(delta=-1))
        self._area.setMinimumHeight(_LEAST_LINES * self.fontMetrics().lineSpacing())
        self.list.scheduleDelayedItemsLayout()


class _List(QListWidget):
    """Keeps the selected row visible when it shrinks."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())


def _is_plain(event: QKeyEvent) -> bool:
    """Whether no modifier is held; keys of the number pad carry one of their own."""
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
