"""The Intercom-Version header, and differences of older versions' answers.

Source of each field's version: Intercom's published descriptions 2.10 to 2.16 (github.com/intercom/Intercom-OpenAPI).
"""

from __future__ import annotations

from typing import Any

from desktop.sandbox.intercom.errors import IntercomError

Version = tuple[int, int]
LATEST: Version = (2, 16)
PREVIEW: Version = (3, 0)
_VERSIONS = {f"1.{minor}": (1, minor) for minor in range(5)} | {f"2.{minor}": (2, minor) for minor in range(17)}
_VERSIONS["Preview"] = PREVIEW
_SINCE_2_13 = ("app_package_code", "email_message_metadata", "state", "tags", "event_details")


def parse(header: str | None, default: str) -> Version:
    try:
        return _VERSIONS[default if header is None else header.strip()]
    except KeyError:
        message = f"The requested version {header} does not exist"
        raise IntercomError(400, "intercom_version_invalid", message) from None


def require_version(version: Version, since: Version, what: str) -> None:
    if version < since:
        raise IntercomError(400, "intercom_version_invalid", f"{what} does not exist in this version")


def downgrade(answer: Any, version: Version) -> Any:
    """Convert the answer to `version`, in place."""
    if version < LATEST:
        _walk(answer, version)
    return answer


def _walk(answer: Any, version: Version) -> None:
    if isinstance(answer, list):
        for item in answer:
            _walk(item, version)
    elif isinstance(answer, dict):
        for item in answer.values():
            _walk(item, version)
        match answer.get("type"):
            case "conversation_part":
                _older_part(answer, version)
            case "conversation" if "source" in answer:
                _older_conversation(answer)
            case "admin":
                answer.pop("role", None)
                if version < (2, 14):
                    answer.pop("away_status_reason_id", None)
            case "contact" if answer.get("owner_id"):
                answer["owner_id"] = int(answer["owner_id"])


def _older_part(part: dict[str, Any], version: Version) -> None:
    if version < (2, 14):
        part.pop("metadata", None)
    if version < (2, 13):
        for name in _SINCE_2_13:
            part.pop(name, None)


def _older_conversation(conversation: dict[str, Any]) -> None:
    conversation.pop("channel", None)
    conversation.pop("external_references", None)
    conversation["source"].pop("email_message_metadata", None)
    if conversation["priority"] == "none":
        conversation["priority"] = "not_priority"
    for name in ("admin_assignee_id", "team_assignee_id"):
        conversation[name] = conversation[name] or None
