"""A bridge's failure notice is recognised, classified and tied to the reply it speaks of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import (
    BRIDGE,
    MINUTE,
    OWN_CODE,
    WORKSPACE,
    ago,
    conversation,
    entry,
    event,
    failure_note,
    first,
    in_messenger,
    on_channel,
    reply,
)
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.bridge.notice import (
    Notice,
    NoticeKind,
    channel_named_in,
    find_idle_notes,
    find_notices,
    is_by_bridge,
    is_reply,
    match_notices,
    note_fingerprint,
)
from desktop.domain.model.facts import ChannelKind, Entry, EntryKind, Role
from desktop.domain.model.workspace import Workspace

K = NoticeKind
TELLING = "Your message was not delivered, the 24 hour window is over"


def notices(*entries: Entry, workspace: Workspace = WORKSPACE) -> tuple[Notice, ...]:
    return find_notices(conversation("1", *entries), workspace)


def note(age: float, text: str = TELLING, **more: object) -> Entry:
    return entry(age, **({"role": Role.TEAMMATE, "kind": EntryKind.NOTE, "text": text, "app_code": BRIDGE} | more))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The 24-hour messaging window has closed (for non-template sends).", K.WINDOW_CLOSED),
        ("24h are over", K.WINDOW_CLOSED),
        ("24 hrs have passed", K.WINDOW_CLOSED),
        ("Re-engagement window expired", K.WINDOW_CLOSED),
        ("Reengagement message", K.WINDOW_CLOSED),
        ("Outside the customer service window", K.WINDOW_CLOSED),
        ("Outside the customer care window", K.WINDOW_CLOSED),
        ("Your session has expired", K.WINDOW_CLOSED),
        ("Session expired", K.WINDOW_CLOSED),
        ("Error 63016", K.WINDOW_CLOSED),
        ("(#131047)", K.WINDOW_CLOSED),
        ("failed to send: code 470", K.WINDOW_CLOSED),
        ("Recipient is not a WhatsApp user.", K.NOT_ON_CHANNEL),
        ("Not a valid WhatsApp user", K.NOT_ON_CHANNEL),
        ("Failed to deliver: 131026", K.NOT_ON_CHANNEL),
        ("Failed to deliver: 63003", K.NOT_ON_CHANNEL),
        ("Failed to deliver: 63024", K.NOT_ON_CHANNEL),
        ("Octopods: the phone number is missing", K.NOT_ON_CHANNEL),
        ("Was not sent: invalid phone", K.NOT_ON_CHANNEL),
        ("Was not sent: the user does not have a phone", K.NOT_ON_CHANNEL),
        ("Failed to send: bot was blocked by the user", K.BLOCKED),
        ("Failed to send: Jennifer blocked this number", K.BLOCKED),
        ("Failed to send: 131050", K.BLOCKED),
        ("Failed to send: the user unsubscribed", K.OPTED_OUT),
        ("Failed to send: 21610", K.OPTED_OUT),
        ("Couldn't be sent: opted-out by replying STOP", K.OPTED_OUT),
        ("Octopods: Your origin sending Channel / Number is unknown to us.", K.CHANNEL_TROUBLE),
        ("Octopods: wrong API key", K.CHANNEL_TROUBLE),
        ("Octopods: disconnected", K.CHANNEL_TROUBLE),
        ("Octopods: could not be sent, (#190) Error validating access token", K.CHANNEL_TROUBLE),
        ("Octopods: could not be sent, the number is not registered on WhatsApp", K.NOT_ON_CHANNEL),
        ("Octopods: the access token has expired", K.CHANNEL_TROUBLE),
        ("Octopods: insufficient balance", K.CHANNEL_TROUBLE),
        ("Octopods: you are out of credits", K.CHANNEL_TROUBLE),
        ("Octopods: your number is banned", K.CHANNEL_TROUBLE),
        ("Octopods: (133010) phone number not registered", K.CHANNEL_TROUBLE),
        ("Octopods: La cuenta de WhatsApp está restringida", K.CHANNEL_TROUBLE),
        ("Octopods: A conta do WhatsApp foi suspensa", K.CHANNEL_TROUBLE),
        ("Octopods: Ihr WhatsApp-Konto wurde gesperrt", K.CHANNEL_TROUBLE),
        ("Octopods: Votre compte WhatsApp est suspendu", K.CHANNEL_TROUBLE),
        ("Octopods: حساب واتساب الخاص بك معلق", K.CHANNEL_TROUBLE),
        ("This message could not be delivered.", K.UNKNOWN_FAILURE),
        ("Your message couldn’t be sent", K.UNKNOWN_FAILURE),
        ("Send a template message instead", K.UNKNOWN_FAILURE),
        # The cause is more than the symptom: a customer who blocked us is not reached by a template either.
        ("Was not delivered within 24 hours: the user blocked us", K.BLOCKED),
    ],
)
def test_the_text_of_a_note_gives_the_kind_of_failure(text: str, kind: NoticeKind) -> None:
    told = note(1, text)
    assert notices(told) == (Notice(told.id, kind, text),)


@pytest.mark.parametrize(
    ("candidate", "is_notice"),
    [
        pytest.param(note(1), True, id="note under the bridge's code"),
        pytest.param(note(1, role=Role.BOT, event="note_and_reopen"), True, id="in a bot's name, with a reopening"),
        pytest.param(note(1, role=Role.UNKNOWN), True, id="in nobody's name"),
        pytest.param(note(1, app_code="crm"), False, id="another app's note"),
        pytest.param(note(1, app_code=OWN_CODE), False, id="our own note"),
        pytest.param(note(1, app_code=None), False, id="a teammate's note"),
        pytest.param(note(1, app_code=None, role=Role.BOT), False, id="a bot's note"),
        pytest.param(note(1, kind=EntryKind.MESSAGE), False, id="a comment of the bridge"),
        pytest.param(note(1, kind=EntryKind.UNKNOWN), False, id="a part of unknown kind"),
        pytest.param(note(1, kind=EntryKind.EVENT), False, id="an event"),
        pytest.param(on_channel(1, text=TELLING), False, id="the customer's own words"),
        pytest.param(note(1, role=Role.CUSTOMER), False, id="a note in the customer's name"),
        pytest.param(note(1, text=""), False, id="a note without words"),
        pytest.param(note(1, "Template message sent: 24h window"), False, id="a success"),
        pytest.param(note(1, "Assigned to Sam"), False, id="no known words, and no reply before it"),
        pytest.param(event(1), False, id="an assignment"),
    ],
)
def test_only_a_note_of_the_bridge_is_a_notice(candidate: Entry, *, is_notice: bool) -> None:
    assert bool(notices(candidate)) is is_notice


def test_by_author_only_where_a_person_said_that_nobody_else_writes_with_that_account() -> None:
    unsigned = note(1, app_code=None, author_id="7003")
    told = replace(WORKSPACE, notice_authors=frozenset({"7003"}))
    assert notices(unsigned, workspace=told)
    assert not notices(note(1, app_code=None, author_id="7001"), workspace=told)
    assert not notices(note(1, app_code=OWN_CODE, author_id="7003"), workspace=told)
    assert not is_by_bridge(reply(1, app_code=None, author_id="7003"), told)


@pytest.mark.parametrize(
    "text",
    [
        "Template message sent",
        "Template was successfully sent to +353871234567, 24 h window",
        "Message sent successfully",
        "Your message was delivered to the customer within 24 hours",
        "Plantilla enviada",
        "La plantilla fue enviada",
        "Mensaje entregado correctamente",
        "Modelo enviado",
        "Enviado com sucesso",
        "Vorlage wurde gesendet",
        "Die Nachricht wurde erfolgreich zugestellt",
        "Modèle envoyé",
        "Message envoyé avec succès",
        "تم إرسال القالب",
        "تم التسليم بنجاح",
    ],
)
def test_a_success_in_any_of_six_languages_is_no_notice(text: str) -> None:
    assert notices(reply(1), note(1 - MINUTE, text)) == ()
    silent = replace(WORKSPACE, success_patterns=())
    assert notices(reply(1), note(1 - MINUTE, text), workspace=silent) != ()


@pytest.mark.parametrize(
    "text",
    [
        "Your message could not be sent successfully",
        "Your message couldn’t be successfully delivered",
        "Nothing was delivered to the customer",
        "Failed: template message sent outside the window",
        "El mensaje no fue enviado correctamente",
        "A mensagem não foi entregue com sucesso",
        "Die Nachricht wurde nicht erfolgreich zugestellt",
        "Le message n'a pas été envoyé avec succès",
        "لم تم الإرسال بنجاح",
    ],
)
def test_a_success_that_is_denied_is_a_failure(text: str) -> None:
    assert notices(reply(1), note(1 - MINUTE, text)) != ()
    # A denial in another sentence is about something else.
    assert notices(reply(1), note(1 - MINUTE, f"{text}. Template message sent")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "El mensaje no se pudo entregar",
        "A mensagem não foi entregue",
        "تعذر تسليم الرسالة",
        "Die Nachricht konnte nicht zugestellt werden",
        "Le message n'a pas pu être remis",
    ],
)
def test_a_note_of_the_bridge_right_after_a_single_reply_is_a_failure_in_any_language(text: str) -> None:
    ours = reply(1)
    [found] = notices(ours, note(1 - 10 * MINUTE, text))
    assert (found.kind, found.text, found.candidates, found.is_matched) == (K.UNKNOWN_FAILURE, text, (ours.id,), True)
    assert notices(ours, note(1 - 10 * MINUTE - MINUTE / 60, text)) == ()
    assert notices(ours, reply(0.99), note(0.98, text)) == ()
    assert notices(note(1, text)) == ()


def test_failure_patterns_are_a_setting() -> None:
    workspace = replace(WORKSPACE, notice_patterns=("nicht zugestellt",))
    assert notices(note(1, "Nicht zugestellt."), workspace=workspace)
    assert not notices(note(1), workspace=workspace)
    assert not notices(note(1), workspace=replace(WORKSPACE, notice_patterns=()))


# --- notes that are written without any reply ------------------------------------------------------------------------


def test_the_same_text_where_no_reply_preceded_it_is_no_notice() -> None:
    greeting = note(3, "Chat of Jennifer Okafor, 24 h answer time, ticket 4711")
    idle = find_idle_notes(conversation("2", first(4), greeting), WORKSPACE)
    assert idle == frozenset({note_fingerprint(greeting.text)})
    told = replace(WORKSPACE, idle_notes=idle)
    again = note(1, "Chat of Max, 24 h answer time, ticket 12")
    assert notices(reply(1.1), again) != ()
    assert notices(reply(1.1), again, workspace=told) == ()
    assert notices(reply(1.1), note(1), workspace=told) != ()


@pytest.mark.parametrize(
    ("entries", "more", "is_idle"),
    [
        ([first(9), note(1)], {}, True),
        ([reply(25 + MINUTE / 60), note(1)], {}, True),
        ([reply(25), note(1)], {}, False),
        ([reply(2), note(1)], {}, False),
        ([note(1), reply(0.5)], {}, True),
        ([note(1, text="")], {}, False),
        ([note(1, app_code="crm")], {}, False),
        ([reply(1, app_code=BRIDGE)], {}, False),
        # The reply may stand among what is missing.
        ([first(9), note(1)], {"unseen_before": ago(9)}, False),
    ],
)
def test_when_a_note_stands_without_a_reply(entries: list[Entry], more: dict[str, object], *, is_idle: bool) -> None:
    assert bool(find_idle_notes(conversation("1", *entries, **more), WORKSPACE)) is is_idle


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Order 12 of Jennifer is late", "Order 345 of Max is late", True),
        ("Sent to “Jennifer Okafor”.", "Sent to “Max”.", True),
        ("Sent to 'Jennifer'.", "Sent to 'Max'.", True),
        ("sent  to\nthe team", "Sent to the team", True),
        ("Order 12 is late", "Order 12 is early", False),
        ("Failed. Blocked by 3", "Failed. Expired by 3", False),
        ("Failed\nBlocked by 3", "Failed\nExpired by 3", False),
        ("Is Élodie there", "Is Zoë there", True),
        ("Is élodie there", "Is zoë there", False),
        ("٣٤", "12", True),
    ],
)
def test_names_and_digits_play_no_part_in_the_shape_of_a_note(one: str, other: str, *, same: bool) -> None:
    assert (note_fingerprint(one) == note_fingerprint(other)) is same
    assert len(note_fingerprint(one)) == 24


@given(st.text())
def test_no_text_breaks_anything(text: str) -> None:
    assert note_fingerprint(text) == note_fingerprint(text)
    assert len(notices(reply(1), note(0.99, text))) <= 1


# --- ties ------------------------------------------------------------------------------------------------------------


def test_a_notice_is_tied_to_the_only_reply_within_ten_minutes_before_it() -> None:
    early, ours = reply(3), reply(1)
    [found] = notices(early, note(1 - 10 * MINUTE), ours, in_messenger(1 - MINUTE))
    assert found.candidates == (ours.id,)
    assert notices(early, note(1 - 10 * MINUTE - MINUTE / 60), ours)[0].candidates == ()
    assert notices(ours, note(1 + MINUTE))[0].candidates == ()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(
            entry(0.99, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="Call them", app_code=None), id="a note"
        ),
        pytest.param(in_messenger(0.99), id="the customer's message"),
        pytest.param(on_channel(0.99), id="the customer's message over the bridge"),
        pytest.param(reply(0.99, app_code=BRIDGE), id="the bridge's words under a teammate's name"),
        pytest.param(event(0.99, "close"), id="an event"),
        pytest.param(entry(0.99, role=Role.UNKNOWN), id="words of an unknown author"),
    ],
)
def test_neither_a_note_nor_the_customers_message_takes_the_bridges_notice(other: Entry) -> None:
    ours = reply(1)
    [found] = notices(ours, other, note(0.98))
    assert found.candidates == (ours.id,)
    assert not is_reply(other, WORKSPACE)


@pytest.mark.parametrize(
    "by",
    [reply(0.99), reply(0.99, app_code=None), reply(0.99, app_code="crm"), entry(0.99, role=Role.BOT, app_code=None)],
    ids=["ours", "a teammate's in the inbox", "another app's", "a bot's"],
)
def test_of_two_replies_the_notice_goes_to_none(by: Entry) -> None:
    fine = reply(1)
    told = notices(fine, by, note(0.98))
    assert told[0].candidates == (by.id, fine.id)
    assert not told[0].is_matched
    assert match_notices(told) == {fine.id: told[0], by.id: told[0]}


def test_a_reply_that_was_spoken_of_is_not_spoken_of_again() -> None:
    one, two = reply(1), reply(0.97)
    found = notices(one, note(0.98, "470 first"), two, note(0.96, "470 second"))
    assert [n.candidates for n in found] == [(one.id,), (two.id,)]
    assert {i: n.text for i, n in match_notices(found).items()} == {one.id: "470 first", two.id: "470 second"}


def test_of_several_notices_on_one_reply_the_tied_one_counts_and_else_the_earliest() -> None:
    loose, later, tied = (
        Notice("n1", K.UNKNOWN_FAILURE, "one", ("a", "b")),
        Notice("n2", K.UNKNOWN_FAILURE, "two", ("a", "b")),
        Notice("n3", K.UNKNOWN_FAILURE, "three", ("b",)),
    )
    again = replace(tied, entry_id="n4")
    assert match_notices((loose, later, tied, again)) == {"a": loose, "b": tied}
    assert match_notices((tied, loose)) == {"b": tied, "a": loose}
    assert match_notices(()) == {}


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("Not a WhatsApp user", ChannelKind.WHATSAPP),
        ("TELEGRAM: bot was blocked", ChannelKind.TELEGRAM),
        ("sms failed", ChannelKind.SMS),
        ("Viber failed", ChannelKind.VIBER),
        ("Instagram failed", ChannelKind.INSTAGRAM),
        ("WhatsApp or SMS", None),
        ("smsing", None),
        ("Failed", None),
    ],
)
def test_the_one_channel_that_a_notice_names(text: str, channel: ChannelKind | None) -> None:
    assert channel_named_in(text) is channel


@given(st.permutations(range(6)))
def test_the_order_of_arrival_does_not_matter(order: list[int]) -> None:
    made = [reply(1), note(1 - MINUTE), reply(0.5), note(0.5 - MINUTE), in_messenger(0.1), note(0.05, "hm")]
    talk = [replace(e, id=str(number)) for number, e in enumerate(made)]
    found = match_notices(notices(*(talk[i] for i in order)))
    assert {reply_id: n.entry_id for reply_id, n in found.items()} == {"0": "1", "2": "3"}


def test_minutes_are_counted_exactly() -> None:
    ours = reply(1)
    late = replace(note(1), sent_at=ours.sent_at + timedelta(minutes=10, microseconds=1))
    assert notices(ours, late)[0].candidates == ()
    assert notices(ours, replace(late, sent_at=ours.sent_at + timedelta(minutes=10)))[0].is_matched
    assert failure_note(1).app_code == BRIDGE
