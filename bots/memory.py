"""What the bot remembers of one conversation: the open question, the draft, and what was filed last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

from bots.groups import Relay
from bots.hearing import Visibility
from bots.rereading import URGENCIES, read_together
from nlu.base import Extraction, Location, Part, PersonalData

Question = Literal[
    "", "place", "report", "problem", "where", "voice", "two", "withdraw", "erase", "discard", "remark", "why", "detail", "link"
]  # fmt: skip
"""What was asked: the draft's place; whether it is a report; what is wrong (a photo alone); where a danger is that is
already filed; whether what was filed joins a known report, or is to be two; whether to withdraw, to erase, to discard the
draft; and, once it is done, a line beside the rating, or what is not mended yet; more on what was taken over; whether to
take over what a link leads to."""

CONFIRMATIONS: tuple[Question, ...] = ("withdraw", "erase", "discard")

ADDING_FOR = timedelta(seconds=120)
"""What follows within this time of filing belongs to what was filed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A complaint that still lacks something; nothing but its author's confirmed word throws it away."""

    text: str = ""
    read: Extraction | None = None
    point: tuple[float, float] | None = None
    photos: int = 0
    visibility: Visibility = "public"
    sure: bool = False
    """Known to be a report, by its words or by its author's yes."""
    since: datetime | None = None
    """When it began or its place was asked; aware."""
    follows: str = ""
    """The code of the own submission that it takes up again."""
    told_in: str = ""
    """The code of the own submission that holds its words too."""

    @property
    def question(self) -> Question:
        """What is missing."""
        if not self.text:
            return "problem"
        return "place" if self.sure else "report"

    def joined(self, text: str, read: Extraction) -> Draft:
        """The draft with more words, read together."""
        if not text:
            return self
        if not self.text:
            return replace(self, text=text, read=read)
        whole = f"{self.text}\n{text}"
        before = self.read or replace(read, personal_data=(), location=None, place=None)
        return replace(self, text=whole, read=read_together(before, read, len(self.text) + 1))


