"""Why a file of a message is not here, or cannot be shown."""

from __future__ import annotations

from desktop.ports.reasons import MediaReason
from desktop.text.catalog import Text

SENTENCES = {
    MediaReason.OTHER_HOST: Text("This file isn't stored at Intercom, so it isn't loaded by itself."),
    MediaReason.REDIRECTED: Text("The link to this file leads elsewhere, so the file isn't loaded."),
    MediaReason.EXPIRED: Text("The link to this file has expired."),
    MediaReason.TOO_LARGE: Text("Too large to load here: more than {megabytes} MB."),
    MediaReason.NOT_THE_FILE: Text("A web page came instead of the file. Check the network, then try again."),
    MediaReason.NO_LONGER_THERE: Text("Intercom no longer has this file."),
    MediaReason.UNREADABLE: Text("The picture is damaged or isn't what its name says."),
    MediaReason.TOO_MANY_PIXELS: Text("The picture is too large to show."),
    # Translators: {ending}: the file's ending in capitals, such as HEIC.
    MediaReason.KIND_NOT_SHOWN: Text("{ending} pictures can't be shown here."),
}
