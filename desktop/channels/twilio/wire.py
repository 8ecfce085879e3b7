"""Twilio's answers in Twilio's names, with the fields that are used. Numbers come as text, `error_code` as a number."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.channels.shared.loose_json import Scalar


class Account(msgspec.Struct):
    friendly_name: Scalar = None
    status: Scalar = None


class Message(msgspec.Struct, rename={"sender": "from"}):
    """Dates are RFC 2822, GMT, in whole seconds."""

    sid: Scalar = None
    direction: Scalar = None
    status: Scalar = None
    sender: Scalar = None
    to: Scalar = None
    body: Scalar = None
    date_created: Scalar = None
    date_sent: Scalar = None
    date_updated: Scalar = None
    error_code: Scalar = None
    error_message: Scalar = None


class Approval(msgspec.Struct):
    name: Scalar = None
    category: Scalar = None
    content_type: Scalar = None
    status: Scalar = None
    rejection_reason: Scalar = None


class Content(msgspec.Struct):
    sid: Scalar = None
    friendly_name: Scalar = None
    language: Scalar = None
    variables: Any = None
    types: Any = None
    approval_requests: Any = None


class Error(msgspec.Struct):
    """`detail` is the form of newer products (RFC 9457)."""

    code: Scalar = None
    message: Scalar = None
    detail: Scalar = None
