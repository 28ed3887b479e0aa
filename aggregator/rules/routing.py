"""Which unit answers a report, and why: a kabupaten's units and routes as data, and the one function that applies them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from aggregator.rules.report import Unit
from aggregator.rules.tables import read_table

_CONFIRMED = frozenset("HM")
"""Sureness from which a unit is used; L is a draft until an administrator adds `confirmed: true`."""

_APPEAL = re.compile(
    r"\b(?:tolong|mohon|minta|harap\w*|semoga|lapor\w*|adu\w*|ngadu|sampaikan|tembusan|cc|yth|kepada|ke)\W+(?:\w+\W+){0,2}inspek(?:torat|tur)\b"
    r"|\binspek(?:torat|tur)\b\W+(?:\w+\W+){0,3}(?:turun|periksa|audit|tindak|usut|cek|selidiki|panggil)\b"
)
"""The inspectorate is asked for help, not accused."""
_OWN_STAFF = re.compile(
    r"\b(?:oknum|pegawai|petugas|orang|auditor|staf|pejabat|pimpinan|kepala)\W+(?:\w+\W+)?inspek(?:torat|tur)\b"
)
_INSPECTORATE = re.compile(r"\binspek(?:torat|tur)\b")


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number that may be shown to somebody in danger."""

    number: str
    purpose: str


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One row of `routes`: fits by category, region (a code and what lies in it) and any of the words."""

    category: str
    unit: str
    why: str
    region: str = ""
    words: tuple[str, ...] = ()

    def fits(self, category: str, location: str, text: str) -> bool:
        """Whether a report of this category, place and text goes by this rule; `text` in lower case."""
        within = not self.region or f"{location}.".startswith(f"{self.region}.")
        return self.category == category and within and (not self.words or _holds(self.words, text))


@dataclass(frozen=True, slots=True)
class Region:
    """A kabupaten as `data/units/<code>.yml` describes it; `units` holds the confirmed ones by their codes."""

    code: str
    name: str
    short: str
    code_prefix: str
    """What the codes of its reports begin with."""
    timezone: str
    """IANA name."""
    inspectorate: str
    regional_head: str
    coordinator: str
    outside: str
    units: Mapping[str, Unit]
    emergency: tuple[EmergencyNumber, ...]
    rules: tuple[RouteRule, ...]
    defaults: Mapping[str, str]
    """Category → unit of this kabupaten, always one of `units`."""
    unconfirmed: frozenset[str]
    """Categories whose own unit is missing or a draft: the coordinator takes them."""


@dataclass(frozen=True, slots=True)
class Route:
    """The unit's code, and the reason in Indonesian."""

    unit: str
    reason: str


class BadRegionError(ValueError):
    """The description of a kabupaten is wrong."""


def load_region(path: Path, categories: Path | None = None) -> Region:
    """Read `data/units/<code>.yml`; `categories` is `data/categories.yml` unless said otherwise.

    BadRegionError where a file is missing, not YAML, lacks a field, or names a unit that it does not hold.
    """
    try:
        row = read_table(path)
        listed = read_table(categories or path.parent.parent / "categories.yml")
        region = _region(row, {c["code"]: c["unit"] for c in listed})
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BadRegionError(f"{path.name}: {error!r}") from error
    _check(region, path.name)
    return region


def route(
    region: Region, category: str, location: str | None, supervised: bool, text: str, elsewhere: str = ""
) -> Route:
    """The unit for a report of `category` at region code `location` (None: unknown, taken as home).

    `supervised` is an accusation against officials: it goes to the inspectorate alone, wherever it happened;
    `elsewhere` the name of a place that no known region holds. The returned unit is always one of `region.units`.
    """
    place, words = location or region.code, text.lower()
    if supervised:
        return _supervised(region, words)
    if elsewhere or not f"{place}.".startswith(f"{region.code}."):
        return Route(region.outside, f"pelimpahan: {elsewhere or 'lokasi ' + place} di luar {region.name}")
    for rule in region.rules:
        if rule.fits(category, place, words):
            return Route(rule.unit, f"{rule.why}: {_called(region, rule.unit)}")
    unit = region.defaults.get(category, region.coordinator)
    if category in region.unconfirmed:
        return Route(
            unit, f"perangkat daerah untuk kategori {category} belum dikonfirmasi: lewat {_called(region, unit)}"
        )
    return Route(unit, f"kategori {category}: {_called(region, unit)}")


def accuses_inspectorate(text: str) -> bool:
    """Whether a text with an accusation aims at the inspectorate itself; in doubt yes, for the accused must not see it."""
    words = text.lower()
    if not _INSPECTORATE.search(words):
        return False
    return bool(_OWN_STAFF.search(words)) or not _APPEAL.search(words)


def _supervised(region: Region, text: str) -> Route:
    if accuses_inspectorate(text):
        return Route(region.regional_head, "berkadar pengawasan, menyangkut inspektorat: koordinator kepala daerah")
    return Route(region.inspectorate, f"berkadar pengawasan: hanya {_called(region, region.inspectorate)}")


def _called(region: Region, unit: str) -> str:
    return region.units[unit].short or region.units[unit].name


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})(?:nya)?\b")


def _holds(words: tuple[str, ...], text: str) -> bool:
    return _pattern(words).search(text) is not None


def _usable(row: Mapping[str, Any]) -> bool:
    return row["sure"] in _CONFIRMED or row.get("confirmed", False) is True


def _region(row: Mapping[str, Any], defaults: Mapping[str, str]) -> Region:
    units = {
        u["code"]: Unit(u["code"], u["name"], u.get("short", ""), u.get("operator", False))
        for u in row["units"]
        if _usable(u)
    }
    instead = row.get("instead") or {}
    meant = {category: instead.get(unit, unit) for category, unit in defaults.items()}
    rules = tuple(RouteRule(**{**r, "words": tuple(r.get("words", ()))}) for r in row.get("routes") or ())
    return Region(
        **{name: row[name] for name in ("code", "name", "short", "code_prefix", "timezone")},
        **{name: row[name] for name in ("inspectorate", "regional_head", "coordinator", "outside")},
        units=units,
        emergency=tuple(EmergencyNumber(e["number"], e["purpose"]) for e in row["emergency"] if _showable(e)),
        rules=rules,
        defaults={category: unit if unit in units else row["coordinator"] for category, unit in meant.items()},
        unconfirmed=frozenset(category for category, unit in meant.items() if unit not in units),
    )


def _showable(row: Mapping[str, Any]) -> bool:
    """Only numbers that are sure: a wrong one costs time that a person in danger does not have."""
    return row["sure"] == "H" or row.get("confirmed", False) is True


def _check(region: Region, name: str) -> None:
    named = {
        region.inspectorate,
        region.regional_head,
        region.coordinator,
        region.outside,
        *(r.unit for r in region.rules),
    }
    if missing := sorted(named - region.units.keys()):
        raise BadRegionError(f"{name}: no confirmed unit {', '.join(missing)}")
