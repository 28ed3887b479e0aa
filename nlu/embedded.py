"""The built-in engine: linear model, places and personal data put together, one pass over the words for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from nlu import classifier, gazetteer, normalise, places, privacy
from nlu.base import Extraction
from nlu.detail import slots
from nlu.features import WordFeatures, masked
from nlu.gazetteer import Region
from nlu.parameters import Floats, Integers, gate_view
from nlu.training import MODEL_FILE, WorseModel, fingerprint, parameters, train

__all__ = ["HOME", "MODEL_FILE", "EmbeddedEngine", "WorseModel", "fingerprint", "load_engine", "train"]

HOME = "63.04"
_AT_ONCE = 256
"""Texts that are scored together."""
_DECIDING = 5
"""How many deciding words an Extraction names."""


class EmbeddedEngine:
    """Reads texts in this process; threads take turns. No text makes it raise."""

    name = "builtin"

    def __init__(self, model: classifier.LinearModel, where: places.Places) -> None:
        self._model = model
        self._places = where
        self._heads = model.parameters.heads
        self._turn = Lock()
        self._quiet: set[str] = set()
        """Words met so far that begin no name and no detail of a place."""
        self._telling: set[str] = set()
        """Words met so far that may begin one."""

    def read(self, text: str, thread: str = "", region: str = HOME) -> Extraction:
        """Read one text; `thread` is the name of the group or post in which it stands, `region` the home kabupaten."""
        return self.read_many([(text, thread)], region)[0]

    def read_many(self, texts: Sequence[tuple[str, str]], region: str = HOME) -> list[Extraction]:
        """Read (text, thread) pairs, in order: the same as one by one, but faster."""
        starts = range(0, len(texts), _AT_ONCE)
        with self._turn:
            return [read for start in starts for read in self._read_some(texts[start : start + _AT_ONCE], region)]

    @property
    def gazetteer(self) -> gazetteer.Gazetteer:
        """The places that this engine knows."""
        return self._places.gazetteer

    def nearest(self, lat: float, lon: float) -> Region | None:
        """The village nearest to a shared point in degrees (WGS 84), None where none is within 25 km."""
        return self._places.gazetteer.nearest(lat, lon)

    def _read_some(self, texts: Sequence[tuple[str, str]], region: str) -> list[Extraction]:
        if len(self._model.known) > classifier.KEPT_WORDS:
            self._model.forget()
            self._quiet.clear()
            self._telling.clear()
        words = [normalise.tokens(text) for text, _ in texts]
        where = [self._where(text, own, thread, region) for (text, thread), own in zip(texts, words, strict=True)]
        seen = [masked(own, place.named) for own, place in zip(words, where, strict=True)]
        return [
            self._extraction(text, own, place, judged)
            for (text, _), own, place, judged in zip(texts, words, where, self._judge(seen), strict=True)
        ]

    def _where(self, text: str, words: Sequence[str], thread: str, region: str) -> places.Reading:
        if not thread and self._quiet.issuperset(words):
            return places.NOWHERE
        if new := set(words) - self._quiet - self._telling:
            telling = {word for word in new if self._places.matters(word)}
            self._telling |= telling
            self._quiet |= new - telling
        if thread or not self._telling.isdisjoint(words):
            return self._places.read(text, words, thread, region)
        return places.NOWHERE

    def _judge(self, words: Sequence[Sequence[str]]) -> Iterator[_Judgement]:
        """What the model says of each text."""
        numbers, begins = self._numbers(words)
        scores, parts = self._model.scores(numbers, begins)
        heads = self._heads
        answers = {name: heads[name].probabilities(scores) for name in ("category", "class", "urgency", "supervised")}
        best = {name: table.argmax(axis=1) for name, table in answers.items()}
        marks = np.add.reduceat(self._model.marks[numbers], begins, dtype=np.int64)
        seen = gate_view(scores, heads, [len(text) for text in words], marks)
        gate = self._model.parameters.gate
        report = 1 / (1 + np.exp(-np.clip(seen @ gate[:-1] + gate[-1], -60, 60)))
        columns = (
            report,
            best["category"],
            answers["category"].max(axis=1),
            best["class"],
            answers["supervised"][:, 0],
        )
        rows = zip(*(column.tolist() for column in (*columns, best["urgency"])), strict=True)
        parts = parts[:, heads["category"].start :]
        top = _heaviest(parts, best["category"], numbers >= len(classifier.SIGNS), begins)
        for row, text, heavy in zip(rows, words, top, strict=True):
            yield _Judgement._make((*row, tuple(dict.fromkeys([text[n] for n in heavy]))))

    def _numbers(self, words: Sequence[Sequence[str]]) -> tuple[Integers, Integers]:
        """The numbers of all texts' words, each text between its ends, and where each text begins."""
        known, begin, end = self._model.known, 0, 1  # the first two of the signs
        if new := {word for text in words for word in text if word not in known}:
            self._model.learn(sorted(new))
        row: list[int] = []
        for text in words:
            row.append(begin)
            row += [known[word] for word in text]
            row.append(end)
        lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
        return np.array(row, np.int64), lengths.cumsum() - lengths

    def _extraction(self, text: str, words: Sequence[str], where: places.Reading, judged: _Judgement) -> Extraction:
        heads: Any = self._heads
        return Extraction(
            is_report=judged.report >= 0.5,
            report_confidence=judged.report,
            category=heads["category"].answers[judged.category] if words else None,
            category_confidence=judged.confidence if words else 0.0,
            report_class=heads["class"].answers[judged.kind] if words else None,
            supervised=judged.supervised >= 0.5,
            urgency=heads["urgency"].answers[judged.urgency] if words else None,
            location=where.location,
            place=where.place,
            language=self._language(words),
            personal_data=privacy.find(text),
            engine=self.name,
            slots=slots(where.details),
            words=judged.words,
        )

    def _language(self, words: Sequence[str]) -> str:
        lexicon = self._model.lexicon
        if lexicon.only_banjar.isdisjoint(words):
            return "id"
        return normalise.language(
            len(lexicon.only_banjar.intersection(words)), len(lexicon.only_indonesian.intersection(words))
        )


