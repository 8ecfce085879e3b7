"""Maps Intercom's answers on a workspace: the token's account, teammates, macros. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.channels.intercom import html
from desktop.channels.intercom.values import NotReadable, ident, name
from desktop.channels.shared.loose_json import as_list, as_text, get_field
from desktop.ports import Account, Macro, Team, Teammate, WorkspaceTag

INBOX_URLS = {
    "US": "https://app.intercom.com",
    "EU": "https://app.eu.intercom.com",
    "AU": "https://app.au.intercom.com",
}


def map_account(raw: object) -> Account:
    """Map the answer on the token's own admin. Raises NotReadable without an admin or a workspace."""
    me, workspace = _teammate(raw), ident(get_field(raw, "app", "id_code"))
    if not me.id or not workspace:
        raise NotReadable("an account needs an admin and a workspace")
    region = as_text(get_field(raw, "app", "region")).strip().upper()
    inbox = INBOX_URLS.get(region, INBOX_URLS["US"])
    return Account(
        workspace_id=workspace,
        workspace_name=name(get_field(raw, "app", "name")),
        teammate=me,
        region=region,
        inbox_url=f"{inbox}/a/inbox/{workspace}/inbox/conversation/{{conversation_id}}",
    )


def map_teammates(raw: object) -> Sequence[Teammate]:
    """Map the list of admins; those without an id are left out."""
    return [_teammate(admin) for admin in as_list(raw, "admins", "data") if ident(get_field(admin, "id"))]


def _teammate(admin: object) -> Teammate:
    teams = tuple(team for each in as_list(get_field(admin, "team_ids")) if (team := ident(each)))
    return Teammate(
        ident(get_field(admin, "id")), name(get_field(admin, "name")), name(get_field(admin, "email")), teams
    )


def map_teams(raw: object) -> Sequence[Team]:
    """Map the list of teams; those without an id are left out."""
    return [_team(team) for team in as_list(raw, "teams", "data") if ident(get_field(team, "id"))]


def _team(team: object) -> Team:
    members = tuple(admin for each in as_list(get_field(team, "admin_ids")) if (admin := ident(each)))
    return Team(ident(get_field(team, "id")), name(get_field(team, "name")), members)


def map_tags(raw: object) -> Sequence[WorkspaceTag]:
    """Map the list of tags; those without an id or a name are left out."""
    tags = (map_tag(tag) for tag in as_list(raw, "data", "tags") if ident(get_field(tag, "id")))
    return [tag for tag in tags if tag.name]


def map_tag(raw: object) -> WorkspaceTag:
    """Map one tag. Raises NotReadable without an id."""
    tag_id = ident(get_field(raw, "id"))
    if not tag_id:
        raise NotReadable("a tag needs an id")
    return WorkspaceTag(tag_id, name(get_field(raw, "name")))


def map_macros(page: object) -> Sequence[Macro]:
    """Map a page of macros; those without an id are left out."""
    return [_macro(macro) for macro in as_list(page, "data", "macros") if ident(get_field(macro, "id"))]


def _macro(raw: object) -> Macro:
    text = html.from_macro(as_text(get_field(raw, "body_text")), as_text(get_field(raw, "body")))
    return Macro(ident(get_field(raw, "id")), name(get_field(raw, "name")), text)
