"""`reachline explain`: siblings of the known faults, other members of each kind, each with its right answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from desktop.app.explain import main

BEGAN = 1_790_000_000
MINUTE, HOUR, DAY = 60, 3600, 86_400
BRIDGE, OURS = "bridge-x1", "reachline-y2"
SITE = "https://shop.example/cart"
WA, MSGR = "whatsapp", "messenger"
OPEN = {"state": "open", "reaches": [WA, MSGR], "verdict": "clear"}
SHUT = {"state": "closed", "reaches": [MSGR], "verdict": "warn"}
DOUBTED = {"state": "unknown", "reaches": [MSGR], "uncertain": WA, "verdict": "warn"}
MISSING = object()

EXPIRED = "This message was not sent. The 24-hour messaging window has expired."
BLOCKED = "This message could not be delivered. The user has blocked the bot."
STOPPED = "This message could not be delivered. The recipient has unsubscribed by replying STOP."
RESTRICTED = "This message was not sent. Meta has restricted your WhatsApp Business account (131031)."
THROTTLED = "This message was not sent. Too many messages in a short time; please try again later."


def part(number, at, code=BRIDGE, by="lead", body="Hello", kind="comment", author=None, **more):
    """A part `at` seconds after the first conversation began; without the key of the code where it is MISSING."""
    customer = by in ("lead", "user", "contact", "visitor")
    given = {"id": str(number), "part_type": kind, "body": body, "created_at": BEGAN + at, "app_package_code": code}
    given["author"] = {"type": by, "id": author or ("c1" if customer else "7001")}
    if code is MISSING:
        del given["app_package_code"]
    return given | more


def tag(name, after=1, by="7003"):
    return {"name": name, "applied_at": after, "applied_by": {"type": "admin", "id": by}}


def chat(id, *parts, at=0, tags=(WA,), of="c1", channel=MSGR, now_on=None, url=None, kind="conversation", **more):
    """A conversation, begun `at` seconds after the first; `tags` are put on a second later where they have no time."""
    put = [tag(t) if isinstance(t, str) else t for t in tags]
    more = {"state": "open", "statistics": {"count_conversation_parts": len(parts)}} | more
    source = {"type": kind, "delivered_as": "customer_initiated", "body": "Hi", "url": url}
    return {
        "type": "conversation",
        "id": id,
        "created_at": BEGAN + at,
        "updated_at": max([BEGAN + at, *(p["created_at"] for p in parts)]),
        "source": source | {"author": {"type": "lead", "id": of}},
        "channel": {"initial": channel, "current": now_on or channel},
        "contacts": {"contacts": [{"type": "contact", "id": of}]},
        "tags": {"tags": [t | {"applied_at": BEGAN + at + t["applied_at"]} for t in put]},
        "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
    } | more


def native(id, *parts, on=WA, **more):
    return chat(id, *parts, tags=(), kind=on, channel=on, **more)


def plain(id, *parts, **more):
    return chat(id, *parts, tags=(), **more)


def contact(id="c1", phone="+353871234567", attributes=None, **more):
    named = {"type": "contact", "id": id, "role": "lead", "name": f"Jennifer {id}", "phone": phone, "email": None}
    return named | {"custom_attributes": attributes or {}} | more


def noted(text, *later, code=BRIDGE, kind="note", tags=(WA,), replied=True):
    """A chat with the customer's message, a colleague's reply after an hour, and a note five seconds later."""
    reply = [part(2, HOUR, None, "admin")] if replied else []
    note = part(3, HOUR + 5, code, "admin", text, kind, "7003")
    return chat("1", part(1, 60), *reply, note, *later, tags=tags)


def closed(number, at):
    return part(number, at, None, "admin", None, "close")


TAGGED = [chat(f"t{n}", part(100 + n, 60, author=f"t{n}"), of=f"t{n}") for n in range(20)]
OTHER = contact("c2", "+353872222222")


@pytest.fixture
def explain(tmp_path, capsys):
    """Checks `explain`'s answer at `now` seconds after the first conversation began."""

    def check(objects, now, expected, *arguments):
        file = tmp_path / "input.json"
        file.write_text(json.dumps([*objects, contact()] if not any(o["id"] == "c1" for o in objects) else objects))
        at = datetime.fromtimestamp(BEGAN + now, UTC).isoformat()
        codes = () if "--first-day" in arguments or "--no-code" in arguments else ("--bridge-code", BRIDGE)
        asked = [a for a in arguments if a != "--no-code"]
        relay = () if "--relay" in asked else ("--relay", "proven")
        assert main([str(file), "--now", at, *codes, "--admin-code", OURS, *relay, *asked]) == 0
        answers = {c["id"]: c for c in json.loads(capsys.readouterr().out)["conversations"]}
        for id, wanted in expected.items():
            assert _told(answers[id], wanted) == wanted

    return check


