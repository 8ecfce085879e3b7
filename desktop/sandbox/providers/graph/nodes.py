"""Graph nodes as JSON, and selection of their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop.sandbox.model.numbers import calling_code
from desktop.sandbox.model.people import Line
from desktop.sandbox.model.templates import CREATED_AT, Template
from desktop.sandbox.model.traffic import Message
from desktop.sandbox.providers.graph.errors import title_and_details, unknown_field_error

Json = dict[str, Any]
PHONE_TYPE, TEMPLATE_TYPE = "WhatsAppBusinessPhoneNumber", "MessageTemplate"
PHONE_DEFAULT_FIELDS = ("id", "display_phone_number", "verified_name", "quality_rating", "code_verification_status")
TEMPLATE_DEFAULT_FIELDS = ("id", "name", "language", "category", "status", "components", "parameter_format")


def phone(node_id: str, line: Line, waba_id: str) -> Json:
    return {
        "id": node_id,
        "display_phone_number": _format_number(line.address),
        "verified_name": "Harbour Parcels",
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "is_on_biz_app": False,
        "is_official_business_account": False,
        "is_pin_enabled": True,
        "account_mode": "LIVE",
        "eligibility_for_api_business_global_search": "NON_ELIGIBLE_PENDING_REVIEW",
        "messaging_limit_tier": "TIER_10K",
        "whatsapp_business_manager_messaging_limit": "TIER_10K",
        "last_onboarded_time": "2025-03-01T09:00:00+0000",
        "certificate": "",
        "new_certificate": "",
        "new_name_status": "NONE",
        "search_visibility": "NON_VISIBLE",
        "username": None,
        "conversational_automation": None,
        "quality_score": {"score": "GREEN"},
        "is_preverified_number": False,
        "country_code": None,
        "country_dial_code": calling_code(line.address),
        "webhook_configuration": {"application": "https://bridge.example.com/hook"},
        "status": "CONNECTED",
        "health_status": {
            "can_send_message": "AVAILABLE",
            "entities": [
                {"entity_type": "PHONE_NUMBER", "id": node_id, "can_send_message": "AVAILABLE"},
                {"entity_type": "WABA", "id": waba_id, "can_send_message": "AVAILABLE"},
            ],
        },
    }


def waba(node_id: str) -> Json:
    return {
        "id": node_id,
        "name": "Harbour Parcels",
        "currency": "EUR",
        "timezone_id": "1",
        "message_template_namespace": "092819ec_f801_461b_b975_3a2d464f50a8",
        "account_review_status": "APPROVED",
    }


def template(found: Template) -> Json:
    return {
        "id": found.id,
        "name": found.name,
        "language": found.language,
        "category": found.category,
        "status": found.status,
        "components": found.components,
        "parameter_format": found.parameter_format,
        "quality_score": {"score": found.quality, "date": CREATED_AT},
        "rejected_reason": found.rejected_reason,
        "previous_category": None,
        "correct_category": None,
        "sub_category": None,
        "message_send_ttl_seconds": 600 if found.category == "AUTHENTICATION" else None,
        "library_template_name": None,
        "cta_url_link_tracking_opted_out": False,
        "degrees_of_freedom_spec": None,
        "last_updated_time": "2026-09-01T09:00:00+0000",
    }


def fits(found: Template, query: Mapping[str, str]) -> bool:
    """Whether a template matches all of Meta's list filters in the query."""
    text = str(found.components).lower()
    tests: dict[str, Callable[[str], bool]] = {
        "name": lambda v: v in found.name,
        "name_or_content": lambda v: v.lower() in found.name + text,
        "content": lambda v: v.lower() in text,
        "category": lambda v: found.category in split_fields(v.upper()),
        "language": lambda v: found.language in split_fields(v),
        "status": lambda v: found.status in split_fields(v.upper()),
        "quality_score": lambda v: found.quality in split_fields(v.upper()),
    }
    return all(test(_strip_json_list(query[name])) for name, test in tests.items() if query.get(name))


def _strip_json_list(value: str) -> str:
    """Remove brackets and quotes: filters may be a JSON list."""
    return value.translate(str.maketrans("", "", '[]"'))


def history_id(message: Message) -> str:
    return str(1_234_567_890_000_000 + message.number)


def history_entry(message: Message, wamid: str, failure_code: Callable[[Message], int]) -> Json:
    nodes = [edge["node"] for edge in history_edges(message, failure_code)]
    events = [
        {
            "id": node["id"],
            "delivery_status": node["delivery_status"],
            "timestamp": node["status_timestamp"],
            "webhook_update_state": "DELIVERED",
            **({"error_description": node["error_description"]} if "error_description" in node else {}),
        }
        for node in nodes
    ]
    return {"id": history_id(message), "message_id": wamid, "events": {"data": events}}


def history_edges(message: Message, failure_code: Callable[[Message], int]) -> list[Json]:
    edges = []
    for place, (state, at) in enumerate(message.states):
        if state == "accepted":
            continue
        node: Json = {
            "id": str(message.number * 10 + place),
            "delivery_status": state.upper(),
            "occurrence_timestamp": int(at),
            "status_timestamp": int(at),
        }
        if state == "failed":
            code = failure_code(message)
            title, details = title_and_details(code)
            node["error_description"] = f"({code}) {title}: {details}"
        edges.append({"cursor": f"e{place}", "node": node})
    return edges


def select_fields(node: Json, fields: str | None, usual: tuple[str, ...], kind: str) -> Json:
    """The requested fields and the id; error 100 for unknown ones. Null fields are left out, as at Meta."""
    names = split_fields(fields) if fields else list(usual)
    for name in names:
        if _base_name(name) not in node:
            raise unknown_field_error(_base_name(name), kind)
    picked = {_base_name(name): node[_base_name(name)] for name in ["id", *names]}
    return {name: value for name, value in picked.items() if value is not None}


def split_fields(fields: str) -> list[str]:
    """Split `a,b{c,d},e` at its outer commas."""
    found, depth, current = [], 0, ""
    for letter in fields:
        depth += (letter in "{(") - (letter in "})")
        if letter == "," and depth == 0:
            found.append(current.strip())
            current = ""
        else:
            current += letter
    return [name for name in [*found, current.strip()] if name]


def _base_name(name: str) -> str:
    """The field's name without sub-fields and modifiers."""
    return name.partition("{")[0].partition(".")[0].partition("(")[0]


def _format_number(address: str) -> str:
    """The number in groups, similar to Meta's `display_phone_number`."""
    return f"{address[:4]} {address[4:-4]} {address[-4:]}"
