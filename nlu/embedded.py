"""The built-in engine: linear model, places and personal data put together, one pass over the words for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from nlu import classifier, gazetteer, normalise, places, privacy
from nlu.base import Extraction
from nlu.detail import slots
from nlu.features import WordFeatures, masked
from nlu.judging import Judge, Judgement
from nlu.naming import Region
from nlu.parameters import Integers
from nlu.signs import (
    BANJAR,
    INDONESIAN,
    Bits,
    beside_landmark,
    holding,
    may_tell_where,
    names_landmark,
    tells_where,
)
from nlu.training import MODEL_FILE, WorseModel, fingerprint, parameters, train

__all__ = ["HOME", "MODEL_FILE", "EmbeddedEngine", "WorseModel", "fingerprint", "load_engine", "train"]

HOME = "63.04"
_AT_ONCE = 256
"""Texts that are scored together."""
_TOGETHER = 4
"""From so many texts on arrays are faster than reading each alone."""


class EmbeddedEngine:
    """Reads texts in this process; threads take turns. No text makes it raise."""

    name = "builtin"

    def __init__(self, model: classifier.LinearModel, where: places.Places) -> None:
        self._model = model
        self._places = where
        self._heads = model.parameters.heads
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

    @property
    def gazetteer(self) -> gazetteer.Gazetteer:
        """The places that this engine knows."""
        return self._places.gazetteer

    def nearest(self, lat: float, lon: float) -> Region | None:
        """The village nearest to a shared point in degrees (WGS 84), None where none is within 25 km."""
        return self._places.gazetteer.nearest(lat, lon)

    def _read_one(self, text: str, thread: str, region: str) -> Extraction:
        if len(self._model.known) > classifier.KEPT_WORDS:
            self._model.forget()
        words: Sequence[str] = normalise.tokens(text)
        (row,) = self._rows([words])
        signs = self._model.signs.take(row).tolist()
        if tells_where(signs):
            where = self._places.read(text, words, thread, region, signs[1:-1])
        else:
            where = self._places.around(thread, region)
        language = normalise.language(holding(signs, BANJAR), holding(signs, INDONESIAN))
        if where.named or names_landmark(signs):
            words = masked(words, where.named)
            (row,) = self._rows([words])
        return self._extraction(text, where, self._judge.one(words, row), language)

    def _read_some(self, texts: Sequence[tuple[str, str]], region: str) -> list[Extraction]:
        if len(self._model.known) > classifier.KEPT_WORDS:
            self._model.forget()
        words: list[Sequence[str]] = [normalise.tokens(text) for text, _ in texts]
        rows = self._rows(words)
        numbers, begins = _flat(rows)
        signs = self._model.signs[numbers]
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
                texts, where, self._judge.many(seen, numbers, begins), languages, strict=True
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
        tells = np.logical_or.reduceat(may_tell_where(signs), begins).tolist()
        read, around = self._places.read, self._places.around
        return [
            read(text, own, thread, region, signs[begin : begin + len(own)].tolist())
            if telling
            else around(thread, region)
            for (text, thread), own, telling, begin in zip(texts, words, tells, (begins + 1).tolist(), strict=True)
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

    def _rows(self, words: Sequence[Sequence[str]]) -> list[list[int]]:
        """The numbers of each text's words between its ends."""
        if new := set(chain.from_iterable(words)).difference(self._model.known):
            self._model.learn(sorted(new))
        number, (begin, end) = self._model.known.__getitem__, (0, 1)  # the first two of the signs
        return [[begin, *map(number, text), end] for text in words]

    def _extraction(self, text: str, where: places.Reading, judged: Judgement, language: str) -> Extraction:
        heads: Any = self._heads
        said = judged.any
        return Extraction(
            is_report=judged.report >= 0.5,
            report_confidence=judged.report,
            category=heads["category"].answers[judged.category] if said else None,
            category_confidence=judged.confidence if said else 0.0,
            report_class=heads["class"].answers[judged.kind] if said else None,
            supervised=judged.supervised >= 0.5,
            urgency=heads["urgency"].answers[judged.urgency] if said else None,
            location=where.location,
            place=where.place,
            language=language,
            personal_data=privacy.find(text),
            engine=self.name,
            slots=slots(where.details),
            words=judged.words,
            rivals=tuple([heads["category"].answers[number] for number in judged.rivals]) if said else (),
        )


def load_engine(data: Path, models: Path, progress: Callable[[str], None] | None = None) -> EmbeddedEngine:
    """The engine of a data folder (`categories.yml`, `nlu/`, `language/`, `wilayah/`).

    Its model is read from `models`, or trained anew and saved there where it is missing, damaged or made from other data
    or code. Raises BadTrainingData, TooFewExamples, BadCategories or OSError where the data are not in order.
    """
    lexicon = normalise.Lexicon.load(data / "language")
    table = gazetteer.Gazetteer.load(data / "wilayah")
    found = parameters(data, models, lexicon, table, progress or (lambda _: None))
    where = places.Places(table, lexicon.ordinary.union(found.everyday))
    model = classifier.LinearModel(
        found, WordFeatures(lexicon), lambda token: where.signs(token) | lexicon.spoken(token)
    )
    return EmbeddedEngine(model, where)


def _flat(rows: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
    """All texts as one row, and where each begins."""
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    return np.fromiter(chain.from_iterable(rows), np.int64, lengths.sum()), lengths.cumsum() - lengths
