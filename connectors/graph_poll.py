"""Asks the Graph API what is said on a page or an account, and tells as deliveries only what differs from what we know."""

from __future__ import annotations

import contextlib
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.base import Pointer
from connectors.graph import BASE_URL, GraphClient, GraphError, GraphThrottled, GraphTokenDead, GraphUnavailable
from connectors.payload import Json
from connectors.poll import AskLater, Known, NotAllowed, Polled, TellKnown
from connectors.reconcile import (
    NEAREST,
    Cursor,
    Key,
    Listing,
    Span,
    data,
    differences,
    missing,
    next_page,
    oldest,
)

LONGEST_BODY = 200
"""Changes in one delivery."""
_BUSY = 80
"""Per cent of what Meta allows us, above which we pause."""
_PAUSE = 300.0
"""Seconds of pause where Meta tells none."""
_MOST_DOUBTS = 50
"""Comments looked for one by one in a round; the others wait for the next."""
_MOST_PAGES = 200
"""Pages of one list in a round; a platform that goes on further is not believed to end."""
_GONE = (100, 33)
"""Code and subcode of "does not exist" (Graph API: Handling errors)."""
_ID = re.compile(r"[\w:.-]+")
"""What may stand in an address or among fields."""
_NO_WORD = (GraphTokenDead, GraphThrottled, GraphUnavailable)
"""Errors that say nothing of what was asked for."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A list of the Graph API, newest first by its elements' time `at`, and how its pages are asked for."""

    object: str
    name: str
    at: str
    arguments: Mapping[str, Any]


class GraphPoller(ABC):
    """One round: list, compare with what we know, tell what is new, changed and gone. Both a Poller and a Finder.

    A comment is told as gone only if we knew it before the round began, its thread was listed whole without it, and
    Meta says of the comment itself that it does not exist; a refusal or a failure never means that.
    """

    channel = ""
    object = ""
    """What the webhook's `object` is called."""
    field = ""
    """The webhook's field under which changes are told."""

    def __init__(
        self,
        token: str,
        account: str,
        base_url: str = BASE_URL,
        app_secret: str = "",
        every: float = 120,
        days: int = 14,
    ) -> None:
        self.account = account
        self.every = every
        self.days = days
        self.client = GraphClient(token, app_secret, base_url)

    @abstractmethod
    def listing(self, span: Span) -> Listing:
        """List threads and what others say in them, as far back as `span` tells; raises GraphError."""

    @abstractmethod
    def removal(self, thread: str, external_id: str) -> Json:
        """Give the webhook's value of what is gone, without its verb."""

    @abstractmethod
    def fetch(self, pointer: Pointer) -> Json:
        """Fetch what was pointed at and give the webhook's value, without its verb; raises GraphError."""

    def poll(self, cursor: Mapping[str, Any], known: TellKnown, now: datetime) -> Polled:
        """Do one round; raises PollError."""
        self._spare()
        last = Cursor.read(cursor)
        span = last.span(now, self.days)
        threads = last.threads if span.full else last.threads[:NEAREST]
        before = known(self.account, threads) if threads else {}
        with _polling():
            listing = self.listing(span)
            gone = self._gone(listing, before, set(threads) - set(listing.threads) if span.full else ())
        fresh = [thread for thread in listing.threads if thread not in set(threads)]
        since = known(self.account, fresh) if fresh else {}
        removals = [self.removal(*key) | {"verb": "remove"} for key in gone]
        changes = [*differences(listing.shown, before, since), *removals]
        return Polled(tuple(self._bodies(changes, now)), last.advanced(listing, span, now).as_json())

    def look_up(self, pointer: Pointer, now: datetime) -> bytes | None:
        """Give the delivery of what was pointed at, None where it does not exist; raises PollError."""
        if not _ID.fullmatch(pointer.id):
            return None
        self._spare()
        with _polling():
            try:
                value = self.fetch(pointer)
            except GraphError as why:
                if not _means_gone(why):
                    raise
                return None
        return next(self._bodies([value | {"verb": "add"}], now)) if value else None

    def close(self) -> None:
        """Give back connections."""
        self.client.close()

    def as_far_back(self, page: Any, edge: Edge, since: datetime | None) -> tuple[list[Json], bool]:
        """Give the elements of a list of which the first page is at hand, and whether those are all.

        No further page is asked for once one reaches back before `since` (None: to the end).
        """
        found: list[Json] = []
        for _ in range(_MOST_PAGES):
            here, after = data(page), next_page(page)
            found += here
            if not after:
                return found, True
            if since and oldest(here, edge.at) < since:
                break
            page = self.client.get_connections(edge.object, edge.name, **edge.arguments, after=after)
        return found, False

    def _spare(self) -> None:
        """Pause once where the last answer told that little is left; the next answer tells anew."""
        if self.client.usage > _BUSY:
            self.client.usage = 0.0
            raise AskLater(f"usage above {_BUSY} %", self.client.regain_after or _PAUSE)

    def _gone(self, listing: Listing, before: Known, vanished: Collection[str]) -> list[Key]:
        """Give what does not exist any more, in threads listed whole and in those that do not exist themselves."""
        found: list[Key] = []
        with contextlib.suppress(*_NO_WORD):
            absent = missing(listing, before)
            threads = {thread for thread, _ in absent if thread in vanished}
            whole = listing.whole | {thread for thread in sorted(threads) if self._is_gone(thread)}
            for key in [key for key in absent if key[0] in whole][:_MOST_DOUBTS]:
                found += [key] if self._is_gone(key[1]) else []
        return found

    def _is_gone(self, external_id: str) -> bool:
        """Whether Meta says that it does not exist; raises where Meta gives no word on it."""
        try:
            self.client.get_object(external_id, fields="id")
        except _NO_WORD:
            raise
        except GraphError as why:
            return _means_gone(why)
        return False

    def _bodies(self, changes: Sequence[Json], now: datetime) -> Iterator[bytes]:
        for start in range(0, len(changes), LONGEST_BODY):
            told = [{"field": self.field, "value": value} for value in changes[start : start + LONGEST_BODY]]
            # in whole seconds as webhooks tell them, so that a later edit's webhook is never the older one
            entry = {"id": self.account, "time": int(now.timestamp()), "changes": told}
            yield json.dumps({"object": self.object, "entry": [entry]}).encode()


def _means_gone(why: GraphError) -> bool:
    """Whether the Graph API says that what was asked for does not exist."""
    return not isinstance(why, _NO_WORD) and ((why.code, why.subcode) == _GONE or why.status == 404)


@contextlib.contextmanager
def _polling() -> Iterator[None]:
    """Tell errors of the Graph API as a poll's."""
    try:
        yield
    except GraphTokenDead as why:
        raise NotAllowed(_reason(why)) from None
    except GraphError as why:
        raise AskLater(_reason(why), why.retry_after) from None


def _reason(why: GraphError) -> str:
    if why.code:
        return f"{why.code}/{why.subcode}" if why.subcode else str(why.code)
    return f"http {why.status}" if why.status else "no answer"
