"""What speaks for and against a new voice meaning a known report: each piece with its kind, amount and reason in Indonesian."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from aggregator.rules.blocks import half_life, reach
from aggregator.rules.likeness import agree, apart_km, near_text
from aggregator.rules.relations import RELATIONS, kinship_of, relation
from aggregator.rules.report import Traits
from aggregator.rules.vocabulary import Telling, Vocabulary


class Evidence(NamedTuple):
    """One piece: `kind` has a weight, `amount` (mostly 0..1) scales it; an empty reason is not told."""

    kind: str
    amount: float
    reason: str = ""


_NAMES = {
    "rt": "RT", "rw": "RW", "km": "kilometer", "nomor": "nomor", "jembatan": "jembatan/titian", "puskesmas": "fasilitas kesehatan",
    "komplek": "kompleks", "masjid": "masjid/langgar", "tempat": "tempat",
}  # fmt: skip
_PLACED = {
    "same": "desa sama",
    "inside": "kecamatan sama, desanya disebut sekali",
    "beside": "desa lain di kecamatan yang sama",
    "apart": "kecamatan lain",
    "abroad": "kabupaten lain",
}
_ALIKE = {
    "rival": "kategori mungkin sama",
    "faint": "kategori mungkin lain",
    "kin": "kategori serupa",
    "other_category": "kategori lain",
}
_COUNTED = frozenset(("rt", "rw", "km", "nomor", "ray", "jalur", "parit"))
_AGREED = dict.fromkeys(_COUNTED, "number") | {"patokan": "mark"}
_DIFFERED = dict.fromkeys(_COUNTED, "other_counted") | {"patokan": "other_mark"}
_STALE_MOST = 6.0
_NEAR_KM, _FAR_KM = 0.2, 1.0
_WORDS_TOLD = 4


def weigh_place(new: str | None, known: Sequence[str | None], category: str) -> Evidence:
    """Region codes compared: the best relation to any of the places at which a report is known."""
    best = max((relation(new, code) for code in known), default="unknown", key=RELATIONS.index)
    said = "kecamatan sama" if best == "same" and new is not None and len(new) == 8 else _PLACED.get(best, "")
    return Evidence(f"{best}:{reach(category)}", 1.0, said)


def details(voice: Traits, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """The details of a voice's place, as read and as its own words say, as (slot, folded value) pairs."""
    marks = vocabulary.marks(voice.text)
    if not marks:
        return tuple(voice.slots.items())
    own = {slot for slot, _ in marks}
    return (*((slot, value) for slot, value in voice.slots.items() if slot not in own), *marks)


def weigh_slots(new: Traits, own: Sequence[tuple[str, str]], known: Sequence[tuple[str, str]]) -> Iterator[Evidence]:
    """Details of the place: agreeing with any voice of the report counts for it, else differing from one against it."""
    pieces = {piece.kind: piece for slot, value in own if (piece := _weigh_slot(slot, value, known, new.category))}
    agreed = [pieces.pop(kind) for kind in ("name", "mark", "number") if kind in pieces]
    if any(piece.kind != "number" for piece in agreed):
        pieces = {kind: piece for kind, piece in pieces.items() if not kind.startswith(("other_named", "other_mark"))}
    yield from agreed[:1]
    yield from (piece._replace(kind="also") for piece in agreed[1:])
    yield from pieces.values()
    if not (agreed or pieces) and own and known:
        yield Evidence(f"other_detail:{reach(new.category)}", 1.0)


def _weigh_slot(slot: str, value: str, known: Sequence[tuple[str, str]], category: str) -> Evidence | None:
    """One slot against the same slot of the report's voices, a name also against their other names."""
    counted = slot in _COUNTED
    name = _NAMES.get(slot, slot)
    others = [other for key, other in known if key == slot]
    found = {agree(slot, value, other): other for other in others}
    if "equal" in found:
        return Evidence(_AGREED.get(slot, "name"), 1.0, f"{name} yang sama: '{value}'")
    if not counted and any(
        key not in _COUNTED and agree(slot, value, other) == "equal" for key, other in known if key != slot
    ):
        return Evidence("name", 1.0, f"{name} yang sama: '{value}'")
    if "weak" in found:
        return Evidence("weak_name", 1.0, f"{name} mirip: '{value}' dan '{found['weak']}'")
    if not others:
        return None
    return Evidence(
        f"{_DIFFERED.get(slot, 'other_named')}:{reach(category)}", 1.0, f"{name} berbeda: '{value}' dan '{others[0]}'"
    )


