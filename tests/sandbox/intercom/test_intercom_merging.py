"""Merging contacts over HTTP: validation, and merge history."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from desktop.sandbox.server import Sandbox

PHONE = "+353871234567"


@pytest.fixture(autouse=True)
def standing_clock(sandbox: Sandbox) -> None:
    with sandbox.lock:
        sandbox.world.clock.run(0)


def contact(api: httpx.Client, role: str, **fields: Any) -> str:
    response = api.post("/contacts", json={"role": role, **fields})
    assert response.status_code == 200
    return str(response.json()["id"])


def merge(api: httpx.Client, lead: str, user: str, **more: Any) -> httpx.Response:
    return api.post("/contacts/merge", json={"from": lead, "into": user, **more})


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


@pytest.mark.parametrize(
    ("of_lead", "of_user"),
    [
        ({"phone": "00353 87 123-4567"}, {"phone": PHONE}),
        ({"email": "Mei@Example.com"}, {"email": "mei@example.com"}),
        ({"email": "mei@example.com", "phone": "+6591234567"}, {"email": "mei@example.com", "phone": PHONE}),
    ],
)
def test_a_lead_is_merged_into_a_user_with_the_same_email_or_phone(
    api: httpx.Client, of_lead: dict[str, str], of_user: dict[str, str]
) -> None:
    lead, user = contact(api, "lead", **of_lead), contact(api, "user", external_id="u1", **of_user)
    made = api.post("/conversations", json={"from": {"type": "lead", "id": lead}, "body": "Hi"}).json()
    answer = merge(api, lead, user)
    assert (answer.status_code, answer.json()["id"]) == (200, user)
    conversation = api.get(f"/conversations/{made['conversation_id']}").json()
    assert [c["id"] for c in conversation["contacts"]["contacts"]] == [user]
    assert code(api.get(f"/contacts/{lead}")) == (410, "contact_merged")
    assert [c["id"] for c in api.get("/contacts").json()["data"]] == [user]


def test_contacts_without_a_common_address_are_merged_only_when_the_check_is_skipped(api: httpx.Client) -> None:
    lead, user = contact(api, "lead", phone=PHONE), contact(api, "user", email="mei@example.com", phone="+6591234567")
    refusal = merge(api, lead, user)
    assert code(refusal) == (400, "invalid_merge")
    assert "skip_duplicate_validation=true" in refusal.json()["errors"][0]["message"]
    assert api.get(f"/contacts/{lead}").status_code == 200
    assert code(merge(api, lead, user, skip_duplicate_validation="yes")) == (400, "type_mismatch")
    assert merge(api, lead, user, skip_duplicate_validation=True).status_code == 200


def test_contacts_without_any_address_have_none_in_common(api: httpx.Client) -> None:
    assert code(merge(api, contact(api, "lead"), contact(api, "user"))) == (400, "invalid_merge")


def test_before_2_16_contacts_need_no_common_address(api: httpx.Client) -> None:
    lead, user = contact(api, "lead", phone=PHONE), contact(api, "user", email="mei@example.com")
    api.headers["Intercom-Version"] = "2.15"
    assert merge(api, lead, user).status_code == 200


@pytest.mark.parametrize(("first", "second"), [("user", "lead"), ("lead", "lead"), ("user", "user")])
def test_only_leads_can_be_merged_into_users(api: httpx.Client, first: str, second: str) -> None:
    a, b = contact(api, first, phone=PHONE, external_id="a"), contact(api, second, phone=PHONE, external_id="b")
    assert code(merge(api, a, b, skip_duplicate_validation=True)) == (400, "invalid_merge")


def test_a_merge_is_final(api: httpx.Client) -> None:
    lead, user = contact(api, "lead", phone=PHONE), contact(api, "user", phone=PHONE)
    merge(api, lead, user)
    again = merge(api, lead, user)
    assert code(again) == (410, "contact_merged")
    assert again.headers["Link"] == f'</contacts/{user}>; rel="canonical"'
    other = contact(api, "lead", phone=PHONE)
    assert code(merge(api, other, lead)) == (410, "contact_merged")
    older = {"Intercom-Version": "2.15"}
    response = api.post("/contacts/merge", json={"from": lead, "into": user}, headers=older)
    assert code(response) == (404, "not_found")


def test_both_contacts_must_be_named_and_exist(api: httpx.Client) -> None:
    user = contact(api, "user")
    assert code(api.post("/contacts/merge", json={"into": user})) == (400, "parameter_invalid")
    assert code(api.post("/contacts/merge", json={"from": user})) == (400, "parameter_invalid")
    assert code(merge(api, "6762f2341bb69f9f2193ffff", user)) == (404, "not_found")


@pytest.fixture
def merged(sandbox: Sandbox, api: httpx.Client) -> tuple[str, list[str]]:
    """A user, and three leads that were merged into them at 2,000,000,000 s and one and two minutes later."""
    user, leads = contact(api, "user", phone=PHONE), [contact(api, "lead", phone=PHONE) for _ in range(3)]
    with sandbox.lock:
        sandbox.world.clock.move_to(2_000_000_000)
    for lead in leads:
        assert merge(api, lead, user).status_code == 200
        with sandbox.lock:
            sandbox.world.clock.advance(60)
    return user, leads


def test_the_history_is_in_the_contact_on_request(api: httpx.Client, merged: tuple[str, list[str]]) -> None:
    user, leads = merged
    expected = [
        {
            "type": "merge_history",
            "source_contact_id": leads[2],
            "source_contact_role": "lead",
            "merged_at": 2_000_000_120,
        },
        {
            "type": "merge_history",
            "source_contact_id": leads[1],
            "source_contact_role": "lead",
            "merged_at": 2_000_000_060,
        },
        {
            "type": "merge_history",
            "source_contact_id": leads[0],
            "source_contact_role": "lead",
            "merged_at": 2_000_000_000,
        },
    ]
    asked = {"include_merge_history": "true"}
    assert api.get(f"/contacts/{user}", params=asked).json()["merge_history"] == expected
    assert api.put(f"/contacts/{user}", params=asked, json={"name": "Mei"}).json()["merge_history"] == expected
    assert api.get("/contacts", params=asked).json()["data"][0]["merge_history"] == expected
    query = {"query": {"field": "id", "operator": "=", "value": user}}
    found = api.post("/contacts/search", params=asked, json=query).json()["data"]
    assert found[0]["merge_history"] == expected
    fourth = contact(api, "lead", phone=PHONE)
    answer = api.post("/contacts/merge", params=asked, json={"from": fourth, "into": user}).json()
    assert [m["source_contact_id"] for m in answer["merge_history"]] == [fourth, leads[2], leads[1], leads[0]]


def test_without_the_request_or_before_2_16_or_of_a_lead_no_history_is_shown(
    api: httpx.Client, merged: tuple[str, list[str]]
) -> None:
    user, _ = merged
    lead = contact(api, "lead")
    assert "merge_history" not in api.get(f"/contacts/{user}").json()
    assert "merge_history" not in api.get(f"/contacts/{user}?include_merge_history=false").json()
    assert "merge_history" not in api.get(f"/contacts/{lead}?include_merge_history=true").json()
    fresh = contact(api, "user")
    assert api.get(f"/contacts/{fresh}?include_merge_history=true").json()["merge_history"] == []
    api.headers["Intercom-Version"] = "2.15"
    assert "merge_history" not in api.get(f"/contacts/{user}?include_merge_history=true").json()
    assert code(api.get(f"/contacts/{user}/merge_history")) == (400, "intercom_version_invalid")


@pytest.mark.parametrize(("order", "places"), [("asc", [0, 1, 2]), ("desc", [2, 1, 0]), (None, [2, 1, 0])])
def test_the_history_is_read_in_pages(
    api: httpx.Client, merged: tuple[str, list[str]], order: str | None, places: list[int]
) -> None:
    user, leads = merged
    params: dict[str, Any] = {"per_page": 2} | ({"order": order} if order else {})
    first = api.get(f"/contacts/{user}/merge_history", params=params).json()
    assert (first["type"], first["has_more"]) == ("list", True)
    second = api.get(f"/contacts/{user}/merge_history", params=params | {"cursor": first["next_cursor"]}).json()
    assert second["has_more"] is False
    assert "next_cursor" not in second
    found = [m["source_contact_id"] for m in first["data"] + second["data"]]
    assert found == [leads[i] for i in places]


@pytest.mark.parametrize("params", [{"per_page": "0"}, {"per_page": "151"}, {"cursor": "!"}, {"order": "up"}])
def test_invalid_pages_of_the_history_are_refused(
    api: httpx.Client, merged: tuple[str, list[str]], params: dict[str, str]
) -> None:
    response = api.get(f"/contacts/{merged[0]}/merge_history", params=params)
    assert code(response) == (400, "parameter_invalid")


def test_only_users_have_a_history(api: httpx.Client, merged: tuple[str, list[str]]) -> None:
    for nobody in (contact(api, "lead"), merged[1][0], "6762f2341bb69f9f2193ffff"):
        assert code(api.get(f"/contacts/{nobody}/merge_history")) == (404, "not_found")
