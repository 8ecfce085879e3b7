"""Notices of bridges and other apps: failures, successes, and notices without a cause."""

from __future__ import annotations

import pytest

from desktop.sandbox.intercom.automations import NoteRule
from desktop.sandbox.intercom.records import OPERATOR_ID, Author
from desktop.sandbox.model.notices import KINDS, LANGUAGES, Language, text
from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, COLLEAGUE, OWNER, World

DAY = 86_400


@pytest.fixture
def closed(world: World, jennifer: Customer) -> str:
    """A WhatsApp conversation whose window has just closed."""
    conversation = str(world.write(jennifer, text="Hi"))
    world.advance(DAY)
    return conversation


def notes(world: World, conversation: str) -> list[str]:
    """Texts of all notes."""
    return [p["body"][3:-4] for p in world.intercom.parts(conversation) if p["part_type"].startswith("note")]


def test_all_texts_exist_in_six_languages() -> None:
    assert LANGUAGES == ("en", "es", "pt", "de", "fr", "ar")
    for kind in KINDS:
        said = {text(kind, language, new="👍", old="Hi", name="Jennifer") for language in LANGUAGES}
        assert len(said) == 6
        assert not any("{" in words for words in said)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "The 24-hour messaging window has expired"),
        ("es", "La ventana de mensajería de 24 horas ha caducado"),
        ("pt", "A janela de mensagens de 24 horas expirou"),
        ("de", "Das 24-Stunden-Fenster ist abgelaufen"),
        ("fr", "La fenêtre de messagerie de 24 heures a expiré"),
        ("ar", "انتهت نافذة المراسلة لمدة 24 ساعة"),
    ],
)
def test_the_bridge_uses_the_configured_language(world: World, closed: str, language: Language, expected: str) -> None:
    world.settings.update({"notice_language": language})
    world.teammate_reply(closed, AGENT, "Late")
    world.advance(2)
    (note,) = notes(world, closed)
    assert expected in note


@pytest.mark.parametrize(
    ("settings", "part_type", "author", "code"),
    [
        ({}, "note", ("admin", OWNER), "octopods-bridge-x1y2"),
        ({"note_part_type": "note_and_reopen"}, "note_and_reopen", ("admin", OWNER), "octopods-bridge-x1y2"),
        ({"note_part_type": "comment"}, "comment", ("admin", OWNER), "octopods-bridge-x1y2"),
        ({"note_part_type": "comment", "note_code": "none"}, "comment", ("admin", OWNER), None),
        ({"note_code": "none", "note_author": "bot"}, "note", ("bot", OPERATOR_ID), None),
        ({"note_code": "another-app", "note_admin_id": COLLEAGUE}, "note", ("admin", COLLEAGUE), "another-app"),
    ],
)
def test_notices_have_the_configured_form(
    world: World,
    closed: str,
    settings: dict[str, str],
    part_type: str,
    author: tuple[str, str],
    code: str | None,
) -> None:
    world.settings.update(settings)
    world.teammate_reply(closed, AGENT, "Late")
    world.advance(60)
    assert len(world.intercom.parts(closed)) == 2
    part = world.intercom.parts(closed)[-1]
    assert (part["part_type"], part["author"]["type"], part["author"]["id"]) == (part_type, *author)
    assert part["app_package_code"] == code


def test_a_note_and_reopen_opens_the_conversation(world: World, closed: str) -> None:
    world.settings.update({"note_part_type": "note_and_reopen"})
    world.teammate_reply(closed, AGENT, "Late")
    world.teammate_close(closed, AGENT)
    world.advance(2)
    assert world.intercom.get_conversation(closed)["state"] == "open"


def test_notices_can_come_in_another_order_than_the_replies(world: World, jennifer: Customer, closed: str) -> None:
    world.settings.update({"note_delays_s": [330, 5]})
    world.teammate_reply(closed, AGENT, "First")
    world.advance(1)
    world.block(jennifer, "whatsapp")
    world.settings.update({"note_text": "Second failed"})
    world.bot_reply(closed, "Second")
    world.advance(5)
    assert notes(world, closed) == ["Second failed"]
    world.advance(324)
    assert len(notes(world, closed)) == 2
    assert "24-hour" in notes(world, closed)[1]


def test_two_replies_may_get_one_notice(world: World, closed: str) -> None:
    world.settings.note_pause_s = 60
    world.teammate_reply(closed, AGENT, "One")
    world.advance(3)
    world.teammate_reply(closed, COLLEAGUE, "Two")
    world.advance(57)
    assert len(notes(world, closed)) == 1
    world.teammate_reply(closed, COLLEAGUE, "Three")
    world.advance(2)
    assert len(notes(world, closed)) == 2


