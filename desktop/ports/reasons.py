"""Codes of reasons that adapters and accounts give, beside `ProviderErrorKind`. In comments: their parameters."""

from __future__ import annotations

from enum import StrEnum

from desktop.domain.model.reason import Reason, make_reason


class ProviderReason(StrEnum):
    """What a provider, or the network before it, says about a request or an account."""

    # A provider's own words, after another reason.
    SAYS = "provider_says"  # {provider, detail}
    SAYS_WITH_CODE = "provider_says_with_code"  # {provider, detail, code}
    GIVES_CODE = "provider_gives_code"  # {provider, code}

    # The network.
    UNTRUSTED_CERTIFICATE = "untrusted_certificate"  # {provider}
    INTERCEPTED = "connection_intercepted"  # {provider}
    CONNECT_TIMED_OUT = "connect_timed_out"  # {provider}
    CONNECTION_BROKE = "connection_broke"  # {provider}
    PROXY_SILENT = "proxy_silent"  # {provider}
    PROXY_SIGN_IN = "proxy_sign_in"  # {provider}
    PROXY_REFUSES = "proxy_refuses"  # {provider}
    PROXY_REFUSES_STATUS = "proxy_refuses_status"  # {provider, status}
    ANSWER_TOO_LARGE = "answer_too_large"  # {provider}

    # Intercom's refusals, where they differ from those of other providers.
    INTERCOM_SIGNED_OUT = "intercom_signed_out"
    INTERCOM_FORBIDDEN = "intercom_forbidden"
    INTERCOM_NEEDS_PERMISSION = "intercom_needs_permission"  # {permission}
    INTERCOM_GONE = "intercom_gone"
    INTERCOM_TOO_LARGE = "intercom_too_large"
    INTERCOM_TOO_MANY_REPLIES = "intercom_too_many_replies"
    INTERCOM_REJECTED = "intercom_rejected"
    INTERCOM_PRIORITY = "intercom_priority"
    INTERCOM_CONTACT_EXISTS = "intercom_contact_exists"
    INTERCOM_CONTACT_REFUSED = "intercom_contact_refused"
    INTERCOM_FILE_LINKS = "intercom_file_links"
    INTERCOM_FILES = "intercom_files"  # {limit}
    INTERCOM_TEXT_TOO_LONG = "intercom_text_too_long"
    TOKEN_REFUSED = "token_refused"
    TOKEN_REFUSED_EVERYWHERE = "token_refused_everywhere"  # {regions}
    TOKEN_REFUSED_SO_FAR = "token_refused_so_far"  # {regions, region}

    # Permissions that an Intercom token lacks.
    NO_READ_ADMINS = "no_read_admins"
    NO_READ_CONVERSATIONS = "no_read_conversations"
    NO_READ_CONTACTS = "no_read_contacts"
    NO_READ_TAGS = "no_read_tags"
    TURN_PERMISSION_ON = "turn_permission_on"  # after the four above
    NO_MACROS = "no_macros"

    # The team's server.
    TEAM_REVOKED = "team_revoked"  # {provider}
    TEAM_REFUSES = "team_refuses"  # {provider}
    TEAM_NOT_READY = "team_not_ready"  # {provider}

    # What an account or its message cannot do.
    NO_TEMPLATES = "account_no_templates"
    ONLY_TEMPLATES = "account_only_templates"

    CANCELLED = "message_cancelled"

    # Remarks on an account or an accepted message.
    NO_ACCEPTED_TEMPLATE = "no_accepted_template"
    TEMPLATES_OF_OTHER_NUMBERS = "templates_of_other_numbers"  # {numbers}
    SMS_KEY_UNCHECKED = "sms_key_unchecked"
    TWILIO_SUSPENDED = "twilio_suspended"
    TWILIO_CLOSED = "twilio_closed"
    NOTHING_SENT_FROM = "nothing_sent_from"  # {address}
    BOT_READ_ELSEWHERE = "bot_read_elsewhere"
    TEMPLATES_NOT_READABLE = "templates_not_readable"
    NUMBER_OF_OTHER_ACCOUNT = "number_of_other_account"
    KEY_SENDS_FROM = "key_sends_from"  # {address}
    QUALITY_MEDIUM = "quality_medium"
    QUALITY_LOW = "quality_low"
    IN_BUSINESS_APP = "in_business_app"
    SENDING_LIMITED = "sending_limited"
    SENDING_BLOCKED = "sending_blocked"
    DELAYED_BY_ASSESSMENT = "delayed_by_assessment"
    DELAYED_BY_PAUSE = "delayed_by_pause"


