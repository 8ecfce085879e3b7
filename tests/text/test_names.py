"""What customers and channels are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.model.facts import ChannelKind
from desktop.text import names


@given(st.text(max_size=40))
def test_any_name_has_initials_and_something_to_be_called(name):
    assert names.initials(name)
    assert names.display_name(name).strip()


@pytest.mark.parametrize(
    ("name", "initials"), [("Jennifer Okafor", "JO"), ("ana", "A"), ("Ana Maria de Souza", "AS"), ("+353 87", "8")]
)
def test_initials(name, initials):
    assert names.initials(name) == initials


def test_every_system_has_its_own_name_for_the_place_of_passwords():
    found = [names.password_store(system) for system in ("win32", "darwin", "linux")]
    assert found == ["Windows Credential Manager", "macOS Keychain", "keyring"]


@pytest.mark.parametrize("kind", ChannelKind)
def test_every_channel_has_a_label_a_name_and_a_place(kind: ChannelKind) -> None:
    assert names.channel_label(kind)
    assert names.channel_name(kind)
    assert names.place(kind).split()[0] in ("on", "in", "by")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Jennifer Okafor", "Jennifer"),
        ("  Jennifer\nOkafor ", "Jennifer"),
        ("+353 87 123 4567", "+353 87 123 4567"),
        ("", "the customer"),
        ("\u200b\n", "the customer"),
    ],
)
def test_a_customer_is_called_by_their_first_name(name: str, called: str) -> None:
    assert names.first_name(name) == called
