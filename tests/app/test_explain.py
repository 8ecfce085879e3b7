"""`reachline explain`: its answer on known conversations, its forms of input, its one sentence on bad input."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.app.explain import main

BEGAN = 1_790_000_000
HOUR = 3600
BRIDGE = "octopods-bridge-x1y2"


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def part(number, at, body="<p>Hello</p>", by="lead", code=None, **more):
    author = {"type": by, "id": "7001" if by == "admin" else "c1"}
    given = {"id": str(number), "part_type": "comment", "body": body, "created_at": at, "author": author}
    return given | {"app_package_code": code} | more


def chat(*parts, id="215471234500001", tags=("whatsapp",), **more):
    return {
        "type": "conversation",
        "id": id,
        "created_at": BEGAN,
        "updated_at": max([BEGAN, *(p["created_at"] for p in parts)]),
        "state": "open",
        "source": {"type": "conversation", "delivered_as": "customer_initiated", "body": "<p>Hi</p>", "url": None}
        | {"author": {"type": "lead", "id": "c1"}},
        "contacts": {"contacts": [{"id": "c1"}]},
        "tags": {"tags": [{"name": t, "applied_at": BEGAN + 1, "applied_by": {"id": "7003"}} for t in tags]},
        "statistics": {"count_conversation_parts": len(parts)},
        "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
    } | more


TRAP = chat(
    part(1, BEGAN + HOUR, "<p>On WhatsApp</p>", code=BRIDGE),
    part(2, BEGAN + 2 * HOUR, by="admin"),
    part(3, BEGAN + 24 * HOUR, "<p>In the Messenger</p>"),
    part(4, BEGAN + 24 * HOUR + 1, None, by="admin", part_type="assignment"),
)
CONTACT = {
    "type": "contact",
    "id": "c1",
    "phone": "+353871234567",
    "custom_attributes": {"octopods_cloud_whatsapp_account_phone": "+35315550100"},
}


@pytest.fixture
def explain(tmp_path, capsys):
    """Runs `explain` on the given values, one file each: .code, .out (parsed), .err."""

    def run(*values, arguments=()):
        files = []
        for number, value in enumerate(values):
            file = tmp_path / f"{number}.json"
            file.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
            files.append(str(file))
        code = main([*files, *arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=json.loads(out) if out else None, err=err)

    return run


def at(hours: float) -> tuple[str, str]:
    return ("--now", iso(int(BEGAN + hours * HOUR)))


def test_the_trap_is_explained(explain):
    answer = explain({"conversations": [TRAP]}, {"contacts": [CONTACT]}, arguments=[*at(26), "--bridge-code", BRIDGE])
    assert (answer.code, answer.err, answer.out["now"]) == (0, "", iso(BEGAN + 26 * HOUR))
    [found] = answer.out["conversations"]
    assert found["id"] == "215471234500001"
    assert found["mapping"]["channel"] == "whatsapp"
    assert found["mapping"]["business_address"] == "+35315550100"
    assert found["mapping"]["confidence"] == 90
    assert BRIDGE in found["mapping"]["reason"]
    assert found["window"] == {
        "channel": "whatsapp",
        "state": "closed",
        "closes_at": iso(BEGAN + 25 * HOUR - 120),
        "opened_by": "1",
    }
    assert [(m["id"], m["author"], m["kind"]) for m in found["messages"]] == [
        ("source:215471234500001", "customer", "message"),
        ("1", "customer", "message"),
        ("2", "teammate", "message"),
        ("3", "customer", "message"),
        ("4", "teammate", "event"),
    ]
    channels = [m["origin"] and m["origin"]["channel"] for m in found["messages"]]
    assert channels == ["whatsapp", "whatsapp", None, "messenger", None]
    assert found["messages"][1]["origin"] == {
        "channel": "whatsapp",
        "client": "unknown",
        "transport": "bridge",
        "confidence": 90,
        "reason": found["messages"][1]["origin"]["reason"],
        "reason_code": "bridge_tagged",
    }
    assert found["messages"][1]["sent_at"] == iso(BEGAN + HOUR)
    assert found["forecast"] == {
        "reaches": ["messenger"],
        "uncertain": [],
        "verdict": "warn",
        "warnings": ["window_closed", "messenger_reply_did_not_reopen"],
    }


def test_before_it_closes_both_places_are_reached(explain):
    answer = explain(TRAP, arguments=[*at(12), "--relay", "proven", "--bridge-code", BRIDGE])
    found = answer.out["conversations"][0]
    assert found["window"]["state"] == "open"
    assert found["forecast"]["reaches"] == ["whatsapp", "messenger"]
    assert found["forecast"]["warnings"] == ["customer_words_missing_on_channel"]


@pytest.mark.parametrize(
    ("relay", "reaches", "warning"),
    [
        ("unproven", ["telegram", "messenger"], ["relay_unproven"]),
        ("proven", ["telegram", "messenger"], []),
        ("refused", ["messenger"], ["relay_refused"]),
    ],
)
def test_the_relay_is_taken_as_said(explain, relay, reaches, warning):
    telegram = chat(part(1, BEGAN + 60, code=BRIDGE), tags=["telegram"])
    found = explain(telegram, arguments=["--relay", relay, "--bridge-code", BRIDGE]).out["conversations"][0]
    assert (found["forecast"]["reaches"], found["forecast"]["warnings"]) == (reaches, warning)
    assert found["window"] == {"channel": "telegram", "state": "none", "closes_at": None, "opened_by": None}


def test_a_code_that_is_ours_is_not_learnt_and_one_given_is_used(explain):
    untagged = chat(part(1, BEGAN + 60, code=BRIDGE), tags=[])
    stranger = explain(untagged).out["conversations"][0]["mapping"]
    assert (stranger["channel"], stranger["confidence"], stranger["reason_code"]) == ("unknown", 50, "unknown_app")
    mapped = explain(untagged, arguments=["--bridge-code", BRIDGE]).out["conversations"][0]["mapping"]
    assert (mapped["channel"], mapped["confidence"]) == ("unknown", 40)
    tagged = chat(part(1, BEGAN + 60, code=BRIDGE))
    ours = explain(tagged, arguments=["--admin-code", BRIDGE]).out["conversations"][0]
    assert ours["messages"][1]["origin"]["transport"] == "api"


def test_a_plain_conversation_says_where_it_is(explain):
    plain = chat(id="2", tags=[], source=TRAP["source"] | {"url": "https://shop.example.com/"})
    answer = explain([plain, TRAP | {"updated_at": BEGAN + 30 * HOUR}], arguments=at(2))
    assert [c["id"] for c in answer.out["conversations"]] == ["2", "215471234500001"]
    found = answer.out["conversations"][0]
    assert (found["mapping"], found["window"]["channel"], found["window"]["state"]) == (None, "messenger", "none")
    assert found["forecast"]["reaches"] == ["messenger"]


@pytest.mark.parametrize(
    "value",
    [
        TRAP,
        [TRAP],
        [TRAP, TRAP],
        [TRAP, {"contacts": [CONTACT]}],
        {"conversations": [TRAP]},
        {"conversations": [TRAP], "contacts": [CONTACT]},
        {"type": "conversation.list", "total_count": 1, "pages": {}, "conversations": [TRAP]},
    ],
)
def test_every_form_of_input_is_read(explain, value):
    answer = explain(value, arguments=at(2))
    assert [c["id"] for c in answer.out["conversations"]] == [TRAP["id"]]
    assert len(answer.out["conversations"][0]["messages"]) == 5


@pytest.mark.parametrize("people", [{"type": "list", "data": [CONTACT]}, [CONTACT], CONTACT, {"contacts": [CONTACT]}])
def test_every_form_of_contacts_is_read(explain, people):
    mapped = explain(TRAP, people).out["conversations"][0]["mapping"]
    assert mapped["business_address"] == "+35315550100"


def test_a_list_line_does_not_hide_an_answer_with_messages(explain):
    listed = {k: v for k, v in TRAP.items() if k != "conversation_parts"} | {"updated_at": BEGAN + 99 * HOUR}
    assert len(explain(TRAP, listed).out["conversations"][0]["messages"]) == 5


def test_a_dash_reads_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(TRAP).encode())))
    assert main(["-"]) == 0
    assert json.loads(capsys.readouterr().out)["conversations"][0]["id"] == TRAP["id"]


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (b"", "line 1, column 1"),
        (b'{"id": "1",\n "source": oops}', "line 2, column 12"),
        (b'{"id": "1"', "line 1"),
        (b"\xff\xfe\xfa", "isn't text at byte"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5000, "the whole file"),
        ({"id": "1"}, "the whole file"),
        ({}, "the whole file"),
        (17, "the whole file"),
        ([TRAP, "x"], "item 2"),
        ({"conversations": [TRAP, {"type": "ticket", "id": "5"}]}, "conversations[1]"),
        ({"conversations": [{"source": {}}]}, "conversations[0]"),
        ({"contacts": [{"type": "contact"}]}, "contacts[0]"),
        ([[TRAP]], "item 1"),
    ],
)
def test_bad_input_is_one_sentence(explain, value, place):
    answer = explain(value)
    assert (answer.code, answer.out) == (2, None)
    assert "0.json" in answer.err
    assert place in answer.err
    assert answer.err.endswith(".\n")
    assert answer.err.count("\n") == 1


def test_nothing_is_printed_when_a_later_file_is_bad(explain):
    answer = explain(TRAP, b"oops")
    assert (answer.code, answer.out) == (2, None)
    assert "1.json" in answer.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "FILE"),
        (["missing-file.json"], "missing-file.json"),
        ([str(Path(__file__).parent)], "app"),
        (["bad\0name"], "bad"),
        (["-", "--now", "yesterday"], "yesterday"),
        (["-", "--now", "0001-01-01T00:00:00+14:00"], "0001-01-01"),
        (["-", "--relay", "perhaps"], "perhaps"),
        (["-", "--unheard-of"], "--unheard-of"),
    ],
)
def test_bad_arguments_are_one_sentence(arguments, named, capsys):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert named in err


def test_times_bear_any_zone_and_come_back_in_utc(explain):
    answer = explain(TRAP, arguments=["--now", "2026-11-22T10:00:00+02:00"])
    assert answer.out["now"] == "2026-11-22T08:00:00Z"
    assert explain(TRAP, arguments=["--now", "2026-11-22"]).out["now"] == "2026-11-22T00:00:00Z"


def test_qt_is_never_imported(tmp_path):
    file = tmp_path / "trap.json"
    file.write_text(json.dumps(TRAP))
    program = (
        "import sys\n"
        "from desktop.app.explain import main\n"
        f"code = main([{str(file)!r}])\n"
        "assert code == 0\n"
        "assert not [m for m in sys.modules if m.startswith(('PySide6', 'shiboken6', 'qasync'))]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=Path(__file__).parents[2])


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)


@st.composite
def odd_chats(draw):
    """The trap with some of its pieces replaced by anything."""
    raw = json.loads(json.dumps(TRAP))
    for _ in range(draw(st.integers(1, 4))):
        here = raw
        for _ in range(draw(st.integers(0, 5))):
            below = list(here.values()) if isinstance(here, dict) else list(here)
            inner = [v for v in below if isinstance(v, dict | list) and v]
            if not inner:
                break
            here = draw(st.sampled_from(inner))
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        here[draw(st.sampled_from(keys))] = draw(VALUES)
    return raw


@pytest.mark.slow
@examples(200)
@given(odd_chats() | VALUES)
def test_odd_json_never_ends_in_a_traceback(explain, raw):
    answer = explain(raw, CONTACT, arguments=at(26))
    assert answer.code in (0, 2)
    assert (answer.out is None) == (answer.code == 2) == bool(answer.err)
