"""The manual, and the window that says what this installation consists of."""

from __future__ import annotations

from desktop.text.catalog import Text

CLOSE = Text("Close", "close the window")

# --- about this installation ------------------------------------------------------------------------------------------

ABOUT = Text("About Reachline")
SLOGAN = Text("Know where your reply will arrive, before you press Send.")
VERSION = Text("Version")
FOLDER = Text("Installed in")
# Translators: what the program runs on.
PYTHON = Text("Python")
QT = Text("Qt")
SYSTEM = Text("System")
LICENSES = Text("Licences")
OWN_LICENSE = Text("Reachline is licensed under the MIT licence.")
QT_LICENSE = Text(
    "Qt and PySide6 are used under the LGPL 3: unchanged, as dynamic libraries that you may replace with your own."
)
# Translators: {folder}: a path on this computer.
LICENSES_IN = Text("The texts of all licences are in {folder}.")
USED_PACKAGES = Text("Packages in use:")
# Translators: one package, such as "httpx 0.28.1 · BSD-3-Clause".
PACKAGE = Text("{name} {version} · {licence}")
PACKAGE_WITHOUT_LICENSE = Text("{name} {version}")
# Translators: one line of what is copied. {what}: such as "Version".
COPIED_LINE = Text("{what}: {value}")
COPY = Text("Copy")
COPY_NAME = Text("Copy versions and folder")
COPIED = Text("Copied.")

# Translators: heading of how this copy was installed.
INSTALLED_AS = Text("Installed as")
# Translators: by kind of installation.
KINDS = {
    "checkout": Text("Source code"),
    "pip": Text("Python package (pip)"),
    "deb": Text("Debian package (.deb)"),
    "installer": Text("Windows installer"),
    "bundle": Text("macOS app"),
    "appimage": Text("AppImage"),
    "flatpak": Text("Flatpak"),
    "tarball": Text("Unpacked archive (.tar.gz)"),
    "folder": Text("Unpacked folder"),
}

# --- new versions -----------------------------------------------------------------------------------------------------

UPDATES = Text("Updates")
LOOK_DAILY = Text("Look for new versions once a day")
# Translators: {host}: such as "updates.example.com".
LOOK_ABOUT = Text(
    "Reachline asks {host} which version is the newest. It sends its own version, and nothing about you or your "
    "customers. Like any website, {host} can see from where on the internet you ask."
)
NOTHING_BY_ITSELF = Text(
    "Reachline doesn't download or install anything by itself. You download a new version with your browser."
)
CANNOT_LOOK = Text("This copy of Reachline wasn't told where to look for new versions.")
SAMPLE_LOOKS_NOT = Text("The sample workspace doesn't look for new versions.")
CHECK_FOR_UPDATES = Text("Check for updates")
# Translators: {version}: such as "0.2.0".
AVAILABLE = Text("Reachline {version} is available.")
AVAILABLE_BUTTON = Text("Update available")
# Translators: {version}: such as "0.2.0"; {kind}: such as "Windows installer".
YOU_HAVE = Text("Installed: {version} · {kind}")
# Translators: {file}: its name; {size}: such as "41.2 MB".
FILE = Text("File for this computer: {file}, {size}")
CHECKSUM = Text("SHA-256 of the file: {checksum}")
OPEN_PAGE = Text("Open download page")
# Translators: {page}: a web address.
PAGE = Text("Download page: {page}")
SKIP = Text("Skip this version")
SKIPPED = Text("You skipped this version.")
CHECKING = Text("Checking for a new version…")
NEWEST = Text("Reachline {version} is the newest version.")
NOT_KNOWN = Text("We don't know whether there is a newer version.")
NOT_CHECKED = Text("We couldn't check for a new version. {reason}")
LAST_CHECK = Text("Last check: {at}")
WHATS_NEW = Text("What's new")
WHATS_NEW_TOOLTIP = Text("Reachline was updated to {version}. See what's new.")
# Translators: heading of what is new in a version. {version}: such as "0.2.0".
VERSION_HEADING = Text("Version {version}")
RELEASES: tuple[tuple[str, tuple[Text, ...]], ...] = (
    (
        "0.1.0",
        (
            Text(
                "The first version: see where your reply will arrive before you send it, and how long each WhatsApp "
                "window stays open."
            ),
        ),
    ),
)
"""What is new in each version, the newest first. Every release begins with an entry here."""

# --- a report of a problem --------------------------------------------------------------------------------------------

REPORT_PROBLEM = Text("Report a problem")
REPORT_INTRO = Text(
    "Nothing is sent. Copy or save this report, and give it to whoever supports you, or to the people who make "
    "Reachline."
)
WHAT_HAPPENED = Text("What happened?")
WHAT_HAPPENED_HINT = Text("Optional. What you write is part of the report.")
REPORT_CONTENTS = Text("In the report")
REPORT_HOLDS_NO = Text(
    "Versions, settings, counts and error codes. No names, phone numbers, email addresses, messages or tokens. IDs "
    "are scrambled."
)
COPY_REPORT = Text("Copy the report")
SAVE_REPORT = Text("Save as…")
# Translators: {file}: its name.
REPORT_SAVED = Text("Saved as {file}.")
REPORT_NOT_SAVED = Text("The report wasn't saved. {reason}")

# --- the manual: what an agent does with the program, by topics -------------------------------------------------------

MANUAL = Text("Manual")
ALL_TOPICS = Text("Topics of the manual")

