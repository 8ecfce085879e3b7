"""Random JSON bodies: Intercom accepts or refuses them, without errors and partial changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.sandbox.intercom import away, tags
from desktop.sandbox.intercom.contacts import companies, merging, notes
from desktop.sandbox.intercom.errors import IntercomError
from desktop.sandbox.world import AGENT, World

pytestmark = pytest.mark.slow

_WORDS = (
    "admin user team comment note close open snoozed assignment 7001 501 0 AND OR = > IN ~ state updated_at "
    "contact_ids created_at role phone lead source conversation_part"
)
WORDS = st.sampled_from(_WORDS.split())
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), WORDS)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=8
)
_KEYS = (
    "type message_type admin_id body assignee_id snoozed_until attachment_urls attachment_files reply_options "
    "created_at intercom_user_id email user_id from id conversation_id conversation_part_id source_id read title "
    "custom_attributes company_id role phone name external_id owner_id query sort pagination operator value field into"
)
KEYS = st.sampled_from(_KEYS.split())
BODIES = st.dictionaries(KEYS, JSON, max_size=6)


def attempt(call: Callable[[], object]) -> int:
    try:
        call()
    except IntercomError as refusal:
        return refusal.status
    return 200


@examples(400)
@given(body=BODIES, likely=st.booleans())
def test_any_body_is_accepted_or_refused(body: dict[str, Any], likely: bool) -> None:
    world = World()
    jennifer = world.add_customer("Jennifer", phone="+353871234567", email="j@example.com", known_as="user")
    conversation = str(world.write(jennifer, text="Hi"))
    (contact,) = world.contact_ids(jennifer)
    if likely:
        body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, **body}
    api, app = world.intercom, world.reachline
    calls = (
        lambda: api.reply(conversation, body, app),
        lambda: api.change(conversation, body, app),
        lambda: api.update_conversation(conversation, body, app),
        lambda: tags.tag_conversation(world.workspace, conversation, body),
        lambda: companies.save(world.workspace, body),
        lambda: companies.attach(world.workspace, contact, body),
        lambda: api.redact({"conversation_id": conversation, **body}),
        lambda: api.create_conversation(body, app),
        lambda: api.create_contact(body),
        lambda: api.update_contact(contact, body),
        lambda: merging.merge(world.workspace, body, duplicates_only=True),
        lambda: tags.save(world.workspace, body, AGENT),
        lambda: tags.tag_contact(world.workspace, contact, body, AGENT),
        lambda: away.set_away(world.workspace, AGENT, {"away_mode_reassign": False, **body}, (2, 16)),
        lambda: notes.add(world.workspace, contact, body, AGENT),
        lambda: api.search_conversations(body),
        lambda: api.search_contacts(body),
        lambda: api.search_conversations({"query": {"operator": "AND", "value": [body]}}),
        lambda: api.search_contacts({"query": body}),
        lambda: api.list_conversations(body),
    )
    for call in calls:
        before = (api.parts(conversation), world.screens(jennifer))
        status = attempt(call)
        assert 200 <= status < 500
        if status != 200:
            assert (api.parts(conversation), world.screens(jennifer)) == before
    world.advance(3600)


@examples(200)
@given(text=st.text(min_size=1).filter(str.strip))
def test_texts_arrive_unchanged(text: str) -> None:
    """On the phone as typed, in Intercom as HTML with the same text."""
    world = World()
    jennifer = world.add_customer("Jennifer", phone="+353871234567")
    conversation = str(world.write(jennifer, text=text))
    screens = world.screens(jennifer)
    assert screens["whatsapp"]["whatsapp"][0]["text"] == text
    part = world.teammate_reply(conversation, AGENT, text)
    assert world.delivery(part)["whatsapp"]
    shown = [screens["messenger"][0]["items"][0]["text"]]
    shown.append(world.screens(jennifer)["whatsapp"]["whatsapp"][1]["text"])
    assert shown == [text.strip()] * 2
