"""Validation of `message_variables` in all known formats."""

from __future__ import annotations

import mimetypes
from typing import Any

from desktop.sandbox.model.people import File
from desktop.sandbox.model.templates import Template, TemplateValues, is_refused_value, placeholders
from desktop.sandbox.providers.octopods.errors import Errors

Json = dict[str, Any]
_TYPES = {"IMAGE": "image/", "VIDEO": "video/", "DOCUMENT": "application/"}


def parse_values(template: Template, body: Json, errors: Errors) -> TemplateValues:
    """Parse the variables of a send. Raises ProviderError 1, 2, 4, 8 or 9 of the WhatsApp family.

    Formats: a list for a template with placeholders in the body only; an object of sections; the older object with
    numbers as keys.
    """
    urls = [i for i, b in enumerate(template.buttons) if b["type"] == "URL" and placeholders(b["url"])]
    urls += [i for i, b in enumerate(template.buttons) if b["type"] == "COPY_CODE"]
    wanted = {
        "header": template.placeholders("HEADER") if template.header_format == "TEXT" else [],
        "body": template.placeholders("BODY"),
        "buttons": [str(i) for i in urls],
    }
    sections = _sections(template, body.get("message_variables"), wanted, errors)
    values: dict[str, dict[str, str]] = {}
    for name, names in wanted.items():
        given = sections.get(name, [])
        if len(given) != len(names):
            raise errors.by_name("WA", "VARIABLES_SIZE")
        if any(is_refused_value(value) for value in given):
            raise errors.by_name("WA", "TYPE_MISMATCH", "Variables cannot have new lines, tabs or many spaces.")
        values[name] = dict(zip(names, given, strict=True))
    header: str | File | None = next(iter(values["header"].values()), None)
    if template.header_format in _TYPES:
        header = _attachment(template, body.get("header_attachment_url"), errors)
    suffixes = {int(index): value for index, value in values["buttons"].items()}
    return TemplateValues(values["body"], header, suffixes)


def _sections(template: Template, given: Any, wanted: dict[str, list[str]], errors: Errors) -> dict[str, list[str]]:
    if given is None:
        if any(wanted.values()):
            raise errors.by_name("WA", "ARGUMENT_MISSING", "message_variables is missing.")
        return {}
    if isinstance(given, list):
        if wanted["header"] or wanted["buttons"]:
            raise errors.by_name("WA", "VARIABLES_SHAPE")
        return {"body": _texts(given, errors)}
    if not isinstance(given, dict):
        raise errors.by_name("WA", "TYPE_MISMATCH")
    if given and all(str(key).isdecimal() for key in given):
        return {"body": _texts([given[key] for key in sorted(given, key=int)], errors)}
    if not given.keys() <= {"header", "body", "footer", "buttons"}:
        raise errors.by_name("WA", "TYPE_MISMATCH")
    return {name: _texts(values, errors) for name, values in given.items()}


def _texts(values: Any, errors: Errors) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise errors.by_name("WA", "TYPE_MISMATCH")
    return values


def _attachment(template: Template, url: Any, errors: Errors) -> File:
    if not url:
        raise errors.by_name("WA", "ARGUMENT_MISSING", "header_attachment_url is missing.")
    name = str(url).partition("?")[0].rpartition("/")[2]
    kind = mimetypes.guess_type(name)[0] or ""
    if not str(url).startswith(("http://", "https://")) or not kind.startswith(_TYPES[template.header_format]):
        raise errors.by_name("WA", "INVALID_HEADER")
    return File(name, kind)
