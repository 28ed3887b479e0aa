"""What WhatsApp tells instead of a message: groups that begin, end or shut us out, and people whose number or id changes."""

from __future__ import annotations

import re
from datetime import datetime

from connectors.base import Author, Change, ChangeKind, Item, Parsed
from connectors.payload import IgnoredElement, Json, each, ident, moment, needed, part, rows, text, word

_RENUMBERED = ("user_changed_number", "customer_changed_number")
_GROUPS: dict[str, ChangeKind] = {
    "group_create": "joined",
    "group_delete": "left",
    "group_suspend": "left",
    "group_suspend_cleared": "joined",
    "group_participants_add": "joined",
    "group_participants_remove": "left",
}
_PARTICIPANTS = {"joined": "added_participants", "left": "removed_participants"}
FIELDS = (
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "user_id_update",
)
"""The fields of a webhook that are read here (Meta, Groups API: Webhooks; Business-scoped user ids: user_id_update)."""


def changes(channel: str, field: str, value: Json, received_at: datetime) -> Parsed:
    """Read one `value` of one of FIELDS; what concerns neither us nor a person's id is ignored by its name."""
    if field == "user_id_update":
        return each(value.get(field), field, lambda one: _new_user_id(channel, value, one, received_at))
    return each(value.get("groups"), "groups", lambda group: _of_group(channel, value, group, received_at))


def system(channel: str, value: Json, message: Json, received_at: datetime) -> Parsed:
    """Read a message of the type `system`: a new number, and the new business-scoped id where it comes along.

    That the old id became the new one is told apart from it, by `user_id_update`: here the id before may be missing.
    """
    told = part(message, "system")
    before, now = ident(message.get("from")), ident(told.get("wa_id")) or ident(told.get("new_wa_id"))
    if told.get("type") not in _RENUMBERED or not before or not now:
        raise IgnoredElement(f"system {word(told.get('type'))}")
    at = moment(message.get("timestamp"), received_at)
    found = [
        Change(channel, account_of(value), before, "renumbered", at, True, author=Author(before, phone=before), to=now)
    ]
    scoped, after = ident(message.get("from_user_id")), ident(told.get("user_id"))
    if scoped and after:
        found.append(_renumbered(channel, value, scoped, after, at))
    return Parsed(tuple(found))


def account_of(value: Json) -> str:
    """Give the id of our number."""
    return ident(part(value, "metadata").get("phone_number_id"))


def number_of(value: Json) -> str:
    """Give our number in digits as people see it, or ""."""
    return re.sub(r"\D", "", ident(part(value, "metadata").get("display_phone_number")))


def _new_user_id(channel: str, value: Json, update: Json, received_at: datetime) -> Item:
    ids = part(update, "user_id")
    before, now = needed(ids.get("previous"), "previous"), needed(ids.get("current"), "current")
    return _renumbered(channel, value, before, now, moment(update.get("timestamp"), received_at))


def _renumbered(channel: str, value: Json, before: str, now: str, at: datetime) -> Change:
    """Tell of a new business-scoped id, which is also the address of who hides the phone number."""
    return Change(channel, account_of(value), before, "renumbered", at, direct=True, author=Author(before), to=now)


def _of_group(channel: str, value: Json, group: Json, received_at: datetime) -> Item:
    """Tell whether we may speak in a group now."""
    told = word(group.get("type"))
    kind = _GROUPS.get(told)
    if kind is None:
        raise IgnoredElement(told)
    if rows(group.get("errors")):
        raise IgnoredElement(f"{told} failed")
    if told.startswith("group_participants") and not _concerns_us(value, group, _PARTICIPANTS[kind]):
        raise IgnoredElement(told)
    return Change(
        channel=channel,
        account=account_of(value),
        thread=needed(group.get("group_id"), "group_id"),
        kind=kind,
        at=moment(group.get("timestamp"), received_at),
        thread_name=text(group.get("subject")),
    )


def _concerns_us(value: Json, group: Json, who: str) -> bool:
    """Whether our own number is among the participants of whom a group's change tells."""
    named = [one for one in rows(group.get(who)) if isinstance(one, dict)]
    ours = number_of(value)
    return bool(ours) and any(ours == ident(one.get("wa_id")) for one in named)
