"""The Cloud API's answers in Meta's names, with the fields that are used."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.channels.shared.loose_json import Scalar


class Number(msgspec.Struct):
    """The phone number node; 360dialog passes it on."""

    id: Scalar = None
    display_phone_number: Scalar = None
    verified_name: Scalar = None
    quality_rating: Scalar = None
    is_on_biz_app: Scalar = None
    health_status: Any = None


class Template(msgspec.Struct):
    """360dialog: lower-case status, `external_id` is Meta's id."""

    id: Scalar = None
    external_id: Scalar = None
    name: Scalar = None
    language: Scalar = None
    category: Scalar = None
    status: Scalar = None
    parameter_format: Scalar = None
    rejected_reason: Scalar = None
    quality_score: Any = None
    components: Any = None


class SentMessage(msgspec.Struct):
    id: Scalar = None
    message_status: Scalar = None


class SentTo(msgspec.Struct):
    """`wa_id` is left out for customers who hide their number."""

    wa_id: Scalar = None
    user_id: Scalar = None


class HistoryEvent(msgspec.Struct):
    """Nested events have `timestamp`, edges have `occurrence_timestamp`."""

    delivery_status: Scalar = None
    timestamp: Scalar = None
    occurrence_timestamp: Scalar = None
    error_description: Any = None


class Error(msgspec.Struct):
    code: Scalar = None
    error_subcode: Scalar = None
    message: Scalar = None
    error_user_msg: Scalar = None
    is_transient: Scalar = None
    fbtrace_id: Scalar = None
    error_data: Any = None