class _Judgement(NamedTuple):
    """The model's answers to one text, as numbers of the answers and confidences."""

    report: float
    category: int
    confidence: float
    kind: int
    supervised: float
    urgency: int
    words: tuple[str, ...]


def load_engine(data: Path, models: Path, progress: Callable[[str], None] | None = None) -> EmbeddedEngine:
    """The engine of a data folder (`categories.yml`, `nlu/`, `language/`, `wilayah/`).

    Its model is read from `models`, or trained anew and saved there where it is missing, damaged or made from other data
    or code. Raises BadTrainingData, TooFewExamples, BadCategories or OSError where the data are not in order.
    """
    lexicon = normalise.Lexicon.load(data / "language")
    table = gazetteer.Gazetteer.load(data / "wilayah")
    found = parameters(data, models, lexicon, table, progress or (lambda _: None))
    model = classifier.LinearModel(found, WordFeatures(lexicon))
    return EmbeddedEngine(model, places.Places(table, lexicon.ordinary.union(found.everyday)))


def _heaviest(parts: Floats, best: Integers, words: npt.NDArray[np.bool_], begins: Integers) -> Iterator[list[int]]:
    """For each text the numbers of the words that weigh most for its best answer, heaviest first, none that speaks against;
    `parts` are all tokens' parts from the first answer's column on, `words` which of them are words, `begins` where texts begin.
    """
    lengths = np.diff(begins, append=len(parts))
    text = np.repeat(np.arange(len(begins)), lengths)
    weights = np.where(words, parts[np.arange(len(parts)), best[text]], -1.0)
    order = np.lexsort((-weights, text))
    counts = np.minimum(np.add.reduceat(weights > 0, begins, dtype=np.int64), _DECIDING).tolist()
    places_in_text = (order - begins[text] - 1).tolist()  # the beginning is no word
    for begin, count in zip(begins.tolist(), counts, strict=True):
        yield places_in_text[begin : begin + count]
