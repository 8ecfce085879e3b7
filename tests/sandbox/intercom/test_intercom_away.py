"""Away mode of teammates over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT

AWAY = {"away_mode_enabled": True, "away_mode_reassign": False}
BACK = {"away_mode_enabled": False, "away_mode_reassign": False}


def put(api: httpx.Client, body: dict[str, Any], admin_id: str = AGENT) -> httpx.Response:
    return api.put(f"/admins/{admin_id}/away", json=body)


def status(answer: dict[str, Any]) -> tuple[bool, bool, int | None]:
    return answer["away_mode_enabled"], answer["away_mode_reassign"], answer["away_status_reason_id"]


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


def test_a_teammate_goes_away_and_comes_back(api: httpx.Client) -> None:
    assert status(put(api, AWAY | {"away_mode_reassign": True, "away_status_reason_id": 12301}).json()) == (
        True,
        True,
        12301,
    )
    listed = {a["id"]: status(a) for a in api.get("/admins").json()["admins"]}
    assert listed == {"7001": (True, True, 12301), "7002": (False, False, None), "7003": (False, False, None)}
    assert status(api.get(f"/admins/{AGENT}").json()) == (True, True, 12301)
    assert status(put(api, BACK | {"away_status_reason_id": 12301}).json()) == (False, False, None)
    assert status(put(api, AWAY).json()) == (True, False, None)


def test_the_reasons_are_listed_with_the_deleted_one(api: httpx.Client) -> None:
    answer = api.get("/away_status_reasons").json()
    assert answer["type"] == "list"
    assert [(r["id"], r["label"], r["order"], r["deleted"]) for r in answer["data"]] == [
        ("12301", "On a break", 1, False),
        ("12302", "In a meeting", 2, False),
        ("12303", "On holiday", 3, True),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "parameter_invalid"),
        ({"away_mode_enabled": True}, "parameter_invalid"),
        (AWAY | {"away_mode_reassign": "no"}, "parameter_invalid"),
        (AWAY | {"away_status_reason_id": 12303}, "parameter_invalid"),
        (AWAY | {"away_status_reason_id": 1}, "parameter_invalid"),
    ],
)
def test_a_refused_change_changes_nothing(api: httpx.Client, body: dict[str, Any], expected: str) -> None:
    assert code(put(api, body)) == (400, expected)
    assert status(api.get(f"/admins/{AGENT}").json()) == (False, False, None)


def test_a_reason_can_be_mandatory(sandbox: Sandbox, api: httpx.Client) -> None:
    with sandbox.lock:
        sandbox.world.settings.update({"away_status_reason_mandatory": True})
    assert code(put(api, AWAY)) == (400, "away_status_reason_mandatory")
    assert put(api, AWAY | {"away_status_reason_id": "12302"}).json()["away_status_reason_id"] == 12302
    assert put(api, BACK).status_code == 200


def test_before_2_14_there_are_no_reasons(sandbox: Sandbox, api: httpx.Client) -> None:
    with sandbox.lock:
        sandbox.world.settings.update({"away_status_reason_mandatory": True})
    api.headers["Intercom-Version"] = "2.13"
    assert code(api.get("/away_status_reasons")) == (400, "intercom_version_invalid")
    answer = put(api, AWAY)
    assert answer.status_code == 200
    assert answer.json()["away_mode_enabled"] is True
    assert not {"away_status_reason_id", "role"} & set(answer.json())
    assert "away_status_reason_id" in api.get("/admins", headers={"Intercom-Version": "2.14"}).json()["admins"][0]


@pytest.mark.parametrize(
    ("body", "assignee", "part_types"),
    [
        (AWAY | {"away_mode_reassign": True}, 0, ["assignment", "comment", "away_mode_assignment"]),
        (AWAY, 7001, ["assignment", "comment"]),
        (BACK | {"away_mode_reassign": True}, 7001, ["assignment", "comment"]),
    ],
)
def test_a_reply_to_an_away_teammate_is_unassigned_if_they_want(
    api: httpx.Client, body: dict[str, Any], assignee: int, part_types: list[str]
) -> None:
    contact = api.post("/contacts", json={"role": "lead"}).json()["id"]
    made = api.post("/conversations", json={"from": {"type": "lead", "id": contact}, "body": "Hi"}).json()
    path = f"/conversations/{made['conversation_id']}"
    change = {"message_type": "assignment", "type": "admin", "admin_id": AGENT, "assignee_id": AGENT}
    api.post(f"{path}/parts", json=change)
    put(api, body)
    reply = {"type": "user", "message_type": "comment", "intercom_user_id": contact, "body": "Hello?"}
    answer = api.post(f"{path}/reply", json=reply).json()
    assert answer["admin_assignee_id"] == assignee
    parts = answer["conversation_parts"]["conversation_parts"]
    assert [p["part_type"] for p in parts] == part_types


def test_an_unknown_admin_cannot_go_away(api: httpx.Client) -> None:
    assert code(put(api, AWAY, "9999")) == (404, "admin_not_found")
