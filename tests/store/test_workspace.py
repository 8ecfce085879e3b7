"""Workspace settings: what is learnt, chosen and told comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Pin, Relay, Workspace
from desktop.ports import Account, Macro, Teammate
from desktop.store import workspace

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_an_empty_store_holds_the_defaults(db):
    assert workspace.load(db) == Workspace()
    assert workspace.account(db) is None
    assert workspace.high_water(db) is None
    assert (workspace.teammates(db), workspace.macros(db)) == ((), ())


def test_chosen_codes_win_over_learnt_ones_until_none_are_chosen(db):
    assert workspace.save_learnt_codes(db, frozenset({"learnt"}))
    assert not workspace.save_learnt_codes(db, frozenset({"learnt"}))
    workspace.save_chosen_codes(db, frozenset({"b", "a"}))
    assert workspace.load(db).bridge_codes == {"a", "b"}
    workspace.save_chosen_codes(db, frozenset())
    assert workspace.load(db).bridge_codes == {"learnt"}


def test_relay_margin_and_threshold_reach_the_workspace(db):
    test = RelayEvidence(ChannelKind.WHATSAPP, Relay.REFUSED, RelayProof.GUIDED_TEST, NOW, "v1")
    notice = RelayEvidence(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.FAILURE_NOTICE, NOW)
    told = RelayEvidence(ChannelKind.SMS, Relay.REFUSED, RelayProof.PERSON, NOW)
    assert [workspace.save_relay(db, e) for e in (test, notice, notice, told)] == [True, True, False, True]
    assert set(workspace.relay_evidence(db)) == {notice, told}
    times = {"margin": timedelta(seconds=90), "closing_threshold": timedelta(minutes=30)}
    assert workspace.save_times(db, **times)
    assert not workspace.save_times(db, **times)
    assert workspace.save_times(db, row_margin=timedelta(seconds=5), tag_delay=timedelta(seconds=40))
    held = workspace.load(db)
    assert held.relay == {ChannelKind.WHATSAPP: Relay.PROVEN, ChannelKind.SMS: Relay.REFUSED}
    assert (held.margin, held.closing_threshold) == (timedelta(seconds=90), timedelta(minutes=30))
    assert (held.row_margin, held.tag_delay) == (timedelta(seconds=5), timedelta(seconds=40))


def test_pins_are_kept_and_forgotten(db):
    assert workspace.save_pin(db, "v1", Pin(None))
    assert workspace.save_pin(db, "v2", Pin(ChannelKind.WHATSAPP))
    assert not workspace.save_pin(db, "v2", Pin(ChannelKind.WHATSAPP))
    assert workspace.load(db).pins == {"v1": Pin(None), "v2": Pin(ChannelKind.WHATSAPP)}
    assert workspace.save_pin(db, "v1", None)
    assert workspace.load(db).pins == {"v2": Pin(ChannelKind.WHATSAPP)}


def test_account_and_lists_come_back_as_they_were(db):
    account = Account("w1", "Acme", Teammate("7001", "Ada", "ada@example.com"), "eu", "https://x/{conversation_id}")
    workspace.save_account(db, account)
    workspace.save_teammates(db, [Teammate("7001", "Ada")])
    workspace.save_macros(db, [Macro("1", "Hi", "Hi {{user.name}}")])
    assert workspace.account(db) == account
    assert workspace.teammates(db) == (Teammate("7001", "Ada"),)
    assert workspace.macros(db) == (Macro("1", "Hi", "Hi {{user.name}}"),)


def test_the_high_water_mark_only_rises(db):
    workspace.raise_high_water(db, NOW)
    workspace.raise_high_water(db, NOW - timedelta(hours=1))
    workspace.raise_high_water(db, None)
    assert workspace.high_water(db) == NOW
