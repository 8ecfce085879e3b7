"""Sentences on accounts that cannot be checked, stored, opened or removed."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.views import Checked, Refusal
from desktop.ports import Account, ChannelConfig, Permission, ProviderError, ProviderErrorKind, WorkspaceConfig
from desktop.ports.accounts import ProfileUnreadable
from desktop.ports.machine import KeyringProblem
from desktop.store.core.errors import KnownError

TOKEN_PLACE = "Developer Hub > your app > Authentication"
UNKNOWN_WORKSPACE = Refusal("This workspace is not known any more. Add it again.")

_SO = "so Reachline keeps nothing: it asks for the tokens at each start."
NOT_KEPT = {
    KeyringProblem.MISSING: f"This system has no keyring that can be used, {_SO} Install one (on Linux, GNOME Keyring "
    "or KWallet) and start Reachline again.",
    KeyringProblem.LOCKED: f"The system's keyring stayed locked or did not let Reachline in, {_SO} Unlock it, allow "
    "Reachline to use it, and start Reachline again.",
    KeyringProblem.BROKEN: f"The system's keyring answered with an error, {_SO} See whether other programs can use it, "
    "and start Reachline again.",
    KeyringProblem.SILENT: f"The system's keyring was not waited for, {_SO} Start Reachline again once it answers.",
}
CACHE_KEY_NOT_GIVEN = Refusal(
    "The keyring does not give out the key of the messages kept on this computer. Unlock the keyring and try again."
)
CACHE_KEY_NOT_KEPT = Refusal(
    "The keyring did not keep the key for the messages on this computer, so none are stored. Unlock the keyring and "
    "try again."
)
_CHANNELS = {ChannelKind.WHATSAPP: "WhatsApp", ChannelKind.SMS: "SMS"}
_OF_SEVERAL_CHANNELS = (Provider.OCTOPODS, Provider.TWILIO)


def account_title(config: ChannelConfig) -> str:
    """The account as people know it: `Twilio SMS · +353…`."""
    channel = f" {_CHANNELS.get(config.channel, '')}" if config.provider in _OF_SEVERAL_CHANNELS else ""
    return f"{config.provider.display_name}{channel} · {config.address or config.name or config.sender}"


def refusal_of(error: ProviderError) -> Refusal:
    """The provider's own sentence as a refusal."""
    return Refusal(error.sentence, error.kind)


def sentence_of(error: ValueError) -> str:
    """The text of a port's ValueError as a sentence, with a capital and a full stop."""
    text = str(error).strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def reason_of(error: KnownError | OSError) -> str:
    """The reason alone, to end a sentence with; names no file."""
    text = error.sentence if isinstance(error, KnownError) else error.strerror or type(error).__name__
    return text.rstrip(".")


def not_loaded(error: ProfileUnreadable | OSError) -> str:
    """The profile file could not be read."""
    if isinstance(error, ProfileUnreadable):
        return error.sentence
    reason = reason_of(error)
    return f"What Reachline remembered of your accounts cannot be read: {reason}. Check the disk, or enter it again."


def not_kept(what: str) -> Refusal:
    """The keyring did not store a secret. what: its kind."""
    return Refusal(f"The keyring did not take the {what}, so nothing was kept. Unlock the keyring and try again.")


def not_given(title: str) -> Refusal:
    """The keyring did not return the account's token."""
    return Refusal(f"The keyring does not give out the token of {title}. Unlock the keyring and try again.")


def not_forgotten(title: str) -> Refusal:
    """The keyring did not delete the account's token."""
    return Refusal(
        f"The keyring does not let go of the token of {title}, so it stays connected. "
        "Unlock the keyring and remove it again."
    )


def not_saved(error: OSError) -> Refusal:
    """The profile file could not be written."""
    return Refusal(f"This could not be kept on this computer: {reason_of(error)}. Nothing was changed.")


def not_wiped(name: str, error: KnownError | OSError) -> Refusal:
    """The cache of a removed workspace could not be deleted."""
    return Refusal(
        f"{name} is removed, but its messages on this computer could not be "
        f"deleted: {reason_of(error)}. Free the folder from other programs, add the workspace and remove it again."
    )


def token_gone(title: str, keyring_error: str) -> Refusal:
    """keyring_error: why nothing is stored; "" where it is."""
    if not keyring_error:
        return Refusal(f"The keyring has no token for {title} any more. Enter it again.", ProviderErrorKind.SIGNED_OUT)
    return Refusal(f"{keyring_error} {title} needs its token now.", ProviderErrorKind.SIGNED_OUT)


def checked_workspace(
    title: str, expected: WorkspaceConfig, account: Account, permissions: Sequence[Permission]
) -> Checked:
    """The result for a token that was accepted."""
    if account.workspace_id != expected.workspace_id:
        text = f"The token now opens another workspace, {account.workspace_name or account.workspace_id}."
        return Checked(title, False, f"{text} Enter the token of this one again.")
    missing = [p.sentence for p in permissions if p.allowed is False]
    if missing:
        return Checked(title, False, " ".join(missing))
    return Checked(title, True, f"The token of {account.teammate.name or 'its owner'} may read all that is needed.")
