"""Letter runs found by the table are those that a word has."""

from __future__ import annotations

from collections import Counter

import pytest

from nlu.features import letter_runs
from nlu.letters import LetterRuns

FEATURES = sorted(
    letter_runs("jalan") | letter_runs("berlubang") | letter_runs("ya") | {"=jalan", "+jalan rusak", "@place", "~ala"}
)


@pytest.mark.parametrize(
    "words",
    [
        ["jalan"],
        ["jalanan", "berlubang"],
        ["y", "ya", "jaya"],  # nothing reaches from one word into the next
        ["jälan", "道", "ya道", "lan jal"],
        ["jalanjalanjalan"],
        ["\ud800lan"],
        [],
    ],
)
def test_the_runs_of_words(words: list[str]) -> None:
    numbers, rows = LetterRuns(FEATURES).of(words)
    found = {(number, FEATURES[row]) for number, row in zip(numbers.tolist(), rows.tolist(), strict=True)}
    assert found == {(n, run) for n, word in enumerate(words) for run in letter_runs(word) if run in FEATURES}


def test_a_run_that_stands_twice_comes_twice() -> None:
    _, rows = LetterRuns(FEATURES).of(["lanlan"])
    assert Counter(FEATURES[row] for row in rows.tolist())["lan"] == 2


def test_a_model_without_runs() -> None:
    numbers, rows = LetterRuns(["=jalan"]).of(["jalan"])
    assert (len(numbers), len(rows)) == (0, 0)
