"""What is held to be true of a workspace before anybody said or learnt anything, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import WORKSPACE
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import BRIDGE_TAGS, Relay, Tagging, Workspace, any_of

W, S, T = ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM


def test_what_holds_before_anybody_said_anything() -> None:
    new = Workspace()
    assert (new.margin, new.row_margin) == (timedelta(seconds=120), timedelta(seconds=60))
    assert (new.tag_delay, new.closing_threshold) == (timedelta(seconds=15), timedelta(minutes=60))
    assert new.bridge_delay == timedelta(0)
    assert new.relay_of(W) is Relay.UNPROVEN
    assert new.tagging is Tagging.UNKNOWN
    assert (new.bridge_channels, new.bridge_expected, new.signed_in) == (None, True, True)
    assert (new.bridge_codes, new.other_taggers, new.notice_authors, new.idle_notes) == (frozenset(),) * 4
    assert new.bridge_attribute_prefix == "octopods_"


def test_the_bridges_tag_names() -> None:
    assert Workspace().bridge_tags == BRIDGE_TAGS
    assert BRIDGE_TAGS == {
        "whatsapp": W,
        "twilio_whatsapp": W,
        "messagebird_whatsapp": W,
        "twilio": S,
        "nexmo": S,
        "textmagic": S,
        "messagebird": S,
        "africas": S,
        "telegram": T,
        "line": ChannelKind.LINE,
        "wechat": ChannelKind.WECHAT,
        "viber": ChannelKind.VIBER,
        "messenger": ChannelKind.FACEBOOK,
        "instagram": ChannelKind.INSTAGRAM,
        "twitter": ChannelKind.TWITTER,
    }


@pytest.mark.parametrize(
    ("said", "has_bridge"),
    [
        ({}, True),
        ({"bridge_expected": False}, False),
        ({"bridge_expected": False, "bridge_codes": frozenset({"x"})}, True),
        ({"bridge_channels": frozenset()}, False),
        ({"bridge_channels": frozenset(), "bridge_codes": frozenset({"x"})}, False),
        ({"bridge_channels": frozenset({W}), "bridge_expected": False}, True),
    ],
)
def test_a_bridge_may_be_there_until_we_know_that_there_is_none(said: dict[str, object], *, has_bridge: bool) -> None:
    assert Workspace(**said).has_bridge is has_bridge  # type: ignore[arg-type]


@pytest.mark.parametrize(("channels", "only"), [(None, None), (set(), None), ({W}, W), ({W, S}, None)])
def test_the_only_channel_is_one_that_a_person_named_alone(
    channels: set[ChannelKind] | None, only: ChannelKind | None
) -> None:
    said = None if channels is None else frozenset(channels)
    assert Workspace(bridge_channels=said).only_bridge_channel is only


def test_the_margin_grows_with_the_bridges_delay_and_never_shrinks() -> None:
    assert WORKSPACE.bridge_margin == timedelta(seconds=120)
    assert replace(WORKSPACE, bridge_delay=timedelta(seconds=119)).bridge_margin == timedelta(seconds=120)
    assert replace(WORKSPACE, bridge_delay=timedelta(minutes=5)).bridge_margin == timedelta(minutes=5)


def test_relay_is_known_by_channel() -> None:
    said = Workspace(relay={W: Relay.PROVEN, S: Relay.REFUSED})
    assert [said.relay_of(c) for c in (W, S, T)] == [Relay.PROVEN, Relay.REFUSED, Relay.UNPROVEN]


@pytest.mark.parametrize(
    "text",
    [
        "Reacted with 👍",
        "👍 reacted to your message",
        "Jennifer removed their reaction",
        "This message was deleted",
        "the message has been edited",
        "Deleted: Where is my parcel?",
        "Edited: I meant the red one",
        "Unsent",
        "Jennifer changed their phone number to +353871234568",
        "Jennifer changed her number",
        "The number was changed",
        "Reaccionó con ❤️",
        "Este mensaje fue eliminado",
        "Mensaje editado",
        "Reagiu com 👍",
        "Esta mensagem foi apagada",
        "Hat mit 👍 reagiert",
        "Diese Nachricht wurde gelöscht",
        "A réagi avec 👍",
        "Ce message a été supprimé",
        "تفاعل بـ 👍",
        "تم حذف هذه الرسالة",
    ],
)
def test_lines_that_are_no_message(text: str) -> None:
    assert WORKSPACE.is_non_message(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Where is my parcel?",
        "I deleted the app, what now?",
        "Can the address be edited?",
        "Is the number on the invoice right?",
        "My number is +353871234567",
        "Der Händler reagiert nicht",
        "No reaccionan a mis correos",
    ],
)
def test_words_of_the_customer_are_messages(text: str) -> None:
    assert not WORKSPACE.is_non_message(text)


@pytest.mark.parametrize(
    ("number", "texts"),
    list(
        enumerate(
            (
                ("24 hours", "24-hour", "24h", "24 hrs", "the 24 hr limit"),
                ("customer service window", "customer care window"),
                ("the messaging window",),
                ("session expired", "session has expired"),
                ("re-engagement", "reengagement"),
                ("use a template message",),
                ("error 131047",),
                ("error 63016",),
                ("error 470",),
                ("could not be sent", "couldn't be delivered", "couldn’t be sent", "couldnt be sent"),
                ("failed to send", "failed to deliver"),
                ("was not sent", "wasn't delivered", "wasn’t sent"),
                ("not a whatsapp user", "not a valid whatsapp user"),
                ("octopods says no",),
            )
        )
    ),
)
def test_each_failure_pattern_recognises_what_no_other_does(number: int, texts: tuple[str, ...]) -> None:
    patterns = Workspace().notice_patterns
    for text in texts:
        assert [n for n, p in enumerate(patterns) if any_of((p,)).search(text)] == [number], text
        assert any_of(patterns).search(f"Error: {text.upper()}!")
    assert len(patterns) == 14


@pytest.mark.parametrize("text", ["124 hours", "24 hoursX", "1310470", "163016", "4700", "it was sent", "delivered"])
def test_what_no_failure_pattern_recognises(text: str) -> None:
    assert any_of(Workspace().notice_patterns).search(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Jennifer removed a reaction",
        "Removed the reaction",
        "Deleted a message",
        "Unsent this message",
        "Removed their message",
        "A message was removed",
        "Editó un mensaje",
        "Borró este mensaje",
        "Mensaje borrado",
        "El mensaje se ha eliminado",
        "Editou uma mensagem",
        "Excluiu esta mensagem",
        "Mensagem excluída",
        "Mensagem foi editada",
        "Hat eine Nachricht bearbeitet",
        "Hat diese Nachricht gelöscht",
        "Nachricht entfernt",
        "Die Nachricht wurde bearbeitet",
        "A modifié un message",
        "A supprimé ce message",
        "Message supprimé",
        "Le message a été modifié",
        "تم حذف الرسالة",
        "حذف رسالة",
        "عدل هذه الرسالة",
        "عدّل الرسالة",
    ],
)
def test_more_lines_that_are_no_message(text: str) -> None:
    assert WORKSPACE.is_non_message(text)
    assert not WORKSPACE.is_new_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "Jennifer changed their phone number",
        "changed his number to +353871234567",
        "changed the number",
        "The phone number has been changed",
        "Number was changed",
        "Jennifer cambió su número",
        "Cambió de número",
        "Mudou de número",
        "Mudou o número",
        "A changé de numéro",
        "Hat eine neue Telefonnummer",
        "Hat eine neue Handynummer",
        "Hat die Nummer gewechselt",
        "غيّر هذا المستخدم رقم هاتفه",
        "غير العميل رقم",
    ],
)
def test_lines_that_tell_of_a_new_number(text: str) -> None:
    assert WORKSPACE.is_new_number(text)
    assert WORKSPACE.is_non_message(text)
    assert not replace(WORKSPACE, new_number_patterns=()).is_new_number(text)


def test_patterns_are_a_setting() -> None:
    assert not replace(WORKSPACE, non_message_patterns=()).is_non_message("This message was deleted")
    assert replace(WORKSPACE, non_message_patterns=("^slettet$",)).is_non_message("Slettet")
    assert any_of(("a", "b|c")).search("C") is not None
    assert any_of(()).search("") is None


@pytest.mark.parametrize(
    ("number", "texts"),
    list(
        enumerate(
            (
                ("Template sent", "template message was successfully sent", "Template has been sent"),
                ("sent successfully", "successfully delivered", "It was delivered to +353871234567"),
                ("Plantilla de mensaje enviada", "enviado correctamente", "entregada con éxito"),
                ("Modelo foi enviado", "Modelo de mensagem enviado", "entregue com sucesso", "enviada com sucesso"),
                ("Vorlage wurde verschickt", "erfolgreich gesendet", "Nachricht erfolgreich zugestellt"),
                ("Modèle envoyé", "Modele de message a bien ete envoye", "remis avec succès", "envoyée avec succes"),
                ("Le message a bien été remis", "a bien ete envoye"),
                ("تم إرسال القالب", "تم إرسال رسالة القالب", "تم تسليم الرسالة بنجاح"),
            )
        )
    ),
)
def test_each_success_pattern_recognises_what_no_other_does(number: int, texts: tuple[str, ...]) -> None:
    patterns = Workspace().success_patterns
    assert any([n for n, p in enumerate(patterns) if any_of((p,)).search(text)] == [number] for text in texts)
    for text in texts:
        assert any_of((patterns[number],)).search(text), text
    assert len(patterns) == 8


@pytest.mark.parametrize(
    ("number", "texts"),
    list(
        enumerate(
            (
                ("Reacted with 👍", "Jennifer removed their reaction"),
                ("Edited: I meant the red one", "Unsent", "Deleted this message"),
                ("This message was deleted", "the message has been unsent", "A message was removed"),
                ("Reaccionó con ❤️", "Borró este mensaje", "Edito el mensaje"),
                ("Este mensaje fue eliminado", "Mensaje borrado"),
                ("Reagiu com 👍", "Excluiu esta mensagem"),
                ("Mensagem excluida", "Esta mensagem foi apagada"),
                ("Hat mit 👍 reagiert", "Hat die Nachricht entfernt"),
                ("Diese Nachricht wurde gelöscht", "Nachricht entfernt"),
                ("A réagi avec 👍", "A supprimé ce message"),
                ("Ce message a été supprimé", "Message modifie"),
                ("تفاعل بـ 👍", "تم حذف هذه الرسالة"),
            )
        )
    ),
)
def test_each_pattern_of_what_is_no_message_recognises_what_no_other_does(number: int, texts: tuple[str, ...]) -> None:
    patterns = Workspace().non_message_patterns
    for text in texts:
        assert [n for n, p in enumerate(patterns) if any_of((p,)).search(text)] == [number], text
    assert len(patterns) == 12


@pytest.mark.parametrize(
    ("number", "texts"),
    list(
        enumerate(
            (
                ("Jennifer changed their phone number", "The number was changed"),
                ("Cambió de número", "Mudou o número", "A changé de numéro", "A change de numero"),
                ("Hat eine neue Handynummer", "Hat die Nummer gewechselt", "غير العميل رقم"),
            )
        )
    ),
)
def test_each_pattern_of_a_new_number_recognises_what_no_other_does(number: int, texts: tuple[str, ...]) -> None:
    patterns = Workspace().new_number_patterns
    for text in texts:
        assert [n for n, p in enumerate(patterns) if any_of((p,)).search(text)] == [number], text
    assert len(patterns) == 3


PIECES = ("^", "$", "|", "(", ")", "(?:", "[|)]", "[^(|]", r"\|", r"\(", r"\^", r"\b", "a", "b", ".", "a?", "(a|^b)")


@example(("a|^b",), "ab")
@example((r"^\W*a|b", "^b"), "a b")
@example(("(a|^b)|^[|]a", "^"), "")
@given(st.lists(st.lists(st.sampled_from(PIECES)).map("".join), max_size=3).map(tuple), st.text("ab|(^ "))
def test_expressions_match_the_same_wherever_their_bars_are(patterns: tuple[str, ...], text: str) -> None:
    try:
        expected = any_of(patterns).search(text) is not None
    except re.error:
        return
    workspace = replace(WORKSPACE, non_message_patterns=patterns, new_number_patterns=())
    assert workspace.is_non_message(text) is expected
