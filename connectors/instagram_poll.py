"""Polls comments on our Instagram media, of which webhooks tell neither edits nor removals (Instagram Platform: IG Media)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.base import Pointer
from connectors.graph import GraphError
from connectors.graph_poll import Edge, GraphPoller
from connectors.payload import Json, ident, part, text
from connectors.reconcile import NEAREST, Listing, Span, data, seconds, shown, when

_LONGEST_TOPIC = 200
_COMMENTS = 50
"""The most comments that Instagram gives in a page."""
_COMMENT = "id,text,timestamp,username,from,parent_id"
_WITH_REPLIES = f"{_COMMENT},replies.limit({_COMMENTS}){{{_COMMENT}}}"
_MEDIUM = "id,caption,permalink,timestamp,username"
_MENTIONED = ("id,text,timestamp,username,media{id,permalink}", "id,text,timestamp,media{id}")
"""Fields of a comment elsewhere; not every log-in is given the first."""
_END = datetime.max.replace(tzinfo=UTC)


class InstagramPoller(GraphPoller):
    """Lists media of the last `days` days of the account `account`, their comments and replies.

    Not listed, and so only heard by webhook: comments on older media, on live videos while they run, and on
    advertisements. A reply to an older comment is found by the round that lists everything.
    """

    channel = "instagram"
    object = "instagram"
    field = "comments"

    def listing(self, span: Span) -> Listing:
        """List in one call the newest media with their newest comments; go on from there as far as `span` asks."""
        fields = f"{_MEDIUM},comments.limit({_COMMENTS}){{{_WITH_REPLIES}}}"
        told = part(self.client.get_object(self.account, fields=f"username,media.limit({NEAREST}){{{fields}}}"))
        media = data(part(told, "media"))
        if span.full:
            edge = Edge(self.account, "media", "timestamp", {"fields": fields, "limit": NEAREST})
            media = self.as_far_back(part(told, "media"), edge, span.threads)[0]
        listing, handle = Listing(), text(told.get("username"))
        for medium in media:
            at = when(medium.get("timestamp"))
            if ident(medium.get("id")) and (at is None or at >= span.threads):
                self._list_medium(listing, span, medium, handle)
        return listing

    def removal(self, thread: str, external_id: str) -> Json:
        """Give the value of a comment that is gone."""
        return {"id": external_id, "media": {"id": thread}}

    def fetch(self, pointer: Pointer) -> Json:
        """Fetch the comment or caption that mentions us (Instagram Platform: mentioned_comment, mentioned_media)."""
        if pointer.kind == "media":
            asked = f"mentioned_media.media_id({pointer.id}){{{_MEDIUM}}}"
            medium = part(self.client.get_object(self.account, fields=asked), "mentioned_media")
            return _comment(medium, {**medium, "id": pointer.id, "text": medium.get("caption")}) if medium else {}
        comment = self._mentioned(pointer.id)
        medium = part(comment, "media")
        medium = {**medium, "id": pointer.within or medium.get("id")}
        return _comment(medium, {**comment, "id": pointer.id}) if comment else {}

    def _mentioned(self, comment: str) -> Json:
        told: Json = {}
        for fields in _MENTIONED:
            try:
                asked = f"mentioned_comment.comment_id({comment}){{{fields}}}"
                told = part(self.client.get_object(self.account, fields=asked), "mentioned_comment")
                break
            except GraphError as why:
                if (why.code, why.subcode) != (100, 0) or fields == _MENTIONED[-1]:
                    raise
        return told

    def _list_medium(self, listing: Listing, span: Span, medium: Json, handle: str) -> None:
        thread = ident(medium.get("id"))
        listing.threads.append(thread)
        edge = Edge(thread, "comments", "timestamp", {"fields": _WITH_REPLIES, "limit": _COMMENTS})
        comments, whole = self.as_far_back(part(medium, "comments"), edge, span.comments)
        for comment in comments:
            replies, ended = self._replies(comment, span)
            whole = whole and ended
            parent = ident(comment.get("id"))
            for one in (comment, *({"parent_id": parent, **reply} for reply in replies)):
                if ident(one.get("id")) and not self._ours(one, handle):
                    value = _comment(medium, one)
                    listing.shown.append(shown(thread, value["id"], one.get("text"), one.get("timestamp"), value))
        if whole:
            listing.whole.add(thread)

    def _replies(self, comment: Json, span: Span) -> tuple[list[Json], bool]:
        """Give a comment's replies and whether those are all; their order is not promised, so only all or the first."""
        edge = Edge(ident(comment.get("id")), "replies", "timestamp", {"fields": _COMMENT, "limit": _COMMENTS})
        return self.as_far_back(part(comment, "replies"), edge, None if span.full else _END)

    def _ours(self, comment: Json, handle: str) -> bool:
        sender = part(comment, "from")
        names = {text(sender.get("username")), text(comment.get("username"))} - {""}
        marked = bool(sender.get("self_ig_scoped_id")) or ident(sender.get("id")) == self.account
        return marked or handle in names


def _comment(medium: Json, comment: Json) -> Json:
    """Give a comment as the webhook tells it, with what the webhook has no place for (see InstagramConnector)."""
    sender = part(comment, "from")
    author = {"id": ident(sender.get("id")), "username": text(sender.get("username")) or text(comment.get("username"))}
    place = {"id": ident(medium.get("id")), "caption": text(medium.get("caption"))[:_LONGEST_TOPIC]}
    value: dict[str, Any] = {
        "id": ident(comment.get("id")),
        "text": text(comment.get("text")),
        "timestamp": seconds(comment.get("timestamp")),
        "parent_id": ident(comment.get("parent_id")),
        "permalink": text(medium.get("permalink")),
        "from": {name: one for name, one in author.items() if one},
        "media": {name: one for name, one in place.items() if one},
    }
    return {name: one for name, one in value.items() if one not in (None, "", {}, [])}
