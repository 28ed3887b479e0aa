"""The form by which a reviewer corrects a reading, and the choices of place that it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field

from aggregator.rules.report import Correction
from aggregator.web.errors import BadEntryError
from aggregator.web.office import Office

CLASSES = ("pengaduan", "aspirasi", "permintaan_informasi")
URGENCIES = ("darurat", "tinggi", "normal")


class Corrected(BaseModel):
    """What the form of one finding holds, as it was sent."""

    category: Annotated[str, Field(max_length=50)]
    report_class: Annotated[str, Field(max_length=50)]
    urgency: Annotated[str, Field(max_length=50)]
    location: Annotated[str, Field(max_length=20)] = ""
    place: Annotated[str, Field(max_length=200)] = ""
    supervised: bool = False
    search: Annotated[str, Field(max_length=100)] = ""
    """Words to look a place up by, without JavaScript."""
    into: Annotated[str, Field(max_length=40)] = ""
    """The report to join, by the button of a suggestion."""
    into_typed: Annotated[str, Field(max_length=40)] = ""
    """The same, typed."""


def as_read(reading: Mapping[str, Any]) -> Corrected:
    """The form as reading filled it."""
    location = reading.get("location") or {}
    return Corrected(
        category=reading.get("category") or "lainnya",
        report_class=reading.get("class") or "pengaduan",
        urgency=reading.get("urgency") or "normal",
        location=location.get("code") or "",
        place=reading.get("place") or "",
        supervised=bool(reading.get("supervised")),
    )


def correction(office: Office, reading: Mapping[str, Any], form: Corrected) -> Correction:
    """What the reviewer changed; raises BadEntryError for what the form cannot have offered."""
    offered = form.category in office.categories and form.report_class in CLASSES and form.urgency in URGENCIES
    if not offered or (form.location and not office.place_name(form.location)):
        raise BadEntryError("bad_entry")
    read = as_read(reading)
    names = ("category", "location", "place", "report_class", "urgency", "supervised")
    said = {"category": reading.get("category"), "report_class": reading.get("class")}
    said["urgency"] = reading.get("urgency")
    changed = {n: getattr(form, n) for n in names if getattr(form, n) != said.get(n, getattr(read, n))}
    return Correction(**changed)


@dataclass(frozen=True, slots=True)
class Choices:
    """The places to choose from, as (code, name), and how many of them the search words found."""

    places: Mapping[str, str]
    found: int


def place_choices(office: Office, reading: Mapping[str, Any], form: Corrected) -> Choices:
    """What was chosen, what was searched for, what was read and its homonyms; each once."""
    location = reading.get("location") or {}
    found = [code for code, _ in office.places(form.search)] if form.search.strip() else []
    codes = [form.location, *found, location.get("code") or "", *location.get("alternatives", ())]
    named = {code: office.place_name(code) for code in codes if code}
    return Choices({code: name for code, name in named.items() if name}, len(found))
