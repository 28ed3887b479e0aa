"""Filing: what was read, with rules and data of the region, becomes a NewSubmission."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aggregator.rules import match, routing
from aggregator.rules.deadlines import TimeLimit, due_dates
from aggregator.rules.report import Candidate, Correction, Match, NewSubmission, Visibility, new_code
from aggregator.store.findings import NewFinding
from nlu.base import Extraction, Location, PersonalData


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when something was said, and by which opaque numbers it is known."""

    channel: str
    source_key: str
    sent_at: datetime
    received_at: datetime
    conversation_id: int | None = None
    contact_id: int | None = None
    turn_id: int | None = None
    permalink: str = ""
    thread_name: str = ""
    point: tuple[float, float] | None = None
    visibility: Visibility = "public"


@dataclass(frozen=True, slots=True)
class Filer:
    """Makes NewSubmissions: masks personal data, routes, sets due dates, and says what the rule would join."""

    region: routing.Region
    sla: Sequence[TimeLimit]
    settings: match.MatchSettings
    mask: Callable[[str, Sequence[PersonalData]], str]
    village_at: Callable[[float, float], Location | None]
    place_named: Callable[[str], str]
    """The name of a region code, "" for an unknown one."""
    set_aside_below: float
    """What is read as a report with less confidence is not put before a reviewer."""
    clock: Callable[[], datetime]

    def choose(self, new: NewSubmission, candidates: Sequence[Candidate]) -> Match | None:
        """The nearest of the candidates by rule."""
        return match.nearest(new.traits, candidates, self.settings)

    def unit_of_accusation(self, text: str) -> str:
        """Who alone sees an accusation: the inspectorate, or the coordinator where it is accused itself."""
        return routing.route(self.region, "korupsi_pungli", None, supervised=True, text=text).unit

    def fresh_code(self) -> str:
        """A code for a submission or report of this region."""
        return new_code(self.region.code_prefix)

    def make(self, text: str, read: Extraction, origin: Origin, code: str = "", place_text: str = "") -> NewSubmission:
        """File `text` as it was read; `place_text` is the place in the citizen's own words where reading found none."""
        location, name = self._where(read, origin.point)
        category, urgency = read.category or "lainnya", read.urgency or "normal"
        report_class = read.report_class or "pengaduan"
        elsewhere = name if location is None else ""
        route = routing.route(self.region, category, location, read.supervised, text, elsewhere)
        zone = self.region.timezone
        dues = due_dates(self.sla, report_class, read.supervised, urgency, origin.received_at, zone)
        masked = self.mask(text, read.personal_data)
        return NewSubmission(
            code=code or self.fresh_code(),
            channel=origin.channel,
            source_key=origin.source_key,
            text=masked,
            original=text if masked != text else "",
            category=category,
            report_class=report_class,
            urgency=urgency,
            supervised=read.supervised,
            sent_at=origin.sent_at,
            received_at=origin.received_at,
            unit=route.unit,
            unit_reason=route.reason,
            dues=dues,
            block=match.block(location or self.region.code, category),
            report_code=self.fresh_code(),
            conversation_id=origin.conversation_id,
            contact_id=origin.contact_id,
            turn_id=origin.turn_id,
            location=location,
            location_name=name,
            place=read.place or place_text,
            slots=read.slots,
            point=origin.point,
            visibility=origin.visibility,
            permalink=origin.permalink,
            thread_name=origin.thread_name,
            rivals=read.rivals,
            faint=read.faint,
            also=read.also,
            by_thread=bool(read.location and read.location.by_thread),
        )

    def _where(self, read: Extraction, point: tuple[float, float] | None) -> tuple[str | None, str]:
        """Code and name of where something is: as the words say, else the village at the point that was shared."""
        code, name = (read.location.code, read.location.name) if read.location else (None, "")
        near = self.village_at(*point) if code is None and point is not None else None
        return (near.code, near.name) if near else (code, name)

    def finding(self, text: str, read: Extraction, sent_at: datetime, permalink: str = "") -> NewFinding:
        """What review gets of words that a person must look at; sure chatter is set aside."""
        supervised = read.supervised and read.is_report
        return NewFinding(
            text=self.mask(text, read.personal_data),
            original=text,
            reading=read.as_record(),
            confidence=read.report_confidence,
            urgency=read.urgency or "normal",
            supervised=supervised,
            unit=self.unit_of_accusation(text) if supervised else "",
            sent_at=sent_at,
            permalink=permalink,
            set_aside=not read.is_report and read.report_confidence < self.set_aside_below,
        )

    def corrected(self, read: Extraction, correction: Correction) -> Extraction:
        """A reading with what a reviewer put right."""
        changes: dict[str, Any] = {
            name: value
            for name in ("category", "place", "report_class", "urgency", "supervised")
            if (value := getattr(correction, name)) is not None
        }
        if correction.location is not None:
            name = self.place_named(correction.location)
            changes["location"] = Location(correction.location, name, "", 1.0) if name else None
        if "category" in changes:
            changes |= {"rivals": (), "faint": ()}
        return replace(read, **changes)
