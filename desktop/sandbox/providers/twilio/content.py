"""Templates in Twilio's Content API: numbered variables, content types, approvals.

Source: Twilio, "Content API" and "Content template builder" (read November 2026).
"""

from __future__ import annotations

import hashlib
from typing import Any

from desktop.sandbox.model.people import File
from desktop.sandbox.model.templates import Template, TemplateValues, placeholders

Json = dict[str, Any]
_STATUS = {"APPROVED": "approved", "PENDING": "pending", "REJECTED": "rejected", "PAUSED": "paused"}


def sid(template: Template) -> str:
    return "HX" + hashlib.md5(f"content {template.number}".encode(), usedforsecurity=False).hexdigest()


def is_offered(template: Template) -> bool:
    """Whether Twilio lists the template; content types of locations, codes and authentication are not simulated."""
    kinds = {button["type"] for button in template.buttons}
    return template.header_format != "LOCATION" and template.category != "AUTHENTICATION" and "COPY_CODE" not in kinds


def variables(template: Template) -> dict[str, str]:
    """Variable number -> sample: placeholders of header, body, then button URLs."""
    samples = [*_header_samples(template), *_body_samples(template), *_url_samples(template)]
    return {str(number): sample for number, sample in enumerate(samples, start=1)}


def parse_values(template: Template, given: dict[str, str]) -> TemplateValues:
    """Values for the template; missing ones are replaced by their samples, as at Twilio."""
    values = list((variables(template) | given).values())
    header: str | File | None = None
    if template.header_format == "TEXT":
        header = values.pop(0) if template.placeholders("HEADER") else ""
    elif template.header_format:
        address = str(template.component("HEADER")["example"]["header_handle"][0])  # type: ignore[index]
        kind = "image/png" if template.header_format == "IMAGE" else "application/pdf"
        header = File(address.rpartition("/")[2], kind)
    names = template.placeholders("BODY")
    urls = [i for i, b in enumerate(template.buttons) if b["type"] == "URL" and placeholders(b["url"])]
    return TemplateValues(
        dict(zip(names, values, strict=False)), header, dict(zip(urls, values[len(names) :], strict=False))
    )


def content_json(template: Template, account_sid: str, base_url: str) -> Json:
    """A Content resource."""
    own = sid(template)
    return {
        "sid": own,
        "account_sid": account_sid,
        "friendly_name": template.name,
        "language": template.language,
        "variables": variables(template),
        "types": _types(template),
        "date_created": "2026-09-01T09:00:00Z",
        "date_updated": "2026-09-02T09:00:00Z",
        "url": f"{base_url}/v1/Content/{own}",
        "links": {"approval_fetch": f"{base_url}/v1/Content/{own}/ApprovalRequests"},
    }


def approval_json(template: Template) -> Json:
    rejected = template.rejected_reason if template.rejected_reason != "NONE" else ""
    return {
        "name": template.name,
        "category": template.category,
        "content_type": next(iter(_types(template))),
        "status": _STATUS.get(template.status, "disabled"),
        "rejection_reason": rejected,
        "allow_category_change": True,
    }


def _types(template: Template) -> Json:
    offset = len(_header_samples(template))
    body = _renumbered(template, template.text("BODY"), offset)
    if template.header_format == "TEXT":
        body = f"{_renumbered(template, template.text('HEADER'), 0)}\n{body}"
    if template.text("FOOTER"):
        body = f"{body}\n{template.text('FOOTER')}"
    media = (template.component("HEADER") or {}).get("example", {}).get("header_handle")
    if template.buttons and any(b["type"] == "URL" for b in template.buttons):
        count = offset + len(_body_samples(template)) + 1
        card: Json = {"title": body, "actions": [_action(b, count) for b in template.buttons]}
        return {"twilio/card": {**card, "media": media or []}}
    if template.buttons:
        return {"twilio/quick-reply": {"body": body, "actions": [_action(b, 0) for b in template.buttons]}}
    return {"twilio/media": {"body": body, "media": media}} if media else {"twilio/text": {"body": body}}


def _action(button: Json, number: int) -> Json:
    if button["type"] == "URL":
        return {"type": "URL", "title": button["text"], "url": button["url"].replace("{{1}}", f"{{{{{number}}}}}")}
    return {"type": "QUICK_REPLY", "title": button["text"], "id": button["text"].lower().replace(" ", "_")}


def _renumbered(template: Template, text: str, offset: int) -> str:
    for number, name in enumerate(placeholders(text), start=1 + offset):
        text = text.replace(f"{{{{{name}}}}}", f"<<{number}>>")
    return text.replace("<<", "{{").replace(">>", "}}")


def _header_samples(template: Template) -> list[str]:
    return list((template.component("HEADER") or {}).get("example", {}).get("header_text", ()))


def _body_samples(template: Template) -> list[str]:
    example = (template.component("BODY") or {}).get("example", {})
    if "body_text" in example:
        return list(example["body_text"][0])
    return [pair["example"] for pair in example.get("body_text_named_params", ())]


def _url_samples(template: Template) -> list[str]:
    wanting = [b for b in template.buttons if b["type"] == "URL" and placeholders(b["url"])]
    return [str(button["example"][0]).rpartition("/")[2] for button in wanting]
