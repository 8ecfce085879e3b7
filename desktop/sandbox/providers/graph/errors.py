"""Meta's error codes for WhatsApp (Meta, "Error codes", read November 2026)."""

from __future__ import annotations

from typing import Any

from desktop.sandbox.providers.http import ProviderError

_LATE = "Message failed to send because more than 24 hours have passed since the customer last replied to this number."

# code -> HTTP status, title, details
CODES: dict[int, tuple[int, str, str]] = {
    0: (401, "AuthException", "We were unable to authenticate the app user."),
    1: (400, "API Unknown", "Invalid request or possible server error."),
    2: (503, "API Service", "Temporary due to downtime or due to being overloaded."),
    3: (500, "API Method", "Capability or permissions issue."),
    4: (400, "API Too Many Calls", "The app has reached its API call rate limit."),
    10: (403, "Permission Denied", "Permission is either not granted or has been removed."),
    33: (400, "Parameter value is not valid", "The business phone number has been deleted."),
    100: (400, "Invalid parameter", "The request included one or more unsupported or misspelled parameters."),
    190: (401, "Access token has expired", "Your access token has expired."),
    200: (403, "API Permission", "Permission is either not granted or has been removed."),
    368: (403, "Temporarily blocked for policies violations", "The account is restricted for a policy violation."),
    80007: (400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."),
    130429: (400, "Rate limit hit", "Cloud API message throughput has been reached."),
    130472: (400, "User's number is part of an experiment", "Message was not sent as part of an experiment."),
    130497: (403, "Business account is restricted from messaging users in this country.", "Country restricted."),
    131000: (500, "Something went wrong", "Message failed to send due to an unknown error."),
    131005: (403, "Access denied", "Permission is either not granted or has been removed."),
    131008: (400, "Required parameter is missing", "The request is missing a required parameter."),
    131009: (400, "Parameter value is not valid", "One or more parameter values are invalid."),
    131016: (500, "Service unavailable", "A service is temporarily unavailable."),
    131021: (400, "Recipient cannot be sender", "Sender and recipient phone number is the same."),
    131026: (400, "Message undeliverable", "Message undeliverable."),
    131030: (400, "Recipient phone number not in allowed list", "Add the recipient to the allowed list."),
    131031: (403, "Account has been locked", "The account has been restricted or disabled."),
    131037: (400, "Display name approval needed", "The number needs an approved display name."),
    131042: (400, "Business eligibility payment issue", "There was a problem with your payment method."),
    131045: (500, "Incorrect certificate", "Message failed due to a phone number registration error."),
    131047: (400, "Re-engagement message", _LATE),
    131048: (400, "Spam rate limit hit", "Too many previous messages were blocked or flagged as spam."),
    131049: (400, "Meta chose not to deliver", "Not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped receiving marketing messages", "The user opted out of marketing messages."),
    131051: (400, "Unsupported message type", "Unsupported message type."),
    131052: (400, "Media download error", "Unable to download the media sent by the user."),
    131053: (400, "Media upload error", "Unable to upload the media used in the message."),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit", "Too many messages to this recipient."),
    131057: (500, "Account in maintenance mode", "The account is in maintenance mode."),
    131062: (400, "BSUID not supported", "Business-scoped user ids are not supported for this message."),
    131063: (400, "Marketing messages disabled", "Marketing messages are disabled on the Cloud API."),
    131064: (400, "Messaging limit reduced", "The messaging limit was reduced for template misclassification."),
    132000: (400, "Template Param Count Mismatch", "The number of parameters does not match the template."),
    132001: (404, "Template does not exist", "The template does not exist in the language, or is not approved."),
    132005: (400, "Template Hydrated Text Too Long", "Translated text is too long."),
    132007: (400, "Template Format Character Policy Violated", "Template content violates a WhatsApp policy."),
    132008: (400, "Template Param Value Invalid", "A parameter value is invalid."),
    132012: (400, "Template Parameter Format Mismatch", "Parameter values are formatted incorrectly."),
    132015: (400, "Template is Paused", "The template is paused due to low quality."),
    132016: (400, "Template is Disabled", "The template has been paused too many times due to low quality."),
    132018: (400, "Template parameter issue", "There is an issue with the parameters of the template."),
    132068: (400, "Flow is blocked", "The flow is in blocked state."),
    132069: (400, "Flow is throttled", "The flow is in throttled state."),
    133004: (503, "Server Temporarily Unavailable", "The server is temporarily unavailable."),
    133010: (400, "Phone number Not Registered", "The phone number is not registered."),
    133016: (400, "Account register deregister rate limit exceeded", "Too many registrations."),
    135000: (400, "Generic user error", "Message failed to send because of an unknown error with the parameters."),
    137000: (400, "Recipient identity key changed", "The recipient's identity key has changed."),
}


def title_and_details(code: int) -> tuple[str, str]:
    """Title and details of a code; generic ones if it is not listed."""
    _, title, details = CODES.get(code, (400, "Something went wrong", "No more is known."))
    return title, details


def graph_error(
    code: int, details: str | None = None, *, message: str | None = None, subcode: int | None = None
) -> ProviderError:
    """Meta's error with its usual HTTP status. details: what is wrong with this request."""
    status = CODES.get(code, (400, "", ""))[0]
    title, usual = title_and_details(code)
    error: dict[str, Any] = {
        "message": message or f"(#{code}) {title}",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": details or usual},
        "fbtrace_id": f"A{code:x}Qz8or2yhqkZ",
    }
    if code in (0, 190):
        del error["error_data"]
    if subcode is not None:
        error["error_subcode"] = subcode
    return ProviderError(status, {"error": error})


def unknown_object_error(object_id: str) -> ProviderError:
    message = (
        f"Unsupported get request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation"
    )
    error = {
        "message": message,
        "type": "GraphMethodException",
        "code": 100,
        "error_subcode": 33,
        "fbtrace_id": "A33Qz8or2yhqkZ",
    }
    return ProviderError(400, {"error": error})


def unknown_field_error(name: str, node: str) -> ProviderError:
    message = f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})"
    error = {"message": message, "type": "OAuthException", "code": 100, "fbtrace_id": "A64Qz8or2yhqkZ"}
    return ProviderError(400, {"error": error})