@pytest.mark.parametrize(
    ("setting", "block", "expected"),
    [
        ("report_blocked", "131026", "The user has blocked the bot"),
        ("report_stopped", "131050", "The recipient has unsubscribed"),
        ("report_blocked", "ignored", ""),
    ],
)
def test_a_whatsapp_block_is_reported_as_the_network_reports_it(
    world: World, jennifer: Customer, setting: str, block: str, expected: str
) -> None:
    world.settings.update({"whatsapp_block": block})
    conversation = str(world.write(jennifer, text="Hi"))
    world.block(jennifer, "whatsapp")
    part = world.teammate_reply(conversation, AGENT, "Hello")
    assert not world.delivery(part)["whatsapp"]
    world.advance(60)
    found = notes(world, conversation)
    assert (len(found), expected in "".join(found)) == (1 if expected else 0, True)
    world.settings.update({setting: False})
    world.teammate_reply(conversation, AGENT, "Hello again")
    world.advance(60)
    assert notes(world, conversation) == found


def test_stop_and_start_by_sms_with_and_without_a_notice(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, "sms", "STOP"))
    for reports, count in ((True, 1), (False, 1)):
        world.settings.report_stopped = reports
        assert not world.delivery(world.teammate_reply(conversation, AGENT, "Hello"))["sms"]
        world.advance(60)
        assert len(notes(world, conversation)) == count
    world.write(jennifer, "sms", "Other words")
    assert not world.delivery(world.teammate_reply(conversation, AGENT, "Hello"))["sms"]
    world.write(jennifer, "sms", "START")
    assert world.delivery(world.teammate_reply(conversation, AGENT, "Hello"))["sms"]


@pytest.mark.parametrize("reports", [True, False])
def test_a_number_that_leaves_whatsapp_and_returns(world: World, jennifer: Customer, reports: bool) -> None:
    world.settings.report_nobody = reports
    conversation = str(world.write(jennifer, text="Hi"))
    world.set_on_whatsapp(jennifer, False)
    assert not world.delivery(world.teammate_reply(conversation, AGENT, "Hello"))["whatsapp"]
    world.advance(60)
    assert ["Recipient is not a WhatsApp user." in note for note in notes(world, conversation)] == [True] * reports
    world.set_on_whatsapp(jennifer, True)
    assert world.delivery(world.teammate_reply(conversation, AGENT, "Hello"))["whatsapp"]


def test_a_template_that_was_sent_may_be_noted(world: World, jennifer: Customer, closed: str) -> None:
    world.send_template(jennifer, "Your parcel is here")
    assert notes(world, closed) == []
    world.settings.report_templates = True
    world.send_template(jennifer, "Your parcel is here")
    assert notes(world, closed) == ["Octopods: the template message was sent successfully."]
    assert world.intercom.parts(closed)[-1]["app_package_code"] == "octopods-bridge-x1y2"


def test_other_apps_and_people_write_notes_that_look_alike(world: World, jennifer: Customer) -> None:
    rules = world.rules.notes
    rules.append(NoteRule("Answer within 24 hours", Author("bot", OPERATOR_ID), "sla-bot-3", delay_s=30))
    rules.append(NoteRule("Logged", Author("admin", COLLEAGUE), after="teammate"))
    conversation = str(world.write(jennifer, "messenger", "Hi"))
    world.advance(30)
    world.teammate_reply(conversation, AGENT, "Hello")
    world.teammate_note(conversation, AGENT, "Between us")
    world.advance(60)
    assert notes(world, conversation) == ["Answer within 24 hours", "Logged", "Between us"]
    codes = [p["app_package_code"] for p in world.intercom.parts(conversation)]
    assert codes == ["sla-bot-3", None, None, None]


def test_a_notice_may_come_without_a_reply(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    world.notice(conversation, "disconnected", language="fr", code=world.bridge_app.package_code, delay_s=9)
    world.notice(conversation, text="Von Hand", author=Author("admin", AGENT), part_type="note")
    world.advance(9)
    by_hand, disconnected = world.intercom.parts(conversation)
    assert (by_hand["author"]["id"], by_hand["app_package_code"]) == (AGENT, None)
    assert disconnected["body"].startswith("<p>Octopods : le canal a été déconnecté.")
    assert disconnected["app_package_code"] == "octopods-bridge-x1y2"
    assert world.delivery(disconnected["id"])["messenger"] is False


@pytest.mark.parametrize(("trouble", "words"), [("account", "restricted"), ("throttled", "Too many messages")])
def test_a_bridge_in_trouble_sends_nothing_and_notes_why(
    world: World, jennifer: Customer, trouble: str, words: str
) -> None:
    world.settings.update({"bridge_trouble": trouble})
    conversation = str(world.write(jennifer, text="Hi"))
    assert world.truth(conversation)["lines"][0]["why"] == "trouble"
    assert not world.delivery(world.teammate_reply(conversation, AGENT, "Hello"))["whatsapp"]
    world.advance(2)
    (note,) = notes(world, conversation)
    assert words in note
    world.settings.update({"bridge_trouble": ""})
    assert world.delivery(world.teammate_reply(conversation, AGENT, "Hello"))["whatsapp"]