def _told(answer, wanted):
    """The answer in the form of what is wanted of it; `warns` and `uncertain` name one that has to be there."""
    forecast = answer["forecast"]
    told = {"state": answer["window"]["state"], "reaches": forecast["reaches"], "verdict": forecast["verdict"]}
    told["warns"] = wanted.get("warns") if wanted.get("warns") in forecast["warnings"] else forecast["warnings"]
    uncertain = forecast["uncertain"]
    told["uncertain"] = wanted.get("uncertain") if wanted.get("uncertain") in uncertain else uncertain
    told["origins"] = {
        m["id"]: m["origin"]["channel"] for m in answer["messages"] if m["id"] in wanted.get("origins", {})
    }
    return {name: told[name] for name in wanted}


def case(id, objects, now, expected, *arguments):
    return pytest.param(objects, now, expected, arguments, id=id)


WINDOWS = [
    case(
        "two chats were open at the same time, so they are two",
        [chat("1", part(1, 60)), chat("2", part(2, 2 * DAY + 60), at=2 * DAY)],
        2 * DAY + HOUR,
        {"1": {"reaches": [MSGR], "verdict": "warn"}, "2": OPEN},
    ),
    case(
        "a chat that was closed before goes on in the newer conversation",
        [chat("1", part(1, 60), closed(2, HOUR)), chat("2", part(3, 2 * DAY + 60), at=2 * DAY)],
        2 * DAY + HOUR,
        {"1": {"state": "open"}, "2": OPEN},
    ),
    case(
        "reopening by words from the Messenger does not make two chats",
        [
            chat("1", part(1, 60), closed(2, HOUR), part(3, 5 * HOUR, None, kind="open")),
            chat("2", part(4, 2 * DAY + 60), at=2 * DAY),
        ],
        2 * DAY + HOUR,
        {"1": {"state": "open"}, "2": OPEN},
    ),
    case(
        "a third provider's tag is a third number",
        [chat("1", part(1, 60), tags=("messagebird_whatsapp",)), chat("2", part(2, 2 * DAY + 60), at=2 * DAY)],
        2 * DAY + HOUR,
        {"1": SHUT | {"warns": "window_closed"}, "2": OPEN},
    ),
    case(
        "the customer has another number now",
        [chat("1", part(1, 60), part(2, 2 * HOUR, body="Jennifer changed their phone number"))],
        3 * HOUR,
        {"1": DOUBTED},
    ),
    case(
        "exactly when it closes, two minutes early",
        [chat("1", part(1, 60))],
        DAY + 60 - 2 * MINUTE,
        {"1": SHUT},
    ),
    case(
        "a second before",
        [chat("1", part(1, 60))],
        DAY + 60 - 2 * MINUTE - 1,
        {"1": {"state": "closing", "reaches": [WA, MSGR], "verdict": "notice", "warns": "closing_soon"}},
    ),
    case("Telegram has no window", [chat("1", part(1, 60), tags=("telegram",))], 9 * DAY,
         {"1": {"state": "none", "reaches": ["telegram", MSGR], "verdict": "clear"}}),
    case("Instagram after two days, with permission perhaps", [chat("1", part(1, 60), tags=("instagram",))], 2 * DAY,
         {"1": {"state": "unknown", "reaches": [MSGR], "uncertain": "instagram", "verdict": "warn"}}),
    case(
        "a template opens nothing",
        [chat("1", part(1, 60), part(2, 2 * DAY, by="admin", author="7003"))],
        2 * DAY + HOUR,
        {"1": SHUT},
    ),
    case(
        "a line about a reaction opens nothing and may have opened",
        [chat("1", part(1, 60), part(2, 2 * DAY, body="Reacted 👍 to: Hello"))],
        2 * DAY + HOUR,
        {"1": DOUBTED},
    ),
    case(
        "a German line about a deletion as well",
        [chat("1", part(1, 60), part(2, 2 * DAY, body="Hat eine Nachricht gelöscht"))],
        2 * DAY + HOUR,
        {"1": DOUBTED},
    ),
    case(
        "parts of the last hours that we do not hold",
        [chat("1", part(1, 29 * HOUR, None, "admin"), statistics={"count_conversation_parts": 600})],
        30 * HOUR,
        {"1": {"state": "unknown", "reaches": [MSGR], "verdict": "warn"}},
    ),
]  # fmt: skip

