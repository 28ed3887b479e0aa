"""The built-in engine: linear model, places and personal data put together, one pass over the words for all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from nlu import classifier, features, gazetteer, normalise, places, privacy, training_data
from nlu.base import Extraction
from nlu.categories import load_categories
from nlu.detail import slots
from nlu.gazetteer import Region

MODEL_FILE = "linear.npz"
HOME = "63.04"
_AT_ONCE = 256
"""Texts that are scored together."""
_DECIDING = 5
"""How many deciding words an Extraction names."""
_COMMON = 8
"""Words that stand in so many training messages are everyday words to the places."""
_CODE = ("classifier.py", "features.py", "fitting.py", "normalise.py", "training_data.py")
"""Our files that a model is made by."""


class EmbeddedEngine:
    """Reads texts in this process; threads take turns. No text makes it raise."""

    name = "builtin"

    def __init__(self, model: classifier.LinearModel, where: places.Places) -> None:
        self._model = model
        self._places = where
        self._heads = model.parameters.heads
        self._turn = Lock()
        self._localised: set[str] = set()
        """Words met so far that may begin a name or a detail of a place."""

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
            self._localised.clear()
        words = [normalise.tokens(text) for text, _ in texts]
        judged = self._judge(words)
        return [
            self._extraction(text, thread, region, own, judgement)
            for (text, thread), own, judgement in zip(texts, words, judged, strict=True)
        ]

    def _number(self, word: str) -> int:
        if self._places.matters(word):
            self._localised.add(word)
        return self._model.learn(word)

    def _judge(self, words: Sequence[Sequence[str]]) -> Iterator[_Judgement]:
        """What the model says of each text."""
        known = self._model.known
        numbers = [[n if (n := known.get(w)) is not None else self._number(w) for w in text] for text in words]
        scores, parts, begins = self._model.scores(numbers)
        answers = {name: head.probabilities(scores) for name, head in self._heads.items()}
        best = {name: table.argmax(axis=1) for name, table in answers.items()}
        columns = np.repeat(best["category"], [len(text) for text in words]) + self._heads["category"].start
        top = _heaviest(parts[np.arange(len(parts)), columns], begins, len(words))
        sure = answers["category"].max(axis=1).tolist()
        rows = zip(*(best[n].tolist() for n in ("category", "class", "urgency")), strict=True)
        yes = zip(answers["report"][:, 0].tolist(), answers["supervised"][:, 0].tolist(), sure, strict=True)
        for (category, kind, urgency), (report, supervised, confidence), text, heavy in zip(
            rows, yes, words, top, strict=True
        ):
            yield _Judgement(
                report, category, confidence, kind, supervised, urgency, tuple(dict.fromkeys([text[n] for n in heavy]))
            )

    def _extraction(self, text: str, thread: str, region: str, words: Sequence[str], judged: _Judgement) -> Extraction:
        where = _NOWHERE
        if thread or not self._localised.isdisjoint(words):
            where = self._places.read(text, words, thread, region)
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


_NOWHERE = places.Reading()


def load_engine(data: Path, models: Path, progress: Callable[[str], None] | None = None) -> EmbeddedEngine:
    """The engine of a data folder (`categories.yml`, `nlu/`, `language/`, `wilayah/`).

    Its model is read from `models`, or trained anew and saved there where it is missing, damaged or made from other data
    or code. Raises BadTrainingData, TooFewExamples, BadCategories or OSError where the data are not in order.
    """
    lexicon = normalise.Lexicon.load(data / "language")
    words = features.WordFeatures(lexicon)
    model = classifier.LinearModel(_parameters(data, models / MODEL_FILE, words, progress or (lambda _: None)), words)
    table = gazetteer.Gazetteer.load(data / "wilayah")
    return EmbeddedEngine(model, places.Places(table, lexicon.ordinary | model.common(_COMMON)))


def train(data: Path, models: Path, progress: Callable[[str], None] | None = None) -> classifier.Parameters:
    """Train anew and save, whatever is there."""
    words = features.WordFeatures(normalise.Lexicon.load(data / "language"))
    return _trained(data, models / MODEL_FILE, words, progress or (lambda _: None))


def fingerprint(data: Path) -> str:
    """SHA-256 over all that a model is made of: training data, word lists, categories and our code."""
    files = [
        data / "categories.yml",
        *sorted((data / "nlu").glob("*.yml")),
        *sorted((data / "language").glob("*.t[sx][vt]")),
    ]
    digest = hashlib.sha256()
    for path in [*files, *(Path(__file__).with_name(name) for name in _CODE)]:
        content = path.read_bytes()
        digest.update(f"{path.name}:{len(content)}:".encode() + content)
    return digest.hexdigest()


def _parameters(
    data: Path, path: Path, words: features.WordFeatures, progress: Callable[[str], None]
) -> classifier.Parameters:
    try:
        saved = classifier.Parameters.load(path)
    except classifier.BadModel:
        return _trained(data, path, words, progress)
    return saved if saved.hash == fingerprint(data) else _trained(data, path, words, progress)


def _trained(
    data: Path, path: Path, words: features.WordFeatures, progress: Callable[[str], None]
) -> classifier.Parameters:
    from nlu import fitting  # noqa: PLC0415  # scikit-learn takes a second to import; only training needs it

    examples = training_data.load(data / "nlu")
    categories = list(load_categories(data / "categories.yml"))
    parameters = fitting.fit(examples, categories, words, fingerprint(data), progress)
    parameters.save(path)
    return parameters


def _heaviest(weights: classifier.Floats, begins: classifier.Integers, texts: int) -> Iterator[list[int]]:
    """For each text the numbers of its words that weigh most, heaviest first, none that speaks against."""
    ends = [*begins[1:].tolist(), len(weights)]
    order = np.lexsort((-weights, np.repeat(np.arange(texts), np.diff([*begins, len(weights)]))))
    inner = order.tolist()
    positive = (weights > 0).tolist()
    for begin, end in zip(begins.tolist(), ends, strict=True):
        yield [n - begin for n in inner[begin : min(end, begin + _DECIDING)] if positive[n]]
