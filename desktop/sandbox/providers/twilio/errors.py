"""Twilio's error codes of messaging (Twilio, "Error and warning dictionary", read November 2026)."""

from __future__ import annotations

from desktop.sandbox.providers.http import ProviderError

# code -> HTTP status, message
CODES: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid 'From' Number"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"),
    21602: (400, "Message body is required"),
    21603: (400, "A 'From' phone number is required"),
    21604: (400, "A 'To' phone number is required"),
    21606: (400, "The 'From' phone number provided is not a valid, SMS-capable phone number for your account"),
    21608: (400, "The 'To' number is unverified"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number is not currently reachable via SMS"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21654: (400, "The ContentSid is required"),
    21655: (400, "The ContentSid is invalid"),
    21656: (400, "The ContentVariables parameter is invalid"),
    21703: (400, "The Messaging Service does not have a phone number available to send a message"),
    63001: (400, "Channel could not authenticate the request"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
    63020: (400, "Twilio encountered a Business Manager account error"),
    63051: (400, "WhatsApp Business Account is locked"),
}


def twilio_error(code: int, text: str | None = None, status: int | None = None) -> ProviderError:
    """Twilio's error; status 400 for codes that are not listed."""
    usual, message = CODES.get(code, (400, "Unable to create record"))
    status = status or usual
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": text or message, "more_info": more, "status": status}
    return ProviderError(status, body)
