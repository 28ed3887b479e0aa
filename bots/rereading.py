"""One reading of what was told in two messages."""

from __future__ import annotations

from dataclasses import replace

from nlu.base import Extraction, Location, Part, PersonalData

URGENCIES = (None, "normal", "tinggi", "darurat")
"""How grave, the least first."""


def read_together(first: Extraction, then: Extraction, offset: int) -> Extraction:
    """One reading of two texts of which the second begins at character `offset` of the whole."""
    moved = tuple(PersonalData(p.kind, p.start + offset, p.end + offset) for p in then.personal_data)
    kind = then if then.is_report and (first.category is None or not first.is_report) else first
    places = [p for p in (first.place, then.place) if p]
    return replace(
        kind,
        is_report=first.is_report or then.is_report,
        report_confidence=max(first.report_confidence, then.report_confidence),
        supervised=first.supervised or then.supervised,
        urgency=max(first.urgency, then.urgency, key=URGENCIES.index),
        location=_settled(first.location, then.location),
        place=", ".join(dict.fromkeys(places)) or None,
        personal_data=first.personal_data + moved,
        slots={**first.slots, **then.slots},
        parts=tuple(_placed(part, then) for part in first.parts) if kind is first else kind.parts,
    )


def _placed(part: Part, then: Extraction) -> Part:
    """One of two problems with what was said of their place later."""
    read = replace(read_together(part.read, then, 0), personal_data=part.read.personal_data)
    return replace(part, read=read)


def _settled(first: Location | None, then: Location | None) -> Location | None:
    """The finer of two places; a second one settles which of several homonyms the first meant."""
    if first is None or then is None or then.code is None:
        return first or then
    if first.code is None:
        return then
    for code in (first.code, *first.alternatives):
        if code.startswith(f"{then.code}."):
            return replace(first, code=code, confidence=max(first.confidence, then.confidence), alternatives=())
    return first if first.code.startswith(f"{then.code}.") and not first.alternatives else then
