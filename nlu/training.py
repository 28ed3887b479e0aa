"""From a data folder to a saved model: trained when its data or code changed, kept when a new one would be worse."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from nlu import categories, places, training_data
from nlu.features import WordFeatures, masked
from nlu.gazetteer import Gazetteer
from nlu.normalise import Lexicon, tokens
from nlu.parameters import BadModel, Parameters

MODEL_FILE = "linear.npz"
_WORSE_BY = 0.02
"""How much a held-out F1 may fall before the new model counts as worse."""
_CODE = (
    *("classifier", "detail", "features", "fitting", "gate", "gazetteer", "matrix", "mentions"),
    *("normalise", "parameters", "places", "ridge", "training", "training_data"),
)

Progress = Callable[[str], None]


class WorseModel(ValueError):
    """The new model reads worse than the one that is there; it was not saved."""


def train(data: Path, models: Path, progress: Progress | None = None, *, even_if_worse: bool = True) -> Parameters:
    """Train anew and save. With `even_if_worse=False` a model is only replaced by one whose held-out F1s of the gate and
    of the categories have not fallen by more than 0.02; else WorseModel.
    """
    path = models / MODEL_FILE
    lexicon, table = Lexicon.load(data / "language"), Gazetteer.load(data / "wilayah")
    new = _fitted(data, lexicon, table, progress or (lambda _: None))
    if not even_if_worse and (fallen := _fallen(path, new)):
        raise WorseModel(", ".join(fallen))
    new.save(path)
    return new


def parameters(data: Path, models: Path, lexicon: Lexicon, table: Gazetteer, progress: Progress) -> Parameters:
    """The saved parameters where they were made from these data by this code, else newly fitted and saved ones."""
    path = models / MODEL_FILE
    try:
        saved = Parameters.load(path)
    except BadModel:
        saved = None
    if saved and saved.hash == fingerprint(data):
        return saved
    new = _fitted(data, lexicon, table, progress)
    new.save(path)
    return new


def fingerprint(data: Path) -> str:
    """SHA-256 over all that a model is made of: training data, word lists, categories, names of regions and our code."""
    files = [
        data / "categories.yml",
        *sorted((data / "nlu").glob("*.yml")),
        *sorted((data / "language").glob("*.t[sx][vt]")),
        *(data / "wilayah" / name for name in ("wilayah.csv", "aliases.csv", "elsewhere.txt", "guarded.txt")),
    ]
    digest = hashlib.sha256()
    for path in [*files, *(Path(__file__).with_name(f"{name}.py") for name in _CODE)]:
        content = path.read_bytes()
        digest.update(f"{path.name}:{len(content)}:".encode() + content)
    return digest.hexdigest()


def _fitted(data: Path, lexicon: Lexicon, table: Gazetteer, progress: Progress) -> Parameters:
    from nlu import fitting, matrix  # noqa: PLC0415  # scipy costs half a second that a saved model need not wait for

    examples = training_data.load(data / "nlu")
    codes = list(categories.load_categories(data / "categories.yml"))
    texts = [tokens(example.text) for example in examples]
    everyday = matrix.everyday(texts)
    where = places.Places(table, lexicon.ordinary | everyday)
    seen = [_without_places(where, example.text, words) for example, words in zip(examples, texts, strict=True)]
    found = fitting.fit(examples, seen, codes, WordFeatures(lexicon), progress)
    return replace(found, everyday=tuple(sorted(everyday)), hash=fingerprint(data))


def _without_places(where: places.Places, text: str, words: Sequence[str]) -> Sequence[str]:
    return masked(words, where.read(text, words, "", "").named)


def _fallen(path: Path, new: Parameters) -> list[str]:
    """What has become worse, in words; nothing where there is no model to compare with."""
    try:
        old = Parameters.load(path)
    except BadModel:
        return []
    return [
        f"{name} {old.quality[name]:.3f} → {new.quality[name]:.3f}"
        for name in new.quality.keys() & old.quality.keys()
        if new.quality[name] < old.quality[name] - _WORSE_BY
    ]
