"""Polls what is said on our Facebook page, so that a missing webhook loses nothing (Graph API: Page Feed, Comments)."""

from __future__ import annotations

from typing import Any

from connectors.base import Pointer
from connectors.graph_poll import Edge, GraphPoller
from connectors.payload import Json, ident, part, text
from connectors.reconcile import NEAREST, Listing, Shown, Span, data, seconds, shown

_LONGEST_TOPIC = 200
_COMMENTS = 25
"""Comments that come with each post in the first call."""
_COMMENT = "id,message,from,created_time,permalink_url,parent{id},attachment{type,media,url}"
_POST = "id,message,from,created_time,permalink_url,full_picture"
_NEWEST: dict[str, Any] = {"filter": "stream", "order": "reverse_chronological"}
"""Replies among the comments, the newest first (Graph API: Object Comments)."""


class FacebookPoller(GraphPoller):
    """Lists posts of the last `days` days on the page `account` and their comments; visitors' posts are told too.

    Not listed, and so only heard by webhook: comments on older posts and on unpublished advertisements, mentions
    elsewhere.
    """

    channel = "facebook"
    object = "page"
    field = "feed"

    def listing(self, span: Span) -> Listing:
        """List in one call the newest posts with their newest comments; go on from there as far as `span` asks."""
        comments = f"comments.filter(stream).order(reverse_chronological).limit({_COMMENTS}){{{_COMMENT}}}"
        asked = {"fields": f"{_POST},{comments}", "limit": NEAREST, "since": int(span.threads.timestamp())}
        page = self.client.get_connections(self.account, "feed", **asked)
        feed = Edge(self.account, "feed", "created_time", asked)
        posts = self.as_far_back(page, feed, None)[0] if span.full else data(page)
        listing = Listing()
        for post in posts:
            self._list_post(listing, span, post)
        return listing

    def removal(self, thread: str, external_id: str) -> Json:
        """Give the value of a comment, or of a visitor's post, that is gone."""
        if thread == external_id:
            return {"item": "post", "post_id": thread}
        return {"item": "comment", "post_id": thread, "comment_id": external_id}

    def fetch(self, pointer: Pointer) -> Json:
        """Fetch the post or comment that mentions us."""
        post = pointer.kind == "post"
        told = part(self.client.get_object(pointer.id, fields=_POST if post else _COMMENT))
        held = {**told, "id": pointer.id}  # the key under which it was told of
        return _post(held).value if post else _comment({"id": pointer.within}, held).value

    def _list_post(self, listing: Listing, span: Span, post: Json) -> None:
        thread = ident(post.get("id"))
        if not thread:
            return
        listing.threads.append(thread)
        edge = Edge(thread, "comments", "created_time", {"fields": _COMMENT, "limit": 4 * _COMMENTS, **_NEWEST})
        comments, whole = self.as_far_back(part(post, "comments"), edge, span.comments)
        told = [_post(post), *(_comment(post, one) for one in comments)]
        listing.shown += [one for one, held in zip(told, (post, *comments), strict=True) if self._others(one, held)]
        if whole:
            listing.whole.add(thread)

    def _others(self, one: Shown, held: Json) -> bool:
        return bool(one.id) and ident(part(held, "from").get("id")) != self.account


def _post(post: Any) -> Shown:
    """Give a post as the webhook tells it."""
    held = part(post)
    external_id, at = ident(held.get("id")), held.get("created_time")
    value = {
        "item": "post",
        "post_id": external_id,
        "created_time": seconds(at),
        "from": part(held, "from"),
        "message": text(held.get("message")),
        "photo": text(held.get("full_picture")),
        "permalink_url": text(held.get("permalink_url")),
    }
    return shown(external_id, external_id, held.get("message"), at, value)


def _comment(post: Json, comment: Any) -> Shown:
    """Give a comment as the webhook tells it."""
    held = part(comment)
    thread, external_id, at = ident(post.get("id")), ident(held.get("id")), held.get("created_time")
    topic = {"message": text(post.get("message"))[:_LONGEST_TOPIC], "permalink_url": text(post.get("permalink_url"))}
    value = {
        "item": "comment",
        "post_id": thread,
        "comment_id": external_id,
        "parent_id": ident(part(held, "parent").get("id")) or thread,
        "created_time": seconds(at),
        "from": part(held, "from"),
        "message": text(held.get("message")),
        "permalink_url": text(held.get("permalink_url")),
        "post": {name: one for name, one in topic.items() if one},
        **_file(part(held, "attachment")),
    }
    return shown(thread, external_id, held.get("message"), at, value)


def _file(attachment: Json) -> Json:
    """Give the picture or video of a comment under the webhook's names (Graph API: Story Attachment)."""
    sort, picture = text(attachment.get("type")), text(part(attachment, "media", "image").get("src"))
    if sort.startswith("video"):
        return {"video": text(part(attachment, "media").get("source"))}
    return {"photo": picture if sort in ("photo", "sticker", "animated_image_share") else ""}
