"""Machine translations of messages, and what is known of customers' languages.

The triggers of their tables delete them with the texts and customers that they belong to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from desktop.domain.content.translation import CustomerLanguage, Translation, TranslationService
from desktop.domain.model.facts import Entry, MessageKey
from desktop.store.core.columns import fetch_all, fetch_one, to_json, upsert_row, valid_utf8
from desktop.store.core.database import Database


def save(db: Database, key: MessageKey, made: Translation) -> None:
    """Store a translation instead of an earlier one of this message."""
    row = {
        "conversation_id": key[0],
        "entry_id": key[1],
        "source_text": valid_utf8(made.source_text),
        "translated_text": valid_utf8(made.translated_text),
        "source_language": made.source_language,
        "target_language": made.target_language,
        "service": made.service,
        "is_ours": made.is_ours,
        "is_shown": made.is_shown,
    }
    upsert_row(db, "translations", row, key=("conversation_id", "entry_id"))


def of_conversations(db: Database, conversation_ids: Collection[str]) -> dict[MessageKey, Translation]:
    """Every translation in these conversations."""
    rows = fetch_all(
        db,
        "SELECT * FROM translations WHERE conversation_id IN (SELECT value FROM json_each(?))",
        (to_json(sorted(conversation_ids)),),
    )
    return {(row.conversation_id, row.entry_id): _translation(row) for row in rows}


def _translation(row: object) -> Translation:
    fields = row._asdict()  # type: ignore[attr-defined]
    fields = {name: fields[name] for name in Translation.__dataclass_fields__}
    is_ours, is_shown = bool(fields.pop("is_ours")), bool(fields.pop("is_shown"))
    return Translation(
        **fields | {"service": TranslationService(fields["service"])}, is_ours=is_ours, is_shown=is_shown
    )


def set_shown(db: Database, key: MessageKey, is_shown: bool) -> bool:
    """Show the translation of a message, or its original alone. True if that is new."""
    db.execute(
        "UPDATE translations SET is_shown = ?3 WHERE conversation_id = ?1 AND entry_id = ?2 AND is_shown <> ?3",
        (*key, is_shown),
    )
    return db.changes() > 0


def keep_sent(db: Database, draft_id: str, entry: Entry) -> None:
    """Keep what the agent wrote beside the entry that the reply became; does nothing for a reply that is no
    translation. Call it before the reply's text is wiped.
    """
    db.execute(
        "INSERT INTO translations SELECT ?1, ?2, text, ?3, language, target_language, service, 1, 1, draft_id "
        "FROM own_texts WHERE draft_id = ?4 ON CONFLICT DO NOTHING",
        (entry.conversation_id, entry.id, valid_utf8(entry.text), draft_id),
    )


def take_due_notes(db: Database) -> list[tuple[str, Translation]]:
    """The replies whose source text the team has not been told yet, by draft id; they count as told from now on."""
    rows = fetch_all(db, "SELECT * FROM translations WHERE note_due_for IS NOT NULL")
    if rows:
        db.execute("UPDATE translations SET note_due_for = NULL WHERE note_due_for IS NOT NULL")
    return [(row.note_due_for, _translation(row)) for row in rows]


# --- languages -------------------------------------------------------------------------------------------------------


def language(db: Database, customer_id: str) -> CustomerLanguage:
    """What is stored of a customer's language, or of one who was merged into them."""
    row = fetch_one(
        db,
        "SELECT * FROM customer_languages WHERE customer_id = ?1 "
        "OR customer_id IN (SELECT id FROM customers WHERE merged_into = ?1) "
        "ORDER BY customer_id = ?1 DESC, is_chosen DESC LIMIT 1",
        (customer_id,),
    )
    return CustomerLanguage() if row is None else CustomerLanguage(row.code, bool(row.is_chosen), bool(row.translates))


def save_language(db: Database, customer_id: str, known: CustomerLanguage) -> bool:
    """True if that is new."""
    row = {
        "customer_id": customer_id,
        "code": known.code,
        "is_chosen": known.is_chosen,
        "translates": known.translates,
    }
    return upsert_row(db, "customer_languages", row, key=("customer_id",))


def learn_language(db: Database, customer_id: str, detected: Iterable[str]) -> bool:
    """Store the language that a service detected most often, unless the agent has chosen one. True if that is new."""
    codes = [code for code in detected if code]
    known = language(db, customer_id)
    if not codes or known.is_chosen:
        return False
    return save_language(db, customer_id, replace(known, code=max(codes, key=codes.count)))
