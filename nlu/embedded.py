"""The built-in engine: linear model, places and personal data put together, one pass over the words for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
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
from nlu.parameters import Floats, Integers, looked, overview
from nlu.signs import BANJAR, INDONESIAN, Bits, Signs, beside_landmark, may_tell_where
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
        self._signs = Signs(self._look)

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
            self._signs.forget()
        words: list[Sequence[str]] = [normalise.tokens(text) for text, _ in texts]
        rows = self._rows(words)
        numbers, begins = _flat(rows)
        signs = self._signs.of(numbers, self._model.known)
        where = self._where(texts, words, signs, begins, region)
        languages = self._languages(signs, begins)
        seen = self._masked(words, where, signs, begins)
        if changed := [n for n, own in enumerate(seen) if own is not words[n]]:
            for n, row in zip(changed, self._rows([seen[n] for n in changed]), strict=True):
                rows[n] = row
            numbers, begins = _flat(rows)
        return [
            self._extraction(text, place, judged, language)
            for (text, _), place, judged, language in zip(
                texts, where, self._judge(seen, numbers, begins), languages, strict=True
            )
        ]

    def _look(self, token: str) -> int:
        lexicon = self._model.lexicon
        spoken = BANJAR * (token in lexicon.only_banjar) + INDONESIAN * (token in lexicon.only_indonesian)
        return self._places.signs(token) | spoken

    def _where(
        self,
        texts: Sequence[tuple[str, str]],
        words: Sequence[Sequence[str]],
        signs: Bits,
        begins: Integers,
        region: str,
    ) -> list[places.Reading]:
        tells = np.logical_or.reduceat(may_tell_where(signs), begins).tolist()
        return [
            self._places.read(text, own, thread, region) if thread or telling else places.NOWHERE
            for (text, thread), own, telling in zip(texts, words, tells, strict=True)
        ]

    def _masked(
        self, words: Sequence[Sequence[str]], where: Sequence[places.Reading], signs: Bits, begins: Integers
    ) -> Sequence[Sequence[str]]:
        """The texts with what only says where made one."""
        beside = np.logical_or.reduceat(beside_landmark(signs), begins).tolist()
        return [
            masked(own, place.named) if place.named or landmark else own
            for own, place, landmark in zip(words, where, beside, strict=True)
        ]

    def _languages(self, signs: Bits, begins: Integers) -> Iterator[str]:
        banjar, indonesian = (
            np.add.reduceat(signs & bit > 0, begins, dtype=np.int64).tolist() for bit in (BANJAR, INDONESIAN)
        )
        return map(normalise.language, banjar, indonesian)

    def _judge(self, words: Sequence[Sequence[str]], numbers: Integers, begins: Integers) -> Iterator[_Judgement]:
        """What the model says of each text."""
        scores, parts = self._model.scores(numbers, begins)
        heads = self._heads
        marks = np.add.reduceat(self._model.marks[numbers], begins, dtype=np.int64)
        seen = overview(scores, heads, [len(text) for text in words], marks)
        answers = looked(seen, self._model.parameters.looks)
        answers["category"] = heads["category"].probabilities(scores)
        best = {name: table.argmax(axis=1) for name, table in answers.items()}
        columns = (
            answers["report"][:, 1],
            best["category"],
            answers["category"].max(axis=1),
            best["class"],
            answers["supervised"][:, 1],
            best["urgency"],
        )
        rows = zip(*(column.tolist() for column in columns), strict=True)
        parts = parts[:, heads["category"].start :]
        top = _heaviest(parts, best["category"], numbers >= len(classifier.SIGNS), begins)
        for row, text, heavy in zip(rows, words, top, strict=True):
            yield _Judgement._make((*row, tuple(dict.fromkeys([text[n] for n in heavy])), bool(text)))

    def _rows(self, words: Sequence[Sequence[str]]) -> list[list[int]]:
        """The numbers of each text's words between its ends."""
        if new := set(chain.from_iterable(words)).difference(self._model.known):
            self._model.learn(sorted(new))
        number, (begin, end) = self._model.known.__getitem__, (0, 1)  # the first two of the signs
        return [[begin, *map(number, text), end] for text in words]

    def _extraction(self, text: str, where: places.Reading, judged: _Judgement, language: str) -> Extraction:
        heads: Any = self._heads
        return Extraction(
            is_report=judged.report >= 0.5,
            report_confidence=judged.report,
            category=heads["category"].answers[judged.category] if judged.any else None,
            category_confidence=judged.confidence if judged.any else 0.0,
            report_class=heads["class"].answers[judged.kind] if judged.any else None,
            supervised=judged.supervised >= 0.5,
            urgency=heads["urgency"].answers[judged.urgency] if judged.any else None,
            location=where.location,
            place=where.place,
            language=language,
            personal_data=privacy.find(text),
            engine=self.name,
            slots=slots(where.details),
            words=judged.words,
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
    any: bool
    """Whether the text has any token."""


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


def _flat(rows: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
    """All texts as one row, and where each begins."""
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    return np.fromiter(chain.from_iterable(rows), np.int64, lengths.sum()), lengths.cumsum() - lengths


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
