"""`reachline explain` on the shared cases with the right answers beside them, and on other members of each kind."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.app.explain import main

CASES = Path(__file__).parents[2] / "../shared/cases/explain"
NAMES = sorted(p.name for p in CASES.iterdir()) if CASES.is_dir() else []
Json = Any
AT, HOUR, DAY = 1_790_000_000, 3600, 86_400
BRIDGE, CRM, OURS = "bridge-x1", "crm-z3", "reachline-y2"
KNOWN = ("--bridge-code", BRIDGE, "--admin-code", OURS, "--relay", "proven")


# --- the shared cases ----------------------------------------------------------------------------------------------


def differences(expected: Json, found: Json, place: str = "") -> list[str]:
    """Where `found` is not what the case calls right. `warnings` and `uncertain` may hold more than is named, unless
    nothing at all is named; a text such as "closed or unknown" lists what is allowed."""
    if isinstance(expected, dict):
        wrong = []
        for key, value in expected.items():
            if key not in ("why", "note", "id"):
                wrong += _of_key(key, value, found.get(key), f"{place}.{key}")
        return wrong
    if isinstance(expected, str):
        return [] if found == expected or found in expected.split(" or ") else [f"{place}: {found!r}, not {expected!r}"]
    return [] if found == expected else [f"{place}: {found!r}, not {expected!r}"]


def _of_key(key: str, expected: Json, found: Json, place: str) -> list[str]:
    if key in ("conversations", "messages"):
        wrong = []
        for item in expected:
            same = [f for f in found if f["id"] == item.get("id", f["id"])]
            wrong += differences(item, same[0], f"{place}[{same[0]['id']}]") if same else [f"{place}: no {item['id']}"]
        return wrong
    if key in ("warnings", "uncertain"):
        if not expected:
            return [f"{place}: {found}, not none"] if found else []
        return [f"{place}: {found}, not {e}" for e in expected if not set(e.split(" or ")) & set(found)]
    if key == "reaches":
        return [] if sorted(expected) == sorted(found) else [f"{place}: {found}, not {expected}"]
    if key == "mapping" and isinstance(expected, str):
        # What all cases so far mean by their sentences: nothing that anybody could act on.
        is_weak = found is None or found["confidence"] < 60
        return [] if is_weak else [f"{place}: {found}, not {expected}"]
    return differences(expected, found, place)


@pytest.mark.parametrize("name", NAMES or ["none"])
def test_a_shared_case_is_answered_rightly(name: str, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    if not NAMES:
        pytest.skip("the shared cases are not beside this checkout")
    folder = CASES / name
    monkeypatch.chdir(folder)
    [line] = [text for text in (folder / "cmd").read_text().splitlines() if text and not text.startswith("#")]
    program, command, *arguments = shlex.split(line)
    assert (program, command) == ("${REACHLINE:-reachline}", "explain")
    assert main(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert differences(json.loads((folder / "expected.json").read_text()), found) == []


def test_a_wrong_answer_to_a_case_is_noticed() -> None:
    right = {"forecast": {"reaches": ["messenger"], "warnings": ["window_closed"], "verdict": "warn"}, "mapping": None}
    assert differences({"why": "x"} | right, right) == []
    for wrong in (
        right | {"mapping": {"confidence": 40}},
        right | {"forecast": right["forecast"] | {"reaches": []}},
        right | {"forecast": right["forecast"] | {"warnings": []}},
        right | {"forecast": right["forecast"] | {"verdict": "clear"}},
    ):
        assert len(differences(right, wrong)) == 1
    assert differences({"mapping": "none, or below 60"}, {"mapping": {"confidence": 60}}) != []
    assert differences({"state": "open or unknown"}, {"state": "closed"}) != []
    assert differences({"warnings": []}, {"warnings": ["window_closed"]}) != []
    assert differences({"conversations": [{"id": "1"}]}, {"conversations": [{"id": "2"}]}) != []


# --- other members of each kind ------------------------------------------------------------------------------------


def part(number: int, after: int, code: str | None = None, by: str = "lead", body: str = "Hello", **more: Json) -> Json:
    author = {"type": by, "id": {"lead": "c1", "admin": "7001", "bot": "9"}.get(by, "z")}
    given = {"id": str(number), "part_type": "comment", "body": f"<p>{body}</p>", "created_at": AT + after}
    return given | {"author": author, "app_package_code": code} | more


def tag(name: str = "whatsapp", after: int | None = 1, by: str = "7003") -> Json:
    dated = {} if after is None else {"applied_at": AT + after}
    return {"type": "tag", "name": name, "applied_by": {"type": "admin", "id": by}} | dated


def chat(*parts: Json, id: str = "1", tags: tuple[Json, ...] = (), after: int = 0, **more: Json) -> Json:
    source = {"type": "conversation", "delivered_as": "customer_initiated", "body": "<p>Hi</p>", "url": None}
    source |= {"author": {"type": "lead", "id": more.pop("contact", "c1")}} | more.pop("source", {})
    return {
        "type": "conversation",
        "id": id,
        "created_at": AT + after,
        "updated_at": max([AT + after, *(p["created_at"] for p in parts)]),
        "state": "open",
        "source": source,
        "contacts": {"contacts": [{"id": source["author"]["id"]}]},
        "tags": {"tags": list(tags)},
        "statistics": {"count_conversation_parts": len(parts)},
        "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
    } | more


def contact(id: str = "c1", phone: str = "+353871234567", **more: Json) -> Json:
    return {"type": "contact", "id": id, "role": "user", "phone": phone, "custom_attributes": {}} | more


@pytest.fixture
def explain(tmp_path: Path, capsys) -> Callable[..., dict[str, Json]]:
    """Runs `explain` at an hour after the beginning: the answers by conversation id."""

    def run(*values: Json, hours: float, arguments: tuple[str, ...] = KNOWN) -> dict[str, Json]:
        file = tmp_path / "input.json"
        file.write_text(json.dumps(list(values)))
        now = f"2026-09-{21 + int(hours // 24):02}T{14 + int(hours % 24) if hours % 24 < 10 else 0:02}:13:20+00:00"
        if hours % 24 >= 10:
            now = f"2026-09-{22 + int(hours // 24):02}T{int(hours % 24) - 10:02}:13:20+00:00"
        assert main([str(file), "--now", now, *arguments]) == 0
        answer = json.loads(capsys.readouterr().out)
        return {c["id"]: c for c in answer["conversations"]}

    return run


def outcome(found: Json) -> tuple[str, list[str], list[str], str]:
    forecast = found["forecast"]
    return found["window"]["state"], forecast["reaches"], forecast["uncertain"], forecast["verdict"]


CLOSED = ("closed", ["messenger"], [], "warn")
OPEN = ("open", ["whatsapp", "messenger"], [], "clear")
UNKNOWN = ("unknown", ["messenger"], ["whatsapp"], "warn")
POSSIBLY = ("none", ["messenger"], ["unknown"], "warn")


@pytest.mark.parametrize(
    ("part_type", "kind"),
    [
        *((t, "note") for t in ("note", "note_and_close", "note_and_snooze", "close_and_note", "assign_and_note")),
        *(
            (t, "event")
            for t in ("conversation_rating_changed", "attribute_collector", "call_summary", "ticket_closed")
        ),
        *((t, "message") for t in ("comment", "quick_reply", "open", "close", "assignment", "snoozed")),
        ("hologram", "unknown"),
    ],
)
def test_kinds_of_parts(explain, part_type: str, kind: str) -> None:
    found = explain(chat(part(1, 60, by="admin", part_type=part_type)), hours=1)["1"]
    assert found["messages"][1]["kind"] == kind


@pytest.mark.parametrize("part_type", ["note", "note_and_reopen", "note_and_unsnooze"])
@pytest.mark.parametrize(
    "text",
    [
        "The 24-hour window has expired",
        "Message was not sent: session expired (131047)",
        "63016",
        "Re-engagement message",
    ],
)
def test_the_bridges_notice_closes_the_window(explain, part_type: str, text: str) -> None:
    reply = part(2, HOUR, OURS, "admin")
    note = part(3, HOUR + 9, BRIDGE, "bot", text, part_type=part_type)
    held = chat(part(1, 60, BRIDGE), reply, note, tags=(tag(),))
    assert outcome(explain(held, hours=2)["1"]) == CLOSED
    later = chat(part(1, 60, BRIDGE), reply, note, part(4, HOUR + 600, BRIDGE), tags=(tag(),))
    assert outcome(explain(later, hours=2)["1"]) == OPEN


@pytest.mark.parametrize(
    "text", ["El mensaje no se pudo entregar", "Nachricht konnte nicht zugestellt werden", "تعذر تسليم الرسالة"]
)
def test_a_notice_in_another_language_makes_the_channel_uncertain(explain, text: str) -> None:
    note = part(3, HOUR + 9, BRIDGE, "bot", text, part_type="note")
    found = explain(chat(part(1, 60, BRIDGE), part(2, HOUR, OURS, "admin"), note, tags=(tag(),)), hours=2)["1"]
    assert outcome(found) == ("open", ["messenger"], ["whatsapp"], "warn")
    assert found["forecast"]["warnings"] == ["channel_refused_lately"]


@pytest.mark.parametrize("code", [CRM, OURS, None])
@pytest.mark.parametrize("by", ["admin", "bot", "team", "hologram"])
def test_a_note_of_anybody_else_says_nothing(explain, code: str | None, by: str) -> None:
    note = part(1, 60, code, by, "WhatsApp lead, answer within 24 hours", part_type="note")
    found = explain(chat(note, source={"url": "https://shop.example/cart"}), contact(), hours=1)["1"]
    assert found["mapping"] is None
    assert outcome(found) == ("none", ["messenger"], [], "clear")
    bridged = chat(part(2, 30, BRIDGE), part(3, 50, OURS, "admin"), note, tags=(tag(),))
    assert outcome(explain(bridged, hours=1)["1"]) == OPEN


@pytest.mark.parametrize("by", ["hologram", "company", "sales_agent"])
def test_an_unknown_author_opens_no_window_and_raises_doubt(explain, by: str) -> None:
    held = chat(part(1, 60, BRIDGE), part(2, 26 * HOUR, BRIDGE, by), tags=(tag(),))
    assert outcome(explain(held, hours=27)["1"]) == UNKNOWN
    # One of the conversation's own contacts is the customer, whatever the type is called.
    known = part(2, 26 * HOUR, BRIDGE, by, author={"type": by, "id": "c1"})
    assert outcome(explain(chat(part(1, 60, BRIDGE), known, tags=(tag(),)), hours=27)["1"]) == OPEN


@pytest.mark.parametrize("by", ["operator", "bot", "fin", "admin", "team"])
def test_bots_and_teammates_open_no_window_either(explain, by: str) -> None:
    held = chat(part(1, 60, BRIDGE), part(2, 26 * HOUR, None, by), tags=(tag(),))
    assert outcome(explain(held, hours=27)["1"]) == CLOSED


@pytest.mark.parametrize("late", [{}, {"part_type": "quick_reply"}, {"part_type": "open"}])
def test_a_part_without_the_code_key_is_of_unknown_origin(explain, late: Json) -> None:
    absent = part(2, 26 * HOUR, **late)
    del absent["app_package_code"]
    found = explain(chat(part(1, 60, BRIDGE), absent, tags=(tag(),)), hours=27)["1"]
    assert found["messages"][2]["origin"]["channel"] == "unknown"
    assert outcome(found) == UNKNOWN


def test_null_is_the_messengers(explain) -> None:
    found = explain(chat(part(1, 60, BRIDGE), part(2, 26 * HOUR), tags=(tag(),)), hours=27)["1"]
    assert found["messages"][2]["origin"]["channel"] == "messenger"
    assert found["forecast"]["warnings"] == ["window_closed", "messenger_reply_did_not_reopen"]


@pytest.mark.parametrize(
    ("after", "states"),
    [
        (15, {"open"}),
        (16, {"unknown"}),
        (120, {"unknown"}),
        (121, {"none"}),
        (7200, {"none"}),
    ],
)
@pytest.mark.parametrize("name", ["whatsapp", "Twilio_WhatsApp", "messagebird_whatsapp"])
def test_a_tag_counts_by_its_time(explain, name: str, after: int, states: set[str]) -> None:
    found = explain(chat(tags=(tag(name, after),)), hours=3)["1"]
    assert found["window"]["state"] in states
    assert (found["forecast"]["verdict"] == "clear") is (after == 15)
    assert found["forecast"]["reaches"] == (["whatsapp", "messenger"] if after == 15 else ["messenger"])


@pytest.mark.parametrize("word", ["messenger", "facebook", "sms", "email"])
def test_a_native_conversation_that_moved(explain, word: str) -> None:
    held = chat(part(1, 600), source={"type": "whatsapp"}, channel={"initial": "whatsapp", "current": word})
    found = explain(held, contact(), hours=1)["1"]["forecast"]
    assert "whatsapp" not in found["reaches"]
    assert "whatsapp" in found["uncertain"]
    assert (found["verdict"], found["warnings"]) == ("warn", ["conversation_moved"])


@pytest.mark.parametrize("word", ["phone_call", "phone_switch", "hologram"])
def test_what_is_no_channel_to_write_on(explain, word: str) -> None:
    found = explain(chat(source={"type": word}), contact(), hours=1)["1"]["forecast"]
    assert (found["reaches"], found["uncertain"], found["verdict"]) == ([], ["unknown"], "warn")


@pytest.mark.parametrize(
    ("traits", "arrives"),
    [
        ({"has_hard_bounced": True}, False),
        ({"marked_email_as_spam": True}, False),
        ({"has_hard_bounced": True, "unsubscribed_from_emails": True}, False),
        ({"unsubscribed_from_emails": True}, True),
        ({}, True),
    ],
)
def test_mail_to_an_address(explain, traits: Json, *, arrives: bool) -> None:
    mail = chat(source={"type": "email", "email_message_metadata": {"subject": "x"}})
    found = explain(mail, contact(email="j@example.com", **traits), hours=1)["1"]["forecast"]
    expected = (["email"], [], "clear") if arrives else ([], ["email"], "warn")
    assert (found["reaches"], found["uncertain"], found["verdict"]) == expected


@pytest.mark.parametrize("native", ["whatsapp", "facebook", "instagram"])
@pytest.mark.parametrize("is_native_newer", [False, True])
def test_intercoms_own_window_and_the_bridges(explain, native: str, *, is_native_newer: bool) -> None:
    bridge_tag = {"facebook": "messenger"}.get(native, native)
    one, other = (47 * HOUR, 0) if is_native_newer else (0, 47 * HOUR)
    own = chat(id="1", source={"type": native}, after=one)
    bridged = chat(part(2, other + 60, BRIDGE), id="2", tags=(tag(bridge_tag, other + 1),), after=other)
    found = explain(own, bridged, contact(), hours=48)
    lapsed = "closed" if native == "whatsapp" else "unknown"
    states = ["open", lapsed] if is_native_newer else [lapsed, "open"]
    assert [found[i]["window"]["state"] for i in ("1", "2")] == states


@pytest.mark.parametrize("tags", [("whatsapp", "twilio_whatsapp"), ("twilio_whatsapp", "messagebird_whatsapp")])
def test_two_tags_of_one_channel_are_two_numbers(explain, tags: tuple[str, str]) -> None:
    old = chat(part(1, 60, BRIDGE), tags=(tag(tags[0]),), state="closed")
    new = chat(part(2, 71 * HOUR, BRIDGE), id="2", after=71 * HOUR, tags=(tag(tags[1], 71 * HOUR),))
    found = explain(old, new, contact(), hours=72)
    assert [outcome(found[i]) for i in ("1", "2")] == [CLOSED, OPEN]


def test_two_that_were_open_at_the_same_time_also_where_the_older_was_closed_later(explain) -> None:
    closing = part(9, 71 * HOUR + 600, None, "admin", "", part_type="close")
    old = chat(part(1, 60, BRIDGE), closing, tags=(tag(),), state="closed")
    new = chat(part(2, 71 * HOUR, BRIDGE), id="2", after=71 * HOUR, tags=(tag(after=71 * HOUR),))
    found = explain(old, new, contact(), hours=72)
    assert [outcome(found[i]) for i in ("1", "2")] == [CLOSED, OPEN]
    before = part(9, 600, None, "admin", "", part_type="close")
    found = explain(chat(part(1, 60, BRIDGE), before, tags=(tag(),), state="closed"), new, contact(), hours=72)
    assert [outcome(found[i]) for i in ("1", "2")] == [OPEN, OPEN]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+353 87 123 4567", "+353871234567"),
        ("+353 (0)87 1234567", "00353871234567"),
        ("+52 1 55 1234 5678", "+525512345678"),
    ],
)
def test_one_number_in_two_spellings(explain, one: str, other: str) -> None:
    line = {"octopods_whatsapp_account_phone": "+35315550100"}
    people = [contact("c1", one, custom_attributes=line), contact("c2", other, custom_attributes=line)]
    old = chat(part(1, 60, BRIDGE), tags=(tag(),), state="closed")
    new = chat(id="2", after=71 * HOUR, tags=(tag(after=71 * HOUR),), contact="c2")
    found = explain(old, new, *people, hours=72)
    assert [found[i]["window"]["state"] for i in ("1", "2")] == ["open", "open"]


@pytest.mark.parametrize(
    ("count", "customers", "tagged_after", "url", "learnt"),
    [
        (3, 2, 1, None, True),
        (2, 2, 1, None, False),
        (3, 1, 1, None, False),
        (3, 2, 7200, None, False),
        (3, 2, 1, "https://shop.example/", False),
    ],
)
def test_a_code_is_learnt_only_from_enough(
    explain, count: int, customers: int, tagged_after: int, url: str | None, *, learnt: bool
) -> None:
    held = [
        chat(
            part(n, 60, CRM, author={"type": "lead", "id": f"c{n % customers}"}),
            id=str(n),
            contact=f"c{n % customers}",
            tags=(tag(after=tagged_after),),
            source={"url": url},
        )
        for n in range(count)
    ]
    found = explain(*held, hours=1, arguments=("--admin-code", OURS, "--relay", "proven"))
    assert {m["messages"][1]["origin"]["transport"] for m in found.values()} == ({"bridge"} if learnt else {"api"})
    if not learnt:
        assert all(
            "whatsapp" not in f["forecast"]["reaches"] or f["mapping"]["confidence"] >= 80 for f in found.values()
        )


@pytest.mark.parametrize("code", [None, CRM])
def test_a_first_message_of_unknown_origin_is_possibly_mapped(explain, code: str | None) -> None:
    parts = [part(1, 60, code)] if code else []
    assert outcome(explain(chat(*parts), contact(), hours=1)["1"]) == POSSIBLY
    day_one = explain(chat(*parts), contact(), hours=1, arguments=("--first-day",))["1"]
    assert outcome(day_one) == POSSIBLY


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_evidence_does_not_matter(explain, order: int) -> None:
    tagged = [
        part(1, 60, BRIDGE, tags={"tags": [{"name": "telegram"}]}),
        part(2, 120, BRIDGE, tags={"tags": [{"name": "whatsapp"}]}),
    ]
    found = explain(chat(*tagged[::order]), hours=1)["1"]
    assert (found["mapping"]["channel"], found["mapping"]["confidence"]) == ("unknown", 40)
    assert outcome(found) == POSSIBLY


@pytest.mark.parametrize(("count", "state"), [(499, "closed"), (500, "unknown")])
def test_exactly_500_parts_without_a_count_may_have_been_cut_off(explain, count: int, state: str) -> None:
    parts = [part(n, 3 * DAY - 600 + n, None, "admin", f"{n}") for n in range(count)]
    held = chat(*parts, tags=(tag(),), statistics=None)
    del held["conversation_parts"]["total_count"]
    assert explain(held, hours=72)["1"]["window"]["state"] == state
