"""Mutated answers of all providers: only documented errors, nothing slow, no text lost, no foreign host contacted."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import thread_time
from typing import Any

import apsw
import pytest
from expected_fields import LISTS, is_conversation, missing_texts, unchanged_ids
from hostile_bodies import hostile_text
from mutations import mutate
from published_examples import Examples, examples
from recorded_exchanges import RecordedAnswer, Recording, RecordingTransport

from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.facts import Conversation
from desktop.domain.model.workspace import Workspace
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.engine.sync.thread_loader import load_thread
from desktop.ports import Accepted, ProviderError
from desktop.store import conversations
from desktop.store.core.migrate import migrate, steps

pytestmark = pytest.mark.slow

LIMIT_S = 1.0
STATUSES = (
    200,
    201,
    204,
    206,
    301,
    302,
    307,
    400,
    401,
    403,
    404,
    408,
    409,
    410,
    413,
    418,
    422,
    429,
    500,
    502,
    503,
    599,
)
HEADERS = (
    {"Retry-After": "99999999999999999999"}, {"Retry-After": "soon"}, {"X-RateLimit-Reset": "x"},
    {"X-RateLimit-Remaining": "-1", "X-RateLimit-Limit": "0"}, {"Date": "yesterday"}, {"Date": ""},
    {"Content-Encoding": "gzip"}, {"Content-Encoding": "deflate, br"}, {"Content-Type": "text/html; charset=klingon"},
    {"Location": "http://elsewhere.example/"}, {"Location": "file:///etc/passwd"}, {"Location": "//[::"},
    {"Location": ""}, {"X-Request-Id": "x" * 5000},
)  # fmt: skip
WORKSPACE = Workspace()


@dataclass
class Trial:
    """A call with one mutated answer. at: index of the answer."""

    name: str
    at: int
    seed: bytes
    body: bytes
    status: int

    def served(self) -> Any:
        """The parsed answer; None if it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@pytest.fixture
def db(tmp_path: Path) -> Iterator[apsw.Connection]:
    path = tmp_path / "reachline.db"
    connection = apsw.Connection(str(path))
    connection.pragma("foreign_keys", True)
    connection.pragma("synchronous", "OFF")
    migrate(connection, steps())
    yield connection
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


async def test_mutated_answers(
    shard: int, recording: Recording, wire: RecordingTransport, no_network: list[object], db, amount, record_property
) -> None:
    """With `--whole` also mutates the examples of the published descriptions, if these are beside the checkout."""
    rng = random.Random(f"answers {shard}")
    seeds = [(name, answered) for name, answered in recording.answered.items() if answered]
    published = examples() if amount(0, 1) else None
    counted: Counter[str] = Counter()
    # Losing conversations is worst.
    weights = [4 if "conversation" in name or name in LISTS else 1 for name, _ in seeds]
    slowest = (0.0, "")
    for number in range(amount(750, 12_600)):
        name, answered = rng.choices(seeds, weights)[0]
        if published is not None and rng.random() < 0.4:
            answered, is_published = _with_published(answered, published, rng)
            counted["of these, of published examples"] += is_published
        trial = _mutate(name, answered, rng, wire)
        recording.adapters.reset()
        started_s, outcome = thread_time(), None
        try:
            outcome = await recording.calls[name]()
        except ProviderError:
            counted["ended as trouble"] += 1
        duration_s = thread_time() - started_s
        slowest = max(slowest, (duration_s, f"{name} {number}"))
        _check_no_credentials_leaked(wire, recording)
        if len(wire.asked) > trial.at:
            _check_nothing_lost(trial, outcome)
        if isinstance(outcome, Accepted) and outcome.conversation is not None:
            outcome = outcome.conversation
        if isinstance(outcome, Conversation):
            _check_assembled(outcome)
            counted["conversations read"] += 1
            if counted["conversations read"] % 4 == 0:
                _check_stored(db, outcome)
                counted["conversations through a file"] += 1
        counted["mutate answers"] += 1
    assert slowest[0] < LIMIT_S, slowest
    for what, count in counted.items():
        record_property(f"fuzz: {what}", count)


def _with_published(
    answered: list[RecordedAnswer], published: Examples, rng: random.Random
) -> tuple[list[RecordedAnswer], bool]:
    """Replace bodies by published examples of the same request, if there are any."""
    known = [published.of(one.method, one.path) for one in answered]
    replaced = [
        replace(one, body=rng.choice(bodies)) if bodies else one for one, bodies in zip(answered, known, strict=True)
    ]
    return replaced, any(known)


def _mutate(name: str, answered: list[RecordedAnswer], rng: random.Random, wire: RecordingTransport) -> Trial:
    at = rng.randrange(len(answered))
    old = answered[at]
    body = mutate(old.body, rng, hostile_text)
    status = rng.choice(STATUSES) if rng.random() < 0.12 else old.status
    headers = dict(old.headers) | (rng.choice(HEADERS) if rng.random() < 0.08 else {})
    wire.serve([*answered[:at], replace(old, status=status, headers=headers, body=body), *answered[at + 1 :]])
    return Trial(name, at, old.body, body, status if "Content-Encoding" not in headers else 0)


def _check_no_credentials_leaked(wire: RecordingTransport, recording: Recording) -> None:
    """Check that requests to other hosts contain no credentials."""
    for request in wire.asked:
        if request.url.host != "127.0.0.1":
            secrets = [n for n in request.headers if n.lower() in ("authorization", "d360-api-key", "x-octopods-auth")]
            assert secrets == []


def _check_nothing_lost(trial: Trial, outcome: Any) -> None:
    if trial.status not in (200, 201):
        return
    served = trial.served()
    if trial.name == "intercom conversation" and is_conversation(served):
        assert isinstance(outcome, Conversation), trial.body[:2000]
        assert missing_texts(served, outcome) == []
    wanted = unchanged_ids(trial.name, trial.seed, served)
    if wanted:
        assert outcome is not None, trial.body[:2000]
        assert set(wanted) <= set(LISTS[trial.name][2](outcome))


def _check_assembled(found: Conversation) -> None:
    thread = assemble_thread([found], [], WORKSPACE)
    assert sorted(m.entry.text for m in thread.messages) == sorted(e.text for e in found.entries)


def _check_stored(db: apsw.Connection, found: Conversation) -> None:
    """Check that a stored conversation is loaded completely; then roll back."""
    db.execute("BEGIN")
    store_facts(db, Facts(conversations=(found,)))
    customer = conversations.customer_of(db, found.id)
    assert customer is not None
    loaded = load_thread(db, customer, WORKSPACE).messages
    texts = Counter(m.entry.text for m in loaded if m.entry.conversation_id == found.id)
    assert texts == Counter(e.text for e in found.entries)
    db.execute("ROLLBACK")
