"""Telegram's way in: one update of the Bot API becomes one Inbound or Change (core.telegram.org/bots/api#update)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.base import Author, Inbound, Item, Media, MediaKind, Parsed
from connectors.payload import (
    IgnoredElement,
    Json,
    ident,
    load,
    moment,
    needed,
    part,
    point,
    record,
    rows,
    text,
    whole,
    word,
)
from connectors.proof import same
from connectors.telegram_changes import MIGRATED, membership, migration

_MESSAGES = ("message", "edited_message", "channel_post", "edited_channel_post")
_FILES: tuple[tuple[str, MediaKind], ...] = (
    ("voice", "voice"),
    ("audio", "audio"),
    ("video", "video"),
    ("video_note", "video"),
    ("animation", "video"),
    ("document", "document"),
    ("sticker", "sticker"),
)
_SERVICE = re.compile(
    r"new_chat_\w+|left_chat_member|delete_chat_photo|\w+_chat_created|message_auto_delete_timer_changed"
    r"|pinned_message|forum_topic_\w+|general_forum_topic_\w+|video_chat_\w+|proximity_alert_triggered|boost_added"
    r"|chat_background_set|suggested_post_\w+|\w+_payment|\w+_price_changed|users_shared|chat_shared|write_access_allowed|connected_website|giveaway_\w+|gift|unique_gift"
)
_COMMAND = re.compile(r"/\w+(?:@(\w+))?")


@dataclass(frozen=True, slots=True)
class TelegramConnector:
    """Reads updates of our bot; `secret` is the webhook's secret token, `username` the bot's without @ (may be unknown)."""

    secret: str
    username: str = ""
    channel: str = "telegram"

    def verify(self, headers: Mapping[str, str], _body: bytes) -> bool:
        """Whether Telegram showed the secret token that was given to setWebhook."""
        return same(headers.get("x-telegram-bot-api-secret-token", ""), self.secret)

    def handshake(self, _query: Mapping[str, str]) -> str | None:
        """Telegram asks nothing by GET."""
        return None

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read one update."""
        return whole(lambda: self._update(record(load(body), "update"), received_at))

    def _update(self, update: Json, received_at: datetime) -> Item:
        for name in _MESSAGES:
            if name in update:
                message = record(update[name], name)
                if any(key in message for key in MIGRATED):
                    return migration(self.channel, message, received_at)
                revision = ident(update.get("update_id")) if name.startswith("edited") else ""
                return self._message(message, revision, received_at)
        if "my_chat_member" in update:
            return membership(self.channel, record(update["my_chat_member"], "my_chat_member"), received_at)
        if "callback_query" in update:
            return self._press(record(update["callback_query"], "callback_query"), received_at)
        kinds = [word(key) for key in update if key != "update_id"]
        raise IgnoredElement(f"update {kinds[0] if kinds else 'without content'}")

    def _message(self, message: Json, edit: str, received_at: datetime) -> Inbound:
        _refuse(message, edited=bool(edit))
        chat, reply = part(message, "chat"), part(message, "reply_to_message")
        direct = chat.get("type") == "private"
        words = _words(message)
        sent_at = moment(message.get("edit_date" if edit else "date"), received_at)
        return Inbound(
            channel=self.channel,
            account="bot",
            thread=_thread(message),
            external_id=needed(message.get("message_id"), "message_id"),
            sent_at=sent_at,
            kind="edit" if edit else "message",
            revision=f"{ident(message.get('edit_date'))}.{edit}" if edit else "",
            author=_author(message),
            text=words,
            direct=direct,
            addressed=not direct and self._addressed(words, part(reply, "from")),
            thread_name=text(chat.get("title")),
            media=_media(message),
            point=point(part(message, "location")),
            # in a topic every message "answers" the topic's opening, which nobody wrote
            reply_to="" if "forum_topic_created" in reply else ident(reply.get("message_id")),
            album=ident(message.get("media_group_id")),
            forwarded="forward_origin" in message or "forward_date" in message,
            permalink=_permalink(message),
        )

    def _press(self, query: Json, received_at: datetime) -> Inbound:
        """Read a pressed button; its key is the callback's, for one message's button may be pressed often."""
        message, payload = part(query, "message"), text(query.get("data"))
        if not message or not payload:
            raise IgnoredElement("callback of no message of ours")
        direct = part(message, "chat").get("type") == "private"
        return Inbound(
            channel=self.channel,
            account="bot",
            thread=_thread(message),
            external_id=f"callback:{needed(query.get('id'), 'callback id')}",
            sent_at=moment(None, received_at),
            author=_person(part(query, "from")),
            text=_label(message, payload),
            direct=direct,
            addressed=not direct,
            thread_name=text(part(message, "chat").get("title")),
            reply_to=ident(message.get("message_id")),
            button=payload,
        )

    def _addressed(self, words: str, answered: Json) -> bool:
        """Whether a message in a group speaks to the bot: by a mention, a command or a reply."""
        me = self.username.casefold()
        command = _COMMAND.match(words)
        if command:
            return (command[1] or me).casefold() == me
        if not me:
            return False
        mentioned = re.search(rf"(?<!\w)@{re.escape(me)}(?!\w)", words.casefold()) is not None
        return mentioned or text(answered.get("username")).casefold() == me


