"""Echoes: a short "here too" below a trouble that was told means the same kind of trouble, and is put before a reviewer."""

from __future__ import annotations

import re
from dataclasses import replace

from aggregator.rules.course import echoes
from aggregator.store.store import Store
from aggregator.store.turns import TurnView
from nlu.base import Extraction

_SURE_OF_KIND = 0.5
"""From this confidence on, an echo's own words say what kind of trouble it is."""
_HERE = re.compile(
    r"\b(?:(?:di|d)\s?(?:sini|situ|sana|rumah|rumahku|tempat\w*|wadah\w*|kampung\w*|rt|rw|gang|blok|desa)|disini|disitu|"
    r"sini|(?:tempat|wadah|rumah|kampung|daerah|wilayah)\s?(?:saya|ku|ulun|kami|unda|aku)|rumahku|tempatku)\b"
)
"""Words for where the writer is: without a place an echo is mere agreement."""


def as_echo(store: Store, turn: TurnView, text: str, read: Extraction) -> Extraction | None:
    """The reading of an echo with the kind of trouble that it echoes; None for all else, mere agreement too."""
    if read.supervised or not turn.messages or not echoes(text) or not _somewhere(text, read):
        return None
    told = store.told_before(turn.conversation_id, turn.id, turn.messages[0].sent_at)
    if told is None:
        return None
    own = read.is_report and read.category_confidence >= _SURE_OF_KIND and told.category not in read.rivals
    return read if own else replace(read, category=told.category, rivals=(), faint=(), report_class="pengaduan")


def _somewhere(text: str, read: Extraction) -> bool:
    return bool(read.location or read.slots or _HERE.search(text.casefold()))
