"""Hostile HTML bodies: visible texts are kept, everything else is removed, and nothing is slow."""

from __future__ import annotations

import random
import re
from time import thread_time

import pytest
from hostile_bodies import BodyFactory

from desktop.channels.intercom import html

pytestmark = pytest.mark.slow

LIMIT_S = 1.0


def test_hostile_bodies(shard: int, amount, record_property) -> None:
    rng = random.Random(f"bodies {shard}")
    factory = BodyFactory(rng)
    count = amount(500, 2_600)
    slowest = 0.0
    for _ in range(count):
        body = factory.body()
        started_s = thread_time()
        text, pictures = html.from_body(body.html)
        slowest = max(slowest, thread_time() - started_s)
        is_simple = body.html.count("<") <= html.MAX_TAGS
        assert all(p.url.startswith(("http://", "https://")) for p in pictures)
        text.encode()
        if body.forecast:
            assert [w for w in body.visible if w not in text] == [], body.html[:3000]
            assert [h for h in body.hosts if h not in text] == [], body.html[:3000]
        if body.forecast and is_simple:
            everything = text + " ".join(p.name + p.url for p in pictures)
            assert [w for w in body.hidden if re.search(w, everything)] == [], body.html[:3000]
    assert slowest < LIMIT_S
    record_property("fuzz: hostile bodies", count)