def _refuse(message: Json, *, edited: bool) -> None:
    """Raise IgnoredElement for what nobody said to be read."""
    service = next((key for key in message if _SERVICE.fullmatch(key)), None)
    if service:
        raise IgnoredElement(f"service message {service}")
    if message.get("is_automatic_forward"):
        raise IgnoredElement("automatic forward of a channel post")
    if part(message, "from").get("is_bot") and "sender_chat" not in message:
        raise IgnoredElement("a bot's message")
    if edited and part(message, "location").get("live_period"):
        raise IgnoredElement("live location moved")
    if "from" not in message and "sender_chat" not in message:
        raise IgnoredElement("message without content")


def _thread(message: Json) -> str:
    """Give the chat, with its topic where the message stands in one (replies have a thread id without being a topic)."""
    chat = needed(part(message, "chat").get("id"), "chat id")
    topic = ident(message.get("message_thread_id")) if message.get("is_topic_message") else ""
    return f"{chat}/{topic}" if topic else chat


def _author(message: Json) -> Author | None:
    """Give who speaks: a chat where an administrator or channel speaks in its name (`from` is then a stand-in bot)."""
    chat = part(message, "sender_chat")
    if chat:
        return Author(ident(chat.get("id")), text(chat.get("title")), text(chat.get("username")))
    own = part(message, "contact")
    return _person(part(message, "from"), own)


def _person(sender: Json, contact: Json | None = None) -> Author | None:
    """Give a user; the phone number is known only where the user shares the own contact."""
    key = ident(sender.get("id"))
    name = f"{text(sender.get('first_name'))} {text(sender.get('last_name'))}".strip()
    own = contact is not None and ident(contact.get("user_id")) == key
    phone = ident(contact.get("phone_number")) if contact is not None and own else ""
    return Author(key, name, text(sender.get("username")), phone) if key else None


def _words(message: Json) -> str:
    """Give what the message says: text, caption, a poll's question, or a venue's name and address."""
    venue = part(message, "venue")
    written = text(message.get("text")) or text(message.get("caption")) or text(part(message, "poll").get("question"))
    return written or ", ".join(filter(None, (text(venue.get("title")), text(venue.get("address")))))


def _media(message: Json) -> tuple[Media, ...]:
    """Give the attachments; of a photo the largest size, of an animation not its twin `document`."""
    sizes = [size for size in rows(message.get("photo")) if isinstance(size, dict) and ident(size.get("file_id"))]
    found = [Media("photo", ident(max(sizes, key=_area)["file_id"]), "image/jpeg")] if sizes else []
    for name, kind in _FILES:
        file = part(message, name)
        if ident(file.get("file_id")) and not (name == "document" and "animation" in message):
            found.append(Media(kind, ident(file["file_id"]), text(file.get("mime_type"))))
    if part(message, "contact"):
        found.append(Media("contact", ""))
    return tuple(found)


def _area(size: Json) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _label(message: Json, payload: str) -> str:
    """Give the words on the button that carries `payload`."""
    keyboard = rows(part(message, "reply_markup").get("inline_keyboard"))
    buttons = [button for row in keyboard for button in rows(row) if isinstance(button, dict)]
    return next((text(button.get("text")) for button in buttons if button.get("callback_data") == payload), "")


def _permalink(message: Json) -> str:
    """Give the address of a message in a supergroup or channel (core.telegram.org/api/links#message-links)."""
    chat, topic = part(message, "chat"), _thread(message).partition("/")[2]
    name = text(chat.get("username")) or f"c/{ident(chat.get('id')).removeprefix('-100')}"
    tail = f"{topic}/{ident(message.get('message_id'))}" if topic else ident(message.get("message_id"))
    return f"https://t.me/{name}/{tail}" if chat.get("type") in ("supergroup", "channel") else ""
