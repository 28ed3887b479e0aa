"""The built-in engine: linear model, places and personal data put together, one pass over the words for all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, make_dataclass
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from nlu import classifier, gazetteer, normalise, places, privacy
from nlu.base import Extraction
from nlu.detail import slots
from nlu.features import BEGIN, END, LANDMARK, PLACE, WordFeatures, masked
from nlu.judging import Judge, Judgement
from nlu.naming import Region
from nlu.parameters import Integers, Parameters
from nlu.signs import (
    BANJAR,
    INDONESIAN,
    Bits,
    all_beginnings,
    beginnings,
    beside_landmark,
    holding,
    names_landmark,
)
from nlu.training import MODEL_FILE, WorseModel, fingerprint, parameters, train

__all__ = ["HOME", "MODEL_FILE", "EmbeddedEngine", "WorseModel", "fingerprint", "load_engine", "train"]

HOME = "63.04"
_AT_ONCE = 256
"""Texts that are scored together."""
_TOGETHER = 4
"""From so many texts on arrays are faster than reading each alone."""

_Made: Any = make_dataclass("_Made", [field.name for field in fields(Extraction)], slots=True)
"""An Extraction that is not frozen yet: Python sets the fields of a frozen one by 18 calls, in 3.4 µs instead of 0.7."""


class EmbeddedEngine:
    """Reads texts in this process; threads take turns. No text makes it raise."""

    name = "builtin"

    def __init__(self, model: classifier.LinearModel, where: places.Places) -> None:
        self._model = model
        self._places = where
        self._turn = Lock()
        self._judge = Judge(model)

    def read(self, text: str, thread: str = "", region: str = HOME) -> Extraction:
        """Read one text; `thread` is the name of the group or post in which it stands, `region` the home kabupaten."""
        with self._turn:
            return self._read_one(text, thread, region)

    def read_many(self, texts: Sequence[tuple[str, str]], region: str = HOME) -> list[Extraction]:
        """Read (text, thread) pairs, in order: the same as one by one, but faster."""
        starts = range(0, len(texts), _AT_ONCE)
        with self._turn:
            if len(texts) < _TOGETHER:
                return [self._read_one(text, thread, region) for text, thread in texts]
            return [read for start in starts for read in self._read_some(texts[start : start + _AT_ONCE], region)]

    def judge(self, text: str) -> tuple[float, str | None, float]:
        """Of what `read` gives only `report_confidence`, `category` and `category_confidence`, in less time."""
        with self._turn:
            words: Sequence[str] = normalise.tokens(text)
            numbers = self._numbers((BEGIN, *words, END))
            signs = self._model.signs.take(numbers).tolist()
            names, _ = beginnings(signs[1:-1])
            named = self._places.named(text, words, names)
            if named or names_landmark(signs):
                words = masked(words, named)
                numbers = self._numbers((BEGIN, *words, END))
            report, category, confidence = self._judge.gate(words, numbers)
            return (report, category, confidence) if words else (report, None, 0.0)

    @property
    def gazetteer(self) -> gazetteer.Gazetteer:
        """The places that this engine knows."""
        return self._places.gazetteer

    def nearest(self, lat: float, lon: float) -> Region | None:
        """The village nearest to a shared point in degrees (WGS 84), None where none is within 25 km."""
        return self._places.gazetteer.nearest(lat, lon)

    def _read_one(self, text: str, thread: str, region: str) -> Extraction:
        words: Sequence[str] = normalise.tokens(text)
        numbers = self._numbers((BEGIN, *words, END))
        signs = self._model.signs.take(numbers).tolist()
        where = self._places.find(text, words, thread, region, *beginnings(signs[1:-1]))
        language = normalise.language(holding(signs, BANJAR), holding(signs, INDONESIAN))
        if where.named or names_landmark(signs):
            words = masked(words, where.named)
            numbers = self._numbers((BEGIN, *words, END))
        judged = self._judge.one(words, numbers)
        return self._extraction(text, where, judged if words else judged.of_nothing(), language)

    def _read_some(self, texts: Sequence[tuple[str, str]], region: str) -> list[Extraction]:
        words = [normalise.tokens(text) for text, _ in texts]
        row = [*chain.from_iterable([(BEGIN, *own, END) for own in words])]
        lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
        numbers, begins = self._numbers(row), lengths.cumsum() - lengths
        signs = self._model.signs.take(numbers)
        where = self._where(texts, words, signs, begins, region)
        judgements = self._judge.many(row, *self._seen(numbers, begins, where, signs))
        return [
            self._extraction(text, place, judged if own else judged.of_nothing(), language)
            for (text, _), own, place, judged, language in zip(
                texts, words, where, judgements, self._languages(signs, begins), strict=True
            )
        ]

    def _where(
        self,
        texts: Sequence[tuple[str, str]],
        words: Sequence[Sequence[str]],
        signs: Bits,
        begins: Integers,
        region: str,
    ) -> list[places.Reading]:
        names, details = (_by_text(tokens, begins) for tokens in all_beginnings(signs))
        find, around = self._places.find, self._places.around
        return [
            find(text, own, thread, region, name, detail) if name or detail else around(thread, region)
            for (text, thread), own, name, detail in zip(texts, words, names, details, strict=True)
        ]

    def _seen(
        self, numbers: Integers, begins: Integers, where: Sequence[places.Reading], signs: Bits
    ) -> tuple[Integers, Integers, Integers]:
        """The same as `masked` of all texts in one row: the numbers, where each text begins, and where each number's word stood."""
        known = self._model.known
        numbers = np.where(beside_landmark(signs), known[LANDMARK], numbers)
        named = [
            (begin + 1 + start, begin + 1 + end)
            for begin, place in zip(begins.tolist(), where, strict=True)
            for start, end in place.named
        ]
        kept = np.ones(len(numbers), np.bool_)
        kept[[at for start, end in named for at in range(start + 1, end)]] = False
        numbers[[start for start, _ in named]] = known[PLACE]
        stood = kept.nonzero()[0]
        return numbers.take(stood), stood.searchsorted(begins), stood

    def _languages(self, signs: Bits, begins: Integers) -> Iterator[str]:
        banjar, indonesian = (
            np.add.reduceat(signs & bit > 0, begins, dtype=np.int64).tolist() for bit in (BANJAR, INDONESIAN)
        )
        return map(normalise.language, banjar, indonesian)

    def _numbers(self, row: Sequence[str]) -> Integers:
        """The numbers of words, of which new ones are learned."""
        model = self._model
        try:
            return np.fromiter(map(model.known.__getitem__, row), np.int64, len(row))
        except KeyError:
            if len(model.known) > classifier.KEPT_WORDS:
                model.forget()
            model.learn(sorted(set(row).difference(model.known)))
            return self._numbers(row)

    def _extraction(self, text: str, where: places.Reading, judged: Judgement, language: str) -> Extraction:
        made = _Made(
            is_report=judged.report >= 0.5,
            report_confidence=judged.report,
            category=judged.category,
            category_confidence=judged.confidence,
            report_class=judged.report_class,
            supervised=judged.supervised >= 0.5,
            urgency=judged.urgency,
            location=where.location,
            place=where.place,
            language=language,
            personal_data=privacy.find(text),
            engine=self.name,
            slots=slots(where.details) if where.details else {},
            words=judged.words,
            also=where.also,
            rivals=judged.rivals,
            faint=judged.faint,
            parts=(),
        )
        made.__class__ = Extraction
        return made  # type: ignore[no-any-return]


