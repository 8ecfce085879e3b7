"""Each kind of entry that decisions rest on is a key entry, and the rest is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conversation_factory import (
    BRIDGE,
    MINUTE,
    NOW,
    WORKSPACE,
    ago,
    conversation,
    event,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.history.key_entries import (
    are_sightings_harmless,
    choice_fingerprint,
    find_key_entries,
    is_reopening_by_customer,
    kind_of,
    kinds_before,
    needs_surroundings,
)
from desktop.domain.model.facts import ChannelKind, Conversation, Entry, Role
from desktop.domain.model.workspace import Workspace


def left_out(*entries: Entry, workspace: Workspace = WORKSPACE) -> set[str]:
    """Texts of the entries that are no key entries."""
    held = conversation("1", *entries, tags=("whatsapp",))
    key = find_key_entries(held, workspace)
    return {e.text or e.event for e in held.entries if e.id not in key}


def rounds(since: int) -> list[Entry]:
    """A long talk of messages and replies that are all alike."""
    return [e for age in range(since, since - 20, -2) for e in (on_channel(age), reply(age - 1))]


def test_what_is_alike_is_left_out() -> None:
    key = find_key_entries(conversation("1", first(100), *rounds(90)), WORKSPACE)
    # The first message, the bridge's first and newest, and our newest.
    assert len(key) == 4


@pytest.mark.parametrize(
    "special",
    [
        on_channel(80, tags=("telegram",)),
        on_channel(80, app_code="crm"),
        on_channel(80, attribute_hint=ChannelKind.SMS),
        on_channel(80, channel_hint="whatsapp"),
        on_channel(80, author_id="c2"),
        on_channel(80, by_email=True),
        on_channel(80, role=Role.UNKNOWN),
        on_channel(80, text="Reacted with 👍 to your message"),
        on_channel(80, text="changed their number"),
        on_channel(80, text="STOP"),
        on_channel(80, text="START"),
        reply(80, app_code=BRIDGE),
        reply(80, tags=("telegram",)),
        event(80, "close"),
        event(80, "open", Role.CUSTOMER),
        failure_note(80),
    ],
    ids=lambda e: e.text + e.event,
)
def test_what_is_of_a_kind_of_its_own_is_kept(special: Entry) -> None:
    held = conversation("1", first(100), *rounds(90), special)
    assert special.id in find_key_entries(held, WORKSPACE)
    assert len(find_key_entries(held, WORKSPACE)) < 12


def test_the_newest_address_of_each_side_is_kept() -> None:
    hinted = [on_channel(age, line_hint="+1", customer_hint="+2", text=str(age)) for age in (85, 84)]
    assert left_out(first(100), *rounds(120), *hinted, *rounds(80)) >= {"85"}
    assert "84" not in left_out(first(100), *rounds(120), *hinted, *rounds(80))


def test_around_a_note_everything_is_kept_and_the_newest_before() -> None:
    before, near, after = on_channel(80, text="before"), reply(78.5, text="near"), reply(77.5, text="after")
    talk = [first(100), *rounds(99), before, near, failure_note(78.4), after, *rounds(70)]
    assert not {"before", "near", "after"} & left_out(*talk)
    told = replace(WORKSPACE, success_patterns=("not delivered",))
    assert {"before", "near", "after"} <= left_out(*talk, workspace=told)


def test_the_reply_before_a_note_is_kept_however_early() -> None:
    talk = [first(100), *rounds(99), reply(75, text="early"), failure_note(60), *rounds(50)]
    assert "early" not in left_out(*talk)


def test_openings_and_closings_are_kept_where_they_change_anything() -> None:
    closings = [event(age, "close") for age in (80, 79)]
    openings = [event(age, "open") for age in (78, 77)]
    held = conversation("1", first(100), *rounds(99), *closings, *openings, event(76), event(75), event(74, "close"))
    key = find_key_entries(held, WORKSPACE)
    assert [e.id in key for e in (*closings, *openings)] == [True, False, True, False]


def test_a_reopening_by_the_customer_is_kept_with_the_messages_of_its_instant() -> None:
    opening, message = event(80, "open", Role.CUSTOMER), on_channel(80, text="again")
    other = event(79, "open", Role.CUSTOMER)
    talk = [first(100), *rounds(99), opening, message, other, event(78, "close"), *rounds(70)]
    held = conversation("1", *talk)
    assert {opening.id, message.id, other.id} <= find_key_entries(held, WORKSPACE)
    assert is_reopening_by_customer(opening)
    assert not is_reopening_by_customer(event(80, "open"))
    assert not is_reopening_by_customer(event(80, "close", Role.CUSTOMER))


def test_of_several_at_the_same_time_the_last_and_the_one_with_the_greatest_id_are_kept() -> None:
    tied = [replace(on_channel(50), id=ident) for ident in ("8", "9", "10")]
    key = find_key_entries(conversation("1", first(100), *rounds(90), *tied), WORKSPACE)
    assert ("8" in key, "9" in key, "10" in key) == (False, True, True)


def test_the_first_signature_of_the_customer_is_kept() -> None:
    signed = [on_channel(age, author_name=name, text=name) for age, name in ((80, "Jen"), (79, "Jenny"))]
    assert left_out(first(100), *rounds(99), *signed, *rounds(70)) & {"Jen", "Jenny"} == {"Jenny"}


def test_a_new_number_is_kept_beside_other_lines_of_the_bridge() -> None:
    lines = [on_channel(age, text=text) for age, text in ((81, "Reacted to it"), (80, "changed their number"))]
    later = [on_channel(age, text=text) for age, text in ((79, "Reacted twice"), (78, "Reacted again"))]
    talk = [first(100), *rounds(99), *lines, *later, *rounds(70)]
    assert left_out(*talk) >= {"Reacted twice"}
    assert "changed their number" not in left_out(*talk)


def test_every_opt_out_is_kept_and_of_every_other_keyword_the_newest() -> None:
    words = [on_channel(age, text=text) for age, text in ((80, "Stop"), (79, "STOP"), (78, "stop"), (77, "yes"))]
    again = [on_channel(76, text="START"), on_channel(75, text="unstop")]
    talk = [first(100), on_channel(99, text="start"), *rounds(98), *words, *again, *rounds(70)]
    assert left_out(*talk) & {"Stop", "STOP", "stop", "start", "yes", "START", "unstop"} == {"yes", "START"}


def test_a_word_of_a_person_for_a_message_makes_it_a_kind_of_its_own() -> None:
    held = conversation("1", first(100), *rounds(90))
    middle = held.entries[7]
    stated = replace(WORKSPACE, message_channels={middle.key: ChannelKind.SMS})
    assert middle.id in find_key_entries(held, stated) - find_key_entries(held, WORKSPACE)


def test_only_a_note_of_the_bridge_needs_its_surroundings() -> None:
    assert needs_surroundings(failure_note(1), WORKSPACE)
    assert not needs_surroundings(reply(1, app_code=BRIDGE), WORKSPACE)
    assert not needs_surroundings(replace(failure_note(1), app_code=None), WORKSPACE)


def test_a_sighting_on_a_key_entry_of_intercoms_own_channel_does_harm() -> None:
    native = conversation("1", first(30), in_messenger(2), reply(1), born_on="whatsapp")
    for hours, is_harmless in ((2, False), (2 - MINUTE, False), (5, True), (1, True)):
        seen = jennifer(messenger_seen_at=NOW - (NOW - native.entries[1].sent_at) * (hours / 2))
        assert are_sightings_harmless(native, [jennifer(), seen]) is is_harmless
        assert are_sightings_harmless(replace(native, born_on="conversation"), [seen])


def test_the_fingerprint_follows_the_settings_that_the_choice_depends_on() -> None:
    changes: list[dict[str, object]] = [
        {"bridge_codes": frozenset({"x"})},
        {"notice_authors": frozenset({"7001"})},
        {"success_patterns": ("x",)},
        {"non_message_patterns": ("x",)},
        {"new_number_patterns": ("x",)},
    ]
    found = {choice_fingerprint(replace(WORKSPACE, **change)) for change in [{}, *changes]}  # type: ignore[arg-type]
    assert len(found) == 6
    assert choice_fingerprint(replace(WORKSPACE, own_codes=frozenset())) in found


def only_key_entries(held: Conversation) -> Conversation:
    key = find_key_entries(held, WORKSPACE)
    return replace(held, entries=tuple(sorted((e for e in held.entries if e.id in key), key=lambda e: e.order)))


def test_before_an_instant_a_kind_is_looked_up_if_it_has_messages_on_both_sides() -> None:
    bridge, messenger = on_channel(90), in_messenger(60)
    held = conversation("1", first(100), bridge, reply(89), in_messenger(70), messenger, on_channel(50), reply(40))
    of_bridge, of_messenger = kind_of(bridge, WORKSPACE), kind_of(messenger, WORKSPACE)
    key = only_key_entries(held)
    for age, expected in (
        (101, set()),
        (100, set()),
        (90, set()),
        (89, {of_bridge}),
        (65, {of_bridge, of_messenger}),
        (60, {of_bridge, of_messenger}),
        (55, {of_bridge}),
        (50, {of_bridge}),
        (45, set()),
        (39, set()),
    ):
        assert kinds_before(key, ago(age), WORKSPACE) == expected, age


def test_before_any_instant_the_newest_of_every_kind_is_a_key_entry_or_its_kind_is_looked_up() -> None:
    talk = [first(100), *rounds(98), in_messenger(85), on_channel(84, role=Role.UNKNOWN), *rounds(70), in_messenger(60)]
    held = conversation("1", *talk)
    key = only_key_entries(held)
    from_customer = [e for e in held.entries if e.is_customer_message or e.may_be_customer_message]
    for at in {e.sent_at for e in held.entries}:
        earlier = sorted((e for e in from_customer if e.sent_at < at), key=lambda e: e.order)
        newest = {kind_of(e, WORKSPACE): e for e in earlier}
        missing = {kind for kind, e in newest.items() if e not in key.entries}
        assert missing <= kinds_before(key, at, WORKSPACE)
