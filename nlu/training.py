"""From a data folder to a saved model: trained when its data or code changed, kept when a new one would be worse."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlu import categories, corrections, places, training_data
from nlu.features import WordFeatures, masked
from nlu.gazetteer import Gazetteer
from nlu.normalise import Lexicon, tokens
from nlu.parameters import BadModel, Parameters

MODEL_FILE = "linear.npz"
_WORSE_BY = 0.01
"""How much a held-out F1 may fall before the new model counts as worse."""
_CODE = (
    *(
        "classifier",
        "cueing",
        "detail",
        "detail_words",
        "features",
        "fitting",
        "folding",
        "gazetteer",
        "letters",
        "locating",
        "look",
        "matrix",
        "mentions",
        "naming",
    ),
    *("normalise", "pairing", "parameters", "places", "ridge", "signs", "spots", "training", "training_data"),
)

Progress = Callable[[str], None]


class WorseModel(ValueError):
    """The new model reads worse than the one that is there; it was not saved."""

    def __init__(self, fallen: Mapping[str, tuple[float, float]]) -> None:
        super().__init__(", ".join(f"{name} {old:.3f} → {new:.3f}" for name, (old, new) in fallen.items()))
        self.fallen = fallen
        """Held-out F1 of the model that stays and of the new one, by question."""


def train(
    data: Path,
    models: Path,
    progress: Progress | None = None,
    *,
    learned: Path | None = None,
    even_if_worse: bool = True,
) -> Parameters:
    """Train anew and save; `learned` is a file of corrections to learn from as well.

    With `even_if_worse=False` a model is only replaced by one whose held-out F1s of the gate and of the categories have
    not fallen by more than 0.01; else WorseModel. They are counted over the messages of `data` alone: corrections are
    what was hard to read, and a model that knows of them shall not look worse for it.
    """
    path, used = models / MODEL_FILE, models / corrections.FILE
    lexicon, table = Lexicon.load(data / "language"), Gazetteer.load(data / "wilayah")
    new = _fitted(data, learned, lexicon, table, progress or (lambda _: None))
    if not even_if_worse and (fallen := _fallen(path, new)):
        raise WorseModel(fallen)
    if learned is None:
        used.unlink(missing_ok=True)
    else:
        corrections.save(used, training_data.load_file(learned))
    new.save(path)
    return new


def parameters(data: Path, models: Path, lexicon: Lexicon, table: Gazetteer, progress: Progress) -> Parameters:
    """The saved parameters where they were made from these data by this code, else newly fitted and saved ones.

    What the saved ones learned from people stands beside them and belongs to these data.
    """
    path, used = models / MODEL_FILE, models / corrections.FILE
    try:
        saved = Parameters.load(path)
    except BadModel:
        saved = None
    if saved and saved.hash == fingerprint(data, used):
        return saved
    new = _fitted(data, used, lexicon, table, progress)
    new.save(path)
    return new


def fingerprint(data: Path, learned: Path | None = None) -> str:
    """SHA-256 over all that a model is made of: training data, word lists, categories, names of places, our code, and what
    was learned from corrections, where that file stands.
    """
    files = [
        data / "categories.yml",
        *sorted((data / "nlu").glob("*.yml")),
        *sorted((data / "language").glob("*.t[sx][vt]")),
        *sorted((data / "wilayah").glob("*.[ct][sx][vt]")),
    ]
    digest = hashlib.sha256()
    for path in [*files, *(Path(__file__).with_name(f"{name}.py") for name in _CODE)]:
        content = path.read_bytes()
        digest.update(f"{path.name}:{len(content)}:".encode() + content)
    digest.update("".join(map(repr, _corrections(learned))).encode())
    return digest.hexdigest()


def _corrections(learned: Path | None) -> list[training_data.Example]:
    return training_data.load_file(learned) if learned and learned.exists() else []


def _fitted(data: Path, learned: Path | None, lexicon: Lexicon, table: Gazetteer, progress: Progress) -> Parameters:
    from nlu import fitting, matrix  # noqa: PLC0415  # scipy costs half a second that a saved model need not wait for

    own = training_data.load(data / "nlu")
    examples = own + _corrections(learned)
    codes = list(categories.load_categories(data / "categories.yml"))
    texts = [tokens(example.text) for example in examples]
    everyday = matrix.everyday(texts)
    where = places.Places(table, lexicon.ordinary | everyday)
    bits = {word: where.signs(word) | lexicon.spoken(word) for text in texts for word in text}
    seen = [
        masked(words, where.read(example.text, words, "", "", [bits[word] for word in words]).named)
        for example, words in zip(examples, texts, strict=True)
    ]
    found = fitting.fit(examples, seen, codes, WordFeatures(lexicon), progress, len(own))
    signs = np.array([bits.get(word, 0) for word in found.words], np.uint16)
    return replace(found, signs=signs, everyday=tuple(sorted(everyday)), hash=fingerprint(data, learned))


def _fallen(path: Path, new: Parameters) -> dict[str, tuple[float, float]]:
    """What has become worse, old and new; nothing where there is no model to compare with."""
    try:
        old = Parameters.load(path)
    except BadModel:
        return {}
    both = {name: (old.quality[name], new.quality[name]) for name in new.quality if name in old.quality}
    return {name: (before, after) for name, (before, after) in both.items() if after < before - _WORSE_BY}
