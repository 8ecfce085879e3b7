"""Server tables change only from provider answers: every command is traced down to the tables it writes."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from reasons import said

from desktop.domain.content.snippets import Snippet
from desktop.domain.direct import Route
from desktop.domain.history.report_events import ReportEvent, ReportKind
from desktop.domain.identity.contact_data import ContactField, ContactFieldKind
from desktop.domain.identity.customer import IdentityDecision
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.customer_texts import CustomerTexts
from desktop.domain.model.facts import ChannelKind, Priority
from desktop.domain.model.list_view import ListView, SavedView
from desktop.domain.model.outgoing import Schedule
from desktop.domain.model.reason import make_reason
from desktop.domain.model.workspace import Relay
from desktop.engine import commands as c
from desktop.engine.sync import ingest
from desktop.ports import ProviderErrorKind, Refused
from tests.helpers.database import table_names
from tests.helpers.every_customer import every_customer

HOUR = timedelta(hours=1)
SERVER_TABLES = ("customers", "contacts", "contact_aliases", "conversations", "entry_rows", "customer_rows")


class Trace:
    """Which server tables were written by whom.

    Through `store_facts` and `merge_contact` with a provider's answer, through `refresh_customers` with answers from
    the store, or past all of them.
    """

    def __init__(self) -> None:
        self.past: set[str] = set()
        self.answers: set[str] = set()

    def note(self, table: str) -> None:
        frame, names = sys._getframe(), set()
        while frame is not None:
            if frame.f_code.co_filename == ingest.__file__:
                names.add(frame.f_code.co_name)
            frame = frame.f_back
        if names & {"store_facts", "merge_contact"}:
            self.answers.add(table)
        elif "refresh_customers" not in names or table != "customer_rows":
            self.past.add(table)

    def watch(self, db) -> None:
        db.create_scalar_function("traced", self.note, 1)
        for table in SERVER_TABLES:
            for change in ("INSERT", "UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TEMP TRIGGER trace_{table}_{change} AFTER {change} ON main.{table} "
                    f"BEGIN SELECT traced('{table}'); END"
                )


EVENT = ReportEvent(
    ReportKind.WINDOW_CLOSED, "v1", "source:v1", datetime(2026, 11, 23, 11, tzinfo=UTC), ChannelKind.WHATSAPP
)
ROUTE = Route(ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "1065"), "+353871234567")
EVERY = {
    c.SaveDraft: [c.SaveDraft("d1", "c1", "v1", "It")],
    c.SendReply: [
        c.SendReply("d1", "c1", "v1", "It ships", seen_upto=9),
        c.SendReply("d2", "c1", "v1", "Now", seen_upto=9),
    ],
    c.SendReaction: [c.SendReaction("v1", "source:v1", "👍")],
    c.ResolvePending: [
        c.ResolvePending("d3", send=True),
        c.ResolvePending("d3", cancel=True),
        c.ResolvePending("d3", arrived=True),
    ],
    c.EditPending: [c.EditPending("d3")],
    c.CloseConversation: [c.CloseConversation("v1")],
    c.ReopenConversation: [c.ReopenConversation("v1")],
    c.SnoozeConversation: [c.SnoozeConversation("v1", None)],
    c.AssignConversation: [c.AssignConversation("v1", "7002")],
    c.AssignToTeam: [c.AssignToTeam("v1", "9001")],
    c.TagConversation: [c.TagConversation("v1", "urgent")],
    c.UntagConversation: [c.UntagConversation("v1", "whatsapp")],
    c.SetPriority: [c.SetPriority("v1", Priority.HIGH)],
    c.ChangeSeveral: [c.ChangeSeveral((c.CloseConversation("v1"), c.AssignConversation("v1", "7002")))],
    c.UndoChanges: [c.UndoChanges((c.CloseConversation("v1"),), c.ReopenConversation("v1"))],
    c.MarkSeen: [c.MarkSeen("c1")],
    c.MarkUnread: [c.MarkUnread("c1")],
    c.PinMapping: [c.PinMapping("v1", ChannelKind.TELEGRAM), c.PinMapping("v1", None, forget=True)],
    c.SetRelay: [c.SetRelay(ChannelKind.WHATSAPP, Relay.REFUSED)],
    c.ChooseTeammate: [c.ChooseTeammate("7001")],
    c.SetBridgeCodes: [c.SetBridgeCodes(frozenset({"some-bridge"}))],
    c.SetOtherCodes: [c.SetOtherCodes(frozenset({"no-bridge"}))],
    c.SetBridgeChannels: [c.SetBridgeChannels(frozenset({ChannelKind.WHATSAPP})), c.SetBridgeChannels(None)],
    c.SetBridgeTaggers: [c.SetBridgeTaggers(frozenset({"7001"}))],
    c.SetMessageChannel: [
        c.SetMessageChannel("v1", "source:v1", ChannelKind.SMS),
        c.SetMessageChannel("v1", "source:v1", None),
    ],
    c.MarkSolved: [c.MarkSolved("refusal:v1:d1"), c.MarkSolved("refusal:v1:d1", solved=False)],
    c.SetNoticePatterns: [c.SetNoticePatterns(("nope",))],
    c.SendDirect: [c.SendDirect("d4", "c1", "v1", ROUTE, "Past Intercom", seen_upto=9)],
    c.RefreshTemplates: [c.RefreshTemplates(ROUTE.key)],
    c.DecideIdentity: [c.DecideIdentity((IdentityDecision("c1", "nobody", same=True),)), c.DecideIdentity()],
    c.SetPhoneRegion: [c.SetPhoneRegion("IE")],
    c.SetRetentionDays: [c.SetRetentionDays(30)],
    c.SaveView: [c.SaveView(SavedView("s1", "Mine, late", ListView.MINE, "late"))],
    c.DeleteView: [c.DeleteView("s1")],
    c.Reschedule: [c.Reschedule("d3", Schedule(at=datetime(2026, 12, 1, 9, tzinfo=UTC)))],
    c.StartConversation: [c.StartConversation("d5", ChannelKind.MESSENGER, "Hello", contact_id="c1")],
    c.EditContact: [c.EditContact("c1", ContactField(ContactFieldKind.NAME), "Jen", "Jennifer Okafor")],
    c.AddContactNote: [c.AddContactNote("c1", "Asked twice")],
    c.TagContact: [c.TagContact("c1", "vip")],
    c.UntagContact: [c.UntagContact("c1", "vip")],
    c.JoinCompany: [c.JoinCompany("c1", "Okafor Ltd", create=True)],
    c.LeaveCompany: [c.LeaveCompany("c1", "k1", "Okafor Ltd")],
    c.MergeContacts: [c.MergeContacts("c1", "nobody")],
    c.SaveSnippets: [c.SaveSnippets((Snippet("s1", "Hello", "Hi {{name}}"),))],
    c.DeleteSnippets: [c.DeleteSnippets(("s1",))],
    c.CarryOutActions: [c.CarryOutActions("d1")],
    c.MarkReportsDone: [c.MarkReportsDone((EVENT,)), c.MarkReportsDone((EVENT,), is_done=False)],
    c.SetCustomerTexts: [c.SetCustomerTexts(CustomerTexts("+35312345678", {"en": "Please write on WhatsApp."}))],
    c.MarkTextsSet: [c.MarkTextsSet(), c.MarkTextsSet(is_set=False)],
    c.SetFilesLimits: [c.SetFilesLimits(100, 30)],
    c.DeleteFiles: [c.DeleteFiles()],
    c.ShowTranslation: [c.ShowTranslation(("v1", "source:v1"), False)],
    c.SetCustomerLanguage: [c.SetCustomerLanguage("c1", "es")],
    c.TranslateCustomer: [c.TranslateCustomer("c1", True)],
    c.ForgetCustomer: [c.ForgetCustomer("nobody")],
    c.FocusCustomer: [c.FocusCustomer("c1")],
    c.SetTyping: [c.SetTyping("v1"), c.SetTyping("v1", is_typing=False)],
    c.SetVisibleCustomers: [c.SetVisibleCustomers(("c1",))],
    c.SyncNow: [c.SyncNow()],
    c.CancelFirstSync: [c.CancelFirstSync()],
}
ASK_INTERCOM = (
    *get_args(c.ConversationChange),
    *get_args(c.ContactChange),
    c.StartConversation,
    c.ChangeSeveral,
    c.UndoChanges,
    c.MarkSeen,
)


@pytest.fixture
async def traced(world, kit):
    """A conversation, a refused reply in it, and every write watched from now on."""
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    world.gateway.outcomes = [Refused(ProviderErrorKind.REJECTED, said("No."))]
    await world.engine.command_handler.do(c.SendReply("d3", "c1", "v1", "Refused", seen_upto=9))
    await world.engine.outbox.step()
    trace = Trace()
    await world.store.write(trace.watch)
    return world, trace


def test_every_command_is_traced():
    assert set(EVERY) == set(get_args(c.Command))


@pytest.mark.parametrize(
    "command", [one for several in EVERY.values() for one in several], ids=lambda x: type(x).__name__
)
async def test_a_command_writes_no_server_table_by_itself(traced, kit, command):
    world, trace = traced
    await world.engine.command_handler.do(command)
    assert trace.past == set()
    if not isinstance(command, ASK_INTERCOM):
        assert trace.answers == set()


async def test_a_persons_word_moves_contacts_between_customers_and_changes_nothing_of_them(world, kit):
    for conversation, contact in (("v1", "c1"), ("v2", "c2")):
        world.gateway.put(kit.whatsapp(conversation, contact, kit.START - HOUR))
    await world.sync()
    before = await world.store.read(facts)
    await world.engine.command_handler.do(c.DecideIdentity((IdentityDecision("c1", "c2", same=True),)))
    assert {row.customer_id for row in await every_customer(world.engine.queries)} == {"c1"}
    assert await world.store.read(facts) == before
    await world.engine.command_handler.do(c.DecideIdentity(revoked=(IdentityDecision("c1", "c2", same=True),)))
    assert {row.customer_id for row in await every_customer(world.engine.queries)} == {"c1", "c2"}
    assert await world.store.read(facts) == before


async def test_merge_undo_and_merge_again_is_the_first_merge_and_no_message_is_rewritten(world, kit):
    for conversation, contact in (("v1", "c1"), ("v2", "c2"), ("v3", "c2")):
        world.gateway.put(kit.whatsapp(conversation, contact, kit.START - HOUR))
    await world.sync()
    trace = Trace()
    await world.store.write(trace.watch)
    apart = await world.store.read(everything)
    word = (IdentityDecision("c2", "c1", same=True),)
    await world.engine.command_handler.do(c.DecideIdentity(word))
    first = await world.store.read(everything)
    assert len((await world.engine.queries.thread("c1")).thread.messages) == 3
    await world.engine.command_handler.do(c.DecideIdentity(revoked=word))
    assert await world.store.read(everything) == apart
    await world.engine.command_handler.do(c.DecideIdentity(word))
    assert await world.store.read(everything) == first != apart
    assert not {"entry_rows", "conversations"} & (trace.past | trace.answers)


async def test_forgetting_a_customer_leaves_nothing_of_them_and_all_of_others(world, kit):
    for conversation, contact in (("v1", "c1"), ("v2", "c2")):
        world.gateway.put(kit.whatsapp(conversation, contact, kit.START - HOUR))
    await world.sync()
    await world.engine.command_handler.do(c.SaveDraft("d1", "c1", "v1", "It ships"))
    others = [row for row in (await world.store.read(facts))["entries"] if row[0] == "v2"]
    assert await world.engine.command_handler.do(c.ForgetCustomer("c1")) == c.Done()
    assert {row.customer_id for row in await every_customer(world.engine.queries)} == {"c2"}
    assert await world.engine.queries.thread("c1") is None
    assert await world.store.read(mentions, "c1") == []
    assert (await world.store.read(facts))["entries"] == others
    await world.sync()
    assert {row.customer_id for row in await every_customer(world.engine.queries)} == {"c2"}
    # An answer that was under way when the customer was forgotten, and then something new.
    await world.engine.command_handler.do(c.FocusCustomer("c1", "v1"))
    await world.engine.open_conversation.read("v1")
    assert await world.store.read(mentions, "c1") == []
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR / 2))
    await world.sync()
    assert {row.customer_id for row in await every_customer(world.engine.queries)} == {"c1", "c2"}


async def test_a_customer_to_whom_a_reply_is_on_its_way_is_not_forgotten(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    await world.engine.command_handler.do(c.SendReply("d1", "c1", "v1", "It ships", seen_upto=9))
    answer = await world.engine.command_handler.do(c.ForgetCustomer("c1"))
    assert isinstance(answer, c.Failed)
    assert answer.reason == make_reason(CommandReason.UNSETTLED_REPLY)
    assert (await world.engine.queries.thread("c1")) is not None


async def test_a_country_that_is_none_is_refused(world):
    answer = await world.engine.command_handler.do(c.SetPhoneRegion("Ireland"))
    assert isinstance(answer, c.Failed)
    assert answer.reason == make_reason(CommandReason.NO_COUNTRY, region="Ireland")


def facts(db) -> dict[str, list]:
    """What providers told, without whom we hold to be one."""
    contacts = db.execute("SELECT id, name, email, phone, attributes, bridge_attributes FROM contacts").fetchall()
    return {"contacts": contacts, "entries": db.execute("SELECT * FROM entries ORDER BY 1, 2").fetchall()}


def everything(db) -> dict[str, list]:
    # What the parts of an index of texts are, and in which order, is its own affair.
    tables = [t for t in table_names(db) if not t.startswith(("message_index", "customer_index"))]
    return {t: sorted(db.execute(f"SELECT * FROM {t}").fetchall(), key=repr) for t in tables}


def mentions(db, word: str) -> list[str]:
    """Tables in which a cell is this word, or this conversation's; not where ids and times keep the customer away."""
    tables = [*table_names(db), "entries"]
    tables.remove("forgotten")
    return [
        table
        for table in tables
        for row in db.execute(f"SELECT * FROM {table}").fetchall()
        if any(cell == word or (cell == "v1" and table != "sync_queue") for cell in row)
    ]


async def test_sending_writes_them_from_the_answer(traced):
    world, trace = traced
    await world.engine.command_handler.do(c.SendReply("d1", "c1", "v1", "It ships", seen_upto=9))
    assert await world.engine.outbox.step()
    assert trace.past == set()
    assert "entry_rows" in trace.answers


async def test_the_trace_sees_what_goes_past_the_answers(traced):
    world, trace = traced
    await world.store.write(lambda db: db.execute("UPDATE entry_rows SET text = 'forged'"))
    assert trace.past == {"entry_rows"}