class AccountReason(StrEnum):
    """Why an account cannot be checked, stored, opened or removed, or what its check found."""

    # Forms of what is typed in.
    TOKEN_FORM = "token_form"
    BOT_TOKEN_FORM = "bot_token_form"
    NUMBER_FORM = "number_form"
    PHONE_NUMBER_ID_FORM = "phone_number_id_form"
    BUSINESS_ACCOUNT_ID_FORM = "business_account_id_form"
    GRAPH_VERSION_FORM = "graph_version_form"  # {example}
    ACCOUNT_SID_FORM = "account_sid_form"
    API_KEY_SID_FORM = "api_key_sid_form"
    SERVICE_SID_FORM = "service_sid_form"
    INVITATION_FORM = "invitation_form"
    INVITATION_CUT = "invitation_cut"

    # The keyring and what is stored.
    KEYRING_MISSING = "keyring_missing"
    KEYRING_LOCKED = "keyring_locked"
    KEYRING_BROKEN = "keyring_broken"
    KEYRING_SKIPPED = "keyring_skipped"
    CACHE_KEY_NOT_GIVEN = "cache_key_not_given"
    CACHE_KEY_NOT_SAVED = "cache_key_not_saved"
    UNKNOWN_WORKSPACE = "unknown_workspace"
    PROFILE_PUT_ASIDE = "profile_put_aside"  # {file}
    PROFILE_UNREADABLE = "profile_unreadable"
    TOKEN_NOT_SAVED = "token_not_saved"
    KEY_NOT_SAVED = "key_not_saved"
    TOKEN_NOT_GIVEN = "token_not_given"  # {account}
    TOKEN_NOT_DELETED = "token_not_deleted"  # {account}
    TOKEN_GONE = "token_gone"  # {account}
    TOKEN_NEEDED = "token_needed"  # {account}
    ENTER_TOKEN_AGAIN = "enter_token_again"  # {account}
    COPY_TOKEN_AGAIN = "copy_token_again"
    INVITATION_NOT_SAVED = "invitation_not_saved"
    INVITATION_NOT_GIVEN = "invitation_not_given"
    INVITATION_NOT_DELETED = "invitation_not_deleted"
    INVITATION_GONE = "invitation_gone"
    NOT_SAVED = "account_not_saved"
    CACHE_NOT_DELETED = "cache_not_deleted"  # {account}

    # What a check found.
    OTHER_WORKSPACE = "other_workspace"  # {name}
    TOKEN_READS_ALL = "token_reads_all"  # {name}
    NAMELESS_TOKEN_READS_ALL = "nameless_token_reads_all"
    ANSWERS_AS = "account_answers_as"  # {name}
    ANSWERS = "account_answers"
    NO_LONGER_CONNECTED = "account_no_longer_connected"
    INVITATION_OF_OTHER = "invitation_of_other"  # {name, here}
    NO_TEAM = "account_no_team"
    TEAM_ANSWERS = "team_answers"  # {desk, desks}
    TEAM_HUB_SILENT = "team_hub_silent"  # {desk}


class MediaReason(StrEnum):
    """Why a file of a message is not here, or cannot be shown."""

    OTHER_HOST = "media_other_host"
    REDIRECTED = "media_redirected"
    EXPIRED = "media_expired"
    TOO_LARGE = "media_too_large"  # {megabytes}
    NOT_THE_FILE = "media_not_the_file"
    NO_LONGER_THERE = "media_no_longer_there"
    UNREADABLE = "media_unreadable"
    TOO_MANY_PIXELS = "media_too_many_pixels"
    VIDEO_UNREADABLE = "media_video_unreadable"
    KIND_NOT_SHOWN = "media_kind_not_shown"  # {ending}


class UpdateReason(StrEnum):
    """Why an answer about new versions of the program is not believed."""

    UNSIGNED = "update_unsigned"  # {provider}
    REDIRECTED = "update_redirected"  # {provider}
    EXPIRED = "update_expired"
    OLDER = "update_older"


class MachineReason(StrEnum):
    """What this computer, its disk or the program itself does not let happen."""

    DISK_FULL = "disk_full"
    DATABASE_IN_USE = "database_in_use"
    OPEN_ELSEWHERE = "database_open_elsewhere"
    DATABASE_DAMAGED = "database_damaged"
    DATABASE_NO_ACCESS = "database_no_access"
    DATABASE_NEWER = "database_newer"
    OPENING_ELSEWHERE = "database_opening_elsewhere"
    COPY_NEEDS_SPACE = "copy_needs_space"
    COPY_NEEDS_REST = "copy_needs_rest"
    CACHE_KEY_LOST = "cache_key_lost"  # {file}
    CACHE_DAMAGED = "cache_damaged"  # {file}
    FOLDER_NOT_MADE = "folder_not_made"
    SYSTEM_SAYS = "system_says"  # {detail}
    BROKE = "program_broke"
    SYNC_BROKE = "sync_broke"
    SEARCH_REFUSED = "search_refused"
    HUB_SILENT = "hub_silent"
    HUB_BLIND = "hub_blind"
    TEAM_CONNECTION_ENDED = "team_connection_ended"
    SANDBOX_ELSEWHERE = "sandbox_elsewhere"  # {address}
    SANDBOX_FILE_UNREADABLE = "sandbox_file_unreadable"  # {file}
    SANDBOX_FILE_WRONG = "sandbox_file_wrong"  # {file}


def system_says(error: OSError) -> Reason:
    """The operating system's own words for a failure, after another reason; names no file."""
    return make_reason(MachineReason.SYSTEM_SAYS, detail=error.strerror or type(error).__name__)