CODES = [
    case("no code told, in a conversation of the web", [plain("1", part(1, 60, MISSING), url=SITE)], HOUR,
         {"1": {"reaches": [MSGR], "verdict": "clear", "origins": {"1": "unknown"}}}),
    case("no code told, after a message that surely opened", [chat("1", part(1, 60), part(2, HOUR, MISSING))], 2 * HOUR,
         {"1": {"state": "open", "reaches": [WA, MSGR], "origins": {"2": "unknown"}}}),
    case("no code told, on a channel of Intercom's own", [native("1", part(1, 3 * DAY, MISSING))], 3 * DAY + HOUR,
         {"1": {"state": "unknown", "reaches": [], "uncertain": WA, "verdict": "warn", "origins": {"1": "unknown"}}}),
    case("an app's code on a channel of Intercom's own", [native("1", part(1, 3 * DAY, "crm-z3"))], 3 * DAY + HOUR,
         {"1": {"reaches": [], "verdict": "warn", "origins": {"1": "unknown"}}}),
    case("a code of null is the Messenger's", [chat("1", part(1, 60), part(2, 2 * DAY, None))], 2 * DAY + HOUR,
         {"1": SHUT | {"warns": "messenger_reply_did_not_reopen", "origins": {"2": MSGR}}}),
    case("an empty code is not the bridge's", [chat("1", part(1, 60), part(2, 2 * DAY, ""))], 2 * DAY + HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn"}}),
    case("a number is no code", [chat("1", part(1, 60), part(2, 2 * DAY, 7))], 2 * DAY + HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn"}}),
    case("codes are compared as they are", [chat("1", part(1, 60), part(2, 2 * DAY, "Bridge-X1"))], 2 * DAY + HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn"}}),
    case("a code of which nobody said what it is, also beside a page", [plain("1", part(1, 60, "crm-z3"), url=SITE)],
         HOUR, {"1": {"reaches": [MSGR], "verdict": "warn", "warns": "mapping_unknown"}}),
    case(
        "learnt from three parts of two customers",
        [
            chat("1", part(1, 60, "q1"), part(2, 90, "q1")),
            chat("2", part(3, 70, "q1", author="c2"), of="c2", at=10),
            contact(), OTHER,
        ],
        HOUR, {"1": OPEN}, "--no-code",
    ),
    case(
        "not learnt where tags were put on hours later",
        [
            chat("1", part(1, 60, "q1"), part(2, 90, "q1"), tags=(tag(WA, 2 * HOUR, "7002"),)),
            chat("2", part(3, 70, "q1", author="c2"), of="c2", at=10, tags=(tag(WA, 2 * HOUR, "7002"),)),
            contact(), OTHER,
        ],
        3 * HOUR, {"1": {"reaches": [MSGR], "verdict": "warn", "origins": {"1": "unknown"}}}, "--no-code",
    ),
    case(
        "not learnt where half of it stands in untagged conversations",
        [
            chat("1", part(1, 60, "q1"), part(2, 90, "q1")),
            chat("2", part(3, 70, "q1", author="c2"), of="c2", at=10),
            plain("3", part(4, 80, "q1"), part(5, 81, "q1"), part(6, 82, "q1"), at=20),
            contact(), OTHER,
        ],
        HOUR, {"3": {"reaches": [MSGR], "verdict": "warn", "origins": {"4": "unknown"}}}, "--no-code",
    ),
]  # fmt: skip

AUTHORS = [
    case("a visitor is the customer", [chat("1", part(1, 60), part(2, 2 * DAY, by="visitor"))], 2 * DAY + HOUR,
         {"1": OPEN}),
    case("an unlisted type with a contact's id is the customer",
         [chat("1", part(1, 60), part(2, 2 * DAY, by="shopper", author="c1"))], 2 * DAY + HOUR, {"1": OPEN}),
    case("an unlisted type of a stranger may be the customer",
         [chat("1", part(1, 60), part(2, 2 * DAY, by="shopper", author="x9"))], 2 * DAY + HOUR, {"1": DOUBTED}),
    case("nobody named may be the customer", [chat("1", part(1, 60), part(2, 2 * DAY) | {"author": None})],
         2 * DAY + HOUR, {"1": DOUBTED}),
    case("an operator under the bridge's code is not", [chat("1", part(1, 60), part(2, 2 * DAY, by="operator"))],
         2 * DAY + HOUR, {"1": SHUT}),
    case("a team is not", [chat("1", part(1, 60), part(2, 2 * DAY, None, "team"))], 2 * DAY + HOUR, {"1": SHUT}),
    case("an unlisted part by the bridge may be a message",
         [chat("1", part(1, 60), part(2, 2 * DAY, kind="voice_message"))], 2 * DAY + HOUR, {"1": DOUBTED}),
    case("a rating with a remark is an event",
         [chat("1", part(1, 60), part(2, 2 * DAY, None, kind="conversation_rating_remark_added"))], 2 * DAY + HOUR,
         {"1": SHUT}),
]  # fmt: skip

OWN_CHANNELS = [
    case("Intercom's own WhatsApp", [native("1")], HOUR, {"1": {"state": "open", "reaches": [WA], "verdict": "clear"}}),
    case("a part renews its window", [native("1", part(1, 3 * DAY, None))], 3 * DAY + HOUR,
         {"1": {"state": "open", "reaches": [WA], "verdict": "clear"}}),
    case(
        "a part that was written while the customer was in the Messenger may not",
        [native("1", part(1, 3 * DAY, None)), contact(last_seen_at=BEGAN + 3 * DAY + 60)],
        3 * DAY + HOUR, {"1": {"state": "unknown", "reaches": [], "uncertain": WA, "verdict": "warn"}},
    ),
    case("a visit an hour later says nothing",
         [native("1", part(1, 3 * DAY, None)), contact(last_seen_at=BEGAN + 3 * DAY + HOUR)], 3 * DAY + 2 * HOUR,
         {"1": {"state": "open", "reaches": [WA], "verdict": "clear"}}),
    case("Facebook after two days", [native("1", on="facebook")], 2 * DAY,
         {"1": {"state": "unknown", "reaches": [], "uncertain": "facebook", "verdict": "warn"}}),
    case("Facebook after eight days", [native("1", on="facebook")], 8 * DAY,
         {"1": {"state": "closed", "reaches": [], "verdict": "warn", "warns": "window_closed"}}),
    case("text messages", [native("1", on="sms")], 9 * DAY,
         {"1": {"state": "none", "reaches": ["sms"], "verdict": "clear"}}),
    case("WhatsApp, went on by mail", [native("1") | {"channel": {"initial": WA, "current": "email"}}], HOUR,
         {"1": {"reaches": ["email"], "uncertain": WA, "verdict": "warn", "warns": "conversation_moved"}}),
    case("mail, went on in the Messenger", [plain("1", kind="email", channel="email", now_on=MSGR)], HOUR,
         {"1": {"reaches": [MSGR], "uncertain": "email", "verdict": "warn", "warns": "conversation_moved"}}),
    case("the Messenger, went on by mail", [plain("1", url=SITE, now_on="email")], HOUR,
         {"1": {"reaches": ["email"], "uncertain": MSGR, "verdict": "warn", "warns": "conversation_moved"}}),
    case("the Messenger, went on where nobody knows", [plain("1", url=SITE, now_on="hologram")], HOUR,
         {"1": {"reaches": [], "uncertain": "unknown", "verdict": "warn", "warns": "reach_unknown"}}),
    case("began where nobody knows", [plain("1", kind="hologram", channel="hologram")], HOUR,
         {"1": {"reaches": [], "uncertain": "unknown", "verdict": "warn", "warns": "reach_unknown"}}),
    case("a call that went on", [plain("1", kind="phone_switch", channel="phone")], HOUR,
         {"1": {"reaches": [], "verdict": "warn", "warns": "reach_unknown"}}),
    case("mail that is marked as spam", [plain("1", kind="email", channel="email"), contact(marked_email_as_spam=True)],
         HOUR, {"1": {"reaches": [], "uncertain": "email", "verdict": "warn", "warns": "email_may_not_arrive"}}),
    case("mail to who unsubscribed from campaigns",
         [plain("1", kind="email", channel="email"), contact(unsubscribed_from_emails=True)], HOUR,
         {"1": {"reaches": ["email"], "verdict": "clear"}}),
]  # fmt: skip

TAGS = [
    case("in time, and nothing else", [chat("1", tags=(tag(WA, 5),))], HOUR, {"1": OPEN}),
    case("a minute late", [chat("1", tags=(tag(WA, 60),))], HOUR,
         {"1": {"reaches": [MSGR], "uncertain": WA, "verdict": "warn", "warns": "mapping_weak"}}),
    case("in time, of two channels", [chat("1", tags=(WA, "telegram"))], HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn"}}),
    case("a second one by hand", [chat("1", part(1, 60), tags=(WA, tag("telegram", 2 * HOUR, "7002")))], 3 * HOUR,
         {"1": OPEN}),
    case(
        "by who also tagged a conversation of the web",
        [
            plain("1", url=SITE) | {"tags": chat("0", tags=(tag(WA, 1, "7002"),))["tags"]},
            chat("2", tags=(tag(WA, 1, "7002"),), of="c2"), contact(), OTHER,
        ],
        HOUR, {"1": {"reaches": [MSGR], "verdict": "clear"}, "2": {"reaches": [MSGR], "verdict": "warn"}},
    ),
    case("a name that only contains the word", [chat("1", tags=("whatsapp-vip",))], HOUR,
         {"1": {"reaches": [MSGR], "uncertain": "unknown", "verdict": "warn"}}),
    case("in any case", [chat("1", part(1, 60), tags=("WhatsApp",))], HOUR, {"1": OPEN}),
    case("in time, with the customer in the Messenger", [chat("1"), contact(last_seen_at=BEGAN + 20)], HOUR,
         {"1": {"reaches": [MSGR], "uncertain": WA, "verdict": "warn"}}),
    case("and a message of the bridge's", [chat("1", part(1, 60)), contact(last_seen_at=BEGAN + 20)], HOUR,
         {"1": OPEN}),
    case("`messenger` is Facebook's", [chat("1", part(1, 60), tags=("messenger",))], HOUR,
         {"1": {"reaches": ["facebook", MSGR], "verdict": "clear"}}),
]  # fmt: skip

ORIGINS = [
    case("first day", [plain("1")], HOUR,
         {"1": {"reaches": [MSGR], "uncertain": "unknown", "verdict": "warn", "warns": "mapping_unknown"}},
         "--first-day"),
    case("no bridge in sight", [plain("1", part(1, 60, None))], HOUR, {"1": {"reaches": [MSGR], "verdict": "clear"}},
         "--no-code"),
    case("begun by a colleague", [plain("1") | {"source": {"type": "conversation", "delivered_as": "admin_initiated"}}],
         HOUR, {"1": {"reaches": [MSGR], "verdict": "warn", "warns": "mapping_unknown"}}),
    case("begun by a bot", [plain("1") | {"source": {"type": "conversation", "delivered_as": "operator_initiated"}}],
         HOUR, {"1": {"reaches": [MSGR], "verdict": "clear"}}),
    case("the address of an app is no page", [plain("1", url="android-app://com.shop")], HOUR,
         {"1": {"uncertain": "unknown", "verdict": "warn"}}),
    case("seen in the Messenger hours later",
         [plain("1"), contact(last_seen_at=BEGAN + 5 * HOUR, ios_last_seen_at=BEGAN + 5 * HOUR)], 6 * HOUR,
         {"1": {"uncertain": "unknown", "verdict": "warn"}}),
    case("one channel confirmed, a message of the bridge's follows", [plain("1", part(1, 600))], HOUR,
         {"1": OPEN | {"origins": {"source:1": WA, "1": WA}}}, "--bridge-channel", WA),
    case("two channels confirmed", [plain("1", part(1, 600))], HOUR, {"1": {"reaches": [MSGR], "verdict": "warn"}},
         "--bridge-channel", WA, "--bridge-channel", "telegram"),
    case(
        "an untagged one where every other is tagged",
        [*TAGGED, plain("1")], HOUR, {"1": {"reaches": [MSGR], "verdict": "clear", "origins": {"source:1": MSGR}}},
    ),
    case(
        "an untagged one in which the bridge wrote a note all the same",
        [*TAGGED, plain("1", part(1, 60, by="admin", body="Template message sent", kind="note", author="7003"))], HOUR,
        {"1": {"reaches": [MSGR], "uncertain": "unknown", "verdict": "warn", "origins": {"source:1": "unknown"}}},
    ),
    case("the newest words come from the Messenger", [chat("1", part(1, 60), part(2, HOUR, None))], 2 * HOUR,
         {"1": {"reaches": [WA, MSGR], "verdict": "notice", "warns": "customer_words_missing_on_channel"}}),
    case("the customer went on elsewhere", [plain("1", url=SITE), chat("2", part(1, HOUR + 60), at=HOUR)], 2 * HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn", "warns": "customer_is_elsewhere"}, "2": OPEN}),
    case("the bridge does not forward", [chat("1", part(1, 60))], HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn", "warns": "relay_refused"}}, "--relay", "refused"),
]  # fmt: skip

NOTICES = [
    case("another app's note", [noted("SLA: answer within 24 hours", code="crm-z3")], 2 * HOUR, {"1": OPEN}),
    case("a person's note in the same words", [noted(EXPIRED, code=None)], 2 * HOUR, {"1": OPEN}),
    case("a success", [noted("Octopods: la plantilla de mensaje se ha enviado correctamente.")], 2 * HOUR, {"1": OPEN}),
    case("a comment is none", [noted(EXPIRED, kind="comment")], 2 * HOUR, {"1": OPEN}),
    case("a note that no reply preceded", [noted("Conversation exported.", replied=False)], 2 * HOUR, {"1": OPEN}),
    case("expired, on a close", [noted(EXPIRED, kind="note_and_close")], 2 * HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn"}}),
    case("expired, then the customer wrote there", [noted(EXPIRED, part(4, 100 * MINUTE))], 2 * HOUR, {"1": OPEN}),
    case("expired, then the customer wrote in the Messenger", [noted(EXPIRED, part(4, 100 * MINUTE, None))], 2 * HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn"}}),
    case("Finnish, right after one reply", [noted("Viestiä ei lähetetty.")], 2 * HOUR,
         {"1": {"reaches": [MSGR], "uncertain": WA, "verdict": "warn", "warns": "channel_refused_lately"}}),
    case("Finnish, a day ago", [noted("Viestiä ei lähetetty.", tags=("telegram",))], 26 * HOUR,
         {"1": {"reaches": ["telegram", MSGR], "verdict": "clear"}}),
    case("blocked", [noted(BLOCKED, tags=("telegram",))], 30 * HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn", "warns": "channel_refused_lately"}}),
    case("blocked, then the customer wrote there", [noted(BLOCKED, part(4, 100 * MINUTE))], 2 * HOUR, {"1": OPEN}),
    case("WhatsApp's opt-out ends with the customer's words", [noted(STOPPED, part(4, 100 * MINUTE))], 2 * HOUR,
         {"1": OPEN}),
    case("that of text messages does not", [noted(STOPPED, part(4, 100 * MINUTE), tags=("twilio",))], 2 * HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn", "warns": "channel_refused_lately"}}),
    case("throttled a moment ago", [noted(THROTTLED)], HOUR + 5 * MINUTE,
         {"1": {"reaches": [WA, MSGR], "verdict": "notice"}}),
    case("throttled an hour ago", [noted(THROTTLED)], 2 * HOUR, {"1": OPEN}),
    case(
        "trouble with our account, in every chat of it",
        [noted(RESTRICTED), chat("2", part(9, 200, author="c2"), of="c2", at=100), contact(), OTHER],
        2 * HOUR,
        {"2": {"reaches": [MSGR], "uncertain": WA, "verdict": "warn", "warns": "channel_refused_lately"}},
    ),
    case(
        "but not on Intercom's own number, nor on another channel",
        [
            noted(RESTRICTED), native("2", of="c2", at=100),
            chat("3", part(9, 200, author="c3"), of="c3", tags=("telegram",)),
            contact(), OTHER, contact("c3", "+353873333333"),
        ],
        2 * HOUR,
        {"2": {"reaches": [WA], "verdict": "clear"}, "3": {"reaches": ["telegram", MSGR], "verdict": "clear"}},
    ),
    case(
        "nor in chats of another number",
        [
            noted(RESTRICTED), chat("2", part(9, 200, author="c2"), of="c2", at=100),
            contact(attributes={"octopods_whatsapp_account_phone": "+35315550101"}),
            contact("c2", "+353872222222", {"octopods_whatsapp_account_phone": "+35315550100"}),
        ],
        2 * HOUR, {"2": OPEN},
    ),
    case("STOP by text message, then other words",
         [chat("1", part(1, 60, body="STOP"), part(2, 600, body="Where is it?"), tags=("twilio",))], HOUR,
         {"1": {"reaches": [MSGR], "verdict": "warn", "warns": "channel_refused_lately"}}),
    case("STOP, then START", [chat("1", part(1, 60, body="STOP"), part(2, 600, body="START"), tags=("twilio",))], HOUR,
         {"1": {"reaches": ["sms", MSGR], "verdict": "clear"}}),
    case("STOP in the Messenger is a word", [chat("1", part(1, 60), part(2, 600, None, body="STOP"), tags=("twilio",))],
         HOUR, {"1": {"reaches": ["sms", MSGR], "verdict": "notice"}}),
    case("STOP on WhatsApp as well", [chat("1", part(1, 60, body="STOP"))], HOUR, {"1": OPEN}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("objects", "now", "expected", "arguments"),
    [*WINDOWS, *CODES, *AUTHORS, *OWN_CHANNELS, *TAGS, *ORIGINS, *NOTICES],
)
def test_the_right_answer(explain, objects, now, expected, arguments) -> None:
    explain(objects, now, expected, *arguments)


@pytest.mark.parametrize("spelling", ["00353 87 123 4567", "+٣٥٣٨٧١٢٣٤٥٦٧", "+353 (0)87-123.4567"])
def test_one_number_in_any_spelling_is_one_chat(explain, spelling) -> None:
    ours = {"octopods_whatsapp_account_phone": "+35315550100"}
    objects = [
        chat("1", part(1, 60), closed(2, HOUR)),
        chat("2", part(3, 2 * DAY + 60, author="c2"), of="c2", at=2 * DAY),
        contact("c1", spelling, ours),
        contact("c2", "+353871234567", ours),
    ]
    explain(objects, 2 * DAY + HOUR, {"1": {"state": "open"}, "2": {"state": "open"}})