@dataclass(frozen=True, slots=True)
class LastFiled:
    """What was filed last in this conversation; `at` is aware."""

    code: str
    at: datetime
    category: str = ""
    location: str = ""
    thanked: bool = False

    def fresh(self, now: datetime) -> bool:
        """Whether what is said now still belongs to it."""
        return now - self.at <= ADDING_FOR


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where one conversation stands; the fresh state is the empty dict."""

    language: str = "id"
    asked: Question = ""
    subject: str = ""
    """The code that a question is about (where, voice, withdraw, remark, why, detail), or the number of a link."""
    until: datetime | None = None
    """When a question lapses that needs no answer; aware."""
    draft: Draft | None = None
    filed: LastFiled | None = None
    second: Draft | None = None
    """The other problem in what was filed last, which may become a submission of its own."""
    refused_at: datetime | None = None
    """When it was told last that too much came; aware, like the next."""
    called_at: datetime | None = None
    """When a person was called last in spite of the limit."""
    relay: Relay = field(default_factory=Relay)
    """What a volunteer passes on from groups."""

    def to_json(self) -> dict[str, Any]:
        """The state as JSON; what is at its default is left out."""
        told = {"language": self.language, "asked": self.asked, "subject": self.subject, "relay": self.relay.to_json()}
        kept: dict[str, Any] = {name: value for name, value in told.items() if value}
        if self.draft is not None:
            kept["draft"] = _draft_json(self.draft)
        if self.second is not None:
            kept["second"] = _draft_json(self.second)
        times = {"until": self.until, "refused_at": self.refused_at, "called_at": self.called_at}
        kept |= {name: at.isoformat() for name, at in times.items() if at is not None}
        if self.filed is not None:
            kept["filed"] = {**_fields(self.filed), "at": self.filed.at.isoformat()}
        return kept

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Dialogue:
        """The state from its JSON; of content that it doesn't know, the draft's text and the language are kept."""
        try:
            return cls(
                language=_one_of(data.get("language", "id"), ("id", "bjn")),
                asked=cast("Question", _one_of(data.get("asked", ""), get_args(Question))),
                subject=str(data.get("subject", "")),
                until=_time(data["until"]) if "until" in data else None,
                refused_at=_time(data["refused_at"]) if "refused_at" in data else None,
                called_at=_time(data["called_at"]) if "called_at" in data else None,
                draft=_draft(data["draft"]) if "draft" in data else None,
                filed=_filed(data["filed"]) if "filed" in data else None,
                second=_draft(data["second"]) if "second" in data else None,
                relay=Relay.from_json(data.get("relay", {})),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return cls(draft=_salvaged(data), asked="place" if _salvaged(data) else "")


def _fields(of: Any) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__dataclass_fields__}


def _draft_json(draft: Draft) -> dict[str, Any]:
    return {
        **_fields(draft),
        "point": draft.point and list(draft.point),
        "read": draft.read and _read_json(draft.read),
        "since": draft.since and draft.since.isoformat(),
    }


def _read_json(read: Extraction) -> dict[str, Any]:
    place = read.location and {**_fields(read.location), "alternatives": list(read.location.alternatives)}
    personal = [_fields(p) for p in read.personal_data]
    return {
        **_fields(read),
        "location": place,
        "personal_data": personal,
        "slots": dict(read.slots),
        "words": list(read.words),
        "parts": [{"text": part.text, "read": _read_json(part.read)} for part in read.parts],
    }


def _draft(data: Mapping[str, Any]) -> Draft:
    point = data.get("point")
    read = data.get("read")
    return Draft(
        text=_text(data.get("text", "")),
        read=None if read is None else _read(read),
        point=None if point is None else (float(point[0]), float(point[1])),
        photos=int(data.get("photos", 0)),
        visibility=cast("Visibility", _one_of(data.get("visibility", "public"), get_args(Visibility))),
        sure=bool(data.get("sure", False)),
        since=_time(data["since"]) if data.get("since") else None,
        follows=_text(data.get("follows", "")),
        told_in=_text(data.get("told_in", "")),
    )


def _read(data: Mapping[str, Any]) -> Extraction:
    place = data.get("location")
    return Extraction(
        is_report=bool(data["is_report"]),
        report_confidence=float(data["report_confidence"]),
        category=_maybe(data["category"]),
        category_confidence=float(data["category_confidence"]),
        report_class=cast("Any", _maybe(data["report_class"])),
        supervised=bool(data["supervised"]),
        urgency=cast("Any", _one_of(data["urgency"], URGENCIES)),
        location=None if place is None else _location(place),
        place=_maybe(data["place"]),
        language=_text(data["language"]),
        personal_data=tuple(
            PersonalData(_text(p["kind"]), int(p["start"]), int(p["end"])) for p in data["personal_data"]
        ),
        engine=_text(data["engine"]),
        slots={_text(k): _text(v) for k, v in data["slots"].items()},
        words=tuple(_text(w) for w in data["words"]),
        parts=tuple(Part(_text(p["text"]), _read(p["read"])) for p in data.get("parts", ())),
    )


def _location(data: Mapping[str, Any]) -> Location:
    code, name, level = _maybe(data["code"]), _text(data["name"]), _text(data["level"])
    return Location(code, name, level, float(data["confidence"]), tuple(_text(c) for c in data["alternatives"]))


def _filed(data: Mapping[str, Any]) -> LastFiled:
    category, location = _text(data.get("category", "")), _text(data.get("location", ""))
    return LastFiled(_text(data["code"]), _time(data["at"]), category, location, bool(data.get("thanked", False)))


def _time(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at


def _salvaged(data: Any) -> Draft | None:
    draft = data.get("draft") if isinstance(data, Mapping) else None
    text = draft.get("text") if isinstance(draft, Mapping) else draft
    return Draft(text=text, sure=True) if isinstance(text, str) and text else None


def _one_of(value: Any, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        raise ValueError("not one of those known")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _maybe(value: Any) -> str | None:
    return None if value is None else _text(value)
