"""Reasons why a template, or a value typed into it, cannot be sent."""

from __future__ import annotations

from desktop.domain.content.template import ProblemCode, Unsendable
from desktop.text.catalog import Plural, Text

SENTENCES: dict[ProblemCode | Unsendable, Text | Plural] = {
    Unsendable.NOT_APPROVED_YET: Text("WhatsApp hasn't approved this template yet."),
    Unsendable.REJECTED_BY_WHATSAPP: Text("WhatsApp rejected this template."),
    Unsendable.PAUSED_BY_WHATSAPP: Text("WhatsApp paused this template."),
    Unsendable.DISABLED_BY_WHATSAPP: Text("WhatsApp disabled this template."),
    Unsendable.TEMPLATE_DELETED: Text("This template was deleted."),
    Unsendable.APPROVAL_UNKNOWN: Text("We don't know whether WhatsApp approved this template."),
    Unsendable.SIGN_IN_CODE: Text("Sign-in codes can't be sent from Reachline."),
    # Translators: {kind} is the provider's word for it, such as "carousel".
    Unsendable.KIND: Text("Templates of this kind can't be sent from Reachline: {kind}."),
    # Translators: {part} is the provider's word for it, such as "limited time offer".
    Unsendable.PART: Text("Templates with this part can't be sent from Reachline: {part}."),
    # Translators: {kind} is the provider's word for it, such as "location".
    Unsendable.HEADER: Text("Templates with this kind of header can't be sent from Reachline: {kind}."),
    # Translators: {kind} is the provider's word for it, such as "catalog".
    Unsendable.BUTTON: Text("Templates with this kind of button can't be sent from Reachline: {kind}."),
    Unsendable.COPY_CODE: Text("Templates with a code to copy can't be sent through this channel account."),
    ProblemCode.MISSING: Text("Fill in this field."),
    ProblemCode.LINE_BREAK: Text("WhatsApp doesn't accept line breaks or tabs here."),
    ProblemCode.SPACES_IN_A_ROW: Plural(
        "WhatsApp doesn't accept more than {count} space in a row.",
        "WhatsApp doesn't accept more than {count} spaces in a row.",
    ),
    # Translators: {placeholder} is for example {{first_name}}.
    ProblemCode.PLACEHOLDER: Text("Fill in {placeholder}."),
    ProblemCode.SPACE: Text("This is part of a link or code, so it can't have spaces."),
    ProblemCode.NO_LINK: Text("Enter a public link that starts with https://."),
    ProblemCode.NO_PICTURE: Text("This template needs a picture. The link is to another kind of file."),
    ProblemCode.NO_VIDEO: Text("This template needs a video. The link is to another kind of file."),
    ProblemCode.NO_DOCUMENT: Text("This template needs a document. The link is to another kind of file."),
    ProblemCode.NO_FILE_NAME: Text("The link has no file name. Enter one, such as invoice.pdf."),
    ProblemCode.NO_ENDING: Text("Add a file extension, such as .pdf, so that phones can open the file."),
    ProblemCode.HEADER_TOO_LONG: Plural(
        "Shorten the header by {count} character.", "Shorten the header by {count} characters."
    ),
    ProblemCode.BODY_TOO_LONG: Plural(
        "Shorten the text by {count} character.", "Shorten the text by {count} characters."
    ),
    ProblemCode.LINK_TOO_LONG: Plural(
        "Shorten the button's link by {count} character.", "Shorten the button's link by {count} characters."
    ),
}
