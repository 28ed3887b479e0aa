"""What Telegram tells instead of a message: the bot added, removed, blocked or let in again, and groups with a new id."""

from __future__ import annotations

from datetime import datetime

from connectors.base import Author, Change
from connectors.payload import Json, MalformedElement, ident, moment, needed, part, text, word

MIGRATED = ("migrate_to_chat_id", "migrate_from_chat_id")
"""The service messages by which a group and the supergroup that it became name each other."""
_OUT = ("left", "kicked")


def membership(channel: str, update: Json, received_at: datetime) -> Change:
    """Read `my_chat_member` (Bot API: ChatMemberUpdated); in a private chat `kicked` means blocked by the user."""
    chat, member = part(update, "chat"), part(update, "new_chat_member")
    status = word(member.get("status"))
    if status == "unknown":
        raise MalformedElement("no status")
    mute = member.get("is_member") is False or member.get("can_send_messages") is False  # of status `restricted`
    direct = chat.get("type") == "private"
    thread = needed(chat.get("id"), "chat id")
    return Change(
        channel=channel,
        account="bot",
        thread=thread,
        kind="left" if status in _OUT or mute else "joined",
        at=moment(update.get("date"), received_at),
        direct=direct,
        thread_name=text(chat.get("title")),
        role=status,
        author=Author(thread) if direct else None,
    )


def migration(channel: str, message: Json, received_at: datetime) -> Change:
    """Read a group's new id, of which the old and the new one both tell; whichever comes first says it all."""
    here = needed(part(message, "chat").get("id"), "chat id")
    to, former = ident(message.get("migrate_to_chat_id")), ident(message.get("migrate_from_chat_id"))
    if not to and not former:
        raise MalformedElement("no id of the other group")
    return Change(
        channel=channel,
        account="bot",
        thread=here if to else former,
        kind="moved",
        at=moment(message.get("date"), received_at),
        thread_name=text(part(message, "chat").get("title")),
        to=to or here,
    )
