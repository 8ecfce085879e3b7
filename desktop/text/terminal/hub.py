"""What `reachline hub` prints for whoever runs it."""

from __future__ import annotations

from desktop.text.catalog import Plural, Text

# --- help -------------------------------------------------------------------------------------------------------------

DESCRIPTION = Text(
    "For a team: feeds many desktops from one place. Without a hub, each desktop asks Intercom by itself."
)
HELP_INIT = Text("make a folder with everything that the broker and the hub start from")
HELP_SERVE = Text("run the hub: receive webhooks, poll Intercom, and feed the desktops")
HELP_INVITE = Text("invite a desktop: prints one line to paste into Settings, Team; it's shown only once")
HELP_REVOKE = Text("end a desktop's invitation, and change the team's key for all others")
HELP_STATUS = Text("show how the broker and the hub are doing")
HELP_NEW_FOLDER = Text("folder to make")
HELP_FOLDER = Text("the hub's folder (default: reachline-hub)")
HELP_WORKSPACE = Text("ID of your Intercom workspace, as in the web address of its inbox: …/a/inbox/ID/…")
HELP_SERVER = Text("host name by which desktops find the broker; three times for a cluster of three")
HELP_BROKER = Text("where the hub itself finds the broker (default: on this computer)")
HELP_PORT = Text("the broker's port (default: 4222)")
HELP_WEBSOCKET_PORT = Text(
    "the broker's port for networks that let only web traffic through; 0 for none (default: 8443)"
)
HELP_LISTEN = Text("where the hub receives webhooks (default: 127.0.0.1:8200)")
HELP_PUBLIC_URL = Text("the web address that providers call, such as https://hub.example.com")
HELP_CERTIFICATE = Text("certificate for the broker, with its chain (PEM); without it, one is made")
HELP_KEY = Text("private key of that certificate (PEM)")
HELP_CA = Text("certificates that desktops need to trust it (PEM), if their systems don't")
HELP_SYNC_ALWAYS = Text("let the broker write to the disk before it answers; needs nats-server 2.10 or later")
HELP_LOG_LEVEL = Text("how much is logged, never the text of messages (default: info)")
HELP_NAME = Text("name of the desktop: letters, digits, - and _")

# --- what went wrong --------------------------------------------------------------------------------------------------

# Translators: {reason}: by the system, such as "No such file or directory".
UNREADABLE_FILE = Text("{file}: can't be read ({reason}).")
# Translators: {problem}: in English, or the names of settings.
WRONG_CONFIG = Text("{file} isn't as it should be: {problem}")
OPEN_SECRET = Text("{file}: other users of this computer can read it. Run: chmod 600 {file}")
# Translators: {name}: of a file or an environment variable.
WRONG_SECRET = Text("The secret {name} is missing or doesn't have the right form.")
KEYS_IN_ENVIRONMENT = Text(
    "The team's keys come from an environment variable, so they can't be changed here. Keep them in the file {name}."
)
ALREADY_A_HUB = Text("{folder} already holds a hub. Choose another folder.")
NOT_A_WORKSPACE = Text("{workspace} isn't the ID of a workspace.")
NOT_A_NAME = Text("{name} can't be a desktop's name. Use up to 64 letters, digits, - and _.")
NAME_TAKEN = Text("There's an invitation for {name} already. Choose another name, or revoke that one first.")
NOT_INVITED = Text("Nobody is invited as {name}.")
NOT_AN_ADDRESS = Text("{address} isn't a host and port like 127.0.0.1:8200.")
CERTIFICATE_AND_KEY = Text("A certificate and its key are needed together.")
# Translators: {token}, {config}: IDs of workspaces.
OTHER_WORKSPACE = Text(
    "The Intercom token is for the workspace {token}, but this hub is for {config}. Intercom isn't polled."
)
NOT_INSTALLED = Text("The hub needs {package}, which isn't installed. Run: pip install reachline[hub]")
SYSTEM_REFUSED = Text("The system refused: {reason} {file}")

# --- `reachline hub init`, `invite`, `revoke`, `serve` ----------------------------------------------------------------

MADE = Text("Made {folder}. It holds secrets: keep it to yourself, and include it in your backups.")
# Translators: {start}: a command.
NEXT = Text(
    "Next: put your Intercom token into {folder}/secrets/intercom_token, start the broker ({start}), start the hub "
    "(reachline hub serve --folder {folder}), and invite desktops (reachline hub invite NAME --folder {folder})."
)
SYNCS_RARELY = Text(
    "This computer has nats-server {version}. Before 2.10 it can't write each message to the disk at once: if the "
    "computer loses power, the last two minutes may be lost, and desktops read them from Intercom instead."
)
INVITATION = Text("The invitation for {name}. It's a password: hand it over privately. It can't be shown again.")
RELOAD_BROKER = Text(
    "The broker doesn't know about the change yet. On its computer, run: nats-server --signal reload, or restart it."
)
REVOKED = Text("{name} is no longer invited, and the team's key has changed.")
KEYS_LATER = Text("The broker can't be reached. The others get the new key when the hub is started again.")
SERVING = Text("Receiving webhooks at {address}.")

# --- `reachline hub status` -------------------------------------------------------------------------------------------

# Translators: {names}: of desktops.
INVITED = Text("Invited: {names}")
NOBODY_INVITED = Text("Nobody is invited yet.")
BROKER = Text("Broker: {servers} responds.")
NO_BROKER = Text("Broker: {servers} doesn't respond. {reason}")
FACTS = Plural(
    "Feed: {count} message, {megabytes} MB, the oldest from {first}.",
    "Feed: {count} messages, {megabytes} MB, the oldest from {first}.",
)
NO_FACTS = Text("Feed: empty.")
DESKTOPS = Plural("Desktops: {count} is connected.", "Desktops: {count} are connected.")
NO_HUB = Text("Hub: no copy is running.")
# Translators: {copy}: a computer's name and a number.
POLLS = Text("Intercom: polled by {copy}.")
POLLS_NOT = Text("Intercom: not polled. See the log of {copy}.")
WEBHOOKS = Text("Webhooks: the latest from Intercom came at {at}.")
NO_WEBHOOKS = Text("Webhooks: none from Intercom so far.")
