"""What is said of a reply in each of its states, and what the agent is offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from direct_routes import sms_route, telegram_route, whatsapp_route, with_direct_routes
from msgspec import structs
from reasons import said

from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.reason import make_reason
from desktop.domain.model.warning import SEVERITY, Verdict, WarningCode
from desktop.engine.views import ConnectionState, UploadView
from desktop.ui.thread.pending_reply import KEYS, describe, resend_question

OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}


def offered(text) -> list[str]:
    return [word for _, word in text.actions]


def test_a_queued_reply_is_just_waiting(people, now):
    pending = people.pending(State.QUEUED)
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert (text.headline, text.why, offered(text)) == ("Waiting to be sent", "", ["Edit", "Cancel reply"])


def test_offline_it_says_since_when_and_what_it_waits_for(people, now):
    pending = people.pending(State.QUEUED, reason=said("Intercom cannot be reached."))
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now, ConnectionState.OFFLINE)
    assert text.headline == "Waiting: you're offline"
    assert text.why == "Waiting since 14:00. When you're back, we'll check it again, then send it or ask you."


def test_signed_out_is_not_called_offline(people, now):
    pending = people.pending(State.QUEUED)
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now, ConnectionState.SIGNED_OUT)
    assert text.headline == "Waiting: you're signed out of Intercom"


def test_a_reply_that_never_left_says_why_and_that_it_goes_by_itself(people, now):
    pending = people.pending(State.QUEUED, reason=said("Intercom answers too slowly."))
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert text.headline == "Not sent yet"
    assert text.why == "Intercom answers too slowly. We'll try again automatically."
    assert ("send", "Send now") in text.actions


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (State.SENDING, "Replies are sent in the order you wrote them."),
        (State.QUEUED, "Replies are sent in the order you wrote them."),
        (State.HELD, "Decide what to do with your earlier reply first. Replies are sent in the order you wrote them."),
        (
            State.UNCONFIRMED,
            "Decide what to do with your earlier reply first. Replies are sent in the order you wrote them.",
        ),
    ],
)
def test_a_reply_waits_behind_an_earlier_one_of_its_conversation(people, now, state, why):
    first = structs.replace(people.pending(state), queued_at=now - timedelta(minutes=2))
    second, elsewhere = people.pending(State.QUEUED), people.pending(State.QUEUED, conversation_id="web")
    view = people.jennifer(pending_replies=(first, second, elsewhere))
    text = describe(second, view, now)
    assert (text.headline, text.why) == ("Waiting for your earlier reply", why)
    assert describe(elsewhere, view, now).headline == "Waiting to be sent"


def test_a_refused_reply_keeps_nobody_waiting(people, now):
    first = structs.replace(people.pending(State.REFUSED), queued_at=now - timedelta(minutes=2))
    second = people.pending(State.QUEUED)
    assert describe(second, people.jennifer(pending_replies=(first, second)), now).headline == "Waiting to be sent"


def test_a_held_reply_says_what_is_true_now(people, now):
    pending = people.pending(State.HELD, codes=(WarningCode.WINDOW_CLOSED,))
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert text.headline == "Not sent: Won't arrive on WhatsApp"
    assert text.why == (
        "Jennifer will see this only in the Messenger. WhatsApp closed 2 h 2 min ago, and Jennifer's latest message "
        "came from the Messenger, which doesn't extend the 24-hour window."
    )
    assert offered(text) == ["Send to Messenger only", "Edit", "Cancel reply"]
    later = describe(pending, people.jennifer(pending_replies=(pending,)), now + timedelta(hours=1))
    assert "WhatsApp closed 3 h 2 min ago" in later.why


def test_what_is_told_is_what_sending_accepts(people, now):
    pending = people.pending(State.HELD, codes=(WarningCode.TEAMMATE_ANSWERED,))
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert {code for code, _ in text.accepts} == {
        WarningCode.TEAMMATE_ANSWERED,
        WarningCode.WINDOW_CLOSED,
        WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN,
    }
    assert text.headline.startswith("Not sent: Maria Lind has also replied")
    assert "Won't arrive on WhatsApp" in text.why


def test_a_held_reply_whose_reason_has_passed_can_go(people, now):
    pending = people.pending(State.HELD, codes=(WarningCode.WINDOW_CLOSED,))
    text = describe(pending, people.jennifer(**OPEN, pending_replies=(pending,)), now)
    assert text.headline == "Ready to send now"
    assert offered(text) == ["Send now", "Edit", "Cancel reply"]
    assert text.warned == ()


def test_what_happened_meanwhile_does_not_pass(people, now):
    pending = people.pending(State.HELD, codes=(WarningCode.NEWER_CUSTOMER_MESSAGE,))
    text = describe(pending, people.jennifer(**OPEN, pending_replies=(pending,)), now)
    assert text.headline == "Not sent: New message from Jennifer"


def test_a_held_reply_leads_to_where_the_customer_can_read_it(people, now):
    telegram = people.conversation(
        "tg", [people.customer_message("tg", timedelta(days=2), "Hi", app_code="octopods-vv1")], tags=("telegram",)
    )
    pending = people.pending(State.HELD, codes=(WarningCode.WINDOW_CLOSED,))
    whatsapp = people.whatsapp(timedelta(hours=26), None)
    text = describe(pending, people.view([whatsapp, telegram], pending_replies=(pending,)), now)
    assert text.actions[0] == ("go", "Go to the Telegram conversation")
    assert text.elsewhere == "tg"


def test_signed_out_nothing_can_be_sent_on(people, now):
    people.workspace = replace(people.workspace, signed_in=False)
    pending = people.pending(State.HELD, codes=(WarningCode.SIGNED_OUT,))
    text = describe(pending, people.jennifer(**OPEN, pending_replies=(pending,)), now)
    assert offered(text) == ["Edit", "Cancel reply"]
    assert "You're signed out" in text.headline


def test_a_held_reply_of_a_conversation_that_is_gone(people, now):
    pending = people.pending(
        State.HELD, conversation_id="gone", reason=said("This conversation is no longer in Intercom.")
    )
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert text.why == "This conversation is no longer in Intercom."
    assert offered(text) == ["Try again", "Edit", "Cancel reply"]


@pytest.mark.parametrize("code", [c for c in WarningCode if SEVERITY[c] >= Verdict.WARN])
def test_every_warning_a_reply_can_be_held_for_has_a_sentence(people, now, code):
    pending = people.pending(State.HELD, codes=(code,))
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert text.headline.startswith("Not sent")
    assert text.why
    assert text.actions


def test_a_refused_reply_gives_the_providers_words(people, now):
    pending = people.pending(State.REFUSED, reason=said("The attachment is too large."))
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert (text.headline, text.why) == ("Not sent", "The attachment is too large.")
    assert offered(text) == ["Edit", "Send again", "Cancel reply"]


def test_an_unconfirmed_reply_is_never_called_sent_or_lost(people, now):
    pending = people.pending(State.UNCONFIRMED, reason=said("Looking for it there."))
    view = people.jennifer(pending_replies=(pending,))
    text = describe(pending, view, now)
    assert text.headline == "Not confirmed"
    assert offered(text) == ["Mark as arrived", "Send again", "Cancel reply"]
    assert "Jennifer may get it twice" in resend_question(view)[1]


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words_and_every_action_a_key(people, now, state):
    pending = people.pending(state)
    text = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert text.headline
    assert {action for action, _ in text.actions} <= set(KEYS)


# --- past Intercom ---------------------------------------------------------------------------------------------------

HELD_FOR = (WarningCode.WINDOW_CLOSED,)


def direct(people, state: State, direct_route=None, **facts):
    direct_route = direct_route or whatsapp_route()
    pending = people.pending(state, **({"route": direct_route.route} | facts))
    return pending, with_direct_routes(people.jennifer(pending_replies=(pending,)), direct_route)


@pytest.mark.parametrize("direct_route", [whatsapp_route(), sms_route(), telegram_route()])
@pytest.mark.parametrize("state", list(State))
def test_past_intercom_nothing_is_said_of_intercom(people, now, state, direct_route):
    pending, view = direct(people, state, direct_route)
    text = describe(pending, view, now)
    assert text.headline
    assert "Intercom" not in text.headline + text.why
    assert {action for action, _ in text.actions} <= set(KEYS)


def test_what_cannot_be_asked_for_is_looked_at_before_it_is_sent_again(people, now):
    pending, view = direct(people, State.UNCONFIRMED)
    text = describe(pending, view, now)
    assert (text.headline, text.why) == (
        "WhatsApp: not confirmed",
        "WhatsApp may have accepted it. Check the chat before you send it again.",
    )
    assert offered(text) == ["Mark as arrived", "Send again", "Cancel reply"]
    assert "check the chat on WhatsApp" in resend_question(view, pending.route)[1]
    assert "in Intercom" in resend_question(view)[1]


def test_what_its_provider_could_say_is_not_said_twice(people, now):
    pending, view = direct(
        people, State.UNCONFIRMED, sms_route(), reason=make_reason(OutboxReason.ANSWER_LOST, provider="Twilio")
    )
    text = describe(pending, view, now)
    assert (text.headline, text.why) == (
        "SMS: not confirmed",
        "Twilio didn't respond, so this may have been sent. Checking…",
    )


def test_a_template_is_never_offered_for_editing(people, now):
    for state in State:
        pending, view = direct(people, state, template="order_update")
        assert "edit" not in [action for action, _ in describe(pending, view, now).actions]


def test_held_past_intercom_is_judged_on_its_own_way(people, now):
    pending, view = direct(people, State.HELD, codes=HELD_FOR)
    text = describe(pending, view, now)
    assert text.headline == "Not sent: Won't arrive on WhatsApp"
    assert tuple(w.code for w in text.warned) == HELD_FOR
    assert "go" not in [action for action, _ in text.actions]
    open_again = replace(view, thread=people.jennifer(**OPEN).thread)
    assert describe(pending, open_again, now).headline == "Ready to send now"


def test_held_for_an_account_that_is_gone_gives_its_reason(people, now):
    pending, view = direct(people, State.HELD, codes=HELD_FOR, reason=said("That account is not connected any more."))
    text = describe(pending, replace(view, direct_routes=()), now)
    assert (text.headline, text.why) == ("Not sent: something changed", "That account is not connected any more.")


def test_a_slow_upload_says_how_far_it_is_and_can_be_cancelled(people, now):
    pending = structs.replace(people.pending(State.SENDING), upload=UploadView(4_500_000, 10_000_000))
    described = describe(pending, people.jennifer(pending_replies=(pending,)), now)
    assert described.headline == "Sending… 45%"
    assert described.actions == (("cancel", "Cancel reply"),)
