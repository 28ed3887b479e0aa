"""Fits the weights of matching on the project's own stream and shows what thresholds give on the half kept for testing.

`python bench/fit_match.py [--words]`: `--words` counts the words of `data/nlu/` anew into `data/matching/words.tsv` first.
Prints the weights to be put into aggregator/rules/weights.py, and precision and recall by threshold.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from aggregator.rules import comparing, match
from aggregator.rules.blocks import block
from aggregator.rules.company import together
from aggregator.rules.evidence import Evidence
from aggregator.rules.report import Candidate, Traits
from aggregator.rules.stream import DOUBTFUL, Stream
from aggregator.rules.vocabulary import count_words, load_meanings, load_vocabulary
from aggregator.rules.weights import WEIGHTS
from nlu import training_data
from nlu.base import Extraction
from nlu.embedded import EmbeddedEngine, load_engine

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
HOME = "63.04"
STREAMS = sorted((ROOT / "tests" / "corpus").glob("stream*.jsonl"))
"""Each begins with an empty queue."""
PULL = 0.3
"""How strongly weights are held to the beliefs, which only kinds that the streams rarely show need."""
BELIEFS: dict[str, float] = {
    "base": -1.3,
    "same:spot": 1.0, "inside:spot": 0.2, "unknown:spot": -0.6, "beside:spot": -3.0, "apart:spot": -5.0,
    "same:area": 2.5, "inside:area": 1.5, "unknown:area": -0.2, "beside:area": -0.6, "apart:area": -3.0,
    "same:service": 1.0, "inside:service": 0.5, "unknown:service": -0.5, "beside:service": -2.0, "apart:service": -4.0,
    "name": 2.0, "number": 1.5, "mark": 1.5, "weak_name": 0.3,
    "other_detail:spot": -1.0, "other_detail:area": -0.3, "other_detail:service": -0.2,
    "other_named:spot": -3.5, "other_named:area": -1.0, "other_named:service": -3.0,
    "other_counted:spot": -3.5, "other_counted:area": -0.8, "other_counted:service": -1.5,
    "other_mark:spot": -1.0, "other_mark:area": -0.2, "other_mark:service": -0.5,
    "kin": -1.5, "faint": -1.0, "faint:here": -0.5, "rival:here": -0.3, "kin:here": -1.0, "other_category:here": -1.5, "doubt": -2.0, "doubt:here": -2.0, "rival": -0.5, "other_category": -2.5, "stale": -0.9, "still": 0.3, "thread": 1.5,
    "thread_elsewhere:spot": 0.3, "thread_elsewhere:area": 1.0, "thread_elsewhere:service": 0.3,
    "echo": 1.5, "too:spot": -1.0, "too:area": 0.3, "too:service": -0.3, "author": 0.8,
    "point_near": 3.0, "point_far:spot": -3.0, "point_far:area": -1.0, "point_far:service": -0.5,
    "fresh_same:spot": 1.0, "fresh_same:area": 1.5, "fresh_same:service": 0.8, "fresh_inside:spot": 0.5, "fresh_inside:area": 1.2,
    "fresh_inside:service": 0.4, "fresh_beside:area": 1.0, "also": 0.7, "only:spot": 1.0, "only:area": 1.0, "only:service": 0.7,
    "words": 2.0, "overlap": 3.0, "no_words:spot": -0.8, "no_words:area": -0.5, "no_words:service": -1.0, "contrast:spot": -2.0, "contrast:area": -0.1, "contrast:service": -0.5, "forwarded": 3.0, "photo": 9.0, "photo_elsewhere": 4.0, "again": -3.5, "matter": 0.5, "other_matter": -2.0,
}  # fmt: skip
BELIEFS |= {kind.replace(":area", ":supply"): weight for kind, weight in BELIEFS.items() if kind.endswith(":area")}
"""What was thought of each kind of evidence before any fitting; what the stream rarely shows stays near it."""

AT_MOST = {"apart:area": -3.0, "apart:supply": -2.5}
"""Floods or outages in two kecamatan are two events until more than words speaks for one: a stream knows a hundred, a kabupaten thousands."""

Line = dict[str, Any]
Choice = list[tuple[dict[str, float], bool]]
"""A voice beside each event that it may mean: the amounts of its evidence, and whether it is that event."""
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Told:
    """One stream: its lines, and what matching compares of them, by their labels and by reading."""

    lines: list[Line]
    told: list[Traits]
    seen: list[Traits]

    @classmethod
    def load(cls, path: Path, engine: EmbeddedEngine) -> Told:
        """Read a file and its messages."""
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        read = [engine.read(line["text"], line.get("thread", ""), line.get("region", "63.04")) for line in lines]
        both = [
            [traits_of(line, seen, labelled=labelled) for line, seen in zip(lines, read, strict=True)]
            for labelled in (True, False)
        ]
        return cls(lines, *both)


def main() -> None:
    """Fit on the lines marked fit, from labels as given and as read; test on those marked test."""
    if "--words" in sys.argv:
        write_words()
    engine = load_engine(DATA, ROOT / "var" / "models", print)
    streams = [Told.load(path, engine) for path in STREAMS]
    choices = [
        choice
        for stream in streams
        for traits in (stream.told, stream.seen)
        for choice in choices_of(stream.lines, traits)
    ]
    weights = fit(choices)
    print(f"{len(choices)} voices, {sum(same for choice in choices for _, same in choice)} of them of a known event")
    print(json.dumps({kind: round(weight, 2) for kind, weight in weights.items()}))
    WEIGHTS.update(weights)
    for split in ("fit", "test"):
        for name in ("told", "seen"):
            for join in (0.5, 0.6, 0.7, 0.8, 0.9):
                print(split, name, join, *(f"{figure:.3f}" for figure in pairwise(streams, name, join, split)))


def write_words() -> None:
    """Count in how many training messages each word stands."""
    same = [row for row in (DATA / "matching" / "same.txt").read_text("utf-8").splitlines() if row and row[0] != "#"]
    texts = [example.text for example in training_data.load(DATA / "nlu")]
    rows = [f"{word}\t{count}\n" for word, count in count_words(texts, same, load_meanings(DATA))]
    (DATA / "matching" / "words.tsv").write_text(f"# messages counted\t{len(texts)}\n" + "".join(rows), "utf-8")


def traits_of(line: Line, read: Extraction, *, labelled: bool) -> Traits:
    """What matching compares of a line, with category and place from its labels or from reading."""
    place = read.location.code if read.location else None
    category = read.category or "lainnya"
    if labelled and line["is_report"]:
        category, place = line["category"], (line["location"] or [None])[0]
    point = (line["lat"], line["lon"]) if "lat" in line else None
    sent_at = datetime.fromisoformat(line["sent_at"])
    made = Traits(line["text"], category, sent_at, place, read.place or "", dict(read.slots), point)
    by_thread = bool(read.location and read.location.by_thread)
    made = replace(made, thread=line.get("thread", ""), author=line["author"], also=read.also, by_thread=by_thread)
    return made if labelled else replace(made, rivals=read.rivals, faint=read.faint, confidence=read.report_confidence)


def choices_of(lines: Sequence[Line], traits: Sequence[Traits]) -> Iterator[Choice]:
    """Each voice of the fitting half beside all events that it is compared with.

    Voices are reports, and chatter that matching looks at; so it learns what talk under a report looks like.
    """
    vocabulary = load_vocabulary(DATA)
    events: dict[str, comparing.KnownReport] = {}
    for line, new in zip(lines, traits, strict=True):
        if line["split"] != "fit" or not (line["event"] or DOUBTFUL <= new.confidence < 1):
            continue
        blocks = {block(new.location or HOME, category) for category in (new.category, *new.rivals)}
        known = {
            event: report
            for event, report in events.items()
            if not blocks.isdisjoint(block(v.location or HOME, v.category) for v in report.voices)
            or together(new, report.voices)
        }
        single = match.only(new, known.values())
        if known:
            yield [
                (amounts_of(comparing.compare(new, report, vocabulary, only=report is single)), event == line["event"])
                for event, report in known.items()
            ]
        if line["event"] in events:
            events[line["event"]].voices.append(new)
        elif line["event"]:
            events[line["event"]] = comparing.KnownReport(Candidate(0, new))


def amounts_of(pieces: Iterable[Evidence]) -> dict[str, float]:
    """How much there is of each kind of evidence."""
    amounts: dict[str, float] = defaultdict(float, base=1.0)
    for piece in pieces:
        amounts[piece.kind] += piece.amount
    return amounts


def fit(choices: Sequence[Choice]) -> dict[str, float]:
    """Weights by which voices choose their event, or none, with the least surprise; held to the beliefs, none changes its sign."""
    kinds = list(BELIEFS)
    table = np.array([[amounts.get(kind, 0.0) for kind in kinds] for choice in choices for amounts, _ in choice])
    same = np.array([float(same) for choice in choices for _, same in choice])
    many = np.array([len(choice) for choice in choices])
    begins, start = many.cumsum() - many, np.array(list(BELIEFS.values()))

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = table @ weights
        most = np.maximum(np.maximum.reduceat(scores, begins), 0.0)  # no known event scores 0
        powers = np.exp(scores - most.repeat(many))
        sums = np.exp(-most) + np.add.reduceat(powers, begins)
        slopes = table.T @ (powers / sums.repeat(many) - same) + 2 * PULL * (weights - start)
        surprise = (np.log(sums) + most).sum() - scores @ same
        return float(surprise + PULL * ((weights - start) ** 2).sum()), slopes

    bounds = [(0.0, None) if belief > 0 else (None, AT_MOST.get(kind, 0.0)) for kind, belief in BELIEFS.items()]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 3000})
    return dict(zip(kinds, found.x.tolist(), strict=True))


def pairwise(streams: Sequence[Told], name: str, join: float, split: str) -> tuple[float, float, float]:
    """Pairwise precision, recall and F1 of the streams' joins, over the pairs of one half."""
    settings = match.MatchSettings(join=join, offer=min(0.5, join), vocabulary=load_vocabulary(DATA))
    both = []
    for told in streams:
        stream = Stream(settings, "63.04")
        items = []
        for line, new in zip(told.lines, getattr(told, name), strict=True):
            placed = stream.take(line["id"], new, is_report=line["is_report"])
            if line["split"] == split and line["event"]:
                items.append((line["event"], placed.report))
        both += [(a[0] == b[0], a[1] == b[1]) for i, a in enumerate(items) for b in items[i + 1 :]]
    right, joined, meant = sum(g and o for g, o in both), sum(o for _, o in both), sum(g for g, _ in both)
    precision, recall = right / max(joined, 1), right / max(meant, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


if __name__ == "__main__":
    main()
