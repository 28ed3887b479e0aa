"""What the linear model sees in one word: its forms, its meaning and the letter runs within it."""

from __future__ import annotations

from nlu.normalise import Lexicon, stem

WORD, MEANING, STEM, TOPIC, PAIR, LETTERS = 1.0, 0.7, 0.7, 1.3, 0.8, 0.4
"""How much each kind of feature counts before it is weighted by its rarity."""

RAREST = 2
"""In how many messages a word must stand at least to become a feature."""

_SHORTEST, _LONGEST = 3, 5


class WordFeatures:
    """Names the features of a token; a text's features are the sum over its tokens and over neighbouring words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def of(self, token: str) -> tuple[dict[str, float], str]:
        """The weighted features of a token, and the word by which it pairs with its neighbours."""
        words = self.lexicon.canonical(token)
        found: dict[str, float] = {}
        for word in words:
            for name, weight in self._one(word):
                found[name] = max(found.get(name, 0.0), weight)
        return found, words[-1]

    def _one(self, word: str) -> list[tuple[str, float]]:
        named = [(f"={word}", WORD), (f"~{stem(word)}", STEM)]
        if meaning := self.lexicon.meaning(word):
            named += [(f"={part}", MEANING) for part in meaning.split()]
        forms = {word, stem(word), self.lexicon.meaning(word)}
        named += [(f"#{topic}", TOPIC) for form in forms for topic in self.lexicon.topics.get(form, ())]
        if word.isalpha():
            named += [(run, LETTERS) for run in letter_runs(word)]
        return named


def letter_runs(word: str) -> set[str]:
    """Runs of three to five letters of a word with its edges marked: jalan → <ja, jal, …, lan>."""
    edged = f"<{word}>"
    return {
        edged[start : start + length]
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(edged) - length + 1)
    }


def pair(left: str, right: str) -> str:
    """The feature of two neighbouring words."""
    return f"{left} {right}"
