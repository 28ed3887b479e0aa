"""Our matching beside what one would take from a shelf, on the project's stream: F1 and the time of one decision.

`measure()` for bench/matching.py. Every row hears the same messages in the same order, and the same reading says which are
reports. A peer puts a message to the earlier one that is most like it, if that reaches a threshold, chosen as the best on
the half marked fit; all are scored on the half marked test, where chatter in a report counts as an event of its own.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from datasketch import MinHash, MinHashLSH
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import TfidfVectorizer

from aggregator.rules.blocks import block
from aggregator.rules.match import MatchSettings
from aggregator.rules.report import Traits
from aggregator.rules.stream import Stream

ROOT = Path(__file__).resolve().parent.parent
STREAM = ROOT / "tests" / "corpus" / "stream.jsonl"
HOME = "63.04"
THRESHOLDS = tuple(round(0.1 + 0.05 * step, 2) for step in range(18))
PERMUTATIONS, SHINGLE = 128, 4


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the stream, as it was read; `event` is "" for chatter."""

    id: str
    event: str
    test: bool
    is_report: bool
    supervised: bool
    traits: Traits

    @property
    def block(self) -> str:
        """Where matching looks."""
        return block(self.traits.location or HOME, self.traits.category)


@dataclass(frozen=True, slots=True)
class Scored:
    """One row of the table; precision and F1 in 0..1, `us` is processor time of one decision in microseconds."""

    what: str
    threshold: float | None
    precision: float
    pairwise_f1: float
    b_cubed_f1: float
    us: float


Placed = Sequence[int | None]
"""For each message the number of its report, None for chatter."""
Likeness = Callable[[int, Sequence[int]], tuple[float, int]]
"""(message, earlier reports) → how like the likest is, and which it is; -1 for none."""


def heard(engine: Any) -> list[Heard]:
    """The stream as the engine reads it, like `elapor match`."""
    lines = [json.loads(line) for line in STREAM.read_text("utf-8").splitlines()]
    return [_heard(engine, line) for line in lines]


def _heard(engine: Any, line: dict[str, Any]) -> Heard:
    read = engine.read(line["text"], line.get("thread", ""), HOME)
    point = (line["lat"], line["lon"]) if "lat" in line else None
    place = read.location.code if read.location else None
    near = engine.nearest(*point) if point and place is None else None
    traits = Traits(
        text=line["text"],
        category=read.category or "lainnya",
        sent_at=datetime.fromisoformat(line["sent_at"]),
        location=near.code if near else place,
        place=read.place or "",
        slots=read.slots,
        point=point,
        thread=f"{line['channel']}:{line['thread']}" if line.get("thread") else "",
        author=f"{line['channel']}:{line['author']}",
    )
    test = line["split"] == "test"
    return Heard(line["id"], line["event"] or "", test, read.is_report, read.supervised, traits)


def measure(messages: Sequence[Heard], settings: MatchSettings) -> list[Scored]:
    """All rows of the table, ours first."""
    placed, us = _timed(lambda: ours(messages, settings), messages)
    rows = [_scored("E-LAPOR", None, messages, placed, us)]
    peers = (
        ("MinHash LSH (datasketch)", min_hash),
        ("TF-IDF cosine (scikit-learn)", tf_idf),
        ("rapidfuzz token_set, in the block", token_set),
    )
    rows += [_best(name, messages, make) for name, make in peers]
    placed, us = _timed(lambda: exact(messages), messages)
    return [*rows, _scored("exact text", None, messages, placed, us)]


def ours(messages: Sequence[Heard], settings: MatchSettings) -> Placed:
    """The queue in memory on which `elapor match` runs."""
    stream = Stream(settings, HOME)
    return [stream.take(m.id, m.traits, is_report=m.is_report, mergeable=not m.supervised).report for m in messages]


def exact(messages: Sequence[Heard]) -> Placed:
    """The same text, but for case and spaces."""
    known: dict[str, int] = {}
    return [
        known.setdefault(" ".join(m.traits.text.lower().split()), len(known)) if m.is_report else None for m in messages
    ]


