"""Changes of contacts over real HTTP: what the workspace then has, what is asked, and what is said where it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.identity.contact_data import (
    EMAIL,
    NAME,
    PHONE,
    AttributeKind,
    ContactField,
    ContactFieldKind,
    FieldProblem,
)
from desktop.domain.model.command_reason import CommandReason
from desktop.engine.commands import (
    AddContactNote,
    Done,
    EditContact,
    Failed,
    JoinCompany,
    LeaveCompany,
    MergeContacts,
    SetPhoneRegion,
    SyncNow,
    TagContact,
    UntagContact,
    ValueChanged,
)
from desktop.engine.engine import Engine
from desktop.ports.reasons import ProviderReason
from desktop.sandbox.model.contact_data import DataAttribute
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow
ATTRIBUTES = (
    DataAttribute(1, "plan", options=("Basic", "Gold")),
    DataAttribute(2, "orders", "integer"),
    DataAttribute(3, "spent", "float"),
    DataAttribute(4, "vip", "boolean"),
    DataAttribute(5, "renews_at", "date", label="Renews"),
    DataAttribute(6, "score", "integer", api_writable=False),
    DataAttribute(7, "old", archived=True),
    DataAttribute(8, "octopods_whatsapp_user_id"),
)


def attribute(name: str) -> ContactField:
    return ContactField(ContactFieldKind.ATTRIBUTE, name)


class Shop:
    """Jennifer, a user and twice a lead, as the sandbox and as the engine know her."""

    def __init__(self, sandbox: Sandbox, engine: Engine) -> None:
        self.sandbox, self.engine = sandbox, engine
        with sandbox.lock:
            world = sandbox.world
            world.workspace.data_attributes = {a.name: a for a in ATTRIBUTES}
            person = world.add_customer("Jennifer O'Neill", phone="+353871234567", email="j@example.com")
            self.lead_id = world.add_contact(person, "lead", name="Jenny", phone="+353871234567", email="j@example.com")
            self.chat_id = world.write(person, "whatsapp", "Where is my parcel?")
            self.user_id = world.add_contact(person, "user", name="Jennifer O'Neill", email="j@example.com")
            world.workspace.contacts[self.user_id].phone = "+353871234567"
            self.page_id = world.write(person, "messenger", "Hello?")
            self.person = person

    def record(self, contact_id: str = ""):
        return self.sandbox.world.workspace.contacts[contact_id or self.user_id]

    def fails(self, method: str, path: str, **fault: object) -> None:
        with self.sandbox.lock:
            self.sandbox.world.settings.fail_next.append(Fault(method, path, **fault))

    async def do(self, command):
        return await self.engine.command_handler.do(command)

    async def view(self):
        [row] = await every_customer(self.engine.queries)
        view = await self.engine.queries.thread(row.customer_id)
        assert view is not None
        return view

    async def contact(self, contact_id: str = ""):
        return next(c for c in (await self.view()).thread.contacts if c.id == (contact_id or self.user_id))

    async def extras(self):
        [found] = (await self.engine.contact_details.load([self.user_id])).extras
        return found

    async def edit(self, field: ContactField, value: str, seen: str, contact_id: str = ""):
        return await self.do(EditContact(contact_id or self.user_id, field, value, seen))


@pytest_asyncio.fixture
async def shop(tmp_path: Path, kit) -> AsyncIterator[Shop]:
    with Sandbox.start() as sandbox:
        clock = ServerClock()
        address = sandbox.urls["intercom"]
        gateway = IntercomGateway(address["base_url"], Token(address["token"]), clock)
        engine = Engine(gateway, await Store.open(create_database(tmp_path / "reachline.db")), clock)
        made = Shop(sandbox, engine)
        await engine.start()

        async def is_there() -> bool:
            await engine.command_handler.do(SyncNow())
            rows = await every_customer(engine.queries)
            if len(rows) != 1:
                return False
            view = await made.view()
            return len(view.thread.contacts) == 2 and all(c.name for c in view.thread.contacts)

        await kit.eventually(is_there)
        yield made
        await engine.stop()


def is_done(answer) -> bool:
    assert isinstance(answer, Done), answer
    return True


def reason_of(answer) -> str:
    assert isinstance(answer, Failed), answer
    code = answer.reason.code
    return str(answer.reason.params[0][1].code) if code == "joined" else str(code)


async def test_fields_are_changed_checked_and_taken_back(shop):
    # A name with an entity, and back.
    assert is_done(await shop.edit(NAME, " Jennifer  O'Neill-Byrne ", "Jennifer O'Neill"))
    assert shop.record().name == (await shop.contact()).name == "Jennifer O'Neill-Byrne"
    assert (await every_customer(shop.engine.queries))[0].name
    assert is_done(await shop.edit(NAME, "Jennifer O'Neill", "Jennifer O'Neill-Byrne"))
    # A number is stored in the form that Intercom recognizes; without a country code only where the country is known.
    assert reason_of(await shop.edit(PHONE, "087 765 4321", "+353871234567")) == FieldProblem.FIELD_NO_PHONE
    await shop.do(SetPhoneRegion("IE"))
    assert is_done(await shop.edit(PHONE, "087 765 4321", "+353871234567"))
    assert shop.record().phone == (await shop.contact()).phone == "+353877654321"
    # The chat keeps the address that was stored with its messages.
    window = (await shop.view()).thread.chat(shop.chat_id).window
    assert window.key.customer_address.lstrip("+") == "353871234567"
    assert is_done(await shop.edit(PHONE, "+353 87 123 4567", "+353 87 765 4321"))
    assert reason_of(await shop.edit(EMAIL, "j@example", "j@example.com")) == FieldProblem.FIELD_NO_EMAIL
    assert is_done(await shop.edit(EMAIL, "", "j@example.com"))
    assert (shop.record().email, (await shop.contact()).email) == ("", "")
    # Another user has that address.
    with shop.sandbox.lock:
        shop.sandbox.world.add_customer("Bo Lind", email="bo@example.com", known_as="user")
    refused = await shop.edit(EMAIL, "bo@example.com", "")
    assert reason_of(refused) == ProviderReason.INTERCOM_CONTACT_EXISTS
    assert (await shop.contact()).email == ""


async def test_attributes_by_their_types(shop):
    details = await shop.engine.contact_details.load([shop.user_id])
    kinds = {d.name: d.kind for d in details.definitions}
    assert kinds == {
        "plan": AttributeKind.STRING,
        "orders": AttributeKind.INTEGER,
        "spent": AttributeKind.FLOAT,
        "vip": AttributeKind.BOOLEAN,
        "renews_at": AttributeKind.DATE,
        "score": AttributeKind.INTEGER,
    }
    assert {d.name for d in details.definitions if not d.is_writable} == {"score"}
    values = {"plan": "Gold", "orders": "12", "spent": "12.5", "vip": "true", "renews_at": "1671028894"}
    for name, value in values.items():
        assert is_done(await shop.edit(attribute(name), value, "")), name
    assert shop.record().custom_attributes == {
        "plan": "Gold",
        "orders": 12,
        "spent": 12.5,
        "vip": True,
        "renews_at": 1671028894,
    }
    assert dict((await shop.contact()).attributes) == values
    assert is_done(await shop.edit(attribute("vip"), "false", "true"))
    assert is_done(await shop.edit(attribute("plan"), "", "Gold"))
    assert "plan" not in (await shop.contact()).attributes
    for name, value, problem in (
        ("plan", "Platinum", FieldProblem.FIELD_NO_OPTION),
        ("orders", "12.5", FieldProblem.FIELD_NO_INTEGER),
        ("spent", "much", FieldProblem.FIELD_NO_DECIMAL),
        ("vip", "maybe", FieldProblem.FIELD_NO_BOOLEAN),
        ("renews_at", "tomorrow", FieldProblem.FIELD_NO_DATE),
        ("score", "1", FieldProblem.FIELD_READ_ONLY),
        ("old", "1", FieldProblem.FIELD_READ_ONLY),
        ("nothing_like_it", "1", FieldProblem.FIELD_READ_ONLY),
    ):
        assert reason_of(await shop.edit(attribute(name), value, "")) == problem, name


async def test_a_colleague_s_newer_value_is_asked_about_and_nothing_is_lost(shop):
    with shop.sandbox.lock:
        shop.sandbox.world.edit_contact(shop.user_id, name="Jenny by Bo")
    assert await shop.edit(NAME, "Jenny by Ada", "Jennifer O'Neill") == ValueChanged("Jenny by Bo")
    assert shop.record().name == (await shop.contact()).name == "Jenny by Bo"
    assert is_done(await shop.edit(NAME, "Jenny by Ada", "Jenny by Bo"))
    # The same change by both is no conflict.
    with shop.sandbox.lock:
        shop.sandbox.world.edit_contact(shop.user_id, name="Both")
    assert is_done(await shop.edit(NAME, "Both", "Jenny by Ada"))
    # The answer is lost: it is looked up what came of it.
    shop.fails("PUT", "/contacts/.*$", action="drop_after")
    assert is_done(await shop.edit(NAME, "Kept", "Both"))
    assert (await shop.contact()).name == "Kept"
    shop.fails("PUT", "/contacts/.*$", action="drop_before")
    assert isinstance(await shop.edit(NAME, "Not kept", "Kept"), Failed)
    assert shop.record().name == (await shop.contact()).name == "Kept"
    shop.fails("PUT", "/contacts/.*$", action="status", status=403)
    assert reason_of(await shop.edit(NAME, "No", "Kept")) == ProviderReason.INTERCOM_NEEDS_PERMISSION
    shop.sandbox.unplug()
    await shop.do(SyncNow())
    for _ in range(200):
        answer = await shop.edit(NAME, "Offline", "Kept")
        if reason_of(answer) == CommandReason.CHANGE_NEEDS_CONNECTION:
            break
    else:
        raise AssertionError(answer)


async def test_notes_tags_and_companies(shop):
    assert reason_of(await shop.do(AddContactNote(shop.user_id, "  "))) == CommandReason.NO_NOTE_TEXT
    assert is_done(await shop.do(AddContactNote(shop.user_id, "Prefers <b>mornings</b>\n& tea")))
    shop.fails("POST", "/contacts/.*/notes$", action="drop_after")
    assert is_done(await shop.do(AddContactNote(shop.user_id, "Lost answer")))
    shop.fails("POST", "/contacts/.*/notes$", action="drop_before")
    assert isinstance(await shop.do(AddContactNote(shop.user_id, "Lost question")), Failed)
    notes = (await shop.extras()).notes
    assert sorted(n.text for n in notes) == ["Lost answer", "Prefers <b>mornings</b>\n& tea"]
    assert {n.author_id for n in notes} == {shop.sandbox.world.workspace.notes[notes[0].id].admin_id}
    # More tags than the ten that a contact's own list has.
    for number in range(12):
        assert is_done(await shop.do(TagContact(shop.user_id, f"tag & {number}")))
    assert len((await shop.extras()).tags) == 12
    assert is_done(await shop.do(UntagContact(shop.user_id, "TAG & 3")))
    assert is_done(await shop.do(UntagContact(shop.user_id, "tag & 3"))), "somebody else was quicker"
    assert reason_of(await shop.do(UntagContact(shop.user_id, "no such"))) == CommandReason.TAG_GONE
    assert "tag & 3" not in (await shop.extras()).tags
    assert reason_of(await shop.do(JoinCompany(shop.user_id, "O'Neill & Co"))) == CommandReason.NO_SUCH_COMPANY
    assert is_done(await shop.do(JoinCompany(shop.user_id, "O'Neill & Co", create=True)))
    assert is_done(await shop.do(JoinCompany(shop.user_id, "o'neill & co", create=True)))
    [company] = (await shop.extras()).companies
    assert company.name == "O'Neill & Co"
    assert len(shop.sandbox.world.workspace.companies) == 1
    assert is_done(await shop.do(LeaveCompany(shop.user_id, company.id, company.name)))
    assert (await shop.extras()).companies == ()
    with shop.sandbox.lock:
        shop.record().language_override = "de"
    assert is_done(await shop.do(UntagContact(shop.user_id, "tag & 1")))
    assert (await shop.extras()).language == "de"


async def test_a_lead_is_merged_into_a_user_for_ever(shop):
    customer_id = (await shop.view()).customer_id
    assert reason_of(await shop.do(MergeContacts(shop.user_id, shop.lead_id))) == CommandReason.ONLY_LEAD_INTO_USER
    await shop.do(AddContactNote(shop.lead_id, "Of the lead"))
    shop.fails("POST", "/contacts/merge$", action="drop_after")
    assert is_done(await shop.do(MergeContacts(shop.lead_id, shop.user_id)))
    assert shop.record(shop.lead_id).merged_into == shop.user_id
    view = await shop.view()
    assert [c.id for c in view.thread.contacts] == [shop.user_id]
    assert {c.id for c in view.thread.chats} == {shop.chat_id, shop.page_id}
    assert (await shop.engine.queries.thread(customer_id)).customer_id == view.customer_id
    assert view.thread.chat(shop.chat_id).conversation.contact_ids == (shop.user_id,)
    assert [n.text for n in (await shop.extras()).notes] == ["Of the lead"]
    assert is_done(await shop.do(MergeContacts(shop.lead_id, shop.user_id))), "it is so already"
