"""Validation of the components of a template send, with Meta's checks and errors."""

from __future__ import annotations

from typing import Any

from desktop.sandbox.model.people import File
from desktop.sandbox.model.templates import Template, TemplateValues, fill_placeholders, is_refused_value, placeholders
from desktop.sandbox.providers.graph.errors import graph_error
from desktop.sandbox.providers.graph.media import Media

Json = dict[str, Any]
_MAX_BODY_CHARS = 1024
# Kind of a button -> sub_type of its component, and type of its parameter.
_BUTTONS = {
    "URL": ("url", "text"),
    "COPY_CODE": ("copy_code", "coupon_code"),
    "QUICK_REPLY": ("quick_reply", "payload"),
}


def parse_values(template: Template, given: Any, media: Media) -> TemplateValues:
    """Parse the `components` of a send. Raises ProviderError 132000, 132005, 132012, 132018, 131008, 100."""
    if given is None:
        given = []
    if not isinstance(given, list) or not all(isinstance(c, dict) for c in given):
        raise graph_error(100, "components must be an array of objects.")
    by_kind: dict[str, list[Json]] = {"header": [], "body": [], "button": []}
    for component in given:
        kind = str(component.get("type", "")).lower()
        if kind not in by_kind:
            raise graph_error(132018, f"Unexpected component {kind!r}.")
        by_kind[kind].append(component)
    header = _header(template, _parameters(by_kind["header"]), media)
    body = _texts(template, "BODY", _parameters(by_kind["body"]))
    if len(fill_placeholders(template.text("BODY"), body)) > _MAX_BODY_CHARS:
        raise graph_error(132005, "The body is longer than 1024 characters with these values.")
    return TemplateValues(body, header, _buttons(template, by_kind["button"]))


def _parameters(components: list[Json]) -> list[Json]:
    found: list[Json] = []
    for component in components:
        given = component.get("parameters") or []
        if not isinstance(given, list) or not all(isinstance(p, dict) for p in given):
            raise graph_error(100, "parameters must be an array of objects.")
        found += given
    return found


def _header(template: Template, parameters: list[Json], media: Media) -> str | File | None:
    wanted = template.header_format
    if not wanted:
        if parameters:
            raise graph_error(132018, "The template has no header.")
        return None
    if wanted == "TEXT":
        return next(iter(_texts(template, "HEADER", parameters).values()), None)
    kind = wanted.lower()
    if len(parameters) != 1:
        raise graph_error(132012, f"header: Format mismatch, expected {wanted}, received UNKNOWN")
    (parameter,) = parameters
    if parameter.get("type") != kind:
        received = str(parameter.get("type", "UNKNOWN")).upper()
        raise graph_error(132012, f"header: Format mismatch, expected {wanted}, received {received}")
    if kind == "location":
        place = parameter.get("location")
        if not isinstance(place, dict) or not {"latitude", "longitude"} <= place.keys():
            raise graph_error(131008, "The location needs latitude and longitude.")
        return str(place.get("name") or f"{place['latitude']}, {place['longitude']}")
    return media.resolve(kind, parameter.get(kind))


def _texts(template: Template, kind: str, parameters: list[Json]) -> dict[str, str]:
    names = template.placeholders(kind)
    if len(parameters) != len(names):
        where = kind.lower()
        raise graph_error(
            132000,
            f"{where}: number of localizable_params ({len(parameters)}) does not match the expected number of "
            f"params ({len(names)})",
        )
    named = template.parameter_format == "NAMED"
    values: dict[str, str] = {}
    for place, parameter in enumerate(parameters):
        if ("parameter_name" in parameter) != named:
            raise graph_error(100 if named else 132012, "Parameter name is missing or empty" if named else None)
        name = str(parameter["parameter_name"]) if named else names[place]
        if name not in names or name in values:
            raise graph_error(132012, f"Parameter {name!r} does not fit the template.")
        values[name] = _value(parameter)
    return values


def _value(parameter: Json) -> str:
    match parameter.get("type"):
        case "text":
            value = parameter.get("text")
        case "currency" | "date_time" as kind:
            inner = parameter.get(kind)
            value = inner.get("fallback_value") if isinstance(inner, dict) else None
        case other:
            raise graph_error(132012, f"Expected TEXT, received {other!r}")
    if not isinstance(value, str) or not value:
        raise graph_error(131008, "Parameter of type text is missing text value")
    if is_refused_value(value):
        raise graph_error(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
    return value


def _buttons(template: Template, given: list[Json]) -> dict[int, str]:
    values: dict[int, str] = {}
    seen: set[int] = set()
    for component in given:
        index = _index(component, len(template.buttons))
        if index in seen:
            raise graph_error(132018, f"Button {index} is given twice.")
        seen.add(index)
        button, parameters = template.buttons[index], _parameters([component])
        _require_kind(index, button["type"], component, parameters)
        match button["type"]:
            case "URL" if placeholders(button["url"]):
                if len(parameters) != 1:
                    raise graph_error(132000, f"buttons: button at index {index} needs one parameter")
                values[index] = _value(parameters[0])
            case "COPY_CODE":
                values[index] = str(parameters[0].get("coupon_code", "")) if parameters else ""
            case "QUICK_REPLY":
                values[index] = str(parameters[0].get("payload", "")) if parameters else ""
            case _:
                raise graph_error(132018, f"Button {index} takes no parameters.")
    for index, button in enumerate(template.buttons):
        needed = button["type"] == "COPY_CODE" or (button["type"] == "URL" and placeholders(button["url"]))
        if needed and not values.get(index):
            what = button["type"].lower()
            raise graph_error(131008, f"buttons: Button at index {index} of type {what} requires a parameter")
    return values


def _require_kind(index: int, kind: str, component: Json, parameters: list[Json]) -> None:
    """Raise ProviderError 132018 if sub_type or parameters do not fit the button's type."""
    if kind not in _BUTTONS:
        return
    sub_type, wanted = _BUTTONS[kind]
    given = str(component.get("sub_type", "")).lower()
    if given != sub_type or any(p.get("type") != wanted for p in parameters):
        raise graph_error(132018, f"Button {index} of type {kind} takes a {wanted} as {sub_type}.")


def _index(component: Json, count: int) -> int:
    index = str(component.get("index", ""))
    if not index.isdecimal() or int(index) >= count:
        raise graph_error(132018, f"There is no button at index {index!r}.")
    return int(index)
