"""Instagram's way in: comments, mentions and direct messages, by the official webhooks (Instagram Platform: Webhooks)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.base import Author, Inbound, InboundKind, Parsed, Pointer
from connectors.meta import REMOVED, Signed, edition, walk
from connectors.meta_messages import MESSAGE_FIELDS, DirectMessages
from connectors.payload import (
    IgnoredElement,
    Json,
    each,
    ident,
    merge,
    moment,
    needed,
    part,
    record,
    text,
    word,
)

_COMMENTS = ("comments", "live_comments")
_VERBS: dict[str, InboundKind] = {"add": "message", "edited": "edit", "remove": "removal"}


@dataclass(frozen=True, slots=True)
class InstagramConnector(Signed):
    """Reads deliveries of one account; `account_id` tells its own comments (the entry's id does so too).

    Meta delivers neither edits nor removals, and a comment carries no time of its own. What a poll or a look-up
    fetched comes in the same shape, field `comments`, with keys of our own: `verb` (add, edited, remove; add where it
    is absent), `timestamp` (seconds since 1970, when it was written) and `permalink` (of the media). A medium whose
    caption mentions us is told as a comment with the medium's own id. A poll's entry has as `time` the second in
    which the round began.
    """

    account_id: str
    channel: str = "instagram"

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read all of one delivery, in any of the three shapes: changes in entries, one change as the entry itself,
        and an array of deliveries; a mention, which has no words, becomes a Pointer to what is to be fetched.
        """
        messages = DirectMessages(self.channel)

        def entry(held: Json) -> Parsed:
            told = [held] if "field" in held else held.get("changes")
            changes = each(told, "changes", lambda change: self._change(held, change, received_at))
            return merge((changes, messages.entry(held, received_at)))

        return walk(body, "instagram", entry)

    def _change(self, entry: Json, change: Json, received_at: datetime) -> Inbound | Pointer:
        field = change.get("field")
        if field not in (*_COMMENTS, "mentions", *MESSAGE_FIELDS):
            raise IgnoredElement(f"field {word(field)}")
        value = record(change.get("value"), "value")
        if field in MESSAGE_FIELDS:
            return DirectMessages(self.channel).event(entry, value, received_at)
        return self._mention(entry, value) if field == "mentions" else self._comment(entry, value, received_at)

    def _mention(self, entry: Json, value: Json) -> Pointer:
        """Point at the comment or caption that names us (Instagram Platform: Mentions)."""
        account, media, comment = ident(entry.get("id")), ident(value.get("media_id")), ident(value.get("comment_id"))
        if comment:
            return Pointer(self.channel, account, "comment", comment, media)
        return Pointer(self.channel, account, "media", needed(media, "media_id"))

    def _comment(self, entry: Json, value: Json, received_at: datetime) -> Inbound:
        kind = _VERBS.get(word(value.get("verb", "add")))
        if kind is None:
            raise IgnoredElement(f"verb {word(value.get('verb'))}")
        account, media, author = ident(entry.get("id")), part(value, "media"), _author(part(value, "from"))
        if self._ours(account, value, author):
            raise IgnoredElement("our own comment")
        told_at, removed = moment(entry.get("time"), received_at), kind == "removal"
        return Inbound(
            channel=self.channel,
            account=account,
            # an advertisement made of a post has a media id of its own; people know the post
            thread=ident(media.get("original_media_id")) or ident(media.get("id")),
            external_id=needed(value.get("id"), "id"),
            sent_at=moment(value.get("timestamp"), told_at) if kind == "message" else told_at,
            kind=kind,
            revision=_revision(entry, value, kind),
            author=None if removed else author,
            text="" if removed else text(value.get("text")),
            thread_name=_topic(media),
            reply_to=ident(value.get("parent_id")),
            permalink=text(value.get("permalink")),
        )

    def _ours(self, account: str, value: Json, author: Author | None) -> bool:
        """Whether the account wrote it; Meta marks that by the account's own scoped id (Webhooks: Examples)."""
        marked = part(value, "from").get("self_ig_scoped_id")
        return bool(marked) or (author is not None and author.id in (self.account_id, account))


def _author(sender: Json) -> Author | None:
    """Give who commented, by the handle where no id is told."""
    handle = text(sender.get("username"))
    key = ident(sender.get("id")) or (f"@{handle}" if handle else "")
    return Author(key, username=handle) if key else None


def _revision(entry: Json, value: Json, kind: InboundKind) -> str:
    if kind == "edit":
        return edition(entry, text(value.get("text")))
    return REMOVED if kind == "removal" else ""


def _topic(media: Json) -> str:
    """Give the advertisement's title, or what the medium says where it was fetched."""
    if media.get("ad_id") or media.get("ad_title"):
        title = text(media.get("ad_title"))
        return f"Iklan: {title}" if title else "Iklan"
    return text(media.get("caption"))
