"""Intercom's answers in Intercom's names, with the fields that are used.

The answers are less regular than their description (API 2.16, 2026-08-21): ids come as numbers and as text, `null`
stands where objects are promised and `{}` where `null` is. So scalars are accepted in any form, and nested objects
stay raw until they are read, so that one odd field does not spoil its neighbours.
"""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.channels.shared.loose_json import Scalar


class Author(msgspec.Struct):
    type: Scalar = None
    id: Scalar = None
    name: Scalar = None


class Upload(msgspec.Struct):
    name: Scalar = None
    url: Scalar = None
    content_type: Scalar = None
    filesize: Scalar = None
    width: Scalar = None
    height: Scalar = None


class Part(msgspec.Struct):
    """`app_package_code` is UNSET where the answer does not speak of it (API before 2.13)."""

    id: Scalar = None
    part_type: Scalar = None
    body: Any = None
    created_at: Scalar = None
    author: Any = None
    attachments: Any = None
    redacted: Scalar = None
    tags: Any = None
    metadata: Any = None
    email_message_metadata: Any = None
    app_package_code: Scalar | msgspec.UnsetType = msgspec.UNSET


class Source(msgspec.Struct):
    """The first message. It has no package code, tags or time of its own in any version."""

    type: Scalar = None
    delivered_as: Scalar = None
    subject: Any = None
    body: Any = None
    url: Scalar = None
    author: Any = None
    attachments: Any = None
    redacted: Scalar = None
    email_message_metadata: Any = None


class Channel(msgspec.Struct):
    initial: Scalar = None
    current: Scalar = None


class FirstReply(msgspec.Struct):
    """`first_contact_reply`. url: the page on which the contact's first message was typed."""

    url: Scalar = None


class Statistics(msgspec.Struct):
    count_conversation_parts: Scalar = None


class Conversation(msgspec.Struct):
    id: Scalar = None
    title: Scalar = None
    created_at: Scalar = None
    updated_at: Scalar = None
    snoozed_until: Scalar = None
    open: Scalar = None
    state: Scalar = None
    read: Scalar = None
    admin_assignee_id: Scalar = None
    team_assignee_id: Scalar = None
    channel: Any = None
    source: Any = None
    contacts: Any = None
    tags: Any = None
    first_contact_reply: Any = None
    statistics: Any = None
    conversation_parts: Any = None


class Location(msgspec.Struct):
    city: Scalar = None
    region: Scalar = None
    country: Scalar = None


class Contact(msgspec.Struct):
    id: Scalar = None
    role: Scalar = None
    name: Scalar = None
    email: Scalar = None
    phone: Scalar = None
    unsubscribed_from_emails: Scalar = None
    has_hard_bounced: Scalar = None
    marked_email_as_spam: Scalar = None
    updated_at: Scalar = None
    last_seen_at: Scalar = None
    ios_last_seen_at: Scalar = None
    android_last_seen_at: Scalar = None
    browser: Scalar = None
    location: Any = None
    custom_attributes: Any = None
    merge_history: Any = None


class App(msgspec.Struct):
    id_code: Scalar = None
    name: Scalar = None
    region: Scalar = None


class Admin(msgspec.Struct):
    id: Scalar = None
    name: Scalar = None
    email: Scalar = None
    app: Any = None


class Macro(msgspec.Struct):
    id: Scalar = None
    name: Scalar = None
    body: Any = None
    body_text: Any = None


class Error(msgspec.Struct):
    code: Scalar = None
    message: Scalar = None
