"""Which steps are left to set up a workspace."""

from __future__ import annotations

from enum import Enum, auto

import msgspec

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay, Workspace
from desktop.ui.settings.relay_test.page import TESTABLE_CHANNELS


class StepKind(Enum):
    """In the order of the checklist."""

    OCTOPODS = auto()
    DELIVERY_TEST = auto()
    ACCOUNT = auto()
    NOTIFICATION = auto()


class SetupStep(msgspec.Struct, frozen=True):
    """untested: the channels that are left to test."""

    kind: StepKind
    is_done: bool
    untested: tuple[ChannelKind, ...] = ()


def find_steps(workspace: Workspace, *, has_account: bool, has_tried_notification: bool) -> tuple[SetupStep, ...]:
    """Return the steps that matter to this workspace: without Octopods there is no delivery to test."""
    carried = workspace.bridge_channels
    steps = [SetupStep(StepKind.OCTOPODS, carried is not None)]
    testable = [c for c in TESTABLE_CHANNELS if carried is None or c in carried]
    if testable:
        untested = tuple(c for c in testable if workspace.relay_of(c) is Relay.UNPROVEN)
        # While nobody has said which channels there are, one is enough.
        is_done = len(untested) < len(testable) if carried is None else not untested
        steps.append(SetupStep(StepKind.DELIVERY_TEST, is_done, untested))
    steps.append(SetupStep(StepKind.ACCOUNT, has_account))
    steps.append(SetupStep(StepKind.NOTIFICATION, has_tried_notification))
    return tuple(steps)
