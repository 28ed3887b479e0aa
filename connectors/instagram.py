"""Instagram's way in: comments on our media, by the official webhooks (Meta, Instagram Platform: Webhooks)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.base import Author, Inbound, Parsed
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
    text,
    word,
)

_COMMENTS = ("comments", "live_comments")


@dataclass(frozen=True, slots=True)
class InstagramConnector:
    """Reads deliveries of one account; `account_id` tells its own comments (the entry's id does so too).

    Edits and removals are never delivered, and a comment carries no time of its own.
    """

    app_secret: str
    verify_token: str
    account_id: str
    channel: str = "instagram"

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Meta signed the body."""
        return signed(self.app_secret, headers, body)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """Answer Meta's check of the address."""
        return challenge(self.verify_token, query)

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read all comments of one delivery, in any of the three shapes: changes in entries, one change as the entry
        itself, and an array of deliveries.
        """

        def entry(held: Json) -> Parsed:
            changes = [held] if "field" in held else held.get("changes")
            return merge(
                (
                    each(changes, "changes", lambda change: self._change(held, change, received_at)),
                    each(held.get("messaging"), "messaging", lambda _: ignored("direct message")),
                    each(held.get("standby"), "standby", lambda _: ignored("direct message")),
                )
            )

        return walk(body, "instagram", entry)

    def _change(self, entry: Json, change: Json, received_at: datetime) -> Inbound:
        if change.get("field") not in _COMMENTS:
            raise IgnoredElement(f"field {word(change.get('field'))}")
        value, account = record(change.get("value"), "value"), ident(entry.get("id"))
        author, media = _author(part(value, "from")), part(value, "media")
        if author and author.id in (self.account_id, account):
            raise IgnoredElement("our own comment")
        return Inbound(
            channel=self.channel,
            account=account,
            # an advertisement made of a post has a media id of its own; people know the post
            thread=ident(media.get("original_media_id")) or ident(media.get("id")),
            external_id=needed(value.get("id"), "id"),
            sent_at=moment(entry.get("time"), received_at),
            author=author,
            text=text(value.get("text")),
            thread_name=text(media.get("ad_title")),
            reply_to=ident(value.get("parent_id")),
        )


def _author(sender: Json) -> Author | None:
    """Give who commented, by the handle where no id is told."""
    handle = text(sender.get("username"))
    key = ident(sender.get("id")) or (f"@{handle}" if handle else "")
    return Author(key, username=handle) if key else None
