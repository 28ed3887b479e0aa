"""What speaks for and against a new voice meaning a known report: each piece with its kind, amount and reason in Indonesian."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from aggregator.rules.blocks import half_life, kin, reach
from aggregator.rules.likeness import agree, apart_km, near_text
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
_COUNTED = frozenset(("rt", "rw", "km", "nomor", "ray", "jalur", "parit"))
_AGREED = dict.fromkeys(_COUNTED, "number") | {"patokan": "mark"}
_DIFFERED = dict.fromkeys(_COUNTED, "other_counted") | {"patokan": "other_mark"}
STALE_MOST = 6.0
_NEAR_KM, _FAR_KM = 0.2, 1.0
_ECHO_WORDS = 12
_WORDS_TOLD = 4
_ECHO = re.compile(r"\b(?:jua|juga|jugak|sama|sma|idem|iya|ya|iyh)\b")
_MENDED = (
    r"(?:di(?:per)?baik\w*|ditambal|dibenar\w*|dibaik\w*|diaspal|dicor|diganti|dipasang|dibersih\w*|diangkut|dikeruk|ditimbun|diurug|"
    r"digawi|perbaikan|menyala|nyala|hidup|lancar|normal)"
)
_AGAIN = re.compile(
    rf"\b(?:baru|hanyar|habis|limbah|imbah|sudah|sdh|udah|bekas|kemarin|padahal|pernah)\b[^.!?]{{0,40}}\b{_MENDED}\b.{{0,80}}"
    rf"\b(?:lagi|pulang|kembali|kambuh)\b|\b(?:rusak|mati|jebol|bolong|mampet|numpuk|menumpuk|putus|pajah|padam|amblas|banjir|calap|tarandam|terendam|tergenang|patah|ambruk)\b \b(?:lagi|pulang|kembali)\b"
)
_THANKS = re.compile(
    rf"\b(?:sudah|sdh|udah|dah|hudah)\b[^.!?]{{0,30}}\b{_MENDED}\b|\b{_MENDED}\s+(?:sudah|sdh|udah|dah|hudah)\b"
)
_NOT_YET = re.compile(r"\b(?:belum|balum|blm|kada|kadak|tidak|tapi|padahal|lagi|kapan|tolong|mohon)\b")


def weigh_place(new: str | None, known: Sequence[str], category: str) -> Evidence:
    """Region codes compared: the best relation to any of the places at which a report is known."""
    best = max((relation(new, code) for code in known), default="unknown", key=_ORDER.index)
    said = "kecamatan sama" if best == "same" and new is not None and len(new) == 8 else _PLACED.get(best, "")
    return Evidence(f"{best}:{reach(category)}", 1.0, said)


_ORDER = ("abroad", "unknown", "apart", "beside", "inside", "same")


def relation(new: str | None, known: str | None) -> str:
    """How two region codes lie to each other; naming only the kabupaten is as good as nothing."""
    if new is None or known is None:
        return "unknown"
    if new[:5] != known[:5]:
        return "abroad"
    if len(new) <= 5 or len(known) <= 5:
        return "unknown"
    if new == known:
        return "same"
    if new.startswith(known) or known.startswith(new):
        return "inside"
    return "beside" if new[:8] == known[:8] else "apart"


def details(voice: Traits, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """The details of a voice's place, as read and as its own words say, as (slot, folded value) pairs."""
    marks = vocabulary.marks(voice.text)
    if not marks:
        return tuple(voice.slots.items())
    own = {slot for slot, _ in marks}
    return (*((slot, value) for slot, value in voice.slots.items() if slot not in own), *marks)


def weigh_slots(new: Traits, own: Sequence[tuple[str, str]], known: Sequence[tuple[str, str]]) -> Iterator[Evidence]:
    """Details of the place: agreeing with any voice of the report counts for it, else differing from one against it."""
    pieces = [piece for slot, value in own if (piece := _weigh_slot(slot, value, known, new.category))]
    if any(piece.kind == "name" for piece in pieces):
        pieces = [piece for piece in pieces if not piece.kind.startswith("other_named")]
    yield from pieces
    if not pieces and own and known:
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


def weigh_category(new: str, known: str) -> Evidence | None:
    """Nothing for the same category; less against one that people mistake for it than against others."""
    if new == known:
        return None
    return (
        Evidence("kin", 1.0, "kategori serupa") if kin(new, known) else Evidence("other_category", 1.0, "kategori lain")
    )


