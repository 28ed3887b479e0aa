"""What matching knows of the categories: which may hold the same problem, how far one reaches, how fast it goes stale."""

from __future__ import annotations

from typing import Literal

Reach = Literal["spot", "area", "supply", "service"]

_GROUPS = {
    "ruang": (
        "jalan jembatan drainase_banjir irigasi_sungai transportasi fasilitas_umum perumahan_pertanahan bencana_kebakaran "
        "sampah pencemaran ketertiban_keamanan listrik lampu_jalan telekomunikasi air_bersih"
    ),
    "layanan": (
        "kesehatan pendidikan bantuan_sosial adminduk perizinan korupsi_pungli desa ketenagakerjaan pajak_retribusi "
        "pelayanan_publik lainnya perdagangan_pasar pertanian_perikanan"
    ),
}
"""Groups are wide: a problem that two people name differently must still meet itself; closeness within a group is scored."""

_KIN = (
    "jalan jembatan drainase_banjir transportasi",
    "drainase_banjir irigasi_sungai bencana_kebakaran",
    "sampah pencemaran drainase_banjir",
    "pencemaran irigasi_sungai",
    "bencana_kebakaran fasilitas_umum jalan",
    "fasilitas_umum perumahan_pertanahan",
    "ketertiban_keamanan transportasi",
    "listrik lampu_jalan transportasi bencana_kebakaran",
    "jembatan lampu_jalan irigasi_sungai",
    "jalan irigasi_sungai",
    "air_bersih drainase_banjir pencemaran",
    "bencana_kebakaran pencemaran",
    "pertanian_perikanan perdagangan_pasar",
    "listrik telekomunikasi",
    "desa bantuan_sosial korupsi_pungli pelayanan_publik",
    "adminduk pelayanan_publik perizinan pajak_retribusi",
    "pendidikan korupsi_pungli",
    "kesehatan pelayanan_publik",
    "ketenagakerjaan pelayanan_publik",
)
"""Categories that people and classifiers mistake for each other."""

_HALF_LIFE_DAYS = {
    "listrik": 0.25, "telekomunikasi": 1.0, "air_bersih": 2.0, "lampu_jalan": 14.0,
    "jalan": 21.0, "jembatan": 21.0, "drainase_banjir": 3.0, "irigasi_sungai": 14.0, "transportasi": 5.0,
    "fasilitas_umum": 14.0, "perumahan_pertanahan": 30.0, "bencana_kebakaran": 0.5, "sampah": 6.0, "pencemaran": 4.0,
    "ketertiban_keamanan": 4.0, "perdagangan_pasar": 5.0, "pertanian_perikanan": 10.0,
}  # fmt: skip
_HALF_LIFE_OTHER = 7.0

_AREA = frozenset(("drainase_banjir", "bencana_kebakaran", "pencemaran"))
_SUPPLY = frozenset(("listrik", "telekomunikasi", "air_bersih", "perdagangan_pasar"))

_GROUP_OF = {category: group for group, members in _GROUPS.items() for category in members.split()}
_KIN_OF: dict[str, frozenset[str]] = {
    category: frozenset(other for row in _KIN if category in row.split() for other in row.split())
    for category in _GROUP_OF
}


def block(location: str, category: str) -> str:
    """Where matching looks: the kabupaten of a region code (63.04.05.2003 → 63.04) and the category's group.

    For an unknown location pass the home kabupaten. Reports of different blocks are never compared.
    """
    return f"{location[:5]}:{group(category)}"


def blocks_of(kabupaten: str) -> tuple[str, ...]:
    """All blocks of a kabupaten (63.04)."""
    return tuple(f"{kabupaten}:{name}" for name in _GROUPS)


def group(category: str) -> str:
    """The category's group; an unknown category belongs to `layanan`, like `lainnya`."""
    return _GROUP_OF.get(category, "layanan")


def kin(category: str, other: str) -> bool:
    """Whether two different categories are easily mistaken for each other."""
    return other in _KIN_OF.get(category, ())


def half_life(category: str) -> float:
    """Days after which it is half as likely that a report of this category means the same event."""
    return _HALF_LIFE_DAYS.get(category, _HALF_LIFE_OTHER)


def reach(category: str) -> Reach:
    """Whether one event sits at a spot, covers an area (a flood, smoke), is the failure of a supply that whole villages share
    (power, water, gas), or is a service without a spot.
    """
    if category in _AREA:
        return "area"
    if category in _SUPPLY:
        return "supply"
    return "service" if group(category) == "layanan" else "spot"