def load_engine(data: Path, models: Path, progress: Callable[[str], None] | None = None) -> EmbeddedEngine:
    """The engine of a data folder (`categories.yml`, `nlu/`, `language/`, `wilayah/`).

    Its model is read from `models`, or trained anew and saved there where it is missing, damaged or made from other data
    or code. Raises BadTrainingData, TooFewExamples, BadCategories or OSError where the data are not in order.
    """
    lexicon = normalise.Lexicon.load(data / "language")
    table = gazetteer.Gazetteer.load(data / "wilayah")
    found = parameters(data, models, lexicon, table, progress or (lambda _: None))
    engine = engine_of(found, lexicon, table)
    gc.freeze()  # the engine's many objects stay: to look through them again and again took a fifth of the time of reading many
    return engine


def engine_of(found: Parameters, lexicon: normalise.Lexicon, table: gazetteer.Gazetteer) -> EmbeddedEngine:
    """The engine of a model with the words and places that it was made with."""
    signs = dict(zip(found.words, found.signs.tolist(), strict=True))
    where = places.Places(table, lexicon.ordinary.union(found.everyday), signs)
    model = classifier.LinearModel(
        found, WordFeatures(lexicon), lambda token: where.signs(token) | lexicon.spoken(token)
    )
    return EmbeddedEngine(model, where)


def _by_text(tokens: Integers, begins: Integers) -> list[list[int]]:
    """Tokens of many texts in one row, with signs at their ends, as the tokens of each text."""
    found: list[list[int]] = [[] for _ in range(len(begins))]
    texts = begins.searchsorted(tokens, side="right") - 1
    for text, at in zip(texts.tolist(), (tokens - begins.take(texts) - 1).tolist(), strict=True):
        found[text].append(at)
    return found
