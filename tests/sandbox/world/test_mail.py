"""E-mail is assigned to the contact with the address, and replies go there."""

from __future__ import annotations

import pytest

from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, World


def test_mail_of_a_customer_known_by_phone_creates_a_contact_with_the_address() -> None:
    world = World()
    customer = world.add_customer("Yuki Tanaka", phone="+819012345678", email="yuki@example.com")
    world.write(customer, "whatsapp", "Hello")
    mail = world.write(customer, "email", "Invoice please")
    assert mail is not None
    owner = world.intercom.get_conversation(mail)["contacts"]["contacts"][0]["id"]
    assert world.intercom.get_contact(owner)["email"] == "yuki@example.com"
    assert len(world.contact_ids(customer)) == 2
    part = world.teammate_reply(mail, AGENT, "Attached")
    assert world.delivery(part) == {
        "whatsapp": False,
        "sms": False,
        "telegram": False,
        "messenger": False,
        "email": True,
    }


def test_mail_of_a_known_address_is_assigned_to_its_contact() -> None:
    world = World()
    customer = world.add_customer("Yuki Tanaka", email="yuki@example.com", known_as="user")
    world.write(customer, "email", "Invoice please")
    assert len(world.contact_ids(customer)) == 1


def test_mail_can_bounce_or_be_unwanted(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, on="email", text="A question"))
    (contact,) = world.contact_ids(jennifer)
    world.edit_contact(contact, marked_email_as_spam=True, unsubscribed_from_emails=True)
    answer = world.intercom.get_contact(contact)
    assert (answer["marked_email_as_spam"], answer["unsubscribed_from_emails"]) == (True, True)
    assert world.delivery(world.teammate_reply(conversation, AGENT, "Answer"))["email"]
    world.edit_contact(contact, has_hard_bounced=True)
    assert world.truth(conversation)["delivery"]["email"] is False
    assert not world.delivery(world.teammate_reply(conversation, AGENT, "Answer"))["email"]
    with pytest.raises(ValueError, match="a contact has no shoes"):
        world.edit_contact(contact, shoes=2)
