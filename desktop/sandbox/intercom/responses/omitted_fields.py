"""Removal of fields from answers, as in older workspaces, other versions and unusual records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


def omit_fields(omitted: Sequence[str], prefix: str, answer: Json) -> Json:
    """Remove the omitted fields with this prefix from the answer, in place.

    A name is a path in the conversation (`channel`, `source.url`, `first_contact_reply`), in a part
    (`part.app_package_code`) or in a tag of a conversation (`tag.applied_at`). With the suffix `=null` the field is set
    to null instead.
    """
    for name in omitted:
        if prefix:
            if not name.startswith(prefix):
                continue
            name = name.removeprefix(prefix)
        elif name.startswith(("part.", "tag.")):
            continue
        path, equals, _ = name.partition("=")
        *parents, last = path.split(".")
        place: Any = answer
        for parent in parents:
            place = place.get(parent) if isinstance(place, dict) else None
        if isinstance(place, dict) and last in place:
            if equals:
                place[last] = None
            else:
                del place[last]
    return answer
