"""The training messages are many, not a few said again, and none of them is a message that the engine is examined with."""

import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz
from scipy import sparse

from nlu import training_data

ROOT = Path(__file__).parents[2]
ALIKE = 85
"""Per cent of likeness from which one message is a near-copy of another."""


def plain(text):
    return " ".join(re.findall(r"\w+", text.lower()))


def near_copy(one, other):
    """Whether one plain text is the other in few other words.

    The token set ratio is 100 where all words of one stand in the other, which says little of a short message: below six
    words the letters in their order decide, below four only the same words are a copy.
    """
    words = min(one.count(" "), other.count(" ")) + 1
    if words < 4:
        return one == other
    ratio = fuzz.ratio if words < 6 else fuzz.token_set_ratio
    return ratio(one, other, score_cutoff=ALIKE) > 0


def near_copies(texts, others):
    """The pairs [text, other] of near-copies; only those are compared whose shared words make up half of the shorter."""
    number = defaultdict(lambda: len(number))
    rows = [[number[word] for word in {*text.split()}] for text in [*texts, *others]]
    lengths = np.array([len(word) for word in number], np.float32)
    held = sparse.csr_matrix(
        (np.ones(sum(map(len, rows)), np.float32), np.concatenate(rows), np.cumsum([0, *map(len, rows)])),
        shape=(len(rows), len(number)),
    )
    letters = held @ lengths
    shared = (held[: len(texts)].multiply(lengths).tocsr() @ held[len(texts) :].T).tocoo()
    shorter = np.minimum(letters[shared.row], letters[len(texts) + shared.col])
    close = shared.data >= shorter / 2
    pairs = zip(shared.row[close].tolist(), shared.col[close].tolist(), strict=True)
    return [(texts[i], others[j]) for i, j in pairs if near_copy(texts[i], others[j])]


@pytest.fixture(scope="module")
def messages():
    """The plain texts of the training messages by intent, without those of signs alone."""
    texts = defaultdict(list)
    for example in training_data.load(ROOT / "data" / "nlu"):
        if words := plain(example.text):
            texts[example.intent].append(words)
    return texts


NEAR = [
    ("lampu jalan mati", "lampu jalan mati", True),
    ("lampu jalan mati", "lampu jalan mati lagi", False),
    ("tolong lampu jalan mati", "tolong lampu jalannya mati", True),
    ("lampu jalan mati lagi", "pak lampu jalan di muka rumah kami mati lagi malam tadi", False),
    ("lampu jalan di muka sekolah mati", "mati lagi lampu jalan di muka sekolah itu", True),
    ("lampu jalan di muka sekolah mati", "air di muka pasar keruh berbau sekali", False),
]


@pytest.mark.parametrize(("one", "other", "copy"), NEAR)
def test_what_a_near_copy_is(one, other, copy):
    assert near_copies([one, "sama sekali lain"], [other]) == ([(one, other)] if copy else [])


def test_no_training_message_is_like_one_of_the_evaluation(messages):
    lines = (ROOT / "tests" / "corpus" / "messages.jsonl").read_text("utf-8").splitlines()
    examined = [plain(json.loads(line)["text"]) for line in lines if line.strip()]
    ours = [text for texts in messages.values() for text in texts]
    assert [text for text, _ in near_copies(ours, examined)] == []  # the other is not for those who write ours


def test_no_training_message_is_like_another_of_its_intent(messages):
    alike = []
    for texts in messages.values():
        once = sorted(set(texts))
        alike += [text for text in once if texts.count(text) > 1]
        alike += [pair for pair in near_copies(once, once) if pair[0] < pair[1]]
    assert alike == []
