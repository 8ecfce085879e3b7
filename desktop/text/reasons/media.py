"""Why a file of a message is not here, or cannot be shown."""

from __future__ import annotations

from desktop.ports.reasons import MediaReason
from desktop.text.catalog import Text

SENTENCES = {
    MediaReason.OTHER_HOST: Text("This file isn't stored in Intercom, so it isn't loaded automatically."),
    MediaReason.REDIRECTED: Text("The link to this file leads to another website, so the file isn't loaded."),
    MediaReason.EXPIRED: Text("The link to this file has expired."),
    MediaReason.TOO_LARGE: Text("Too large to load here: more than {megabytes} MB."),
    MediaReason.NOT_THE_FILE: Text(
        "A web page came instead of the file. Check your network connection, then try again."
    ),
    MediaReason.NO_LONGER_THERE: Text("Intercom no longer has this file."),
    MediaReason.UNREADABLE: Text("The file is damaged or isn't a picture."),
    MediaReason.TOO_MANY_PIXELS: Text("The picture is too large to show."),
    MediaReason.VIDEO_UNREADABLE: Text("No preview of this video."),
    # Translators: {ending}: the file's ending in capitals, such as HEIC.
    MediaReason.KIND_NOT_SHOWN: Text("{ending} pictures can't be shown here."),
}
