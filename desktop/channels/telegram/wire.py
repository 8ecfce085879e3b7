"""The Bot API's answers in Telegram's names, with the fields that are used (Bot API 10.1, 2026-06-11)."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.channels.shared.loose_json import Scalar


class User(msgspec.Struct):
    id: Scalar = None
    first_name: Scalar = None
    username: Scalar = None


class Chat(msgspec.Struct):
    id: Scalar = None


class Message(msgspec.Struct):
    """`message_id` is unique within its chat only."""

    message_id: Scalar = None
    chat: Any = None


class Error(msgspec.Struct):
    error_code: Scalar = None
    description: Scalar = None
    parameters: Any = None
