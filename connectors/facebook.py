"""Facebook's way in: comments on our page's posts (Meta, Webhooks for Pages: field `feed`)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.base import Author, Inbound, InboundKind, Media, Parsed
from connectors.meta import challenge, signed, walk
from connectors.payload import (
    IgnoredElement,
    Json,
    each,
    ident,
    ignored,
    merge,
    moment,
    needed,
    part,
    record,
    rows,
    text,
    word,
)

_VERBS: dict[str, InboundKind] = {"add": "message", "edited": "edit", "edit": "edit", "remove": "removal"}


@dataclass(frozen=True, slots=True)
class FacebookConnector:
    """Reads deliveries of one page; `page_id` tells its own comments (the entry's id does so too)."""

    app_secret: str
    verify_token: str
    page_id: str
    channel: str = "facebook"

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Meta signed the body."""
        return signed(self.app_secret, headers, body)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """Answer Meta's check of the address."""
        return challenge(self.verify_token, query)

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read all entries and changes of one delivery; direct messages are ignored with that reason."""

        def entry(held: Json) -> Parsed:
            return merge(
                (
                    each(held.get("changes"), "changes", lambda change: self._change(held, change, received_at)),
                    each(held.get("messaging"), "messaging", lambda _: ignored("direct message")),
                    each(held.get("standby"), "standby", lambda _: ignored("direct message")),
                )
            )

        return walk(body, "page", entry)

    def _change(self, entry: Json, change: Json, received_at: datetime) -> Inbound:
        if change.get("field") != "feed":
            raise IgnoredElement(f"field {word(change.get('field'))}")
        value = record(change.get("value"), "value")
        if value.get("item") != "comment":
            raise IgnoredElement(f"item {word(value.get('item'))}")
        kind = _VERBS.get(word(value.get("verb")))
        if kind is None:
            raise IgnoredElement(f"verb {word(value.get('verb'))}")
        author = _author(value)
        if author and author.id in (self.page_id, ident(entry.get("id"))):
            raise IgnoredElement("our own comment")
        return self._comment(entry, value, kind, author, received_at)

    def _comment(
        self, entry: Json, value: Json, kind: InboundKind, author: Author | None, received_at: datetime
    ) -> Inbound:
        post, comment = needed(value.get("post_id"), "post_id"), needed(value.get("comment_id"), "comment_id")
        page, told_at = ident(entry.get("id")), moment(entry.get("time"), received_at)
        removed = kind == "removal"
        return Inbound(
            channel=self.channel,
            account=page,
            thread=post,
            external_id=comment,
            # an edit's created_time is the comment's own, so the entry's time tells when it happened
            sent_at=moment(value.get("created_time"), told_at) if kind == "message" else told_at,
            kind=kind,
            revision="" if kind == "message" else _revision(entry, value),
            author=None if removed else author,
            text="" if removed else text(value.get("message")),
            thread_name=text(part(value, "post").get("message")),
            media=() if removed else _media(value),
            reply_to=_parent(value, page, post),
            permalink=_permalink(value, comment),
        )


def _author(value: Json) -> Author | None:
    """Give who commented; Meta leaves people out where the app may not know them, and older deliveries name a sender."""
    sender = part(value, "from")
    key = ident(sender.get("id")) or ident(value.get("sender_id"))
    return Author(key, text(sender.get("name")) or text(value.get("sender_name"))) if key else None


def _parent(value: Json, page: str, post: str) -> str:
    """Give the comment that is answered; the parent of a first-level comment is the post."""
    parent = ident(value.get("parent_id"))
    return "" if parent == post or parent.startswith(f"{page}_") else parent


def _revision(entry: Json, value: Json) -> str:
    """Name an edit or removal by its time and content, for several edits of one comment may share a second."""
    content = "\0".join((text(value.get("verb")), text(value.get("message")), text(value.get("photo"))))
    return f"{ident(entry.get('time'))}.{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def _media(value: Json) -> tuple[Media, ...]:
    photos = [text(value.get("photo")), *map(text, rows(value.get("photos")))]
    found = [Media("photo", address) for address in photos if address]
    return tuple(found + [Media("video", address) for address in (text(value.get("video")),) if address])


def _permalink(value: Json, comment: str) -> str:
    """Give the comment's address, within its post's where the delivery tells that."""
    post = text(part(value, "post").get("permalink_url"))
    number = comment.rpartition("_")[2]
    return f"{post}{'&' if '?' in post else '?'}comment_id={number}" if post else f"https://www.facebook.com/{comment}"
