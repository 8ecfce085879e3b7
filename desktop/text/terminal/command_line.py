"""What the command line prints, and the windows that stand in for the inbox while it can't be opened."""

from __future__ import annotations

from desktop.text.catalog import Plural, Text

# --- help of `reachline` ----------------------------------------------------------------------------------------------

DESCRIPTION = Text("Without a command, Reachline opens the inbox. The first time, it opens the setup wizard.")
EPILOG = Text("For more, run `reachline COMMAND --help`.")
# Translators: heading of the list of commands.
COMMANDS = Text("commands")
HELP_INBOX = Text("open the inbox, or the wizard if nothing is connected yet")
HELP_DEMO = Text(
    "open the sample workspace, or, with --sandbox-urls, what the customers of that sandbox see; nothing leaves this "
    "computer"
)
HELP_SANDBOX = Text(
    "run the sandbox: a simulated Intercom, Octopods, channels and customers' phones, on this computer only"
)
HELP_HUB = Text("for administrators: feed a team's desktops from one place")
HELP_EXPLAIN = Text(
    "print, as JSON, where messages come from and where a reply would arrive, from saved Intercom responses"
)
HELP_DOCTOR = Text("check this installation and every connected account")
HELP_PROFILE = Text("keep accounts, messages and settings in DIR, separate from your usual ones")
HELP_SANDBOX_URLS = Text(
    "for testing: connect to the sandbox described in FILE (the line that `reachline sandbox` prints); "
    "accounts, messages and settings are kept separate"
)
HELP_BACKGROUND = Text(
    "start without showing the window; to see it, click the tray icon or a notification, or start Reachline again"
)
HELP_LOG_LEVEL = Text("how much is written to the log files, never the text of messages (default: warning)")
HELP_LANGUAGE = Text("language of the screen, such as de or pt-BR (default: the system's)")
# Translators: {code}: of a language, such as "pt-BR". The sentence is shown in English only.
NOT_TRANSLATED = Text("Reachline isn't translated into {code} yet. It continues in English.")
HELP_VERSION = Text("show the version and how it was installed, and exit")
# Translators: {kind}: such as "Windows installer"; {folder}: a path.
INSTALLED = Text("{kind}, in {folder}")
RUNS_ON = Text("Python {python}, Qt {qt}")
HELP_TOUR = Text("play the tour without a display and save its pictures in DIR")
UNKNOWN_ARGUMENTS = Text("unknown arguments: {arguments}")

# --- help of `reachline explain` --------------------------------------------------------------------------------------

EXPLAIN = Text("Says where each message came from and where a reply would arrive.")
# Translators: "-" stands for the standard input.
HELP_FILES = Text("saved responses of {request}; use - for standard input")
HELP_NOW = Text(
    "check where a reply would arrive at this time (UTC if no time zone is given); newer messages count too"
)
HELP_BRIDGE_CODE = Text("Intercom's code of the app that Octopods posts messages with")
HELP_ADMIN_CODE = Text("Intercom's code of the app that your token belongs to")
HELP_BRIDGE_TAGGER = Text("ID of the teammate in whose name Octopods adds tags")
HELP_BRIDGE_CHANNEL = Text("a channel that you use with Octopods")
HELP_RELAY = Text("whether Octopods forwards replies sent from Reachline")
HELP_FIRST_DAY = Text("the files may lack messages, as when a workspace was connected only today")

# --- answers of `reachline explain` -----------------------------------------------------------------------------------

STANDARD_INPUT = Text("standard input")
# Translators: {problem}: by Python's own command line, in English.
EXPLAIN_ARGUMENTS = Text("reachline explain: {problem}.")
NOT_A_TIME = Text("reachline explain: --now {value} isn't an ISO 8601 time.")
# Translators: {reason}: by the system, such as "No such file or directory".
FILE_UNREADABLE = Text("{file}: can't be read ({reason}).")
NOT_JSON = Text("{file}: isn't JSON at line {line}, column {column} ({problem}).")
NOT_TEXT = Text("{file}: isn't text at byte {position}.")
NESTED = Text("{file}: is nested too deeply to be read.")
# Translators: {place}: such as "item 3" or "conversations[2]"; {problem}: a whole sentence.
NOT_EXPLAINED = Text("{file}: {place} can't be explained. {problem}")
ITEM = Text("item {number}")
WHOLE_FILE = Text("the whole file")
NOT_A_CONVERSATION = Text("It isn't a conversation.")
EMPTY_CONVERSATION = Text("It isn't a conversation: it has neither a first message nor parts.")
NO_ID = Text("It has no ID.")