def weigh_category(new: Traits, known: Traits, *, here: bool = False) -> Evidence | None:
    """Nothing for the same category; less against one that reading thought likely too, or that people mistake for it, than
    against others, and less against all where both stand in one thread (`here`): who answers need not name the thing.
    """
    how = kinship_of(new.category, new.rivals, new.faint)[known.kind]
    return Evidence(f"{how}:here" if here else how, 1.0, _ALIKE[how]) if how != "same" else None


def weigh_time(gap: timedelta, category: str, *, shown: bool = False) -> Evidence:
    """Time since the nearest voice, in half-lives of the category, each further one counting less.

    With the same photo (`shown`) at most one counts: it shows one moment, however late it is sent on.
    """
    days = abs(gap.total_seconds()) / 86400
    amount = faded(days / half_life(category))
    return Evidence("stale", min(amount, 1.0) if shown else amount, duration(gap))


def faded(halves: float) -> float:
    """What so many half-lives take: each further one counts less."""
    return min(math.log2(1.0 + halves), _STALE_MOST)


def weigh_moment(gap: timedelta, where: str, category: str) -> Iterator[Evidence]:
    """The same category at the same place, the sooner after it the more; what covers an area is felt in its other villages too.

    `where` is the kind of `weigh_place`'s evidence.
    """
    told = ("same:", "inside:", "beside:") if reach(category) in ("area", "supply") else ("same:", "inside:")
    if where.startswith(told):
        amount = 0.5 ** (abs(gap.total_seconds()) / 86400 / half_life(category))
        yield Evidence(f"fresh_{where.partition(':')[0]}:{reach(category)}", amount)


def weigh_point(new: Traits, voice: Traits) -> Evidence | None:
    """Shared points."""
    if new.point is None or voice.point is None:
        return None
    km = apart_km(new.point, voice.point)
    said = f"titik berjarak {km * 1000:.0f} m" if km < 1 else f"titik berjarak {km:.1f} km".replace(".", ",")
    if km < _NEAR_KM:
        return Evidence("point_near", 1.0 - km / _NEAR_KM / 2, said)
    return Evidence(f"point_far:{reach(new.category)}", min(km / 3, 1.0), said) if km > _FAR_KM else None


def weigh_words(new: Traits, voice: Traits, vocabulary: Vocabulary, names: frozenset[str]) -> list[Evidence]:
    """Telling words that both hold, and what share of all telling words they are; `names` are of the place's details, which
    have been weighed.
    """
    own, other = vocabulary.telling(new.text), vocabulary.telling(voice.text)
    shared = (own.keys & other.keys) - names
    if not shared:
        return [Evidence(f"no_words:{reach(new.category)}", 1.0 if min(len(own.keys), len(other.keys)) >= 3 else 0.0)]
    words, overlap = likeness_of(own, other, shared)
    told = sorted(shared, key=lambda key: (-own.weights[key], key))[:_WORDS_TOLD]
    return [
        Evidence("words", words, "kata sama: " + ", ".join(own.typed[key] for key in told)),
        Evidence("overlap", overlap),
    ]


def weigh_matter(new: Traits, voices: Iterable[Traits], vocabulary: Vocabulary) -> Evidence | None:
    """Whether the new voice names what a voice of the report names (the fare, the pier), or only something else."""
    own = vocabulary.matters(new.text, new.category)
    known = frozenset().union(*(vocabulary.matters(voice.text, new.category) for voice in voices))
    if not own or not known:
        return None
    if own & known:
        return Evidence("matter", 1.0)
    return Evidence("other_matter", 1.0, f"perihal berbeda: {', '.join(sorted(own))} dan {', '.join(sorted(known))}")


def likeness_of(own: Telling, other: Telling, shared: Iterable[str]) -> tuple[float, float]:
    """How much shared words tell (0..1), and their share of all words, as a cosine (0..1)."""
    mass = sum(map(own.weights.__getitem__, shared))
    return 1.0 - math.exp(-mass), mass / math.sqrt(own.mass * other.mass)


def weigh_whole(new: Traits, voice: Traits) -> Evidence | None:
    """Texts forwarded or copied."""
    alike = near_text(new.text, voice.text)
    return Evidence("forwarded", alike, "teks hampir sama (diteruskan)") if alike else None


def duration(gap: timedelta) -> str:
    """A gap in words: 20 menit, 3 jam, 2 hari."""
    minutes = abs(gap.total_seconds()) / 60
    if minutes < 60:
        return f"{minutes:.0f} menit"
    return f"{minutes / 60:.0f} jam" if minutes < 48 * 60 else f"{minutes / 1440:.0f} hari"
