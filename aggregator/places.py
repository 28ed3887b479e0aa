"""Places as people choose and read them: names with their kecamatan, a search, the village at a point."""

from __future__ import annotations

from nlu.base import Location
from nlu.gazetteer import Gazetteer


def name_of(gazetteer: Gazetteer, code: str) -> str:
    """The name of a region code, "" for an unknown one."""
    region = gazetteer.regions.get(code)
    return region.name if region else ""


def full_name_of(gazetteer: Gazetteer, code: str) -> str:
    """The name of a region code with its level and, for a village, its kecamatan; "" for an unknown one."""
    region = gazetteer.regions.get(code)
    if region is None:
        return ""
    parent = gazetteer.regions.get(region.parent)
    within = f", {parent.name}" if parent and code.count(".") == 3 else ""
    return f"{region.level.title()} {region.name}{within}"


def search(gazetteer: Gazetteer, home: str, words: str, limit: int = 20) -> list[tuple[str, str]]:
    """Regions of the home kabupaten whose name holds `words`, the shortest first: (code, full name)."""
    wanted = words.strip().casefold()
    own = (region for region in gazetteer.regions.values() if region.code.startswith(f"{home}."))
    hits = sorted((r for r in own if wanted in r.name.casefold()), key=lambda r: (len(r.name), r.code))
    return [(region.code, full_name_of(gazetteer, region.code)) for region in hits[:limit]]


def village_at(gazetteer: Gazetteer, lat: float, lon: float) -> Location | None:
    """The village nearest to a shared point in degrees (WGS 84), None where none is within 25 km."""
    near = gazetteer.nearest(lat, lon)
    return Location(near.code, near.name, near.level, 0.9) if near else None
