"""The sentence for each kind of provider error: what happened and the next step, the same for every provider."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.ports import ProviderErrorKind

SENTENCES: Mapping[ProviderErrorKind, tuple[str, str]] = {
    ProviderErrorKind.SIGNED_OUT: (
        "{provider} does not accept the credential.",
        "Enter a new one in this account's settings.",
    ),
    ProviderErrorKind.FORBIDDEN: (
        "{provider} does not allow this account to do that.",
        "Give it the permission at {provider}, or use another credential.",
    ),
    ProviderErrorKind.GONE: (
        "{provider} does not know this, or this account may not see it.",
        "Check the ids in this account's settings.",
    ),
    ProviderErrorKind.MERGED: ("{provider} has merged this into another record.", "Open that one instead."),
    ProviderErrorKind.REJECTED: ("{provider} refused this.", "Change the message and send it again."),
    ProviderErrorKind.THROTTLED: (
        "{provider} asks for a pause: too many requests.",
        "Wait a little before you try again.",
    ),
    ProviderErrorKind.TOO_LARGE: ("This is too long or too large for {provider}.", "Shorten it, or send it in parts."),
    ProviderErrorKind.BUSY: ("{provider} has a problem of its own at the moment.", "Try again in a few minutes."),
    ProviderErrorKind.BAD_ANSWER: (
        "{provider}'s answer could not be read.",
        "Try again; if it stays so, please report it.",
    ),
    ProviderErrorKind.OFFLINE: ("{provider} cannot be reached.", "Check the network connection."),
    ProviderErrorKind.TIMED_OUT: ("{provider} did not answer in time.", "Try again in a moment."),
    ProviderErrorKind.WINDOW_CLOSED: (
        "The customer's window is closed: free text does not reach them now.",
        "Send a template, or wait until they write again.",
    ),
    ProviderErrorKind.UNREACHABLE: (
        "This address cannot be reached on this channel.",
        "Use another channel.",
    ),
    ProviderErrorKind.OPTED_OUT: (
        "The customer has blocked or unsubscribed from these messages.",
        "Do not repeat it here; use another channel, or wait until they write again.",
    ),
    ProviderErrorKind.BAD_ADDRESS: (
        "{provider} cannot send to this address.",
        "Check the number: it begins with + and the country code.",
    ),
    ProviderErrorKind.TEMPLATE_INVALID: (
        "What was filled in does not fit the template as WhatsApp approved it.",
        "Refresh the list of templates and check each field.",
    ),
    ProviderErrorKind.TEMPLATE_UNAVAILABLE: (
        "This template cannot be sent at present; it may be paused, disabled or not approved.",
        "Choose another template.",
    ),
    ProviderErrorKind.PAIR_THROTTLED: (
        "Too many messages to this customer in a short time.",
        "Wait a few seconds before you try again.",
    ),
    ProviderErrorKind.POLICY: (
        "{provider} does not deliver this under its rules.",
        "Do not repeat it within 24 hours; look at the account's standing at {provider}.",
    ),
    ProviderErrorKind.BILLING: (
        "{provider} has stopped this account for payment or suspension.",
        "Settle that at {provider}; nothing can be sent before.",
    ),
    ProviderErrorKind.SENDER: (
        "Our number is not set up for this at {provider}.",
        "Check the sender and its registration at {provider}.",
    ),
    ProviderErrorKind.FILE: ("{provider} did not take the file.", "Check its type and size, or send a link."),
    ProviderErrorKind.EXPIRED: (
        "The message waited too long on its way and was dropped.",
        "Send it again if it still holds.",
    ),
    ProviderErrorKind.MALFORMED: (
        "{provider} could not use the request.",
        "Check the message and the address and send it again; if it is refused again, report the code.",
    ),
    ProviderErrorKind.UNKNOWN: (
        "{provider} gives a reason that we do not know.",
        "Nothing was repeated; look it up at {provider} before you send again.",
    ),
}

# Kinds that cover so much that the provider's own message helps.
_QUOTED = frozenset(
    {
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.GONE,
        ProviderErrorKind.REJECTED,
        ProviderErrorKind.BAD_ADDRESS,
        ProviderErrorKind.TEMPLATE_INVALID,
        ProviderErrorKind.TEMPLATE_UNAVAILABLE,
        ProviderErrorKind.POLICY,
        ProviderErrorKind.BILLING,
        ProviderErrorKind.SENDER,
        ProviderErrorKind.FILE,
        ProviderErrorKind.MALFORMED,
        ProviderErrorKind.UNKNOWN,
    }
)
MAX_QUOTE_LENGTH = 200


def sentence(kind: ProviderErrorKind, provider: str, *, code: str = "", message: str = "") -> str:
    """What happened, the provider's own message where it adds something, its code, and what to do."""
    what, next_step = (part.format(provider=provider) for part in SENTENCES[kind])
    message = _shortened(message) if kind in _QUOTED else ""
    if message:
        what = f"{what.rstrip('.')}: “{message}”."
    if code:
        what = f"{what.rstrip('.')} (code {code})."
    return f"{what} {next_step}"


def _shortened(message: str) -> str:
    """On one line, of bounded length."""
    words = " ".join(message.split()).rstrip(".")
    return words if len(words) <= MAX_QUOTE_LENGTH else words[: MAX_QUOTE_LENGTH - 1] + "…"
