"""In what company and in what tone a new voice speaks: the same thread, the same author, an echo; whether it is hardly a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from aggregator.rules.blocks import reach
from aggregator.rules.course import echoes
from aggregator.rules.evidence import Evidence
from aggregator.rules.report import Traits

THREAD = timedelta(hours=18)
"""After which a thread says nothing any more."""
HERE = timedelta(hours=6)
"""Within which who speaks in a thread need not name the thing."""
_THREAD_HALF_H, _AUTHOR_HALF_H = 4.0, 48.0
CERTAIN = 0.92
"""From this confidence on nobody doubts that a voice is a report."""


def together(new: Traits, voices: Iterable[Traits]) -> bool:
    """Whether any of the voices stands in the same thread, not long before."""
    return any(new.thread and new.thread == voice.thread and new.sent_at - voice.sent_at < HERE for voice in voices)


def weigh_company(new: Traits, voices: Iterable[Traits], *, elsewhere: bool) -> Iterator[Evidence]:
    """The same thread shortly before, a "here too" under it, the same author; `elsewhere`: the voice names another spot."""
    in_thread, by_author = None, None
    for voice in voices:
        hours = abs((new.sent_at - voice.sent_at).total_seconds()) / 3600
        if new.thread and new.thread == voice.thread:
            in_thread = min(in_thread or hours, hours)
        if new.author and new.author == voice.author:
            by_author = min(by_author or hours, hours)
    if in_thread is not None and in_thread < THREAD.total_seconds() / 3600:
        recent, far = 0.5 ** (in_thread / _THREAD_HALF_H), reach(new.category)
        yield Evidence(f"thread_elsewhere:{far}" if elsewhere else "thread", recent, "percakapan yang sama")
        if echoes(new.text):
            yield Evidence(f"too:{far}" if elsewhere else "echo", recent, "menyahut aduan sebelumnya")
    if by_author is not None:
        yield Evidence("author", 0.5 ** (by_author / _AUTHOR_HALF_H), "pelapor sama")


def weigh_doubt(new: Traits, *, here: bool) -> Evidence | None:
    """That the new voice is hardly a report; `here`: it stands in the report's thread."""
    if new.confidence >= CERTAIN:
        return None
    return Evidence("doubt:here" if here else "doubt", 1.0 - new.confidence / CERTAIN)
