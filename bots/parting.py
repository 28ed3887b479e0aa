"""Two problems told in one message: filed as one at once, and made two if their author wishes so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bots.memory import Draft
from bots.scene import Scene, excerpt
from bots.wishes import Unsay
from nlu.base import Extraction, Part


def main_of(draft: Draft) -> Extraction:
    """What a draft is filed as: of two problems the graver one, an accusation before others, else the first."""
    read = draft.read
    if read is None:
        raise ValueError("a draft without words")
    if not read.parts:
        return read
    main = _main(read).read
    own = {name: getattr(main, name) for name in ("category", "category_confidence", "report_class", "slots", "words")}
    return replace(read, **own, rivals=main.rivals, location=main.location or read.location, place=main.place, parts=())


def other_of(draft: Draft, code: str, place_text: str, now: datetime) -> Draft | None:
    """The other problem as a draft of its own, which `code` holds too; it is where the first is, unless it says where."""
    if draft.read is None or not draft.read.parts:
        return None
    other = next(part for part in draft.read.parts if part is not _main(draft.read))
    read, main = other.read, main_of(draft)
    near = replace(read, location=read.location or main.location, place=read.place or place_text or None)
    point = draft.point if read.location is None else None
    return Draft(other.text, near, point, 0, draft.visibility, sure=True, since=now, told_in=code)


def moved(draft: Draft) -> tuple[Unsay, ...]:
    """The wish that what `draft` tells is taken out of the submission that told it too."""
    return (Unsay(draft.told_in, draft.text, draft.read),) if draft.told_in and draft.read else ()


def lines(scene: Scene, draft: Draft) -> dict[str, str]:
    """A line for each of the two problems."""
    parts = draft.read.parts if draft.read else ()
    told = [f"{scene.category_of(part.read)}: {excerpt(part.text)}" for part in parts]
    return dict(zip(("first", "second"), told, strict=False))


def _main(read: Extraction) -> Part:
    """The first of the gravest problems."""
    return max(read.parts, key=lambda part: (part.read.urgency == "darurat", part.read.supervised))
