"""Instagram without official access: comments on our own account's media by the private API (instagrapi), read only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.instagram_session import Client, absent, connect, keep_session, kept_session, outcome
from connectors.payload import Json, ident, moment, part, rows, text
from connectors.poll import AskLater, Known, NotAllowed, Polled, TellKnown
from connectors.reconcile import Listing, Shown, differences, missing

MEDIA = 8
"""Media that a round looks at, the newest."""
PAGES = 3
"""Pages of comments or replies that a round asks for of one medium."""
LEAST_EVERY_S = 1800.0
REFUSED_FOR = timedelta(days=1)
"""After a refusal nothing is asked for so long, or until the program is started again."""
_LONGEST_BODY = 200
_LONGEST_TOPIC = 200
_NEWEST_FIRST = {"can_support_threading": "true", "permalink_enabled": "false"}


@dataclass(slots=True)
class _Medium:
    """What a round saw of one medium."""

    pk: str
    topic: str
    permalink: str
    comments: list[Json]
    whole: bool
    """Whether every comment and reply was listed, as Instagram counts them."""


class PrivateInstagramPoller:
    """Logs in as our own account and reads; never writes, likes, follows or solves a challenge.

    Against Instagram's terms, with the risk that the account is banned: only for accounts without official access, and
    only where it was switched on. `account_id` is what deliveries call the account, the official id where it is known.

    What it tells has the shape of webhooks (see InstagramConnector). Comments have the ids of the official way as far
    as Instagram gives both the same; media and authors have ids of their own here, so their threads and people do not
    meet those of the official way: whoever changes over hears the last days' comments once more.
    """

    channel = "instagram"

    def __init__(
        self,
        username: str,
        password: str,
        session: Path,
        account_id: str = "",
        every: float = LEAST_EVERY_S,
        days: int = 14,
        connect: Callable[[Json | None], Client] = connect,
    ) -> None:
        self.every = max(every, LEAST_EVERY_S)
        self._credentials = username, password
        self._session = session
        self._account_id = account_id
        self._days = timedelta(days=days)
        self._connect = connect
        self._client: Client | None = None
        self._refused: tuple[NotAllowed, datetime] | None = None

    def poll(self, cursor: Mapping[str, Any], known: TellKnown, now: datetime) -> Polled:
        """Do one round; raises PollError."""
        del cursor  # every round lists the newest media anew: what is told anew is what differs from what we know
        if self._refused and now < self._refused[1]:
            raise self._refused[0]
        try:
            return self._round(known, now)
        except Exception as error:  # noqa: BLE001  # the library lets through whatever happens below it
            found = outcome(error, self.every)
            if isinstance(found, NotAllowed):
                self._refused = found, now + REFUSED_FOR
                self.close()
            raise found from None

    def close(self) -> None:
        """Give back connections."""
        for name in ("private", "public", "graphql"):
            session = getattr(self._client, name, None)
            if session is not None:
                session.close()
        self._client = None

    def _round(self, known: TellKnown, now: datetime) -> Polled:
        client = self._logged_in()
        own = ident(client.user_id)
        account = self._account_id or own
        seen = list(self._media(client, own, now))
        before = known(account, [medium.pk for medium in seen]) if seen else {}
        changes = list(_changes(seen, own, before))
        return Polled(tuple(_bodies(account, changes, now)), {"media": len(seen)})

    def _logged_in(self) -> Client:
        """The client; a session of an earlier log-in is taken up, for each log-in anew looks like a theft."""
        if self._client is None:
            username = self._credentials[0]
            client = self._connect(kept_session(self._session, username))
            try:
                client.login(*self._credentials)
            finally:  # also upon a challenge: the next try must come from the same device
                keep_session(self._session, username, client.get_settings())
            self._client = client
        return self._client

    def _media(self, client: Client, own: str, now: datetime) -> Iterator[_Medium]:
        """The newest media with their comments, as far as a round goes."""
        told = part(client.private_request(f"feed/user/{own}/", params={"count": MEDIA}))
        if not isinstance(told.get("items"), list):
            raise AskLater("odd answer", self.every)
        recent = [item for item in map(part, told["items"]) if now - moment(item.get("taken_at"), now) <= self._days]
        for item in recent[:MEDIA]:
            pk, code = ident(item.get("pk")), ident(item.get("code"))
            if not pk:
                continue
            try:
                comments, whole = _comments(client, pk)
            except Exception as error:
                if not absent(error):
                    raise
                continue
            topic = text(part(item, "caption").get("text"))[:_LONGEST_TOPIC]
            yield _Medium(pk, topic, f"https://www.instagram.com/p/{code}/" if code else "", comments, whole)


def _comments(client: Client, medium: str) -> tuple[list[Json], bool]:
    """Comments and replies of one medium, and whether those are all that Instagram counts."""
    found: list[Json] = []
    params: dict[str, Any] | None = {}
    left, counted = PAGES, 0
    while params is not None and left:
        told = part(client.private_request(f"media/{medium}/comments/", params=_NEWEST_FIRST | params))
        left -= 1
        counted = _number(told.get("comment_count"), counted)
        if not isinstance(told.get("comments"), list):
            return found, False
        here = [one for one in map(part, told["comments"]) if ident(one.get("pk"))]
        for comment in here:
            replies, asked = _replies(client, medium, comment, left)
            left -= asked
            found += [comment, *replies]
        params = _onwards(told) if here else None
    once = {ident(one["pk"]): one for one in found}
    return list(once.values()), params is None and len(once) >= counted


def _replies(client: Client, medium: str, comment: Json, left: int) -> tuple[list[Json], int]:
    """The replies to a comment and how many pages were asked for: those shown with it, or the first page of all."""
    parent = ident(comment["pk"])
    replies = rows(comment.get("preview_child_comments"))
    asked = int(left > 0 and _number(comment.get("child_comment_count")) > len(replies))
    if asked:
        told = part(client.private_request(f"media/{medium}/comments/{parent}/inline_child_comments/"))
        replies = rows(told.get("child_comments"))
    return [{**one, "parent": parent} for one in map(part, replies) if ident(one.get("pk"))], asked


def _onwards(told: Json) -> dict[str, Any] | None:
    """Where the next page begins; None after the last."""
    if told.get("has_more_comments") and told.get("next_max_id"):
        return {"max_id": told["next_max_id"]}
    if told.get("has_more_headload_comments") and told.get("next_min_id"):
        return {"min_id": told["next_min_id"]}
    return None


def _changes(seen: list[_Medium], own: str, before: Known) -> Iterator[Json]:
    """What is new, reads otherwise, or is gone from a medium that was listed whole."""
    listing = Listing(whole={medium.pk for medium in seen if medium.whole})
    for medium in seen:
        others = (one for one in medium.comments if ident(part(one, "user").get("pk")) != own)
        listing.shown += [_shown(medium, one) for one in others]
    yield from differences(listing.shown, before)
    for thread, comment in missing(listing, before):
        if thread in listing.whole:
            yield {"verb": "remove", "id": comment, "media": {"id": thread}}


def _shown(medium: _Medium, comment: Json) -> Shown:
    """A comment as the webhook tells it, with what the webhook has no place for (see InstagramConnector)."""
    user, at = part(comment, "user"), comment.get("created_at_utc") or comment.get("created_at")
    written = moment(at, datetime.fromtimestamp(0, UTC))
    author = {"id": ident(user.get("pk")), "username": text(user.get("username"))}
    value: Json = {
        "id": ident(comment["pk"]),
        "text": text(comment.get("text")),
        "timestamp": int(written.timestamp()),
        "parent_id": comment.get("parent"),
        "permalink": medium.permalink,
        "from": {name: one for name, one in author.items() if one},
        "media": {"id": medium.pk, "caption": medium.topic},
    }
    held = {name: one for name, one in value.items() if one}
    return Shown(medium.pk, value["id"], value["text"], written, held)


def _bodies(account: str, changes: list[Json], now: datetime) -> Iterator[bytes]:
    for start in range(0, len(changes), _LONGEST_BODY):
        told = [{"field": "comments", "value": value} for value in changes[start : start + _LONGEST_BODY]]
        entry = {"id": account, "time": int(now.timestamp()), "changes": told}
        yield json.dumps({"object": "instagram", "entry": [entry]}).encode()


def _number(value: Any, otherwise: int = 0) -> int:
    return value if isinstance(value, int) else otherwise
