"""Facebook's way in: comments and visitors' posts on our page, mentions of it, direct messages to it (Webhooks for Pages)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.base import Author, Inbound, InboundKind, Media, Parsed, Pointer
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
    rows,
    text,
    word,
)

_VERBS: dict[str, InboundKind] = {"add": "message", "edited": "edit", "edit": "edit", "remove": "removal"}
_OURS = ("hide", "unhide")
_POSTS = ("post", "status", "photo", "video")
"""Items of the page's wall; those of visitors are complaints as comments are."""
_PROMOTED = ("active", "pending", "paused", "extendable")
"""Values of a post's `promotion_status` by which it is an advertisement."""


@dataclass(frozen=True, slots=True)
class FacebookConnector(Signed):
    """Reads deliveries of one page; `page_id` tells its own comments (the entry's id does so too).

    A comment or post has `thread` = its post's id; a visitor's post is its own thread. What a poll or a look-up
    fetched comes in the same shape, field `feed`, with one key of our own: `permalink_url` beside `message`; the
    `post` there also carries its `message`. A poll's entry has as `time` the second in which the round began.
    """

    page_id: str
    channel: str = "facebook"

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """Read all entries of one delivery; a mention without words becomes a Pointer to what is to be fetched."""
        messages = DirectMessages(self.channel)

        def entry(held: Json) -> Parsed:
            changes = each(held.get("changes"), "changes", lambda change: self._change(held, change, received_at))
            return merge((changes, messages.entry(held, received_at)))

        return walk(body, "page", entry)

    def _change(self, entry: Json, change: Json, received_at: datetime) -> Inbound | Pointer:
        field = change.get("field")
        if field in MESSAGE_FIELDS:
            value = record(change.get("value"), "value")
            return DirectMessages(self.channel).event(entry, value, received_at)
        if field not in ("feed", "mention"):
            raise IgnoredElement(f"field {word(field)}")
        value = record(change.get("value"), "value")
        value = _mention(value) if field == "mention" else value
        kind, author = _kind(value), _author(value)
        if author and author.id in (self.page_id, ident(entry.get("id"))):
            raise IgnoredElement(f"our own {word(value.get('item'))}")
        found = self._told(entry, value, kind, author, received_at)
        wordless = field == "mention" and kind != "removal" and not (found.text or found.media)
        return self._pointer(value, found) if wordless else found

    def _told(
        self, entry: Json, value: Json, kind: InboundKind, author: Author | None, received_at: datetime
    ) -> Inbound:
        post, page = needed(value.get("post_id"), "post_id"), ident(entry.get("id"))
        comment = needed(value.get("comment_id"), "comment_id") if value.get("item") == "comment" else ""
        told_at, removed = moment(entry.get("time"), received_at), kind == "removal"
        return Inbound(
            channel=self.channel,
            account=page,
            thread=post,
            external_id=comment or post,
            # an edit's created_time is the comment's own, so the entry's time tells when it happened
            sent_at=moment(value.get("created_time"), told_at) if kind == "message" else told_at,
            kind=kind,
            revision=_revision(entry, value, kind),
            author=None if removed else author,
            text="" if removed else text(value.get("message")),
            thread_name=_topic(part(value, "post")) if comment else "",
            media=() if removed else _media(value),
            reply_to=_parent(value, page, post) if comment else "",
            permalink=_permalink(value, comment or post),
        )

    def _pointer(self, value: Json, found: Inbound) -> Pointer:
        kind = "comment" if value.get("item") == "comment" else "post"
        return Pointer(self.channel, found.account, kind, found.external_id, found.thread)


def _kind(value: Json) -> InboundKind:
    """Give what happened; hiding and showing again is what the page itself does."""
    item, verb = value.get("item"), word(value.get("verb"))
    if item not in ("comment", *_POSTS):
        raise IgnoredElement(f"item {word(item)}")
    if verb in _OURS:
        raise IgnoredElement(f"our own act {verb}")
    kind = _VERBS.get(verb)
    if kind is None:
        raise IgnoredElement(f"verb {verb}")
    return kind


def _mention(value: Json) -> Json:
    """Take a mention for what it stands in, a comment or a post of any kind: nobody's call is left out."""
    item = "comment" if value.get("comment_id") else value.get("item") if value.get("item") in _POSTS else "post"
    return {"verb": "add", **value, "item": item}


def _author(value: Json) -> Author | None:
    """Give who wrote; Meta leaves people out where the app may not know them, and older deliveries name a sender."""
    sender = part(value, "from")
    key = ident(sender.get("id")) or ident(value.get("sender_id"))
    return Author(key, text(sender.get("name")) or text(value.get("sender_name"))) if key else None


def _parent(value: Json, page: str, post: str) -> str:
    """Give the comment that is answered; the parent of a first-level comment is the post."""
    parent = ident(value.get("parent_id"))
    return "" if parent == post or parent.startswith(f"{page}_") else parent


def _revision(entry: Json, value: Json, kind: InboundKind) -> str:
    if kind == "edit":
        return edition(entry, text(value.get("verb")), text(value.get("message")), text(value.get("photo")))
    return REMOVED if kind == "removal" else ""


def _topic(post: Json) -> str:
    """Give what the post says; an advertisement is called one where the delivery tells it."""
    words = text(post.get("message"))
    if post.get("promotion_status") not in _PROMOTED:
        return words
    return f"Iklan: {words}" if words else "Iklan"


def _media(value: Json) -> tuple[Media, ...]:
    """Give the files; a photo or video that is itself the post stands in `link`."""
    item, link = value.get("item"), text(value.get("link"))
    photos = [text(value.get("photo")), *map(text, rows(value.get("photos"))), link if item == "photo" else ""]
    videos = [text(value.get("video")), link if item == "video" else ""]
    found = [Media("photo", address) for address in dict.fromkeys(photos) if address]
    return tuple(found + [Media("video", address) for address in dict.fromkeys(videos) if address])


def _permalink(value: Json, external_id: str) -> str:
    """Give the address: as fetched, else within its post's where the delivery tells that."""
    told, post = text(value.get("permalink_url")), text(part(value, "post").get("permalink_url"))
    if told or not post:
        return told or f"https://www.facebook.com/{external_id}"
    if value.get("item") != "comment":
        return post
    return f"{post}{'&' if '?' in post else '?'}comment_id={external_id.rpartition('_')[2]}"
