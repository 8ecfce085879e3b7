"""Sentences that versions before 7 stored are reasons with their text, and are shown as they were."""

from __future__ import annotations

from pathlib import Path

import apsw
import msgspec
import pytest
from reasons import said

from desktop.domain.content.template import Status, Template
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.store import contacts, customer_rows
from desktop.store.core.columns import reason_from_json, reason_to_json, to_json
from desktop.store.core.database import Database, Store
from desktop.store.evidence import provider_messages
from desktop.store.outgoing import direct_messages, outbox, templates
from desktop.text.reasons.describe import describe
from tests.helpers.earlier_profile import write_earlier_profile

KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100")
PLAIN = Template("1", "order_update", "en", 'Hi "{{1}}" 👋', Status.APPROVED, examples={"body.1": "Zoë"})
WHY = "Templates with a carousel cannot be sent from here."


def old_template(unsendable: str) -> dict[str, object]:
    """As an earlier version stored it."""
    return {**msgspec.to_builtins(PLAIN), "unsendable": unsendable}


async def test_an_old_sentence_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    db = write_earlier_profile(path)
    add_templates(db)
    db.execute("UPDATE summaries SET name = 'Unnamed customer'")
    db.close()
    store = await Store.open(path)
    await store.read(_check)
    await store.close()


def add_templates(db: apsw.Connection) -> None:
    listed = to_json([old_template(""), old_template(WHY)])
    db.execute("UPDATE template_lists SET templates = ?", (listed,))
    for draft_id, unsendable in (("d2", ""), ("d3", WHY)):
        filled = to_json({"template": old_template(unsendable), "values": {"body.1": "Ann"}})
        db.execute("UPDATE outbox SET template = ? WHERE draft_id = ?", (filled, draft_id))
    db.execute("UPDATE outbox SET reason = ? WHERE draft_id = 'd2'", ('It says “no”, "{really}" \\ 👋.',))


def _check(db: Database) -> None:
    lost, direct = outbox.pending_replies_of(db, "c")
    assert lost.reason == said('It says “no”, "{really}" \\ 👋.')
    assert describe(lost.reason) == 'It says “no”, "{really}" \\ 👋.'
    assert direct.reason == NO_REASON
    assert [r.template.template.unsendable for r in (lost, direct)] == [NO_REASON, said(WHY)]
    assert lost.template.body == 'Hi "Ann" 👋'
    assert {
        row.name
        for row in customer_rows.load(db, [i for (i,) in db.execute("SELECT customer_id FROM customer_rows")]).values()
    } == {""}
    [sent] = direct_messages.of_customer(db, "c")
    assert (sent.reason, sent.remark) == (said("Delivered."), said("A remark."))
    assert describe(sent.arrived.reason) == "Delivered. A remark."
    [listed] = provider_messages.of_people(db, contacts.of_customer(db, "c"))
    assert listed.reason == said("A sentence.")
    known, _ = templates.load(db, KEY)
    assert [t.unsendable for t in known] == [NO_REASON, said(WHY)]
    assert (known[0], describe(known[1].not_sendable_reason)) == (PLAIN, WHY)


@pytest.mark.parametrize(
    "reason",
    [
        NO_REASON,
        make_reason("interrupted"),
        make_reason("provider_says", provider="Twilio", detail='“no”, "{x}" \\ 👋'),
        make_reason("outer", inner=make_reason("middle", inner=make_reason("inner", channel="sms")), at="now"),
    ],
)
def test_a_stored_reason_is_read_as_it_was(reason: Reason) -> None:
    text = reason_to_json(reason)
    assert reason_from_json(text) == reason
    assert reason_to_json(reason_from_json(text)) == text
    assert bool(text) == bool(reason)


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert reason_from_json(reason_to_json(said("\ud83d!"))) == said("?!")
