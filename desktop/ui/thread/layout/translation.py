"""What stands below a message about its other language: the translation, or what the agent wrote, and links."""

from __future__ import annotations

from desktop.domain.content.translation import OwnText, Translation
from desktop.text.thread import translation as texts
from desktop.ui.thread.layout.column import Column, Item
from desktop.ui.thread.layout.text_body import lay_out, truncated

ICON = "fa6s.language"
TRANSLATE, TOGGLE = "translate:now", "translate:toggle"


def add_translation(column: Column, shown: Translation, color_role: str, muted_role: str) -> None:
    """Add the other language, marked as a machine's, and the link that hides or shows it again."""
    if shown.is_shown:
        _add_marked_text(column, shown, color_role, muted_role)
    column.add_items([Item(texts.toggle(shown), "accent", action=TOGGLE)])


def _add_marked_text(column: Column, shown: Translation, color_role: str, muted_role: str) -> None:
    mark = lay_out(texts.made_by(shown), column.style.small, column.max_width - column.icon_indent)
    column.add_paragraph(mark, muted_role, icon=ICON, icon_color_role="accent")
    text = shown.source_text if shown.is_ours else shown.translated_text
    column.add_paragraph(lay_out(truncated(text.strip(), 0), column.style.body, column.max_width), color_role)


def add_offer(column: Column) -> None:
    """Add the link that translates a message which seems to be in another language than the agent's."""
    column.add_items([Item(texts.TRANSLATE(), "accent", ICON, "accent", action=TRANSLATE)])


def add_own_text(column: Column, own: OwnText, sent_text: str, color_role: str) -> None:
    """Add what the agent wrote, in a reply that is on its way."""
    kept = Translation(own.text, sent_text, own.language, own.target_language, own.service, is_ours=True)
    _add_marked_text(column, kept, color_role, color_role)
