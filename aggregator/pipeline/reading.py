"""The job "read": a stored delivery is parsed whole and taken in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aggregator.store.intake import Settling
from aggregator.store.jobs import Claimed
from aggregator.store.store import Store
from connectors.base import Connector


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads deliveries with the connector of their channel."""

    store: Store
    connectors: Mapping[str, Connector]
    settling: Settling
    clock: Callable[[], datetime]
    at: Callable[[str], None]
    """Called with the name of each step that is reached: crash tests stop the program there."""

    def read(self, job: Claimed) -> None:
        """Parse one delivery and write all that it held."""
        delivered = self.store.delivery(int(job.subject))
        if delivered is None:
            self.store.done(job)
            return
        parsed = self.connectors[delivered.channel].parse(delivered.body, delivered.received_at)
        self.at("parsed")
        self.store.take_in(job, int(job.subject), parsed, self.clock(), self.settling)
        self.at("taken in")
