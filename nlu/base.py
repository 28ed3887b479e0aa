"""What reading gives: the Extraction, and the Engine that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

ReportClass = Literal["pengaduan", "aspirasi", "permintaan_informasi"]
Urgency = Literal["darurat", "tinggi", "normal"]


@dataclass(frozen=True, slots=True)
class Location:
    """A region of `data/wilayah/`, or words that name a place outside it (then code is None)."""

    code: str | None
    name: str
    level: str
    """kabupaten | kecamatan | kelurahan | desa, or "" where the code is None."""
    confidence: float
    alternatives: tuple[str, ...] = ()
    by_thread: bool = False
    """Whether only the thread's name tells it, not the text."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Where personal data stands in the text, in characters, end exclusive."""

    kind: str
    """phone | nik | kk | email | plate | account | address."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one text was read as; the fields of `elapor classify`, plus slots and the words that decided."""

    is_report: bool
    report_confidence: float
    category: str | None
    category_confidence: float
    report_class: ReportClass | None
    supervised: bool
    urgency: Urgency | None
    location: Location | None
    place: str | None
    language: str
    personal_data: tuple[PersonalData, ...]
    engine: str
    slots: Mapping[str, str] = field(default_factory=dict)
    """Detail of the place that matching compares: rt, rw, km, jalan, gang, handil, jembatan, sekolah, masjid, pasar, dermaga,
    blok, komplek… → the words as folded keys."""
    words: tuple[str, ...] = ()
    """The words that decided the category, weightiest first."""
    rivals: tuple[str, ...] = ()
    """Other categories that it may well be."""
    faint: tuple[str, ...] = ()
    """And those that are unlikely, but not out of the question."""
    also: tuple[str, ...] = ()
    """Codes of other regions of the home kabupaten that the text names as scenes: "dari A sampai B", "jalan A - B - C"."""
    parts: tuple[Part, ...] = ()
    """Where a text tells two problems: each with its own words, the one that comes first named first; else empty."""

    def as_json(self) -> dict[str, Any]:
        """The line that `elapor classify` prints, without its id; a place that no region holds is only words in `place`."""
        place = self.location
        return {
            "is_report": self.is_report,
            "report_confidence": round(self.report_confidence, 4),
            "category": self.category,
            "category_confidence": round(self.category_confidence, 4),
            "class": self.report_class,
            "supervised": self.supervised,
            "urgency": self.urgency,
            "location": None
            if place is None or place.code is None
            else {
                "code": place.code,
                "name": place.name,
                "level": place.level,
                "confidence": round(place.confidence, 4),
                "alternatives": list(place.alternatives),
            },
            "place": self.place,
            "language": self.language,
            "pii": [{"kind": p.kind, "start": p.start, "end": p.end} for p in self.personal_data],
            "engine": self.engine,
        }

    def as_record(self) -> dict[str, Any]:
        """The JSON that review keeps: as_json with slots, the words that decided, other likely categories, other scenes, and a place elsewhere."""
        elsewhere = self.location.name if self.location and self.location.code is None else ""
        return self.as_json() | {
            "slots": dict(self.slots),
            "words": list(self.words),
            "elsewhere": elsewhere,
            "rivals": list(self.rivals),
            "faint": list(self.faint),
            "also": list(self.also),
            "by_thread": bool(self.location and self.location.by_thread),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Extraction:
        """What `as_record` made, read back."""
        place, elsewhere = record.get("location"), record.get("elsewhere")
        location = Location(**{**place, "alternatives": tuple(place["alternatives"])}) if place else None
        if location and record.get("by_thread"):
            location = replace(location, by_thread=True)
        if elsewhere:
            location = Location(None, elsewhere, "", 0.9)
        return cls(
            is_report=bool(record.get("is_report")),
            report_confidence=float(record.get("report_confidence") or 0.0),
            category=record.get("category"),
            category_confidence=float(record.get("category_confidence") or 0.0),
            report_class=record.get("class"),
            supervised=bool(record.get("supervised")),
            urgency=record.get("urgency"),
            location=location,
            place=record.get("place"),
            language=record.get("language") or "id",
            personal_data=tuple(PersonalData(**found) for found in record.get("pii") or ()),
            engine=record.get("engine") or "",
            slots=record.get("slots") or {},
            words=tuple(record.get("words") or ()),
            rivals=tuple(record.get("rivals") or ()),
            faint=tuple(record.get("faint") or ()),
            also=tuple(record.get("also") or ()),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One of several problems in a text: the words that tell it, as they stand there, and what they were read as."""

    text: str
    read: Extraction


class Engine(Protocol):
    """Reads texts. Holds its models; opens nothing at import."""

    @property
    def name(self) -> str:
        """Builtin or rasa."""
        ...

    def read(self, text: str, thread: str = "", region: str = "63.04") -> Extraction:
        """Read one text; `thread` is the name of the group or post in which it stands, `region` the home kabupaten."""
        ...
