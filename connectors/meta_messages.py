"""Direct messages to a Facebook Page or an Instagram account, as both platforms deliver them (Meta, Messenger Platform)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.base import Author, Inbound, InboundKind, Media, MediaKind, Parsed
from connectors.meta import REMOVED
from connectors.payload import (
    IgnoredElement,
    Json,
    each,
    ident,
    merge,
    moment,
    needed,
    part,
    point,
    record,
    rows,
    text,
)

MESSAGE_FIELDS = ("messages", "messaging_postbacks", "message_edits", "message_edit")
"""Fields of `changes` whose value is one event of `messaging`: so the App Dashboard's test and some log-ins deliver it."""
_NOTHING_SAID = ("delivery", "read", "reaction", "referral", "optin", "account_linking", "policy_enforcement")
_HANDED_OVER = ("pass_thread_control", "take_thread_control", "request_thread_control", "app_roles")
_FILES: dict[str, MediaKind] = {"image": "photo", "video": "video", "audio": "audio", "file": "document"}


@dataclass(frozen=True, slots=True)
class DirectMessages:
    """Reads `messaging` and `standby` (what another app answers) of one channel's deliveries.

    Each is uninvited: people are heard here only where we wrote to them privately before. `thread` is the person's
    page-scoped or Instagram-scoped id, `account` our own, `external_id` the message's `mid`.
    """

    channel: str

    def entry(self, held: Json, received_at: datetime) -> Parsed:
        """Read all events of one entry."""
        parts = ("messaging", "standby")
        return merge(each(held.get(name), name, lambda event: self.event(held, event, received_at)) for name in parts)

    def event(self, entry: Json, event: Json, received_at: datetime) -> Inbound:
        """Read one event; echoes of our own messages, receipts and reactions are ignored by name."""
        sender, account = part(event, "sender"), ident(part(event, "recipient").get("id")) or ident(entry.get("id"))
        said = _said(event)
        person = needed(sender.get("id"), "sender")
        if said.get("is_echo") or person in (account, ident(entry.get("id"))):
            raise IgnoredElement("message echo")
        told_at = moment(event.get("timestamp"), moment(entry.get("time"), received_at))
        kind = _kind(event, said)
        removed = kind == "removal"
        return Inbound(
            channel=self.channel,
            account=account,
            thread=person,
            # a postback from before message ids were told has only its time
            external_id=ident(said.get("mid")) or f"postback.{needed(event.get('timestamp'), 'mid')}",
            sent_at=told_at,
            kind=kind,
            revision=_revision(kind, event, said),
            author=None if removed else Author(person, text(sender.get("name")), text(sender.get("username"))),
            text="" if removed else _words(said),
            direct=True,
            media=() if removed else _media(said),
            point=None if removed else _place(said),
            reply_to=ident(part(said, "reply_to").get("mid")),
            button=ident(part(said, "quick_reply").get("payload")) or ident(said.get("payload")),
            uninvited=True,
        )


def _said(event: Json) -> Json:
    """Give what was said: a message, a pressed button or an edit (Webhooks: messages, messaging_postbacks, message_edits)."""
    for name in ("message", "postback", "message_edit"):
        if name in event:
            return record(event[name], name)
    silent = next((name for name in (*_NOTHING_SAID, *_HANDED_OVER) if name in event), "event")
    raise IgnoredElement(f"message {silent}")


def _kind(event: Json, said: Json) -> InboundKind:
    if said.get("is_deleted"):
        return "removal"
    if "message_edit" not in event or event.get("message"):
        return "message"
    if not isinstance(said.get("text"), str):
        raise IgnoredElement("message edit without words")
    return "edit"


def _revision(kind: InboundKind, event: Json, said: Json) -> str:
    """Name an edit by its number, of which Messenger allows five."""
    if kind == "edit":
        return ident(said.get("num_edit")) or ident(event.get("timestamp")) or "edited"
    return REMOVED if kind == "removal" else ""


def _words(said: Json) -> str:
    """Give the words: typed, on the button that was pressed, or of what was shared."""
    named = [one for one in _attachments(said) if one.get("type") != "location"]  # its title names the person
    shared = [text(part(one, "payload").get("title")) or text(one.get("title")) for one in named]
    return text(said.get("text")) or text(said.get("title")) or "\n".join(title for title in shared if title)


def _media(said: Json) -> tuple[Media, ...]:
    found = [(_sort(one), text(part(one, "payload").get("url"))) for one in _attachments(said)]
    return tuple(Media(kind, address) for kind, address in found if kind and address)


def _sort(attachment: Json) -> MediaKind | None:
    if part(attachment, "payload").get("sticker_id"):
        return "sticker"
    name = attachment.get("type")
    return _FILES.get(name) if isinstance(name, str) else None


def _place(said: Json) -> tuple[float, float] | None:
    shared = [part(one, "payload", "coordinates") for one in _attachments(said)]
    places = [point({"latitude": one.get("lat"), "longitude": one.get("long")}) for one in shared]
    return next((place for place in places if place), None)


def _attachments(said: Json) -> list[Json]:
    return [one for one in rows(said.get("attachments")) if isinstance(one, dict)]
