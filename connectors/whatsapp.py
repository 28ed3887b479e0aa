"""WhatsApp Cloud API's way in: messages, edits, revokes and statuses of one business number and its groups."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from connectors.base import Author, Inbound, Item, Media, MediaKind, Parsed, Receipt, ReceiptState
from connectors.meta import Signed, walk
from connectors.payload import (
    IgnoredElement,
    Json,
    MalformedElement,
    each,
    ident,
    ignored,
    merge,
    moment,
    needed,
    part,
    point,
    record,
    rows,
    text,
    word,
)
from connectors.whatsapp_changes import FIELDS, account_of, changes, number_of, system

_FILES: dict[str, MediaKind] = {
    "image": "photo",
    "video": "video",
    "audio": "audio",
    "document": "document",
    "sticker": "sticker",
}
_SILENT = ("reaction", "request_welcome")
"""Types by which nobody says anything that could be answered."""
_STATES: dict[str, ReceiptState] = {state: state for state in get_args(ReceiptState)} | {"played": "read"}


@dataclass(frozen=True, slots=True)
class WhatsAppConnector(Signed):
    """Reads the field `messages` (Meta, WhatsApp Cloud API: Webhooks: messages) and what whatsapp_changes.py reads."""

    channel: str = "whatsapp"

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read all entries, changes, messages and statuses of one delivery."""

        def change(held: Json) -> Parsed:
            field = word(held.get("field"))
            if field == "messages":
                value = record(held.get("value"), "value")
                return _Change(self.channel, value, received_at, _contacts(value)).read()
            if field in FIELDS:
                return changes(self.channel, field, record(held.get("value"), "value"), received_at)
            return ignored(f"field {field}")

        return walk(body, "whatsapp_business_account", lambda entry: each(entry.get("changes"), "changes", change))


@dataclass(frozen=True, slots=True)
class _Change:
    """One `value` of a delivery, whose messages share its metadata and contacts."""

    channel: str
    value: Json
    received_at: datetime
    contacts: dict[tuple[str, str], Json]
    """By the name of an id and the id."""

    def read(self) -> Parsed:
        """Read messages, statuses and errors."""
        return merge(
            (
                each(self.value.get("messages"), "messages", self._message),
                each(self.value.get("statuses"), "statuses", self._status),
                each(self.value.get("errors"), "errors", _error),
            )
        )

    def _message(self, message: Json) -> Parsed | Item:
        kind = message.get("type")
        if kind in _SILENT:
            raise IgnoredElement(f"message {kind}")
        if kind == "system":
            return system(self.channel, self.value, message, self.received_at)
        if kind == "revoke":
            return self._removal(message)
        if kind == "edit":
            return self._edit(message)
        errors = each(message.get("errors"), "errors", _error)  # what WhatsApp could not pass on still was said
        return merge((Parsed((self._said(message, message),)), errors))

    def _removal(self, message: Json) -> Inbound:
        return replace(
            self._said(message, {}),
            kind="removal",
            external_id=needed(part(message, "revoke").get("original_message_id"), "original_message_id"),
            revision=_revision(message),
            author=None,
        )

    def _edit(self, message: Json) -> Inbound:
        """Read an edit, whose content stands in it as a message of its own."""
        edit = part(message, "edit")
        return replace(
            self._said(message, part(edit, "message")),
            kind="edit",
            external_id=needed(edit.get("original_message_id"), "original_message_id"),
            revision=_revision(message),
        )

    def _said(self, message: Json, content: Json) -> Inbound:
        """Read who wrote where and when from `message`, and what from `content`.

        A type that we don't know still is somebody speaking: it gives an Inbound without text, which can be answered.
        """
        author = self._author(message)
        group, context = ident(message.get("group_id")), part(content, "context")
        words, button = _words(content)
        return Inbound(
            channel=self.channel,
            account=account_of(self.value),
            thread=group or author.phone or author.id,
            external_id=needed(message.get("id"), "id"),
            sent_at=moment(message.get("timestamp"), self.received_at),
            author=author,
            text=words,
            direct=not group,
            addressed=bool(group) and (bool(button) or self._spoken_to(words, context)),
            media=_media(content),
            point=point(part(content, "location")),
            reply_to=ident(context.get("id")),
            forwarded=bool(context.get("forwarded") or context.get("frequently_forwarded")),
            button=button,
        )

    def _author(self, message: Json) -> Author:
        """Give who wrote: by the business-scoped id where there is one, for the phone number may be hidden or change."""
        phone, scoped = ident(message.get("from")), ident(message.get("from_user_id"))
        contact = self._contact(phone, scoped)
        phone, scoped = phone or ident(contact.get("wa_id")), scoped or ident(contact.get("user_id"))
        if not phone and not scoped:
            raise MalformedElement("no author")
        profile = part(contact, "profile")
        return Author(scoped or phone, text(profile.get("name")), text(profile.get("username")), phone)

    def _contact(self, phone: str, scoped: str) -> Json:
        """Find the author among the contacts; a message that names nobody is by the only contact."""
        if not phone and not scoped:
            contacts = rows(self.value.get("contacts"))
            return contacts[0] if len(contacts) == 1 and isinstance(contacts[0], dict) else {}
        return self.contacts.get(("wa_id", phone)) or self.contacts.get(("user_id", scoped)) or {}

    def _spoken_to(self, words: str, context: Json) -> bool:
        """Whether a message in a group mentions our number or answers it."""
        ours = number_of(self.value)
        return bool(ours) and (f"@{ours}" in words or ident(context.get("from")) == ours)

    def _status(self, status: Json) -> Receipt:
        state = _STATES.get(word(status.get("status")))
        if state is None:
            raise IgnoredElement(f"status {word(status.get('status'))}")
        if state == "failed" and status.get("recipient_participant_id"):
            raise IgnoredElement("status failed for one of a group")
        errors = [ident(error.get("code")) for error in rows(status.get("errors")) if isinstance(error, dict)]
        return Receipt(
            channel=self.channel,
            platform_id=needed(status.get("id"), "id"),
            state=state,
            at=moment(status.get("timestamp"), self.received_at),
            error=next(filter(None, errors), "") if state == "failed" else "",
            key=ident(status.get("biz_opaque_callback_data")),
        )


