"""Asks before a lead is merged into a user in Intercom: says what goes where, and that nothing takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from desktop.domain.model.facts import Contact
from desktop.text.catalog import strip_isolates
from desktop.text.screens import details as texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import WrappingCheckBox, WrappingRadioButton, push_button
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area

_WIDTH = 520


class MergeSheet(Overlay):
    """The button works only once the agent has ticked that they know it is for ever."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._leads: Sequence[Contact] = ()
        self._user: Contact | None = None
        self._on_merge: Callable[[Contact, Contact], None] | None = None
        self._pair = Paragraph()
        self._which = Paragraph(texts.MERGE_WHICH())
        self._radios = QWidget()
        self._radio_column = layouts.column(parent=self._radios, spacing=GAP // 2)
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(lambda _id, _on: self._show_pair())
        sentences = (texts.MERGE_MOVES(), texts.MERGE_KEEPS())
        page = ScrollContent()
        layouts.column(
            self._which,
            self._radios,
            self._pair,
            *map(Paragraph, sentences),
            Heading(theme, texts.MERGE_ENDS()),
            Paragraph(texts.MERGE_HERE(), muted=True),
            "stretch",
            parent=page,
            margins=(0, 0, GAP, 0),
        )
        self._area = scroll_area(page)
        self._page = page
        self.understood = WrappingCheckBox(texts.MERGE_UNDERSTOOD())
        self.understood.toggled.connect(self._on_understood)
        self.cancel_button = push_button(texts.CANCEL(), self.dismiss)
        self.merge_button = push_button(texts.MERGE_NOW(), self._merge)
        self._title = Heading(theme, texts.MERGE_TITLE(), size_delta_pt=2)
        buttons = layouts.row("stretch", self.cancel_button, self.merge_button)
        self._column = layouts.column(
            self._title, self._area, self.understood, buttons, parent=self._card, spacing=PAD, margins=PAD
        )
        self._column.setStretchFactor(self._area, 1)
        self._follow_theme()

    def ask(self, leads: Sequence[Contact], user: Contact, on_merge: Callable[[Contact, Contact], None]) -> None:
        """on_merge: gets the lead and the user, once the agent has confirmed."""
        self._leads, self._user, self._on_merge = leads, user, on_merge
        for button in self._group.buttons():
            self._group.removeButton(button)
        layouts.clear(self._radio_column)
        for number, lead in enumerate(leads):
            radio = WrappingRadioButton(texts.contact_description(lead))
            # Names may hold a word wider than the sheet.
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            radio.setSizePolicy(policy)
            radio.setChecked(number == 0)
            self._group.addButton(radio, number)
            self._radio_column.addWidget(radio)
        for widget in (self._which, self._radios):
            widget.setVisible(len(leads) > 1)
        self.understood.setChecked(False)
        self._on_understood(False)
        self._show_pair()
        self.setAccessibleName(strip_isolates(f"{texts.MERGE_TITLE()} {self._pair.text()} {texts.MERGE_ENDS()}"))
        self.show_popup()

    def tab_order(self) -> list[QWidget]:
        return [*self._group.buttons(), self.understood, self.cancel_button, self.merge_button]

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 2.0)
        width = min(self.width() - 2 * PAD, round(_WIDTH * scale))
        inner = width - 2 * PAD - GAP - 2
        around = self._title.heightForWidth(inner) + self.understood.sizeHint().height()
        around += self.merge_button.sizeHint().height() + 5 * PAD + 4
        layout = self._page.layout()
        needed = layout.heightForWidth(inner) if layout is not None else 0
        self.center_card(width, min(self.height() - 2 * PAD, around + needed + GAP))

    def _show_pair(self) -> None:
        if self._user is not None and self._leads:
            lead = self._leads[max(self._group.checkedId(), 0)]
            one, other = texts.contact_description(lead), texts.contact_description(self._user)
            self._pair.setText(texts.MERGE_PAIR(lead=one, user=other))

    def _on_understood(self, is_understood: bool) -> None:
        self.merge_button.setEnabled(is_understood)

    def _merge(self) -> None:
        on_merge, self._on_merge = self._on_merge, None
        lead = self._leads[max(self._group.checkedId(), 0)]
        self.hide()
        if on_merge is not None and self._user is not None:
            on_merge(lead, self._user)

    def _card_style(self) -> str:
        return "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"
