"""Which steps the checklist has, and when one is done."""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay, Workspace
from desktop.ui.help.first_day.steps import SetupStep, StepKind, find_steps

WHATSAPP, TELEGRAM, SMS = ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS
NEW = Workspace()


def steps_of(workspace: Workspace) -> dict[StepKind, SetupStep]:
    return {step.kind: step for step in find_steps(workspace, has_account=False, has_tried_notification=False)}


def test_a_new_workspace_has_four_steps_and_none_is_done() -> None:
    steps = find_steps(NEW, has_account=False, has_tried_notification=False)
    assert [step.kind for step in steps] == list(StepKind)
    assert not any(step.is_done for step in steps)


def test_without_octopods_there_is_no_delivery_to_test() -> None:
    steps = steps_of(replace(NEW, bridge_channels=frozenset()))
    assert steps[StepKind.OCTOPODS].is_done
    assert StepKind.DELIVERY_TEST not in steps


def test_every_carried_channel_is_to_be_tested() -> None:
    carried = replace(NEW, bridge_channels=frozenset({WHATSAPP, SMS}))
    assert steps_of(carried)[StepKind.DELIVERY_TEST].untested == (WHATSAPP, SMS)
    one = steps_of(replace(carried, relay={WHATSAPP: Relay.PROVEN}))[StepKind.DELIVERY_TEST]
    assert (one.is_done, one.untested) == (False, (SMS,))
    # A test that failed is an answer, too.
    both = replace(carried, relay={WHATSAPP: Relay.PROVEN, SMS: Relay.REFUSED})
    assert steps_of(both)[StepKind.DELIVERY_TEST].is_done


def test_while_the_channels_are_unknown_one_test_is_enough() -> None:
    assert steps_of(replace(NEW, relay={TELEGRAM: Relay.PROVEN}))[StepKind.DELIVERY_TEST].is_done


def test_an_account_and_a_tried_notification_are_done() -> None:
    done = {s.kind for s in find_steps(NEW, has_account=True, has_tried_notification=True) if s.is_done}
    assert done == {StepKind.ACCOUNT, StepKind.NOTIFICATION}
