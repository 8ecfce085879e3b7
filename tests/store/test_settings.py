"""Workspace settings: what is learnt, chosen and told comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Pin, Relay, Workspace
from desktop.ports import Account, Macro, Teammate
from desktop.store import settings

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_an_empty_store_holds_the_defaults(db):
    assert settings.load(db) == Workspace()
    assert settings.account(db) is None
    assert settings.high_water(db) is None
    assert (settings.teammates(db), settings.macros(db)) == ((), ())


def test_chosen_codes_win_over_learnt_ones_until_none_are_chosen(db):
    assert settings.save(db, "bridge_codes_learnt", frozenset({"learnt"}))
    assert not settings.save(db, "bridge_codes_learnt", frozenset({"learnt"}))
    settings.save(db, "bridge_codes_chosen", frozenset({"b", "a"}))
    assert settings.load(db).bridge_codes == {"a", "b"}
    settings.save(db, "bridge_codes_chosen", frozenset())
    assert settings.load(db).bridge_codes == {"learnt"}


def test_relay_margin_and_threshold_reach_the_workspace(db):
    test = RelayEvidence(ChannelKind.WHATSAPP, Relay.REFUSED, RelayProof.GUIDED_TEST, NOW, "v1")
    notice = RelayEvidence(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.FAILURE_NOTICE, NOW)
    told = RelayEvidence(ChannelKind.SMS, Relay.REFUSED, RelayProof.PERSON, NOW)
    assert [settings.save_relay(db, e) for e in (test, notice, notice, told)] == [True, True, False, True]
    assert set(settings.relay_evidence(db)) == {notice, told}
    assert settings.save(db, "margin_s", 90.0)
    assert not settings.save(db, "margin_s", 90.0)
    for name, seconds in (("closing_threshold_s", 1800.0), ("row_margin_s", 5.0), ("tag_delay_s", 40.0)):
        assert settings.save(db, name, seconds)
    held = settings.load(db)
    assert held.relay == {ChannelKind.WHATSAPP: Relay.PROVEN, ChannelKind.SMS: Relay.REFUSED}
    assert (held.margin, held.closing_threshold) == (timedelta(seconds=90), timedelta(minutes=30))
    assert (held.row_margin, held.tag_delay) == (timedelta(seconds=5), timedelta(seconds=40))


def test_pins_are_kept_and_forgotten(db):
    assert settings.save_pin(db, "v1", Pin(None))
    assert settings.save_pin(db, "v2", Pin(ChannelKind.WHATSAPP))
    assert not settings.save_pin(db, "v2", Pin(ChannelKind.WHATSAPP))
    assert settings.load(db).pins == {"v1": Pin(None), "v2": Pin(ChannelKind.WHATSAPP)}
    assert settings.save_pin(db, "v1", None)
    assert settings.load(db).pins == {"v2": Pin(ChannelKind.WHATSAPP)}


def test_account_and_lists_come_back_as_they_were(db):
    account = Account("w1", "Acme", Teammate("7001", "Ada", "ada@example.com"), "eu", "https://x/{conversation_id}")
    settings.save(db, "account", account)
    settings.save(db, "teammates", [Teammate("7001", "Ada")])
    settings.save(db, "macros", [Macro("1", "Hi", "Hi {{user.name}}")])
    assert settings.account(db) == account
    assert settings.teammates(db) == (Teammate("7001", "Ada"),)
    assert settings.macros(db) == (Macro("1", "Hi", "Hi {{user.name}}"),)


def test_the_high_water_mark_only_rises(db):
    settings.raise_high_water(db, NOW)
    settings.raise_high_water(db, NOW - timedelta(hours=1))
    settings.raise_high_water(db, None)
    assert settings.high_water(db) == NOW
