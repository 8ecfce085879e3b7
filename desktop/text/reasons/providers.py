"""Reasons that providers and the network give: why something failed, and remarks on accounts."""

from __future__ import annotations

from desktop.ports import ProviderErrorKind
from desktop.ports.reasons import ProviderReason
from desktop.text.catalog import Text

# Translators: {provider} is a name such as Intercom, Twilio or WhatsApp.
FAILURES = {
    ProviderErrorKind.SIGNED_OUT: Text(
        "{provider} doesn't accept this key or token. Enter a new one in Settings > Accounts."
    ),
    ProviderErrorKind.FORBIDDEN: Text(
        "Your {provider} account isn't allowed to do that. Allow it there, or use another key or token."
    ),
    ProviderErrorKind.GONE: Text(
        "{provider} can't find this, or your {provider} account isn't allowed to see it. Check the IDs in "
        "Settings > Accounts."
    ),
    ProviderErrorKind.MERGED: Text("{provider} merged this into another record. Open that one instead."),
    ProviderErrorKind.REJECTED: Text("{provider} refused this. Change the message and send it again."),
    ProviderErrorKind.THROTTLED: Text(
        "{provider} is limiting requests because there were too many. Try again in a moment."
    ),
    ProviderErrorKind.TOO_LARGE: Text("This is too long or too large for {provider}. Shorten it, or send it in parts."),
    ProviderErrorKind.BUSY: Text("{provider} has a problem right now. Try again in a few minutes."),
    ProviderErrorKind.BAD_ANSWER: Text(
        "We couldn't read the response from {provider}. Try again. If this keeps happening, tell your admin."
    ),
    ProviderErrorKind.OFFLINE: Text("Can't reach {provider}. Check your network connection."),
    ProviderErrorKind.TIMED_OUT: Text("{provider} didn't respond in time. Try again in a moment."),
    ProviderErrorKind.WINDOW_CLOSED: Text(
        "The customer's window is closed, so a normal reply doesn't reach them. Send a template, or wait "
        "until they write again."
    ),
    ProviderErrorKind.UNREACHABLE: Text(
        "The customer's number or username can't be reached on this channel. Use another channel."
    ),
    ProviderErrorKind.OPTED_OUT: Text(
        "The customer blocked these messages or opted out of them. Use another channel, or wait until they write again."
    ),
    ProviderErrorKind.BAD_ADDRESS: Text(
        "{provider} can't send to the customer's number or username. Check it: a phone number starts with + "
        "and the country code."
    ),
    ProviderErrorKind.TEMPLATE_INVALID: Text(
        "What you filled in doesn't fit the template that WhatsApp approved. Refresh the list of templates "
        "and check each field."
    ),
    ProviderErrorKind.TEMPLATE_UNAVAILABLE: Text(
        "This template can't be sent now. It may be paused, disabled or not approved. Choose another template."
    ),
    ProviderErrorKind.PAIR_THROTTLED: Text(
        "There were too many messages to this customer in a short time. Wait a few seconds and try again."
    ),
    ProviderErrorKind.POLICY: Text(
        "{provider}'s rules don't allow this message. Don't send it again within 24 hours, and check the "
        "status of your {provider} account."
    ),
    ProviderErrorKind.BILLING: Text(
        "Your {provider} account is stopped because of a payment or a suspension. Nothing can be sent until "
        "you settle that with {provider}."
    ),
    ProviderErrorKind.SENDER: Text(
        "Your number isn't set up for this. Check the number and its registration in your {provider} account."
    ),
    ProviderErrorKind.FILE: Text("{provider} doesn't accept this file. Check its type and size, or send a link."),
    ProviderErrorKind.EXPIRED: Text("The message waited too long and was dropped. Send it again if it's still needed."),
    ProviderErrorKind.MALFORMED: Text(
        "{provider} couldn't use the request. Check the message and the recipient, and send it again. If it's "
        "refused again, tell your admin the code."
    ),
    ProviderErrorKind.UNKNOWN: Text(
        "{provider} gives a reason that we don't know. Look it up in {provider}'s documentation before you send again."
    ),
}
# Translators: {provider} is a name such as Intercom; {detail}: its own words, in its own language.
SENTENCES = {
    ProviderReason.SAYS: Text("{provider} says: “{detail}”."),
    ProviderReason.SAYS_WITH_CODE: Text("{provider} says: “{detail}” (code {code})."),
    ProviderReason.GIVES_CODE: Text("{provider} gives the code {code}."),
    ProviderReason.UNTRUSTED_CERTIFICATE: Text(
        "The connection to {provider} isn't secure: this computer doesn't trust the certificate it's shown. "
        "Check this computer's date and time. If they're right, ask your IT department to install the certificate of "
        "your company's proxy."
    ),
    ProviderReason.INTERCEPTED: Text(
        "Something on this network responds in place of {provider}, so there's no secure connection. If the "
        "network needs a sign-in, open any page in a browser and sign in. Otherwise check this computer's "
        "proxy settings."
    ),
    ProviderReason.CONNECT_TIMED_OUT: Text(
        "Couldn't reach {provider} in time. Check your network connection, and try again."
    ),
    ProviderReason.CONNECTION_BROKE: Text("The connection to {provider} broke. Try again."),
    ProviderReason.PROXY_SILENT: Text(
        "Can't reach {provider}: the proxy set on this computer doesn't respond. Check your network "
        "connection and this computer's proxy settings."
    ),
    ProviderReason.PROXY_SIGN_IN: Text(
        "This network's proxy needs a sign-in before Reachline can reach {provider} (407). Enter your user name and "
        "password in this computer's proxy settings, or ask your IT department."
    ),
    ProviderReason.PROXY_REFUSES: Text(
        "This network's proxy doesn't let Reachline reach {provider}. "
        "Check this computer's proxy settings, or ask your IT department to allow {provider}."
    ),
    # Translators: {status} is a number such as 403.
    ProviderReason.PROXY_REFUSES_STATUS: Text(
        "This network's proxy doesn't let Reachline reach {provider} ({status}). "
        "Check this computer's proxy settings, or ask your IT department to allow {provider}."
    ),
    ProviderReason.ANSWER_TOO_LARGE: Text("The response from {provider} is too large to read."),
    ProviderReason.INTERCOM_SIGNED_OUT: Text("Intercom no longer accepts your access token. Enter a new one."),
    ProviderReason.INTERCOM_FORBIDDEN: Text("Your Intercom token isn't allowed to do this."),
    # Translators: {permission} is Intercom's name for it, such as “Write conversations”.
    ProviderReason.INTERCOM_NEEDS_PERMISSION: Text(
        "Your Intercom token isn't allowed to do this. It may lack the permission “{permission}”."
    ),
    ProviderReason.INTERCOM_GONE: Text("Intercom no longer has this, or your token isn't allowed to see it."),
    ProviderReason.INTERCOM_TOO_LARGE: Text(
        "This is too large for Intercom. Leave a file out or make it smaller, and send it again."
    ),
    ProviderReason.INTERCOM_TOO_MANY_REPLIES: Text(
        "Intercom is limiting replies because there were too many in this conversation. Try again in a moment."
    ),
    ProviderReason.INTERCOM_REJECTED: Text("Intercom refused this."),
    ProviderReason.INTERCOM_PRIORITY: Text(
        "Intercom didn't take the new priority. Apps can set it in a preview of Intercom's API only. Set it in "
        "Intercom's inbox."
    ),
    ProviderReason.INTERCOM_CONTACT_EXISTS: Text("Intercom has another user with this email address."),
    ProviderReason.INTERCOM_CONTACT_REFUSED: Text("Intercom refused this change."),
    ProviderReason.INTERCOM_FILE_LINKS: Text(
        "Intercom accepts only links to pictures here, and no files beside them. Attach the pictures as files."
    ),
    ProviderReason.INTERCOM_FILES: Text(
        "Intercom refused the files. One reply can have up to {limit}, so leave some out."
    ),
    ProviderReason.INTERCOM_TEXT_TOO_LONG: Text(
        "The text is too long for Intercom. Shorten it, or send it in two parts."
    ),
    ProviderReason.TOKEN_REFUSED: Text("Intercom doesn't accept this token."),
    # Translators: {regions} are codes such as US, EU.
    ProviderReason.TOKEN_REFUSED_EVERYWHERE: Text(
        "Intercom doesn't accept this token in any of its regions ({regions})."
    ),
    # Translators: {regions} are codes such as US, EU; {region} is one of them. What went wrong there follows.
    ProviderReason.TOKEN_REFUSED_SO_FAR: Text(
        "Intercom doesn't accept this token in {regions}, and {region} couldn't be checked."
    ),
    ProviderReason.NO_READ_ADMINS: Text(
        "The permission “Read admins” is missing, so you can't choose who you are, and replies need a teammate's name."
    ),
    ProviderReason.NO_READ_CONVERSATIONS: Text(
        "The permission “Read conversations” is missing, so no conversations can be shown."
    ),
    ProviderReason.NO_READ_CONTACTS: Text(
        "The permission “Read and list users and companies” is missing, so phone numbers and email addresses aren't "
        "known."
    ),
    ProviderReason.NO_READ_TAGS: Text(
        "The permission “Read tags” is missing, so tags can't be chosen from the workspace's list."
    ),
    # Translators: “Developer Hub” and “Configure > Authentication” are written in English in Intercom.
    ProviderReason.TURN_PERMISSION_ON: Text(
        "Turn it on in Intercom (Developer Hub > your app > Configure > Authentication) and check again. "
        "If the token has changed, copy it again."
    ),
    ProviderReason.NO_MACROS: Text(
        "Intercom doesn't let this token read macros, so there are none in the composer. Check the app's permissions "
        "in Intercom (Developer Hub > your app > Configure > Authentication)."
    ),
    # Translators: {provider} is the address of the team's server.
    ProviderReason.TEAM_REVOKED: Text(
        "{provider} no longer accepts this computer's invitation. Ask your admin for a new one, and paste it in "
        "Settings > Team."
    ),
    # Translators: {provider} is the address of the team's server.
    ProviderReason.TEAM_REFUSES: Text(
        "{provider} doesn't let this computer read the team's messages. Ask your admin for a new invitation."
    ),
    # Translators: {provider} is the address of the team's server; “reachline hub serve” is a command.
    ProviderReason.TEAM_NOT_READY: Text(
        "{provider} can be reached, but isn't ready for your team yet. Ask your admin to start “reachline hub serve”."
    ),
    ProviderReason.NO_TEMPLATES: Text("This channel account has no templates. Write a normal reply instead."),
    ProviderReason.ONLY_TEMPLATES: Text(
        "Only templates can be sent on WhatsApp directly through Octopods. Reply through Intercom, or send a template."
    ),
    ProviderReason.CANCELLED: Text("The message was cancelled before it was sent."),
    ProviderReason.NO_ACCEPTED_TEMPLATE: Text(
        "This channel account has no approved template yet, so it can't send anything."
    ),
    ProviderReason.TEMPLATES_OF_OTHER_NUMBERS: Text("This channel account's templates belong to {numbers}."),
    ProviderReason.SMS_KEY_UNCHECKED: Text(
        "Octopods accepted the key. It can't be checked further without sending a text message (SMS)."
    ),
    ProviderReason.TWILIO_SUSPENDED: Text("Your Twilio account is suspended, so nothing can be sent."),
    ProviderReason.TWILIO_CLOSED: Text("Your Twilio account is closed, so nothing can be sent."),
    # Translators: {address} is a phone number.
    ProviderReason.NOTHING_SENT_FROM: Text(
        "Nothing has been sent from {address} yet, so we don't know whether it belongs to your Twilio account."
    ),
    ProviderReason.BOT_READ_ELSEWHERE: Text(
        "Another program receives this bot's messages. From here, the bot only sends."
    ),
    ProviderReason.TEMPLATES_NOT_READABLE: Text(
        "This token can't read your WhatsApp account's templates, so it can't send templates, only normal messages."
    ),
    ProviderReason.NUMBER_OF_OTHER_ACCOUNT: Text(
        "This number doesn't belong to that WhatsApp Business account, so its templates may be refused."
    ),
    # Translators: {address} is a phone number.
    ProviderReason.KEY_SENDS_FROM: Text("This key sends from {address}."),
    ProviderReason.QUALITY_MEDIUM: Text("WhatsApp rates this number's quality as medium (yellow)."),
    ProviderReason.QUALITY_LOW: Text("WhatsApp rates this number's quality as low (red)."),
    ProviderReason.IN_BUSINESS_APP: Text(
        "This number is also used in the WhatsApp Business app. Replies typed there aren't shown here."
    ),
    ProviderReason.SENDING_LIMITED: Text("WhatsApp limits what this number can send."),
    ProviderReason.SENDING_BLOCKED: Text("WhatsApp blocks this number from sending."),
    ProviderReason.DELAYED_BY_ASSESSMENT: Text(
        "WhatsApp is still checking the template, so this message waits and might not be delivered."
    ),
    ProviderReason.DELAYED_BY_PAUSE: Text(
        "WhatsApp paused the template, so this message waits and might not be delivered."
    ),
}
