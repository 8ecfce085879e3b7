"""Reasons on this computer: its disk, the database, the sandbox's file, the program itself and its new versions."""

from __future__ import annotations

from desktop.ports.reasons import MachineReason, UpdateReason
from desktop.text.catalog import Text

SENTENCES = {
    MachineReason.DISK_FULL: Text("The disk is full, so nothing can be saved. Free up some space and try again."),
    MachineReason.DATABASE_IN_USE: Text("Another program is using Reachline's database. Close it and try again."),
    MachineReason.OPEN_ELSEWHERE: Text("Another Reachline window already uses these messages. Close it and try again."),
    MachineReason.DATABASE_DAMAGED: Text(
        "Reachline's database is damaged. Restart Reachline: it puts the file aside and starts a new one."
    ),
    MachineReason.DATABASE_NO_ACCESS: Text(
        "Reachline can't read or write its database. Check the disk and the folder's permissions."
    ),
    MachineReason.DATABASE_NEWER: Text(
        "A newer version of Reachline wrote this database. Update Reachline to open it."
    ),
    MachineReason.OPENING_ELSEWHERE: Text(
        "Another Reachline window is starting with these messages. Close it and try again."
    ),
    # While the messages are updated for a new version of Reachline.
    MachineReason.COPY_NEEDS_SPACE: Text(
        "Your messages can't be read while they're updated: the disk has too little free space."
    ),
    MachineReason.COPY_NEEDS_REST: Text(
        "Your messages can't be read while they're updated: another program has them open."
    ),
    # Translators: {file} is the name of a file, {store} such as "Windows Credential Manager".
    MachineReason.CACHE_KEY_LOST: Text(
        "The key for the messages on this computer is no longer in the system's password store ({store}), so "
        "they can't be read. Reachline is reading the conversations again from Intercom. Drafts and replies "
        "that weren't sent are lost. The old file is kept as {file}."
    ),
    # Translators: {file} is the name of a file.
    MachineReason.CACHE_DAMAGED: Text(
        "The file with the messages on this computer is damaged. Reachline is reading the conversations again from "
        "Intercom. Drafts and replies that weren't sent are lost. The old file is kept as {file}."
    ),
    MachineReason.FOLDER_NOT_MADE: Text(
        "Reachline can't create its folder on this computer. Check the disk and its permissions."
    ),
    # Translators: {detail}: the operating system's own words, in its own language.
    MachineReason.SYSTEM_SAYS: Text("The system says: “{detail}”."),
    MachineReason.BROKE: Text(
        "A part of Reachline stopped working and is restarting. If this keeps happening, restart Reachline."
    ),
    MachineReason.SYNC_BROKE: Text(
        "We had a problem while reading from Intercom. If this keeps happening, restart Reachline."
    ),
    MachineReason.SEARCH_REFUSED: Text(
        "Intercom doesn't allow the search for new messages, so some may be missing here. Replies are still sent."
    ),
    MachineReason.HUB_SILENT: Text(
        "Your team's server is silent, so we ask Intercom ourselves. New messages may appear later than usual."
    ),
    MachineReason.HUB_BLIND: Text(
        "Your team's server gets nothing from Intercom, so we ask Intercom ourselves. New messages may appear later "
        "than usual."
    ),
    MachineReason.TEAM_CONNECTION_ENDED: Text("The connection to your team's server ended."),
    MachineReason.SANDBOX_ELSEWHERE: Text(
        "{address} isn't on this computer. Start a sandbox here with `reachline sandbox` and use the line it prints."
    ),
    # Translators: {file} is the path of a file.
    MachineReason.SANDBOX_FILE_UNREADABLE: Text("{file} can't be read."),
    MachineReason.SANDBOX_FILE_WRONG: Text("{file} doesn't have the line that `reachline sandbox` prints."),
    # Translators: of what a server says about new versions. {provider}: its name, such as "updates.example.com".
    UpdateReason.UNSIGNED: Text("The makers of Reachline didn't sign the response from {provider}, so we ignored it."),
    UpdateReason.REDIRECTED: Text("{provider} redirected us to another place on the web. We don't look there."),
    UpdateReason.EXPIRED: Text(
        "The information about new versions has expired, so we ignored it. Check this computer's date and time."
    ),
    UpdateReason.OLDER: Text("The information about new versions is older than what we had, so we ignored it."),
}
