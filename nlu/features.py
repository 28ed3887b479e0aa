"""What the linear model sees in one word: its forms, its meaning, what it often speaks of, and the letter runs within it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from nlu.detail_words import BESIDE, LANDMARKS
from nlu.normalise import Lexicon, roots, stem

WORD, MEANING, STEM, TOPIC, CUE, LETTERS = 1.0, 0.7, 0.7, 1.3, 1.3, 0.4
"""How much each kind of feature counts before it is weighted by its rarity."""
PAIRS = {"+": 0.9, "-": 0.65}
"""The same for two neighbouring words, and for two words that stand two or three apart, by the first letter of their names."""

RAREST = 2
"""In how many messages a word must stand at least to become a feature."""
PLACE, LANDMARK = "@place", "@landmark"
"""Stand for words that only say where; no token of a text begins with @."""
BEGIN, END = "@begin", "@end"
"""Stand at both ends of a text, for pairs only."""
APART = (2, 3)

SHORTEST_RUN, LONGEST_RUN = 3, 5
"""Letters of a letter run."""


class WordFeatures:
    """Names the features of a token; a text's features are the sum over its tokens and over pairs of them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._speaks: dict[str, dict[str, float]] = {}
        """Word → the features of what it often speaks of and does."""
        for sign, weight, groups in (("#", TOPIC, lexicon.topics), ("%", CUE, lexicon.cues)):
            for word, names in groups.items():
                self._speaks.setdefault(word, {}).update({f"{sign}{name}": weight for name in names})

    def of(self, token: str) -> tuple[dict[str, float], str]:
        """The weighted features of a token, and its key."""
        words, found, key = self.told(token)
        found |= {run: LETTERS for word in words for run in letter_runs(word)}
        return dict(sorted(found.items())), key  # sums in one order, whatever sets' order is

    def told(self, token: str) -> tuple[list[str], dict[str, float], str]:
        """The words whose letter runs are features of a token, all its other weighted features, and the key by which it pairs
        with other tokens: the stem of what it means.
        """
        if token[0] == "@":
            return [], ({token: WORD} if token in (PLACE, LANDMARK) else {}), token
        words = self.lexicon.canonical(token)
        found: dict[str, float] = {}
        for word in words:
            found.update(self._meant(word))
        found.update({f"={word}": WORD for word in words})  # last, for the word itself counts more than what it means
        meaning = self.lexicon.meaning(words[-1]).partition(" ")[0]
        return [word for word in words if word.isalpha()], found, stem(meaning or words[-1])

    def _meant(self, word: str) -> dict[str, float]:
        meaning, guesses = self.lexicon.meaning(word), roots(word)
        found = {f"~{root}": STEM for root in guesses}
        if meaning:
            found |= {f"={part}": MEANING for part in meaning.split()}
            guesses = guesses.union(meaning.split(), (meaning,))
        for form in guesses:
            if form in self._speaks:
                found |= self._speaks[form]
        return found


def marks(token: str, features: Collection[str]) -> tuple[bool, bool, bool, bool]:
    """Whether a token tells a trouble, a public thing, a place, whether it is a question mark."""
    topical = any(name[0] == "#" for name in features)
    return "%trouble" in features, topical, token in (PLACE, LANDMARK), "=?" in features


def letter_runs(word: str) -> set[str]:
    """Runs of three to five letters of a word with its edges marked: jalan → <ja, jal, …, lan>."""
    edged = f"<{word}>"
    last = len(edged) + 1
    return {edged[end - length : end] for length in range(SHORTEST_RUN, LONGEST_RUN + 1) for end in range(length, last)}


def is_run(feature: str) -> bool:
    """Whether a feature is a letter run: those of other kinds begin with a sign."""
    return feature[0] == "<" or feature[0].isalpha()


def pairs(keys: Sequence[str]) -> list[str]:
    """The pair features of a text's keys: "+a b" of neighbours, "-a b" of keys two or three apart; the ends count as words."""
    edged = [BEGIN, *keys, END]
    near = [f"+{a} {b}" for a, b in pairwise(edged)]
    return near + [f"-{a} {b}" for apart in APART for a, b in zip(edged, edged[apart:], strict=False)]


def masked(tokens: Sequence[str], named: Sequence[tuple[int, int]]) -> Sequence[str]:
    """The tokens with what only says where made one: names of regions (`named`, from…to), and the mosque in "near the mosque".

    A road beside a mosque is no matter of the mosque, and Handil Bakti no matter of a handil.
    """
    if not named and BESIDE.isdisjoint(tokens):
        return tokens
    places = {start for start, _ in named}
    within = {at for start, end in named for at in range(start + 1, end)}
    return [
        PLACE if at in places else LANDMARK if at and token in LANDMARKS and tokens[at - 1] in BESIDE else token
        for at, token in enumerate(tokens)
        if at not in within
    ]
