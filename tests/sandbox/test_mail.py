"""E-mail finds the contact that has the address, and answers go where it came from."""

from __future__ import annotations

from desktop.sandbox.world import AGENT, World


def test_mail_of_somebody_known_only_by_phone_makes_a_contact_with_the_address() -> None:
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


def test_mail_of_a_known_address_goes_to_its_contact() -> None:
    world = World()
    customer = world.add_customer("Yuki Tanaka", email="yuki@example.com", known_as="user")
    world.write(customer, "email", "Invoice please")
    assert len(world.contact_ids(customer)) == 1
