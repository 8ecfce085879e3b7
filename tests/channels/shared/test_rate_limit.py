"""The limiter: the agent's own requests always have room, background work waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop.channels.shared.rate_limit import RateLimiter


class StandingClock:
    """Moves only by sleeping."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept_s: list[float] = []

    def now(self):
        return datetime.fromtimestamp(1_790_000_000 + self.at, UTC)

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.at += seconds


@pytest.fixture
def standing():
    return StandingClock()


@pytest.fixture
def limiter(standing):
    return RateLimiter(standing, jitter=lambda: 0.5)


def limits(standing, limit, left, reset_in_s):
    reset = int(standing.now().timestamp() + reset_in_s)
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(reset)}


async def test_background_work_leaves_thirty_percent(limiter, standing):
    limiter.update(limits(standing, 10, 10, 6))
    for _ in range(7):
        await limiter.acquire(background=True)
    assert standing.slept_s == []
    await limiter.acquire(background=True)
    assert sum(standing.slept_s) == pytest.approx(7)


async def test_the_agents_own_requests_never_wait(limiter, standing):
    limiter.update(limits(standing, 10, 0, 6))
    limiter.pause_background({})
    for _ in range(20):
        await limiter.acquire(background=False)
    assert standing.slept_s == []


async def test_other_computers_spend_from_the_same_budget(limiter, standing):
    await limiter.acquire(background=True)
    limiter.update(limits(standing, 1667, 400, 4))
    await limiter.acquire(background=True)
    assert sum(standing.slept_s) == pytest.approx(5)


async def test_an_answer_that_was_overtaken_does_not_refill_the_window(limiter, standing):
    limiter.update(limits(standing, 10, 3, 6))
    limiter.update(limits(standing, 10, 9, 6))
    await limiter.acquire(background=True)
    assert standing.slept_s


async def test_a_new_window_refills(limiter, standing):
    limiter.update(limits(standing, 10, 0, 2))
    await limiter.acquire(background=True)
    assert sum(standing.slept_s) == pytest.approx(3)
    await limiter.acquire(background=True)
    assert len(standing.slept_s) == 1


@pytest.mark.parametrize(
    ("headers", "pause_s"),
    [
        ({"Retry-After": "7"}, 8),
        ({"Retry-After": "100000"}, 121),
        ({"Retry-After": "-3"}, 1),
        ({"Retry-After": "soon"}, 11),
        ({}, 11),
        ({"X-RateLimit-Reset": "1790001004"}, 5),
        ({"X-RateLimit-Reset": "nan"}, 11),
        ({"Retry-After": "Mon, 21 Sep 2026 14:30:03 GMT"}, 4),
    ],
)
async def test_a_429_pauses_the_background(limiter, standing, headers, pause_s):
    assert limiter.pause_background(headers) == pytest.approx(pause_s)
    await limiter.acquire(background=True)
    assert sum(standing.slept_s) == pytest.approx(pause_s)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Limit": "x", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "5"},
        {"X-RateLimit-Limit": "0", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "5"},
        {"X-RateLimit-Limit": "inf", "X-RateLimit-Remaining": "nan", "X-RateLimit-Reset": "1e400"},
    ],
)
async def test_unreadable_headers_change_nothing(limiter, standing, headers):
    limiter.update(headers)
    await limiter.acquire(background=True)
    assert standing.slept_s == []