def _best(name: str, messages: Sequence[Heard], make: Callable[[Sequence[Heard], float], Likeness]) -> Scored:
    """A peer with the threshold that is best on the fitting half."""

    def run(threshold: float) -> Placed:
        return _assign(messages, make(messages, threshold), threshold)

    best = max(THRESHOLDS, key=lambda threshold: _figures(messages, run(threshold), test=False)[1])
    placed, us = _timed(lambda: run(best), messages)
    return _scored(name, best, messages, placed, us)


def _assign(messages: Sequence[Heard], likeness: Likeness, threshold: float) -> Placed:
    placed: list[int | None] = []
    reports: list[int] = []
    for n, message in enumerate(messages):
        if not message.is_report:
            placed.append(None)
            continue
        like, which = likeness(n, reports)
        placed.append(placed[which] if which >= 0 and like >= threshold else n)
        reports.append(n)
    return placed


def min_hash(messages: Sequence[Heard], threshold: float) -> Likeness:
    """Shingles of characters, 128 permutations; of those that the index finds, the likest."""
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    signs: dict[int, MinHash] = {}

    def likest(n: int, _: Sequence[int]) -> tuple[float, int]:
        text = messages[n].traits.text.lower()
        sign = MinHash(num_perm=PERMUTATIONS)
        sign.update_batch([text[k : k + SHINGLE].encode() for k in range(max(1, len(text) - SHINGLE + 1))])
        found = max(((sign.jaccard(signs[other]), other) for other in index.query(sign)), default=(0.0, -1))
        signs[n] = sign
        index.insert(n, sign)
        return found

    return likest


def tf_idf(messages: Sequence[Heard], _threshold: float) -> Likeness:
    """Words weighed on the fitting half, cosine with all reports before."""
    texts = [m.traits.text for m in messages]
    vectorizer = TfidfVectorizer(sublinear_tf=True).fit([t for t, m in zip(texts, messages, strict=True) if not m.test])
    table = vectorizer.transform(texts)

    def likest(n: int, reports: Sequence[int]) -> tuple[float, int]:
        new = vectorizer.transform([texts[n]])
        alike = (table[:n] @ new.T).toarray().ravel()
        keep = np.asarray(reports, dtype=int)
        if not len(keep):
            return 0.0, -1
        best = int(keep[alike[keep].argmax()])
        return float(alike[best]), best

    return likest


def token_set(messages: Sequence[Heard], _threshold: float) -> Likeness:
    """The words that two texts share, whatever their order, among reports of the block."""
    blocks: dict[str, list[int]] = defaultdict(list)

    def likest(n: int, _: Sequence[int]) -> tuple[float, int]:
        new, known = messages[n].traits.text.lower(), blocks[messages[n].block]
        found = max(
            ((fuzz.token_set_ratio(new, messages[k].traits.text.lower()) / 100, k) for k in known), default=(0.0, -1)
        )
        known.append(n)
        return found

    return likest


def _timed(run: Callable[[], Placed], messages: Sequence[Heard]) -> tuple[Placed, float]:
    """What a run gives, and the least processor time of one decision over three runs, in microseconds."""
    decisions = sum(m.is_report for m in messages)
    clocks = [time.process_time()]
    for _ in range(3):
        placed = run()
        clocks.append(time.process_time())
    return placed, min(later - earlier for earlier, later in pairwise(clocks)) / decisions * 1e6


def _scored(what: str, threshold: float | None, messages: Sequence[Heard], placed: Placed, us: float) -> Scored:
    return Scored(what, threshold, *_figures(messages, placed, test=True), us)


def _figures(messages: Sequence[Heard], placed: Placed, *, test: bool) -> tuple[float, float, float]:
    """Pairwise precision and F1, and B-cubed F1, on one half; what was missed stands alone."""
    items = [
        (m.event or f"chatter {m.id}", f"alone {m.id}" if at is None else str(at))
        for m, at in zip(messages, placed, strict=True)
        if m.test == test and (m.event or at is not None)
    ]
    meant, made, both = (Counter(e for e, _ in items), Counter(r for _, r in items), Counter(items))
    right, told, gold = _pairs(both.values()), _pairs(made.values()), _pairs(meant.values())
    precise = sum(both[item] / made[item[1]] for item in items) / len(items)
    whole = sum(both[item] / meant[item[0]] for item in items) / len(items)
    return right / max(told, 1), 2 * right / max(told + gold, 1), 2 * precise * whole / (precise + whole)


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)
