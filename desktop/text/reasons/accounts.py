"""Reasons about accounts: what was typed in, the password store, and what a check found."""

from __future__ import annotations

from desktop.ports.reasons import AccountReason
from desktop.text.catalog import Text

# Translators: {account} is a name such as “Acme” or “Twilio SMS · +353 1 555 0102”; {store} such as “Windows
# Credential Manager”.
SENTENCES = {
    AccountReason.TOKEN_FORM: Text("This can't be a token: it's empty, or has spaces or unusual characters."),
    AccountReason.BOT_TOKEN_FORM: Text("A bot's token is a number, a colon, and letters."),
    AccountReason.NUMBER_FORM: Text("The number starts with + and the country code, such as +353 1 555 0100."),
    AccountReason.PHONE_NUMBER_ID_FORM: Text(
        "The phone number ID has digits only. It isn't the phone number; Meta shows it next to the number."
    ),
    AccountReason.BUSINESS_ACCOUNT_ID_FORM: Text(
        "The WhatsApp Business Account ID has digits only. Meta shows it next to the phone number ID."
    ),
    # Translators: {example} is a version such as v26.0.
    AccountReason.GRAPH_VERSION_FORM: Text("The Graph API version looks like {example}."),
    AccountReason.ACCOUNT_SID_FORM: Text(
        "The account SID starts with AC and has 34 characters. Copy it from the Twilio Console."
    ),
    AccountReason.API_KEY_SID_FORM: Text(
        "The API key SID starts with SK and has 34 characters. Copy it from the Twilio Console."
    ),
    AccountReason.SERVICE_SID_FORM: Text(
        "The Messaging Service SID starts with MG and has 34 characters. Copy it from the Twilio Console."
    ),
    # Translators: “reachline-team:” isn't translated.
    AccountReason.INVITATION_FORM: Text(
        "This isn't an invitation to a team. An invitation is one line that starts with “reachline-team:”. Ask your "
        "admin for it."
    ),
    AccountReason.INVITATION_CUT: Text(
        "This invitation isn't complete. Copy the whole line again, or ask your admin for a new invitation."
    ),
    AccountReason.KEYRING_MISSING: Text(
        "This system has no password store that Reachline can use, so nothing is saved: Reachline asks for "
        "your tokens each time it starts. Install one (on Linux, GNOME Keyring or KWallet) and restart "
        "Reachline."
    ),
    AccountReason.KEYRING_LOCKED: Text(
        "The system's password store ({store}) is locked or didn't let Reachline in, so nothing is saved: "
        "Reachline asks for your tokens each time it starts. Unlock the password store, allow Reachline to "
        "use it, and restart Reachline."
    ),
    AccountReason.KEYRING_BROKEN: Text(
        "The system's password store ({store}) responded with an error, so nothing is saved: Reachline asks "
        "for your tokens each time it starts. Check whether other programs can use the password store, and "
        "restart Reachline."
    ),
    AccountReason.KEYRING_SKIPPED: Text(
        "Reachline started before the system's password store ({store}) responded, so nothing is saved: "
        "Reachline asks for your tokens each time it starts. Restart Reachline when the password store "
        "responds."
    ),
    AccountReason.CACHE_KEY_NOT_GIVEN: Text(
        "The key for the messages on this computer couldn't be read from the system's password store "
        "({store}). Unlock the password store and try again."
    ),
    AccountReason.CACHE_KEY_NOT_SAVED: Text(
        "The key for the messages on this computer couldn't be saved in the system's password store "
        "({store}), so no messages are stored. Unlock the password store and try again."
    ),
    AccountReason.UNKNOWN_WORKSPACE: Text("This workspace is no longer in Reachline. Add it again."),
    # Translators: {file} is the name of a file.
    AccountReason.PROFILE_PUT_ASIDE: Text(
        "Reachline couldn't read your saved accounts. The file is kept as {file}. Add your accounts again."
    ),
    AccountReason.PROFILE_UNREADABLE: Text(
        "Reachline couldn't read your saved accounts. Check the disk, or add the accounts again."
    ),
    AccountReason.TOKEN_NOT_SAVED: Text(
        "The token couldn't be saved in the system's password store ({store}), so nothing was saved. Unlock "
        "the password store and try again."
    ),
    AccountReason.KEY_NOT_SAVED: Text(
        "The key or token couldn't be saved in the system's password store ({store}), so nothing was saved. "
        "Unlock the password store and try again."
    ),
    AccountReason.TOKEN_NOT_GIVEN: Text(
        "The token of {account} couldn't be read from the system's password store ({store}). Unlock the "
        "password store and try again."
    ),
    AccountReason.TOKEN_NOT_DELETED: Text(
        "The token of {account} couldn't be deleted from the system's password store ({store}), so {account} "
        "stays connected. Unlock the password store and remove {account} again."
    ),
    AccountReason.TOKEN_GONE: Text(
        "The token of {account} is no longer in the system's password store ({store}). Enter it again."
    ),
    AccountReason.TOKEN_NEEDED: Text("Enter the token of {account}."),
    AccountReason.ENTER_TOKEN_AGAIN: Text("Enter the token of {account} again."),
    # Translators: “Developer Hub” and “Configure > Authentication” are written in English in Intercom.
    AccountReason.COPY_TOKEN_AGAIN: Text(
        "Copy the whole access token again: Developer Hub > your app > Configure > Authentication."
    ),
    AccountReason.INVITATION_NOT_SAVED: Text(
        "The invitation couldn't be saved in the system's password store ({store}), so nothing was saved. Unlock the "
        "password store and try again."
    ),
    AccountReason.INVITATION_NOT_GIVEN: Text(
        "The invitation to your team couldn't be read from the system's password store ({store}). Unlock the password "
        "store and restart Reachline."
    ),
    AccountReason.INVITATION_NOT_DELETED: Text(
        "The invitation couldn't be deleted from the system's password store ({store}), so you're still in the team. "
        "Unlock the password store and try again."
    ),
    AccountReason.INVITATION_GONE: Text(
        "The invitation to your team is no longer in the system's password store ({store}). Paste it again in "
        "Settings > Team, or ask your admin for a new one."
    ),
    AccountReason.NOT_SAVED: Text("This couldn't be saved on this computer. Nothing was changed."),
    AccountReason.CACHE_NOT_DELETED: Text(
        "{account} is removed, but its messages on this computer couldn't be deleted. Close other programs "
        "that use Reachline's folder. Then add the workspace and remove it again."
    ),
    # Translators: {name} is a workspace.
    AccountReason.OTHER_WORKSPACE: Text(
        "This token now belongs to another workspace, {name}. Enter the token of this workspace again."
    ),
    # Translators: {name} is a teammate.
    AccountReason.TOKEN_READS_ALL: Text("The token of {name} can read everything Reachline needs."),
    AccountReason.NAMELESS_TOKEN_READS_ALL: Text("The token can read everything Reachline needs."),
    # Translators: {name} is what the provider calls the account.
    AccountReason.ANSWERS_AS: Text("Connected as {name}."),
    AccountReason.ANSWERS: Text("Connected."),
    AccountReason.NO_LONGER_CONNECTED: Text(
        "This channel account is no longer connected. Connect it again in Settings."
    ),
    # Translators: {name} and {here} are workspaces.
    AccountReason.INVITATION_OF_OTHER: Text(
        "This invitation is for another workspace, {name}. Switch to that workspace and paste it there, or ask your "
        "admin for an invitation to {here}."
    ),
    AccountReason.NO_TEAM: Text("This computer isn't in a team."),
    # Translators: {desk} is the name of this computer in the team; {desks} is a number.
    AccountReason.TEAM_ANSWERS: Text("Connected as {desk}. Computers connected: {desks}."),
    # Translators: {desk} is the name of this computer in the team; “reachline hub serve” is a command.
    AccountReason.TEAM_HUB_SILENT: Text(
        "Connected as {desk}, but your team's server is silent, so we ask Intercom ourselves. Ask your admin "
        "to start “reachline hub serve”."
    ),
}
