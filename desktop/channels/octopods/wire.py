"""Octopods' answers in Octopods' names. Its articles describe two shapes for most of them; both are read.

Articles 14824161 (templates), 14823959 and 14824155 (status), 14823960 and 14824157 (sent list), read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.channels.shared.loose_json import Scalar


class Template(msgspec.Struct):
    """Old answers have no `template_status`; none has a language."""

    template_id: Scalar = None
    template_name: Scalar = None
    template_body: Scalar = None
    template_components: Any = None
    template_status: Scalar = None
    template_language: Scalar = None
    account_phone_number: Scalar = None


class Message(msgspec.Struct):
    """A status, or a line of the sent list; in one shape `message_status` is an object that holds the state."""

    message_id: Scalar = None
    channel_message_id: Scalar = None
    status: Scalar = None
    status_message: Scalar = None
    failure_reason: Any = None
    phone_number: Scalar = None
    user_phone_number: Scalar = None
    message_content: Scalar = None
    message_status: Any = None
    created_at: Scalar = None
    sent_at: Scalar = None
    delivered_at: Scalar = None
    read_at: Scalar = None
    last_updated: Scalar = None


class Error(msgspec.Struct):
    request_id: Scalar = None
    error_code: Scalar = None
    error: Scalar = None