# --- `reachline doctor` -----------------------------------------------------------------------------------------------

VERSIONS = Text("Reachline {version}, Python {python}, Qt {qt}, SQLite {sqlite}")
# Translators: stands for the version of Qt. {reason}: by Python, in English.
QT_MISSING = Text("can't be loaded ({reason})")
PROFILE_FOLDER = Text("Data folder: {folder}")
NOTES_PLAY_HERE = Text("Voice notes: played in Reachline")
NOTES_OPEN_ELSEWHERE = Text("Voice notes: opened in your media player")
NOTES_ARE_RECORDED = Text("Voice notes: can be recorded")
NOTES_NOT_RECORDED = Text("Voice notes: can't be recorded in this installation")
# Translators: {languages}: codes of languages, such as "en, es, pt".
SPELLING_IN = Text("Spell check: {languages}")
NO_SPELLING = Text("Spell check: not available")
LOG_FOLDER = Text("Logs: {folder}")
# Translators: {store}: such as "Windows Credential Manager".
ASKING_KEYRING = Text("Checking the system's password store ({store}). The system may ask you to unlock it.")
# Translators: {what}: such as "Password store" or an account; {sentence}: whole sentences.
WELL = Text("[OK] {what}: {sentence}")
NOT_WELL = Text("[Problem] {what}: {sentence}")
KEYRING = Text("Password store")
PROFILE = Text("Data folder")
KEYRING_WORKS = Text("It works. Tokens are kept there.")
# Translators: of the computers of an agent's team; in the list of what was checked.
TEAM = Text("Team")
# Translators: of messages; in the list of what was checked.
TRANSLATION = Text("Translation", "an account")
NO_ACCOUNT = Text("No account is connected. Run `reachline` to connect one.")

# --- starting ---------------------------------------------------------------------------------------------------------

NO_DISPLAY = Text(
    "There's no display here. Run `reachline demo --tour DIR` to save pictures of the sample workspace, or "
    "`reachline doctor` to check your accounts."
)
NOT_ANSWERING = Text(
    "Reachline is already running with this data folder but doesn't respond. Close it, or end it in the "
    "system's task manager, and start Reachline again."
)
PATH_TOO_LONG = Text(
    "The path of the data folder is too long for Windows. Choose a shorter one with --profile, or allow long paths in "
    "Windows."
)
MISSING_LIBRARIES = Text(
    "Reachline needs system libraries that aren't installed. On Debian or Ubuntu, run: sudo apt install {packages}"
)
WAITING_FOR_KEYRING = Text(
    "Waiting for the system's password store ({store}). It may have opened another window that asks for your password."
)
CONTINUE_WITHOUT = Text("Continue without the password store")
# After a new version was installed, while it changes how a large archive is stored.
UPDATING_MESSAGES = Text("Updating your messages: {percent}%")
READ_MEANWHILE = Text("Read messages meanwhile")
TRY_AGAIN = Text("Try again")
CLOSE = Text("Close", "close the window")

# --- the inbox --------------------------------------------------------------------------------------------------------

# Translators: title of the window. {name}: of the workspace.
TITLE = Text("{name} · Reachline")
SANDBOX_TITLE = Text("{title} (sandbox)")
# Translators: {account}: such as "Twilio SMS · +353…"; {sentence}: why, whole sentences.
NOT_CONNECTED = Text("{account} isn't connected. {sentence}")
MORE_NOT_CONNECTED = Plural(
    "{count} more account needs attention in Settings.", "{count} more accounts need attention in Settings."
)
