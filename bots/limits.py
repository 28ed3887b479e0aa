"""How a text is made to fit a channel: split into parts, cut at a sentence, and choices as numbered lines."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from bots.base import Button

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?…][\"')\]]*\s"), re.compile(r"\s"))
"""Where a text may be parted, the best first: between paragraphs, lines, sentences, words."""


def split(text: str, limit: int) -> list[str]:
    """Part a text into pieces of at most `limit` characters, at the best break in the latter half of each piece."""
    parts = []
    while len(text) > limit:
        at = _break(text, limit)
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*parts, text]


def cut(text: str, limit: int, keep: str = "", mark: str = "…") -> str:
    """Shorten a text to `limit` characters, ending with `mark`, and with `keep` (a code) where that would be lost."""
    if len(text) <= limit:
        return text
    tail = f" {mark}"
    for ending in (tail, f"{tail} {keep}"):
        room = limit - len(ending)
        short = text[: _break(text, room)].rstrip() + ending
        if keep in short or keep not in text:
            return short
    return short


def numbered(text: str, buttons: Sequence[Button]) -> str:
    """Write the choices below the text, one a line with its number, where a channel has no buttons."""
    typed = [button for button in buttons if button.typed]
    lines = "\n".join(f"{number}. {button.label}" for number, button in enumerate(typed, 1))
    return f"{text}\n\n{lines}" if lines else text


def _break(text: str, limit: int) -> int:
    """Give where to part a text that is longer than `limit`."""
    for sort in _BREAKS:
        ends = [found.end() for found in sort.finditer(text, limit // 2, limit + 1)]
        fitting = [end for end in ends if len(text[:end].rstrip()) <= limit]
        if fitting:
            return fitting[-1]
    return limit


class Sequel:
    """Sends texts of several parts and remembers a broken-off one, so that the next try goes on where it ended.

    The memory is this process's: after a crash the parts already sent are sent again, as a whole message would be.
    """

    def __init__(self) -> None:
        self._sent: dict[str, list[str]] = {}

    async def send(self, ref: str, parts: Sequence[str], one: Callable[[str, bool], Awaitable[str]]) -> str:
        """Send the parts not sent yet by `one(part, last)`, which gives the platform's id; give the last one's."""
        ids = self._sent.setdefault(ref, [])
        for number in range(len(ids), len(parts)):
            try:
                ids.append(await one(parts[number], number == len(parts) - 1))
            except BaseException:
                if not ids:
                    del self._sent[ref]
                raise
        return self._sent.pop(ref)[-1]
