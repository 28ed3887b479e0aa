"""A turn's messages as they are read: their words joined, what they said before an edit, and what came besides words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aggregator.store.turns import Said
from bots.dialogue import Heard

MAX_TEXT = 8_000
"""Characters of a turn that are read and kept; what is longer is cut with a mark."""


def media_words(said: Sequence[Said]) -> str:
    """What stands for messages without words."""
    kinds = {m["kind"] for one in said for m in one.media} | {"lokasi" for one in said if one.point}
    return f"[{', '.join(sorted(kinds))}]" if kinds else ""


def whole_text(said: Sequence[Said]) -> str:
    """The words of a turn's messages, a line each, cut at MAX_TEXT."""
    text = "\n".join(m.text.strip() for m in said if m.text.strip())
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + " […]"


def text_before(said: Sequence[Said]) -> str:
    """What a turn said before the last edit of its messages, or "" where none was edited."""
    return whole_text([replace(m, text=m.before or m.text) for m in said]) if any(m.before for m in said) else ""


def hear(said: Sequence[Said], text: str) -> Heard:
    """A turn as the dialogue hears it."""
    kinds = [m["kind"] for one in said for m in one.media]
    return Heard(
        text=text,
        button=next((m.button for m in reversed(said) if m.button), ""),
        point=next((m.point for m in reversed(said) if m.point), None),
        photos=sum(kind in ("photo", "video") for kind in kinds),
        voice=any(kind in ("voice", "audio") for kind in kinds),
        other_media=any(kind in ("document", "sticker", "contact") for kind in kinds),
        removed=bool(said) and all(m.removed for m in said),
        album=any(m.album for m in said),
    )
