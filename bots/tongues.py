"""Tells languages that we don't read (another script, English, Javanese, Dayak Ngaju) by words that ours have not."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FOREIGN = _set(
    "the is are was please our we there where how has have been not no water road street broken fix help my your with since and for of from this that they can get need want days weeks near very at to "
    "ora neng wis durung iki kuwi ngarep opo piye karo sampun dereng kulo banyune dalan dalane omah telung dino suwe didandani ndandani wonten mboten "
    "jida hong lewu ikei yaku andau bahalap tege puna ewen itah danum jatun mahatus hetuh kare dengae"
)
"""Everyday words of English, Javanese and Dayak Ngaju that are none of Indonesian or Banjar, or hardly any."""

_ALARM = _set("fire burning drowning drowned drown emergency bleeding collapsed dying crocodile electrocuted")


def foreign(text: str) -> bool:
    """Whether a text of three words or more is in a language, or a script, that we don't read."""
    words = _words(text)
    strange = [word for word in words if word in _FOREIGN]
    worded = len(set(strange)) >= 2 and 4 * len(strange) >= len(words)
    return len(words) >= 3 and (worded or _other_script(text))


def alarm(text: str) -> bool:
    """Whether an English text tells of danger to life."""
    return foreign(text) and not _ALARM.isdisjoint(_words(text))


def _other_script(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters) * 2 > len(letters)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
