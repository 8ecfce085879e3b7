"""Companies, and which contacts are in them.

Rules: Intercom's published description 2.16, "Companies" (read 2026-11-30): found by `name` or `company_id`, created by
`company_id`, which cannot be changed. A contact's own list has the ids alone.
"""

from __future__ import annotations

from typing import Any

from desktop.sandbox.intercom.errors import IntercomError, invalid
from desktop.sandbox.intercom.records import WORKSPACE_ID, Contact, Workspace
from desktop.sandbox.intercom.responses.view import Json
from desktop.sandbox.intercom.searching import search
from desktop.sandbox.model.contact_data import Company
from desktop.sandbox.model.html_text import escape_entities

_PAGE = 50


def retrieve(ws: Workspace, query: dict[str, str]) -> Json:
    """GET /companies: one by `name` or `company_id`, else a page of all that have a contact."""
    if "name" in query or "company_id" in query:
        name, company_id = query.get("name", "").casefold(), query.get("company_id")
        for company in ws.companies.values():
            if company.company_id == company_id or (company_id is None and company.name.casefold() == name):
                return _view(ws, company)
        raise _not_found()
    used = {c for contact in ws.contacts.values() for c in contact.company_ids}
    return _page(ws, [c for c in ws.companies.values() if c.id in used], query)


def save(ws: Workspace, body: Json) -> Json:
    """POST /companies: create the one with this `company_id`, or rename it."""
    company_id, name = body.get("company_id"), body.get("name")
    if not isinstance(company_id, str) or not company_id.strip():
        raise invalid("company_id is required", "company_id")
    if not isinstance(name, str | None):
        raise IntercomError(400, "type_mismatch", "name must be a string", "name")
    known = next((c for c in ws.companies.values() if c.company_id == company_id), None)
    if known is None:
        known = add(ws, name or "", company_id)
    elif name:
        known.name, known.updated_at = name, ws.now()
    return _view(ws, known)


def add(ws: Workspace, name: str, company_id: str = "") -> Company:
    number = ws.next_number("company")
    record_id = f"{0x6762F0DD1BB69F9F00000000 + number * 0x1F3D5:024x}"
    company = Company(record_id, company_id or f"company-{number}", name, ws.now(), ws.now())
    ws.companies[company.id] = company
    return company


def list_for_contact(ws: Workspace, contact_id: str, query: dict[str, str]) -> Json:
    """GET /contacts/{id}/companies."""
    contact = ws.unmerged_contact(contact_id)
    return _page(ws, [ws.companies[c] for c in contact.company_ids], query)


def attach(ws: Workspace, contact_id: str, body: Json) -> Json:
    """POST /contacts/{id}/companies."""
    contact = ws.unmerged_contact(contact_id)
    company = _known(ws, body.get("id"))
    if company.id not in contact.company_ids:
        _change(ws, contact, [*contact.company_ids, company.id])
    return _view(ws, company)


def detach(ws: Workspace, contact_id: str, company_id: str) -> Json:
    """DELETE /contacts/{id}/companies/{company id}; 404 for one that the contact is not in."""
    contact = ws.unmerged_contact(contact_id)
    company = _known(ws, company_id)
    if company.id not in contact.company_ids:
        raise _not_found()
    _change(ws, contact, [c for c in contact.company_ids if c != company.id])
    return _view(ws, company)


def _change(ws: Workspace, contact: Contact, company_ids: list[str]) -> None:
    ws.before_change(contact)
    contact.company_ids = company_ids
    contact.updated_at = ws.now()


def _known(ws: Workspace, record_id: Any) -> Company:
    if str(record_id) not in ws.companies:
        raise _not_found()
    return ws.companies[str(record_id)]


def _not_found() -> IntercomError:
    return IntercomError(404, "company_not_found", "Company Not Found")


def _page(ws: Workspace, companies: list[Company], query: dict[str, str]) -> Json:
    """Pages by number: the older form, which this resource still has."""
    size = search.page_size(query, _PAGE)
    given = query.get("page") or "1"
    page = int(given) if given.isascii() and given.isdecimal() and len(given) < 7 else 0
    if page < 1:
        raise invalid("page must be a positive number", "page")
    shown = companies[(page - 1) * size : page * size]
    pages = {"type": "pages", "page": page, "per_page": size, "total_pages": max(-(-len(companies) // size), 1)}
    return {"type": "list", "data": [_view(ws, c) for c in shown], "pages": pages, "total_count": len(companies)}


def _view(ws: Workspace, company: Company) -> Json:
    return {
        "type": "company",
        "id": company.id,
        "company_id": escape_entities(company.company_id),
        "app_id": WORKSPACE_ID,
        "name": escape_entities(company.name),
        "created_at": company.created_at,
        "updated_at": company.updated_at,
        "remote_created_at": company.created_at,
        "last_request_at": None,
        "monthly_spend": 0,
        "session_count": 0,
        "user_count": sum(company.id in c.company_ids for c in ws.contacts.values() if c.merged_into is None),
        "size": None,
        "website": None,
        "industry": None,
        "plan": {},
        "tags": {"type": "tag.list", "tags": []},
        "segments": {"type": "segment.list", "segments": []},
        "custom_attributes": {},
    }
