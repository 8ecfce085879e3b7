"""All endpoints called by Intercom's own Python client."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from intercom import (
    ContactReplyIntercomUserIdRequest,
    ConversationAttachmentFiles,
    CreateContactRequestWithEmail,
    CreateContactRequestWithRole,
    Intercom,
    MultipleFilterSearchRequest,
    RedactConversationRequest_ConversationPart,
    SingleFilterSearchRequest,
    StartingAfterPaging,
)
from intercom.conversations import (
    ConversationsManageRequestBody_Assignment,
    ConversationsManageRequestBody_Close,
    ConversationsManageRequestBody_Open,
    ConversationsManageRequestBody_Snoozed,
    CreateConversationRequestFrom,
)
from intercom.core.api_error import ApiError
from intercom.errors import NotFoundError, UnauthorizedError
from intercom.types import AdminReplyConversationRequest

from desktop.sandbox.model.people import Customer
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World

pytestmark = pytest.mark.slow

VERSION = {"Intercom-Version": "2.16"}


def connect(sandbox: Sandbox, app: str, http: httpx.Client) -> Intercom:
    root = sandbox.urls["intercom"]["base_url"]
    return Intercom(base_url=root, token=sandbox.urls[app]["token"], headers=VERSION, httpx_client=http)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as client:
        yield client


@pytest.fixture
def client(sandbox: Sandbox, http: httpx.Client) -> Intercom:
    return connect(sandbox, "intercom", http)


@pytest.fixture
def bridge(sandbox: Sandbox, http: httpx.Client) -> Intercom:
    return connect(sandbox, "bridge", http)


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    return sandbox.world


@pytest.fixture
def conversation(sandbox: Sandbox, world: World, jennifer: Customer) -> str:
    with sandbox.lock:
        return str(world.write(jennifer, text="Hi, where is my parcel?"))


def test_people_of_the_workspace(client: Intercom) -> None:
    me = client.admins.identify()
    assert (me.id, me.app.id_code, me.app.region) == ("7003", "sbx7pt3q", "US")
    admins = client.admins.list().admins
    assert [a.name for a in admins] == ["Sam Byrne", "Priya Nair", "Lukas Brandt"]
    assert client.admins.find(7001).email == "sam@shop.example.com"
    teams = client.teams.list().teams
    assert [(t.name, t.admin_ids) for t in teams] == [("Deliveries", [7001, 7002]), ("Refunds", [7002, 7003])]
    assert client.teams.find("502").name == "Refunds"
    assert [t.name for t in client.tags.list().data][:2] == ["whatsapp", "telegram"]


def test_macros(client: Intercom) -> None:
    first = client.unstable.macros.list_macros(per_page=3)
    assert [m.name for m in first.data] == ["Greeting", "Ask for a photo", "Refund on its way"]
    assert '<attribute key="user.name" default="there"/>' in first.data[0].body
    assert '{{user.name|fallback:"there"}}' in first.data[0].body_text
    second = client.unstable.macros.list_macros(per_page=3, starting_after=first.pages.next.starting_after)
    assert [m.name for m in second.data] == ["Order number"]
    assert second.pages.next is None


def test_contacts_are_created_and_updated(client: Intercom) -> None:
    made = client.contacts.create(
        request=CreateContactRequestWithEmail(email="mei@example.com", phone="+6591234567", name="Mei O'Lin")
    )
    assert (made.role, made.name, made.email) == ("user", "Mei O&#39;Lin", "mei@example.com")
    changed = client.contacts.update(made.id, phone="+6590000000", custom_attributes={"tier": "gold"})
    found = client.contacts.find(made.id)
    assert found.phone == changed.phone == "+6590000000"
    assert found.custom_attributes == {"tier": "gold"}
    lead = client.contacts.create(request=CreateContactRequestWithRole(role="lead", phone="+6590000000"))
    assert [c.id for c in client.contacts.list()] == [lead.id, made.id]
    assert client.contacts.merge_lead_in_user(lead_id=lead.id, contact_id=made.id).id == made.id
    assert [c.id for c in client.contacts.list()] == [made.id]
    with pytest.raises(ApiError) as gone:
        client.contacts.find(lead.id)
    assert gone.value.status_code == 410


def test_contacts_are_found_by_phone_and_mail(client: Intercom, jennifer: Customer, world: World) -> None:
    query = MultipleFilterSearchRequest(
        operator="OR",
        value=[
            SingleFilterSearchRequest(field="phone", operator="=", value="+353871234567"),
            SingleFilterSearchRequest(field="email", operator="=", value="nobody@example.com"),
        ],
    )
    found = client.contacts.search(query=query, pagination=StartingAfterPaging(per_page=5))
    assert [(c.name, c.phone) for c in found] == [("Jennifer Okafor", "+353871234567")]


def test_a_conversation_and_its_parts(client: Intercom, world: World, conversation: str) -> None:
    found = client.conversations.find(conversation)
    assert found.source.body == "<p>Hi, where is my parcel?</p>"
    assert (found.source.type, found.source.delivered_as) == ("conversation", "customer_initiated")
    assert (found.state, found.admin_assignee_id, found.priority) == ("open", 0, "none")
    assert found.contacts.contacts[0].id == found.source.author.id
    assert found.tags.tags[0].name == "whatsapp"
    plain = client.conversations.find(conversation, display_as="plaintext")
    assert plain.source.body == "Hi, where is my parcel?"


def test_reply_and_note_with_files(
    client: Intercom, sandbox: Sandbox, world: World, jennifer: Customer, conversation: str
) -> None:
    answer = client.conversations.reply(
        conversation,
        request=AdminReplyConversationRequest(
            message_type="comment",
            admin_id="7001",
            body="<p>See the <b>form</b></p>",
            attachment_files=[
                ConversationAttachmentFiles(content_type="application/pdf", data="JVBERg==", name="form.pdf")
            ],
        ),
    )
    part = answer.conversation_parts.conversation_parts[-1]
    assert (part.part_type, part.author.type, part.author.id) == ("comment", "admin", "7001")
    assert part.app_package_code == sandbox.urls["intercom"]["package_code"]
    assert httpx.get(part.attachments[0].url).content == b"%PDF"
    with sandbox.lock:
        assert world.delivery(part.id)["whatsapp"]
    noted = client.conversations.reply(
        conversation,
        request=AdminReplyConversationRequest(message_type="note", admin_id="7001", body="Between us"),
    )
    assert noted.conversation_parts.conversation_parts[-1].part_type == "note"
    with sandbox.lock:
        assert "Between us" not in str(world.screens(jennifer))


def test_a_bridge_of_our_own_through_the_official_client(client: Intercom, bridge: Intercom) -> None:
    lead = bridge.contacts.create(request=CreateContactRequestWithRole(role="lead", phone="+6591234567"))
    made = bridge.conversations.create(
        from_=CreateConversationRequestFrom(type="lead", id=lead.id), body="Hello <there>"
    )
    bridge.conversations.reply(
        made.conversation_id,
        request=ContactReplyIntercomUserIdRequest(
            message_type="comment", type="user", intercom_user_id=lead.id, body="Anybody?"
        ),
    )
    found = client.conversations.find(made.conversation_id)
    assert (found.source.id, found.source.url) == (made.id, None)
    assert found.source.body == "<p>Hello &lt;there&gt;</p>"
    (part,) = found.conversation_parts.conversation_parts
    assert (part.author.type, part.app_package_code) == ("lead", "octopods-bridge-x1y2")


def test_state_changes(client: Intercom, sandbox: Sandbox, conversation: str) -> None:
    manage = client.conversations.manage
    until = int(sandbox.world.now) + 3600
    assigned = manage(
        conversation,
        request=ConversationsManageRequestBody_Assignment(type="admin", admin_id="7001", assignee_id="7002"),
    )
    assert assigned.admin_assignee_id == 7002
    teamed = manage(
        conversation,
        request=ConversationsManageRequestBody_Assignment(type="team", admin_id="7001", assignee_id="501"),
    )
    assert (teamed.admin_assignee_id, teamed.team_assignee_id) == (7002, 501)
    nobody = manage(
        conversation,
        request=ConversationsManageRequestBody_Assignment(type="admin", admin_id="7001", assignee_id="0"),
    )
    assert (nobody.admin_assignee_id, nobody.team_assignee_id) == (0, 501)
    snoozed = manage(conversation, request=ConversationsManageRequestBody_Snoozed(admin_id="7001", snoozed_until=until))
    assert (snoozed.state, snoozed.snoozed_until) == ("snoozed", until)
    opened = manage(conversation, request=ConversationsManageRequestBody_Open(admin_id="7001"))
    assert (opened.state, opened.snoozed_until) == ("open", None)
    closed = manage(conversation, request=ConversationsManageRequestBody_Close(admin_id="7001", body="Bye"))
    assert (closed.state, closed.open) == ("closed", False)
    kinds = [p.part_type for p in closed.conversation_parts.conversation_parts]
    assert kinds == ["assignment", "assignment", "assignment", "snoozed", "open", "close"]
    again = manage(
        conversation,
        request=ConversationsManageRequestBody_Assignment(type="admin", admin_id="7001", assignee_id="7001"),
    )
    assert again.conversation_parts.conversation_parts[-1].part_type == "assign_and_reopen"


def test_tags_read_mark_and_attributes(client: Intercom, conversation: str) -> None:
    refund = next(t for t in client.tags.list().data if t.name == "refund")
    assert client.tags.tag_conversation(conversation, tag_id=refund.id, admin_id="7001").name == "refund"
    assert [t.name for t in client.conversations.find(conversation).tags.tags] == ["whatsapp", "refund"]
    client.tags.untag_conversation(conversation, refund.id, admin_id="7001")
    updated = client.conversations.update(
        conversation, read=True, title="Parcel", custom_attributes={"Topic": "Delivery"}
    )
    assert (updated.read, updated.title, updated.custom_attributes) == (True, "Parcel", {"Topic": "Delivery"})
    assert [t.name for t in updated.tags.tags] == ["whatsapp"]
    part = updated.conversation_parts.conversation_parts[-1]
    assert (part.part_type, part.body) == ("conversation_attribute_updated_by_admin", None)


def test_redaction(client: Intercom, sandbox: Sandbox, conversation: str) -> None:
    with sandbox.lock:
        part_id = sandbox.world.teammate_reply(conversation, "7001", "Card number 4111")
    answer = client.conversations.redact_conversation_part(
        request=RedactConversationRequest_ConversationPart(conversation_id=conversation, conversation_part_id=part_id)
    )
    part = answer.conversation_parts.conversation_parts[-1]
    assert part.redacted is True
    assert "4111" not in part.body


def test_lists_and_searches_page_to_the_end(
    client: Intercom, sandbox: Sandbox, world: World, jennifer: Customer
) -> None:
    with sandbox.lock:
        ids = []
        for number in range(7):
            ids.append(world.write(jennifer, "messenger", f"Number {number}", new_conversation=True))
            world.advance(1)
    assert [c.id for c in client.conversations.list(per_page=3)] == ids[::-1]
    query = MultipleFilterSearchRequest(
        operator="AND",
        value=[
            SingleFilterSearchRequest(field="updated_at", operator=">", value=1),
            SingleFilterSearchRequest(field="state", operator="=", value="open"),
        ],
    )
    # The client's pager requests the first page again and again, so the cursor is passed here.
    found, cursor = [], None
    while True:
        paging = StartingAfterPaging(per_page=2, starting_after=cursor)
        answer = client.conversations.search(query=query, pagination=paging).response
        assert (answer.total_count, answer.pages.total_pages) == (7, 4)
        found += [c.id for c in answer.conversations]
        if answer.pages.next is None:
            break
        cursor = answer.pages.next.starting_after
    assert found == ids[::-1]


def test_refusals_arrive_as_the_clients_errors(
    client: Intercom, sandbox: Sandbox, http: httpx.Client, conversation: str
) -> None:
    with pytest.raises(NotFoundError):
        client.conversations.find("1")
    with pytest.raises(ApiError, match="colour is not a searchable field"):
        client.conversations.search(query=SingleFilterSearchRequest(field="colour", operator="=", value="red"))
    stranger = Intercom(
        base_url=sandbox.urls["intercom"]["base_url"], token="wrong", headers=VERSION, httpx_client=http
    )
    with pytest.raises(UnauthorizedError):
        stranger.admins.list()
    sandbox.world.settings.rate_limit_per_10s = 1
    with sandbox.lock:
        sandbox.world.clock.run(0)
        sandbox.world.advance(10)
    client.tags.list()
    with pytest.raises(ApiError) as refused:
        client.tags.list(request_options={"max_retries": 0})
    assert refused.value.status_code == 429
