"""Maps Intercom's answers on a workspace: the token's account, teammates, macros. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from desktop.channels.intercom import html
from desktop.channels.intercom.values import NotReadable, ident, name
from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import Scalar, as_text, get_field
from desktop.ports import Account, Macro, Teammate

INBOX_URLS = {
    "US": "https://app.intercom.com",
    "EU": "https://app.eu.intercom.com",
    "AU": "https://app.au.intercom.com",
}


class AdminJson(msgspec.Struct):
    id: Scalar = None
    name: Scalar = None
    email: Scalar = None
    app: Any = None


class MacroJson(msgspec.Struct):
    id: Scalar = None
    name: Scalar = None
    body: Any = None
    body_text: Any = None


def map_account(raw: object) -> Account:
    """Map the answer on the token's own admin. Raises NotReadable without an admin or a workspace."""
    me = loose_json.as_struct(raw, AdminJson)
    workspace, region = ident(get_field(me.app, "id_code")), as_text(get_field(me.app, "region")).strip().upper()
    if not ident(me.id) or not workspace:
        raise NotReadable("an account needs an admin and a workspace")
    inbox = INBOX_URLS.get(region, INBOX_URLS["US"])
    return Account(
        workspace_id=workspace,
        workspace_name=name(get_field(me.app, "name")),
        teammate=_teammate(me),
        region=region,
        inbox_url=f"{inbox}/a/inbox/{workspace}/inbox/conversation/{{conversation_id}}",
    )


def map_teammates(raw: object) -> Sequence[Teammate]:
    """Map the list of admins; those without an id are left out."""
    admins = [loose_json.as_struct(admin, AdminJson) for admin in loose_json.as_list(raw, "admins", "data")]
    return [_teammate(admin) for admin in admins if ident(admin.id)]


def _teammate(admin: AdminJson) -> Teammate:
    return Teammate(ident(admin.id), name(admin.name), name(admin.email))


def map_macros(page: object) -> Sequence[Macro]:
    """Map a page of macros; those without an id are left out."""
    macros = [loose_json.as_struct(macro, MacroJson) for macro in loose_json.as_list(page, "data", "macros")]
    return [
        Macro(ident(m.id), name(m.name), html.from_macro(as_text(m.body_text), as_text(m.body)))
        for m in macros
        if ident(m.id)
    ]
