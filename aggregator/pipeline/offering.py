"""The job "alike": a photo came; whoever shows the same is offered to the reviewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.rules import match
from aggregator.rules.match import MatchSettings
from aggregator.rules.report import Candidate, Match, Traits
from aggregator.store.jobs import Claimed
from aggregator.store.store import Store


@dataclass(frozen=True, slots=True)
class Offerer:
    """Looks for the same photo in other reports of the kabupaten."""

    store: Store
    settings: MatchSettings

    def offer(self, job: Claimed) -> None:
        """Look for one photo; a finding that waits is compared whenever it is looked at."""
        self.store.offer_alike(job, self._showing)

    def _showing(self, new: Traits, candidates: Sequence[Candidate]) -> list[Match]:
        return match.showing(new, candidates, self.settings)