def _contacts(value: Json) -> dict[tuple[str, str], Json]:
    """Give the contacts by each of their ids; of two with the same one the first."""
    named = [one for one in rows(value.get("contacts")) if isinstance(one, dict)]
    keyed = (((name, ident(one.get(name))), one) for one in reversed(named) for name in ("wa_id", "user_id"))
    return {key: one for key, one in keyed if key[1]}


def _error(error: Json) -> Parsed:
    code = error.get("code")
    return ignored(f"error {code}" if isinstance(code, int) else "error")


def _revision(message: Json) -> str:
    return f"{ident(message.get('timestamp'))}.{needed(message.get('id'), 'id')}"


def _words(content: Json) -> tuple[str, str]:
    """Give what was said and the payload of the button or row by which it was said."""
    kind, button = word(content.get("type")), part(content, "button")
    if kind == "button":
        return text(button.get("text")), text(button.get("payload")) or text(button.get("text"))
    if kind == "interactive":
        return _chosen(part(content, "interactive"))
    if kind == "location":
        place = part(content, "location")
        return ", ".join(filter(None, (text(place.get("name")), text(place.get("address"))))), ""
    if kind == "order":
        return text(part(content, "order").get("text")), ""
    return text(part(content, "text").get("body")) or text(part(content, kind).get("caption")), ""


def _chosen(interactive: Json) -> tuple[str, str]:
    """Give the title and payload of a pressed button or chosen row, or the answers given in a form (flow)."""
    row = part(interactive, "button_reply") or part(interactive, "list_reply")
    if row:
        return text(row.get("title")), text(row.get("id"))
    try:
        answers = json.loads(text(part(interactive, "nfm_reply").get("response_json")))
    except (ValueError, RecursionError):
        return "", ""
    given = answers.items() if isinstance(answers, dict) else ()
    return "\n".join(text(answer) for name, answer in given if name != "flow_token" and text(answer)), ""


def _media(content: Json) -> tuple[Media, ...]:
    kind = word(content.get("type"))
    if kind == "contacts":
        return tuple(Media("contact", "") for _ in rows(content.get("contacts")))
    file, sort = part(content, kind), _FILES.get(kind)
    if sort is None or not ident(file.get("id")):
        return ()
    return (Media("voice" if file.get("voice") else sort, ident(file["id"]), text(file.get("mime_type"))),)
