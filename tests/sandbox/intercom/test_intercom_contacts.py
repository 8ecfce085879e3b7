"""Creating and updating contacts over HTTP: addresses, conflicts, custom attributes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from desktop.sandbox.server import Sandbox


def create(api: httpx.Client, **fields: Any) -> str:
    response = api.post("/contacts", json=fields)
    assert response.status_code == 200
    return str(response.json()["id"])


def problem(response: httpx.Response) -> tuple[int, str, str | None]:
    (error,) = response.json()["errors"]
    return response.status_code, error["code"], error.get("field")


@pytest.mark.parametrize(
    "email",
    [
        "mei",
        "mei@",
        "@example.com",
        "mei@example",
        "mei chen@example.com",
        "a@b@example.com",
        "mei@example..com",
        "a,b@c.d",
    ],
)
def test_invalid_email_addresses_are_refused(api: httpx.Client, email: str) -> None:
    known = create(api, role="lead", email="mei@example.com")
    assert problem(api.post("/contacts", json={"email": email})) == (400, "parameter_invalid", "email")
    assert problem(api.put(f"/contacts/{known}", json={"email": email})) == (400, "parameter_invalid", "email")
    assert api.get(f"/contacts/{known}").json()["email"] == "mei@example.com"
    assert len(api.get("/contacts").json()["data"]) == 1


@pytest.mark.parametrize(
    "email", ["mei@example.com", "mei.chen+parcels@mail.example.co.uk", "MEI@EXAMPLE.COM", "møy@øl.example"]
)
def test_valid_email_addresses_are_accepted(api: httpx.Client, email: str) -> None:
    assert api.get(f"/contacts/{create(api, email=email)}").json()["email"] == email


def test_an_email_is_removed_by_null_or_an_empty_string(api: httpx.Client) -> None:
    contact = create(api, email="mei@example.com")
    for empty in (None, ""):
        api.put(f"/contacts/{contact}", json={"email": "mei@example.com"})
        assert api.put(f"/contacts/{contact}", json={"email": empty}).json()["email"] == ""


def test_a_verification_needs_an_email(api: httpx.Client) -> None:
    contact = create(api, email="mei@example.com")
    alone = api.put(f"/contacts/{contact}", json={"email_verified": True})
    assert problem(alone) == (400, "parameter_invalid", "email_verified")
    both = {"email": "mei@example.com", "email_verified": True}
    assert api.put(f"/contacts/{contact}", json=both).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [{"email": "Mei@example.com"}, {"external_id": "crm-7"}, {"email": "new@example.com", "external_id": "crm-7"}],
)
def test_a_second_user_with_the_same_email_or_external_id_is_a_conflict(
    api: httpx.Client, fields: dict[str, str]
) -> None:
    known = create(api, email="mei@example.com", external_id="crm-7")
    refusal = api.post("/contacts", json=fields)
    assert problem(refusal) == (409, "conflict", None)
    assert refusal.json()["errors"][0]["message"] == f"A contact matching those details already exists with id={known}"
    other = create(api, email="anna@example.com")
    assert problem(api.put(f"/contacts/{other}", json=fields)) == (409, "conflict", None)
    assert api.get(f"/contacts/{other}").json()["email"] == "anna@example.com"
    assert api.put(f"/contacts/{known}", json=fields).status_code == 200, "nobody clashes with themselves"


def test_leads_and_users_with_ids_of_their_own_may_share_an_email(api: httpx.Client) -> None:
    create(api, email="mei@example.com", external_id="crm-7")
    lead = create(api, role="lead", email="mei@example.com")
    create(api, role="lead", email="mei@example.com")
    create(api, email="mei@example.com", external_id="crm-8")
    assert len(api.get("/contacts").json()["data"]) == 4
    assert problem(api.put(f"/contacts/{lead}", json={"role": "user", "email": "mei@example.com"}))[0] == 409


def test_an_unknown_role_is_refused(api: httpx.Client) -> None:
    contact = create(api, role="lead")
    assert problem(api.put(f"/contacts/{contact}", json={"role": "admin"})) == (400, "parameter_invalid", "role")


def test_unknown_custom_attributes_are_created(api: httpx.Client) -> None:
    contact = create(api, role="lead", custom_attributes={"Tier": "gold"})
    changed = api.put(f"/contacts/{contact}", json={"custom_attributes": {"Orders": 3}}).json()
    assert changed["custom_attributes"] == {"Tier": "gold", "Orders": 3}


def test_unknown_custom_attributes_can_be_refused(sandbox: Sandbox, api: httpx.Client) -> None:
    contact = create(api, role="lead", custom_attributes={"Tier": "gold"})
    with sandbox.lock:
        sandbox.world.settings.update({"unknown_attributes_refused": True})
    both = {"name": "Mei", "custom_attributes": {"Tier": "silver", "Orders": 3}}
    refusal = api.put(f"/contacts/{contact}", json=both)
    assert problem(refusal) == (400, "parameter_invalid", "custom_attributes")
    assert "Orders" in refusal.json()["errors"][0]["message"]
    answer = api.get(f"/contacts/{contact}").json()
    assert (answer["name"], answer["custom_attributes"]) == (None, {"Tier": "gold"})
    assert problem(api.post("/contacts", json={"role": "lead", **both}))[0] == 400
    known = {"custom_attributes": {"Tier": "silver"}}
    assert api.put(f"/contacts/{contact}", json=known).json()["custom_attributes"] == {"Tier": "silver"}
    assert api.post("/contacts", json={"role": "lead", **known}).status_code == 200
