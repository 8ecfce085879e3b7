"""Reasons: every code has one entry, and whoever gives a reason gives what its sentence needs."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from enum import StrEnum

import pytest
from source_code import MODULES, nodes_of, shown

from desktop.domain.content.template import ProblemCode, Unsendable
from desktop.domain.delivery import ArrivalReason
from desktop.domain.identity.customer import MatchReason
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.outgoing import OutboxReason
from desktop.domain.model.reason import NO_REASON, Reason, ReasonCode, join_reasons, make_reason
from desktop.ports import ProviderErrorKind
from desktop.ports.reasons import AccountReason, MachineReason, MediaReason, ProviderReason
from desktop.text.reasons.describe import SENTENCES, describe

ENUMS: tuple[type[StrEnum], ...] = (
    *(ReasonCode, OutboxReason, CommandReason, ArrivalReason, MatchReason, ProblemCode, Unsendable),
    *(ProviderErrorKind, ProviderReason, MediaReason, AccountReason, MachineReason),
)
CODES = [code for enum in ENUMS for code in enum]
# One process reads and parses the modules.
pytestmark = pytest.mark.xdist_group("source code")


def known(given: set[str]) -> set[str]:
    """What `describe` has for an entry when it is given these parameters."""
    return given | {"store"} | ({"label", "place"} if "channel" in given else set())


def declared_parameters(enum: type[StrEnum]) -> dict[str, set[str]]:
    """The parameters in the comment beside each code, with those that the docstring gives all codes."""
    in_docstring = set(re.findall(r"\{(\w+)", inspect.getdoc(enum) or ""))
    found = {}
    for line in inspect.getsource(enum).splitlines():
        if match := re.fullmatch(r'\s+([A-Z0-9_]+) = "\w+"(.*)', line):
            in_comment = {name.strip() for names in re.findall(r"\{([\w, ]+)\}", match[2]) for name in names.split(",")}
            found[match[1]] = in_comment | in_docstring
    return found


def reasons_made() -> list[tuple[str, str, str, set[str]]]:
    """Every call of `make_reason` with a code of one of the enums: its place, enum, code and parameters."""
    names = {enum.__name__ for enum in ENUMS}
    found = []
    for module in MODULES:
        for node in nodes_of(module):
            match node:
                # `failed` answers a command with the reason that it makes.
                case ast.Call(
                    func=ast.Name(id="make_reason" | "failed")
                    | ast.Attribute(value=ast.Name(id="steps"), attr="failed"),
                    args=[ast.Attribute(value=ast.Name(id=enum), attr=code)],
                ) if enum in names and code.isupper():
                    place = f"{shown(module)}:{node.lineno}"
                    found.append((place, enum, code, {str(keyword.arg) for keyword in node.keywords}))
    return found


def test_every_code_has_an_entry():
    assert [f"{type(code).__name__}.{code.name}" for code in CODES if code not in SENTENCES] == []


def test_the_codes_of_all_layers_are_different_words():
    assert [code for code, times in Counter(map(str, CODES)).items() if times > 1] == []


@pytest.mark.parametrize("enum", ENUMS)
def test_an_entry_needs_only_the_parameters_that_the_code_declares(enum):
    declared = declared_parameters(enum)
    assert declared.keys() == {code.name for code in enum}
    missing = {c.name: SENTENCES[c].placeholders - known(declared[c.name]) for c in enum}
    assert {name: names for name, names in missing.items() if names} == {}


def test_every_reason_is_made_with_what_its_entry_needs():
    made = reasons_made()
    assert len(made) > 50
    by_name = {enum.__name__: enum for enum in ENUMS}
    assert [
        (place, code)
        for place, enum, code, given in made
        if not SENTENCES[by_name[enum][code]].placeholders <= known(given)
    ] == []


def test_joined_reasons_stand_one_after_the_other_and_each_is_said_once():
    full, says = make_reason(MachineReason.DISK_FULL), make_reason(MachineReason.SYSTEM_SAYS, detail="No space")
    both = join_reasons(full, NO_REASON, says, full)
    assert describe(both) == f"{describe(full)} The system says: “No space”."
    assert join_reasons(NO_REASON, full) == full
    assert join_reasons() == NO_REASON


@pytest.mark.parametrize("written", ["Octopods: not sent.", " octopods : not sent. ", "not sent."])
def test_octopods_is_named_once_where_its_words_are_quoted(written):
    assert describe(make_reason(ArrivalReason.NOTICE, channel="whatsapp", text=written)) == (
        "Octopods reported: “not sent.”"
    )


def test_no_reason_and_a_reason_of_a_later_version():
    assert describe(NO_REASON) == ""
    assert describe(Reason("from_the_future")) == "Details are in the log."


def test_a_reason_that_an_earlier_version_stored_without_what_its_entry_needs_now():
    assert describe(make_reason(OutboxReason.ANSWER_LOST)) == "Details are in the log."
    assert describe(make_reason(ProblemCode.BODY_TOO_LONG)) == "Details are in the log."
