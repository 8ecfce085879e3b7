"""Requests are limited for each app and for the workspace, and counted for the judge."""

from __future__ import annotations

import httpx
import pytest

from desktop.sandbox.intercom.rate_limits import RateLimits
from desktop.sandbox.model.settings import Settings
from desktop.sandbox.server import Sandbox

NOON = 1_790_000_000.0 - 1_790_000_000 % 60


def test_an_app_has_ten_thousand_a_minute_in_windows_of_ten_seconds() -> None:
    limits = RateLimits(Settings())
    for window in range(6):
        answers = [limits.spend("one", NOON + 10 * window)[0] for _ in range(1700)]
        assert (answers.count(True), answers[:1667]) == (1667, [True] * 1667)
    found = limits.describe(NOON + 59)
    assert found["apps"]["one"]["refused"] == 6 * 33
    assert found["apps"]["one"]["last_minute"] == found["workspace"]["busiest_minute"] == 6 * 1700
    assert limits.describe(NOON + 70)["apps"]["one"]["last_minute"] == 4 * 1700
    assert [window["start"] for window in found["workspace"]["windows"]] == [NOON + 10 * n for n in range(6)]


def test_all_apps_share_the_workspaces_limit() -> None:
    limits = RateLimits(Settings())
    taken = [limits.spend(f"app {number % 4}", NOON)[0] for number in range(4 * 1667)]
    assert taken.count(True) == 4167
    passes, headers = limits.spend("a fifth app", NOON)
    assert (passes, headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == (False, "4167", "0")
    passes, headers = limits.spend("app 0", NOON + 10)
    assert (passes, headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == (True, "1667", "1666")


@pytest.mark.parametrize(("mine", "together", "limit"), [(5, 2, "2"), (2, 5, "2"), (3, 3, "3")])
def test_the_refusal_names_the_tighter_limit(mine: int, together: int, limit: str) -> None:
    limits = RateLimits(Settings(rate_limit_per_10s=mine, workspace_rate_limit_per_10s=together))
    answers = [limits.spend("one", NOON) for _ in range(int(limit) + 1)]
    assert [passes for passes, _ in answers] == [True] * int(limit) + [False]
    assert answers[-1][1]["X-RateLimit-Limit"] == limit
    assert answers[-1][1]["X-RateLimit-Reset"] == str(int(NOON) + 10)


def test_the_control_api_counts_what_each_app_called(
    sandbox: Sandbox, api: httpx.Client, control: httpx.Client
) -> None:
    control.post("/clock", json={"rate": 0})
    control.post("/settings", json={"workspace_rate_limit_per_10s": 3})
    bridge = {"Authorization": f"Bearer {sandbox.urls['bridge']['token']}"}
    codes = [api.get("/me").status_code, api.get("/me", headers=bridge).status_code]
    codes += [api.get("/me", headers={"Authorization": "Bearer nobody"}).status_code]
    codes += [api.get("/me").status_code for _ in range(3)]
    assert codes == [200, 200, 401, 200, 429, 429]
    found = control.get("/calls").json()
    assert {name: (app["calls"], app["refused"]) for name, app in found["apps"].items()} == {
        "Reachline": (4, 2),
        "Octopods": (1, 0),
    }
    assert (found["workspace"]["calls"], found["workspace"]["refused"]) == (5, 2)
    assert found["workspace"]["busiest_minute"] == found["workspace"]["last_minute"] == 5