# Translators: the placeholders in these texts are keys, such as "Ctrl+K" or "T".
TOPICS: tuple[tuple[Text, tuple[Text, ...]], ...] = (
    (
        Text("Where your reply arrives"),
        (
            Text(
                "The line above the text field says where your reply will arrive, before you send it. A crossed-out "
                "icon is a channel that it won't reach. A question mark means that nobody can say yet."
            ),
            Text(
                "Below each reply you see what was reported about it. “Delivered” and “read” come from the provider of "
                "the channel. “No error reported” means that Octopods forwarded the reply and reported no problem. "
                "“Not confirmed” means that nobody has said so yet; the delivery test in “Get set up” ends the doubt."
            ),
        ),
    ),
    (
        Text("WhatsApp's 24 hours"),
        (
            Text(
                "You can write freely on WhatsApp for 24 hours after the customer's last message there. The countdown "
                "above the thread and the ring around the customer's picture show how much time is left."
            ),
            Text(
                "A message in the Messenger doesn't extend these 24 hours, also in a WhatsApp conversation. Such "
                "messages have a hatched edge."
            ),
            Text(
                "When the window has closed, your reply reaches the Messenger only. Before it's sent, Reachline offers "
                "what helps: a template ({template}), a text message (SMS), or a question to continue on WhatsApp. A "
                "template doesn't reopen the window; the customer's answer to it does."
            ),
        ),
    ),
    (
        Text("Customers whom nobody has reached"),
        (
            Text(
                "“Reports” ({reports}) lists customers whose reply reached the Messenger only, and those who were "
                "waiting when their window closed. They leave the list when a reply reaches them, or when you mark "
                "them as done."
            ),
            Text(
                "A reply that didn't arrive has “Send as template” and “Send directly” in its bubble. Under “Customer "
                "texts” in the settings are texts that ask customers to continue on WhatsApp."
            ),
        ),
    ),
    (
        Text("Find customers and messages"),
        (
            Text(
                "Type into the search ({search}): a name, a phone number in any spelling, an email address, or part of "
                "a message. The button beside it has filters, such as the channel or the date."
            ),
            Text(
                "What isn't on this computer is searched with “Search older conversations in Intercom”, below the "
                "results. A search can be saved as a view."
            ),
        ),
    ),
    (
        Text("See who is waiting"),
        (
            Text(
                "Choose a view above the list: “Closing soon” has customers whose WhatsApp window is about to close "
                "while they wait for an answer. The envelope beside the search hides customers without unread messages."
            ),
        ),
    ),
    (
        Text("Assign, snooze, tag and close"),
        (
            Text(
                "The row above the thread changes the conversation that your reply goes to. Right-click a customer in "
                "the list for the same actions, or select several with Ctrl or Shift."
            ),
            Text(
                "Changes show at once. “Undo” ({undo}) takes the last one back. Close and go to the next customer with "
                "{close_next}."
            ),
        ),
    ),
    (
        Text("Write"),
        (
            Text(
                "Send with {send}. Switch between a reply ({reply}) and a note that only your team sees ({note}). Type "
                "{saved_reply} for a saved reply, {emoji} and a name for an emoji. Drop files on the thread to attach "
                "them."
            ),
            Text(
                "Spelling mistakes are underlined. Right-click one for suggestions, or go to the next with {spelling}. "
                "{record} records a voice note; listen to it before you send it."
            ),
            Text(
                "Make text bold ({bold}), italic ({italic}), code or a link ({link}), and lines a list. {preview} "
                "shows how it will look on each channel. In a note, type {mention} to mention a teammate."
            ),
            Text(
                "{new_conversation} starts a conversation with a contact, a phone number or an email. Before you send, "
                "it says where the message arrives and where your team sees it."
            ),
            Text(
                "Unsent text stays as a draft of its conversation. Replies that can't be sent yet wait, and the bar at "
                "the bottom shows how many."
            ),
            Text(
                "To send a reply later, click the arrow beside Send ({send_later}): at a time, just before a window "
                "closes, or when the customer writes again. It's checked again at that time. If something changed, or "
                "Reachline was closed, you're asked instead. {scheduled_replies} lists what is scheduled."
            ),
        ),
    ),
    (
        Text("Change a customer's details"),
        (
            Text(
                "The pencil beside a value changes it in Intercom, here and for your team. Enter saves, Esc cancels. "
                "Notes and tags on a customer are in the same place, and “Undo” ({undo}) takes back the last change."
            ),
            Text(
                "“Export the thread” ({export}) saves everything that was said with a customer as a web page or as "
                "text. You can print it too ({print})."
            ),
        ),
    ),
    (
        Text("Translate messages and replies"),
        (
            Text(
                "Set up DeepL or LibreTranslate in Settings > Translation. Then translate a message by its link or "
                "with {translate_message}. What you translate is sent to that service, and nothing else is."
            ),
            Text(
                "Write in your own language and press {translate_draft}: the customer gets the translation, and your "
                "team keeps your text in a note. Both stay here beside the message."
            ),
        ),
    ),
    (
        Text("Work without a mouse"),
        (
            Text(
                "{palette} finds every command, {shortcuts} shows all keys. {next_pane} moves between the areas of the "
                "window. A letter alone is a command only in lists, never while you write."
            ),
        ),
    ),
    (
        Text("Notifications", "a topic of the manual"),
        (
            Text(
                "While Reachline runs, it notifies you of new messages, of WhatsApp windows that close while a "
                "customer waits, and of replies that didn't arrive. Choose which in the notification settings "
                "({notifications}), or turn on Do not disturb ({do_not_disturb})."
            ),
        ),
    ),
)
