"""Fields that answers lack: what older workspaces, other versions and odd records leave out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


def omit_fields(omitted: Sequence[str], prefix: str, answer: Json) -> Json:
    """The answer (changed in place) without the fields whose names start with `prefix`.

    A name is a path from the conversation (`channel`, `source.url`, `first_contact_reply`), from a part
    (`part.app_package_code`) or from a tag of a conversation (`tag.applied_at`). With `=null` behind it the field stays
    and is null.
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