def weigh_time(gap: timedelta, category: str) -> Evidence:
    """Time since the nearest voice, in half-lives of the category, each further one counting less."""
    days = abs(gap.total_seconds()) / 86400
    return Evidence("stale", min(math.log2(1.0 + days / half_life(category)), STALE_MOST), duration(gap))


def weigh_company(new: Traits, voice: Traits, elsewhere: bool) -> Iterator[Evidence]:
    """The same thread shortly before, a "here too" under it, the same author; `elsewhere`: the voice names another spot."""
    hours = abs((new.sent_at - voice.sent_at).total_seconds()) / 3600
    if new.thread and new.thread == voice.thread:
        recent = 0.5 ** (hours / 4)
        if recent > 0.05:
            yield Evidence(
                f"thread_elsewhere:{reach(new.category)}" if elsewhere else "thread", recent, "percakapan yang sama"
            )
            if echoes(new.text):
                where = f"too:{reach(new.category)}" if elsewhere else "echo"
                yield Evidence(where, recent, "menyahut aduan sebelumnya")
    if new.author and new.author == voice.author:
        yield Evidence("author", 0.5 ** (hours / 48), "pelapor sama")


def weigh_point(new: Traits, voice: Traits) -> Evidence | None:
    """Shared points."""
    if new.point is None or voice.point is None:
        return None
    km = apart_km(new.point, voice.point)
    said = f"titik berjarak {km * 1000:.0f} m" if km < 1 else f"titik berjarak {km:.1f} km".replace(".", ",")
    if km < _NEAR_KM:
        return Evidence("point_near", 1.0 - km / _NEAR_KM / 2, said)
    return Evidence(f"point_far:{reach(new.category)}", min(km / 3, 1.0), said) if km > _FAR_KM else None


def weigh_words(new: Traits, voice: Traits, vocabulary: Vocabulary) -> list[Evidence]:
    """Telling words that both hold, and what share of all telling words they are."""
    own, other = vocabulary.telling(new.text), vocabulary.telling(voice.text)
    shared = own.keys & other.keys
    if not shared:
        return [Evidence("no_words", 1.0 if min(len(own.keys), len(other.keys)) >= 3 else 0.0)]
    words, overlap = likeness_of(own, other, shared)
    told = sorted(shared, key=lambda key: (-own.weights[key], key))[:_WORDS_TOLD]
    return [
        Evidence("words", words, "kata sama: " + ", ".join(own.typed[key] for key in told)),
        Evidence("overlap", overlap),
    ]


def likeness_of(own: Telling, other: Telling, shared: Iterable[str]) -> tuple[float, float]:
    """How much shared words tell (0..1), and their share of all words, as a cosine (0..1)."""
    mass = sum(map(own.weights.__getitem__, shared))
    return 1.0 - math.exp(-mass), mass / math.sqrt(own.mass * other.mass)


def weigh_whole(new: Traits, voice: Traits) -> Evidence | None:
    """Texts forwarded or copied."""
    alike = near_text(new.text, voice.text)
    return Evidence("forwarded", alike, "teks hampir sama (diteruskan)") if alike else None


@lru_cache(maxsize=8192)
def echoes(text: str) -> bool:
    """Whether a text is a short "here too": iya di sini juga mati, RT 7 jua."""
    words = text.lower()
    return len(words.split()) <= _ECHO_WORDS and _ECHO.search(words) is not None


@lru_cache(maxsize=8192)
def again(text: str) -> bool:
    """Whether a text says that something mended is broken again: another event than before."""
    return _AGAIN.search(text.lower()) is not None


@lru_cache(maxsize=8192)
def mended(text: str) -> bool:
    """Whether a text says that something is mended now, without asking for anything."""
    words = text.lower()
    return _THANKS.search(words) is not None and _NOT_YET.search(words) is None


def duration(gap: timedelta) -> str:
    """A gap in words: 20 menit, 3 jam, 2 hari."""
    minutes = abs(gap.total_seconds()) / 60
    if minutes < 60:
        return f"{minutes:.0f} menit"
    return f"{minutes / 60:.0f} jam" if minutes < 48 * 60 else f"{minutes / 1440:.0f} hari"
