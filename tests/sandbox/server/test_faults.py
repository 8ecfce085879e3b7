"""All faults over real HTTP: what the caller gets, and what was processed."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from typing import Any

import httpx
import pytest

from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world.sample_files import sample

pytestmark = pytest.mark.slow

REPLY = {"type": "admin", "message_type": "comment", "admin_id": "7001", "body": "<p>Hello</p>"}


@pytest.fixture
def conversation(sandbox: Sandbox) -> str:
    with sandbox.lock:
        jennifer = sandbox.world.add_customer("Jennifer", phone="+353871234567")
        return str(sandbox.world.write(jennifer, text="Hi"))


def fail(sandbox: Sandbox, *faults: Fault) -> None:
    with sandbox.lock:
        sandbox.world.settings.fail_next.extend(faults)


def post(api: httpx.Client, conversation: str) -> httpx.Response:
    return api.post(f"/conversations/{conversation}/reply", json=REPLY)


def processed(sandbox: Sandbox) -> int:
    return len(sandbox.processed_replies())


@pytest.mark.parametrize(
    ("action", "status", "html", "made"),
    [
        ("status", 500, False, 0),
        ("status_after", 500, False, 1),
        ("status", 502, True, 0),
        ("status_after", 504, True, 1),
        ("status", 200, True, 0),
    ],
)
def test_an_error_answer_before_and_after_processing(
    sandbox: Sandbox, api: httpx.Client, conversation: str, action: Any, status: int, html: bool, made: int
) -> None:
    fail(sandbox, Fault("POST", "/reply$", action, status=status, html=html))
    answer = post(api, conversation)
    kind = "text/html" if html else "application/json"
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (status, kind)
    assert answer.text.startswith("<html>" if html else '{"type": "error.list"')
    assert processed(sandbox) == made
    assert post(api, conversation).status_code == 200
    assert processed(sandbox) == made + 1


def test_a_rate_limit_with_and_without_its_headers_processes_nothing(
    sandbox: Sandbox, api: httpx.Client, conversation: str
) -> None:
    fault = Fault("POST", "/reply$", "status", status=429)
    fail(sandbox, replace(fault, rate_headers=True), fault)
    told, bare = post(api, conversation), post(api, conversation)
    assert [a.status_code for a in (told, bare)] == [429, 429]
    codes = [a.json()["errors"][0]["code"] for a in (told, bare)]
    assert codes == ["rate_limit_exceeded", "too_many_requests"]
    assert (told.headers["X-RateLimit-Limit"], told.headers["X-RateLimit-Remaining"]) == ("1667", "0")
    with sandbox.lock:
        assert -1 <= int(told.headers["X-RateLimit-Reset"]) - sandbox.world.now <= 10
    assert not [name for name in bare.headers if "ratelimit" in name]
    assert processed(sandbox) == 0


@pytest.mark.parametrize(
    "fault", [{"action": "status_after", "status": 429}, {"action": "status_after", "status": 400}]
)
def test_no_provider_processes_what_it_refuses(fault: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="never answered to a request that was processed"):
        Fault("POST", "/reply$", **fault)


def test_a_connection_that_closes_in_the_middle_of_the_answer(
    sandbox: Sandbox, api: httpx.Client, conversation: str
) -> None:
    fail(sandbox, Fault("POST", "/reply$", "close_mid_answer"))
    with api.stream("POST", f"/conversations/{conversation}/reply", json=REPLY) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            answer.read()
    assert answer.num_bytes_downloaded == int(answer.headers["Content-Length"]) // 2
    assert processed(sandbox) == 1
    assert api.get("/me").status_code == 200


def test_truncated_empty_and_mislabelled_answers(sandbox: Sandbox, api: httpx.Client, conversation: str) -> None:
    fail(sandbox, *(Fault("POST", "/reply$", action) for action in ("truncate", "empty", "wrong_type")))
    half, empty, mislabelled = (post(api, conversation) for _ in range(3))
    assert [a.status_code for a in (half, empty, mislabelled)] == [200, 200, 200]
    assert half.headers["Content-Type"] == empty.headers["Content-Type"] == "application/json"
    with pytest.raises(json.JSONDecodeError):
        half.json()
    assert empty.content == b""
    assert mislabelled.headers["Content-Type"] == "text/html; charset=utf-8"
    assert mislabelled.json()["id"] == conversation
    assert all("X-RateLimit-Remaining" in a.headers for a in (half, empty, mislabelled))
    assert processed(sandbox) == 3


@pytest.mark.parametrize(("action", "made"), [("delay", 0), ("delay_after", 1)])
def test_delays_before_and_after_processing(
    sandbox: Sandbox, api: httpx.Client, conversation: str, action: Any, made: int
) -> None:
    """The server stops while the request waits; unprocessed requests are dropped."""
    fail(sandbox, Fault("POST", "/reply$", action, seconds=600))
    with pytest.raises(httpx.ReadTimeout):
        api.post(f"/conversations/{conversation}/reply", json=REPLY, timeout=0.5)
    assert processed(sandbox) == made
    sandbox.stop()
    assert processed(sandbox) == made


@pytest.mark.parametrize("action", ["delay", "delay_after"])
def test_a_delayed_request_is_answered_in_the_end(
    sandbox: Sandbox, api: httpx.Client, conversation: str, action: Any
) -> None:
    fail(sandbox, Fault("POST", "/reply$", action, seconds=0.2))
    before = time.monotonic()
    assert post(api, conversation).json()["id"] == conversation
    assert time.monotonic() - before >= 0.2
    assert processed(sandbox) == 1


def test_an_abandoned_request_is_processed(sandbox: Sandbox, api: httpx.Client, conversation: str) -> None:
    arrived = threading.Event()
    with sandbox.lock:
        sandbox.world.workspace.on_part.append(lambda c, p: arrived.set())
    fail(sandbox, Fault("POST", "/reply$", "delay", seconds=0.6))
    with pytest.raises(httpx.ReadTimeout):
        api.post(f"/conversations/{conversation}/reply", json=REPLY, timeout=0.2)
    assert not arrived.is_set()
    assert arrived.wait(20)
    assert processed(sandbox) == 1


def test_a_clock_jump(sandbox: Sandbox, api: httpx.Client, conversation: str) -> None:
    """The request is processed in the new time, after the entries that became due."""
    with sandbox.lock:
        before = sandbox.world.now
        sandbox.world.teammate_snooze(conversation, "7001", before + 60)
    fail(sandbox, Fault("POST", "/reply$", "clock_jump", seconds=3600))
    answer = post(api, conversation).json()
    woke, replied = answer["conversation_parts"]["conversation_parts"][-2:]
    assert (woke["part_type"], replied["part_type"]) == ("timer_unsnooze", "comment")
    assert 3600 <= replied["created_at"] - int(before) <= 3700
    assert post(api, conversation).json()["updated_at"] - before < 3700


def search(api: httpx.Client, **pagination: Any) -> Any:
    query = {"field": "updated_at", "operator": ">", "value": 0}
    body = {"query": query, "sort": {"field": "updated_at", "order": "ascending"}, "pagination": pagination}
    return api.post("/conversations/search", json=body).json()


def pages(api: httpx.Client, size: int) -> list[list[str]]:
    found, after = [], {}
    while True:
        answer = search(api, per_page=size, **after)
        found.append([c["id"] for c in answer["conversations"]])
        if "next" not in answer["pages"]:
            return found
        assert len(found) < 50
        after = {"starting_after": answer["pages"]["next"]["starting_after"]}


@pytest.fixture
def ids(sandbox: Sandbox) -> list[str]:
    """Ids of seven conversations, oldest change first."""
    with sandbox.lock:
        world = sandbox.world
        people = [world.add_customer(f"Customer {n}", phone=f"+35387000000{n}") for n in range(7)]
        made = []
        for who in people:
            made.append(str(world.write(who, text="Hi")))
            world.advance(1)
        return made


def test_search_returns_a_conversation_twice(sandbox: Sandbox, api: httpx.Client, ids: list[str]) -> None:
    a, b, c, d, e, f, g = ids
    fail(sandbox, Fault("POST", "/conversations/search$", "repeat_hits"))
    assert pages(api, 4) == [[a, a, b, c], [c, d, e, f], [g]]
    assert pages(api, 4) == [[a, b, c, d], [e, f, g]]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 150])
def test_paging_with_repeated_hits_still_ends_and_skips_nothing(
    sandbox: Sandbox, api: httpx.Client, ids: list[str], size: int
) -> None:
    fail(sandbox, Fault("POST", "/conversations/search$", "repeat_hits", times=None))
    found = pages(api, size)
    assert list(dict.fromkeys(i for page in found for i in page)) == ids
    assert all(len(page) <= size for page in found)
    assert size == 1 or len(found[0]) > len(set(found[0]))


def test_search_misses_a_changed_conversation_once(sandbox: Sandbox, api: httpx.Client, ids: list[str]) -> None:
    with sandbox.lock:
        sandbox.world.teammate_reply(ids[2], "7001", "Changed last")
    order = [*ids[:2], *ids[3:], ids[2]]
    fail(sandbox, Fault("POST", "/conversations/search$", "miss_hit"))
    assert pages(api, 150) == [order[:-1]]
    assert pages(api, 150) == [order]


def test_the_search_index_lags(sandbox: Sandbox, api: httpx.Client, ids: list[str]) -> None:
    with sandbox.lock:
        sandbox.world.clock.run(0)
        sandbox.world.settings.search_lag_s = 20
        sandbox.world.advance(5)
    updated = post(api, ids[0]).json()["updated_at"]
    assert pages(api, 150)[0] == ids
    assert api.get(f"/conversations/{ids[0]}").json()["updated_at"] == updated
    with sandbox.lock:
        sandbox.world.advance(19)
    assert search(api)["conversations"][0]["statistics"]["count_conversation_parts"] == 0
    with sandbox.lock:
        sandbox.world.advance(1)
    last = search(api)["conversations"][-1]
    assert (last["id"], last["statistics"]["count_conversation_parts"]) == (ids[0], 1)


def test_the_same_seed_selects_the_same_requests() -> None:
    def selected(seed: int) -> list[int]:
        with Sandbox.start(seed=seed) as sandbox:
            fail(
                sandbox,
                Fault("GET", "/me$", "status", status=500, chance=0.3, times=None),
                Fault("GET", "/me$", "status", status=503, chance=0.3, times=4),
            )
            intercom = sandbox.urls["intercom"]
            headers = {"Authorization": f"Bearer {intercom['token']}"}
            with httpx.Client(base_url=intercom["base_url"], headers=headers) as api:
                return [api.get("/me").status_code for _ in range(40)]

    first = selected(3)
    assert first == selected(3)
    assert first != selected(4)
    assert first.count(503) == 4
    assert 2 <= first.count(500) <= 25
    assert first.count(200) == 40 - first.count(500) - 4


def test_times_method_and_path_choose_the_requests(sandbox: Sandbox, api: httpx.Client, conversation: str) -> None:
    fail(sandbox, Fault("POST", rf"^/conversations/{conversation}/", "status", times=2))
    assert api.get(f"/conversations/{conversation}").status_code == 200
    assert [post(api, conversation).status_code for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"action": "explode"}, "action must be one of status, "),
        ({"action": "delay", "seconds": -1}, "seconds cannot be negative"),
        ({"action": "status", "status": 101}, "101 is no status"),
        ({"action": "empty", "chance": 1.5}, "chance must be between 0 and 1"),
        ({"action": "empty", "path": "("}, "path is no pattern of a path"),
        ({"action": "status_after", "status": 429}, "429 is never answered"),
    ],
)
def test_an_impossible_fault_is_refused_and_changes_nothing(
    control: httpx.Client, fault: dict[str, Any], words: str
) -> None:
    good = {"method": "*", "path": ".", "action": "empty"}
    answer = control.post("/faults", json={"faults": [good, {"method": "*", "path": ".", **fault}]})
    assert (answer.status_code, words in answer.json()["error"]) == (400, True)
    assert control.get("/state").json()["faults"] == []


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(a|a)(a|a)$", ".*.*.*x", "a?a?a?aaa", "a{1,9}", "[a", "a\\", "(", "x" * 201]
)
def test_patterns_with_exponential_time_are_refused(control: httpx.Client, pattern: str) -> None:
    fault = {"method": "*", "path": pattern, "action": "empty"}
    assert control.post("/faults", json={"faults": [fault]}).status_code == 400
    error = {"provider": "graph", "code": 131031, "path": pattern}
    assert control.post("/provoke", json={"errors": [error]}).status_code == 400
    state = control.get("/state").json()
    assert (state["faults"], state["provoked"]) == ([], [])


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("", "/me", True),
        (".", "/me", True),
        ("/reply$", "/conversations/1/reply", True),
        ("/reply$", "/reply/1", False),
        ("^/graph/.*messages$", "/graph/v25.0/106/messages", True),
        ("^/graph/.*messages$", "/x/graph/messages", False),
        (".", "/" * 2001, False),
    ],
)
def test_a_pattern_is_searched_in_the_path(pattern: str, path: str, fits: bool) -> None:
    assert Fault("*", pattern, "empty").fits("GET", path) == fits


@pytest.fixture
def file_url(sandbox: Sandbox) -> str:
    with sandbox.lock:
        jennifer = sandbox.world.add_customer("Jennifer", phone="+353871234567")
        sandbox.world.write(jennifer, text="Look", attachments=[sample("picture")])
        return sandbox.world.screens(jennifer)["whatsapp"]["whatsapp"][0]["attachments"][0]["url"]


def test_a_file_without_an_end(sandbox: Sandbox, api: httpx.Client, file_url: str) -> None:
    fail(sandbox, Fault("GET", "/attachments/", "endless"))
    received = 0
    with api.stream("GET", file_url) as answer:
        for piece in answer.iter_raw():
            received += len(piece)
            if received > 200_000:
                break
    assert received > 10 * len(sample("picture").data)
    assert api.get(file_url).content == sample("picture").data


def test_a_file_that_trickles_and_one_that_is_elsewhere(sandbox: Sandbox, api: httpx.Client, file_url: str) -> None:
    fail(sandbox, Fault("GET", "/attachments/", "trickle", seconds=30), Fault("GET", "/attachments/", "redirect"))
    with api.stream("GET", file_url) as answer:
        assert next(answer.iter_raw()) == b"\xff"
    answer = api.get(file_url)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://elsewhere.example/file")
