"""What a reviewer notes at the console goes the way of everything harvested, at once: taken in, read, put to review."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.pipeline.reviewing import Reviewer
from aggregator.rules.report import Viewer
from aggregator.store.conversing import StaleTurnError
from aggregator.store.deliveries import Delivered
from aggregator.store.intake import Settling
from aggregator.store.jobs import Claimed
from aggregator.store.noting import Noted
from aggregator.store.store import Store
from connectors.base import Connector, Inbound


class UnreadableNoteError(ValueError):
    """The note holds nothing that could be reviewed."""


@dataclass(frozen=True, slots=True)
class Noter:
    """Takes notes in for the console."""

    store: Store
    connector: Connector
    """Reads the channel "catatan"."""
    source: Callable[[str], tuple[str, str, tuple[str, ...]]]
    """connectors.noted.source: platform, canonical key, and the parts that every copy of the link holds."""
    reviewer: Reviewer
    settling: Settling
    clock: Callable[[], datetime]

    def platform(self, link: str) -> str:
        """The platform of a link, "" for any other site; raises ValueError where it is no web address."""
        return self.source(link)[0]

    def known(self, viewer: Viewer, entry: Mapping[str, Any]) -> Noted | None:
        """The finding of what was noted or brought by a connector before, None where it is new."""
        item = self._item(self._delivered(entry))
        ref = self.store.ref_of(item.channel, item.account, item.thread, item.external_id)
        finding = self.store.finding_of(ref)
        if finding is None and item.permalink:
            finding = self._same_link(item.permalink)
        if finding is not None:
            return self._seen_by(viewer, finding, repeated=True)
        return Noted(None, repeated=True) if self.store.knows(ref) else None

    def note(self, viewer: Viewer, entry: Mapping[str, Any]) -> Noted:
        """Take a note in and read it; a worker reads it instead where it came first. Raises UnreadableNoteError."""
        before = self.known(viewer, entry)
        if before is not None:
            return before
        delivered = self._delivered(entry)
        item = self._item(delivered)
        job = self.store.note(delivered, item, self.settling)
        if job is not None:
            self._read(job)
        finding = self.store.finding_of(self.store.ref_of(item.channel, item.account, item.thread, item.external_id))
        if finding is None:
            return Noted(None)
        self.store.put_forward(finding)
        return self._seen_by(viewer, finding)

    def _read(self, job: Claimed) -> None:
        turn = self.store.turn(int(job.subject))
        try:
            if turn is not None:
                self.reviewer.put(job, turn)
        except StaleTurnError:
            self.store.postpone(job, self.clock())

    def _same_link(self, link: str) -> int | None:
        """The newest finding whose permalink names the same post or comment, however it was written."""
        _, key, needles = self.source(link)
        return next((finding for finding, other in self.store.linked(needles) if self._key(other) == key), None)

    def _key(self, link: str) -> str:
        try:
            return self.source(link)[1]
        except ValueError:
            return ""

    def _seen_by(self, viewer: Viewer, finding: int, *, repeated: bool = False) -> Noted:
        if self.store.finding(viewer, finding) is None:
            return Noted(None, repeated, hidden=True)
        return Noted(finding, repeated)

    def _delivered(self, entry: Mapping[str, Any]) -> Delivered:
        return Delivered(self.connector.channel, json.dumps(entry, ensure_ascii=False).encode(), self.clock())

    def _item(self, delivered: Delivered) -> Inbound:
        items = self.connector.parse(delivered.body, delivered.received_at).items
        if not items or not isinstance(items[0], Inbound):
            raise UnreadableNoteError(UnreadableNoteError.__doc__)
        return items[0]
