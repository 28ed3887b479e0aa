"""What reviewers decided otherwise than was read, as training messages without personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, get_args

from nlu import privacy, training_data
from nlu.base import ReportClass, Urgency
from nlu.normalise import tokens
from nlu.training_data import NO_REPORT, Example

FILE = "corrections.yml"
"""Its name in the data folder, where it is for people to look at, and beside the model that learned from it."""


class Decision(Protocol):
    """A reading that somebody decided; empty words where it was no report."""

    @property
    def text(self) -> str:
        """The words, personal data masked."""
        ...

    @property
    def reading(self) -> Mapping[str, Any]:
        """As `Extraction.as_record` makes it."""
        ...

    @property
    def accepted(self) -> bool:
        """Whether it is a report."""
        ...

    @property
    def corrected(self) -> bool:
        """Whether the decision differs from what was read."""
        ...

    @property
    def category(self) -> str: ...  # noqa: D102
    @property
    def report_class(self) -> str: ...  # noqa: D102
    @property
    def urgency(self) -> str: ...  # noqa: D102
    @property
    def supervised(self) -> bool: ...  # noqa: D102


def examples(decided: Iterable[Decision]) -> list[Example]:
    """What is to be learned: each text once, as it was last decided, masked once more and in one line of Rasa's format.

    Only what was decided otherwise than read: what a reviewer waved through would teach the engine its own opinion.
    """
    found = {" ".join(tokens(e.text)): e for e in map(_example, (d for d in decided if d.corrected))}
    return [example for words, example in found.items() if words]


def save(path: Path, found: Iterable[Example]) -> None:
    """Write examples for nobody but ourselves to read: people's words stand there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    training_data.write(part, found)
    part.replace(path)


def renew(path: Path, still: Iterable[Example]) -> bool:
    """Take out of a file what is not among `still` any more (erased, removed, no longer kept); whether anything went.

    A model beside it was made from more than that, and is made anew at the next start.
    """
    if not path.exists():
        return False
    kept, allowed = training_data.load_file(path), set(still)
    left = [example for example in kept if example in allowed]
    if len(left) < len(kept):
        save(path, left)
    return len(left) < len(kept)


def _example(decision: Decision) -> Example:
    text = training_data.unfolded(training_data.one_line(privacy.mask(decision.text, privacy.find(decision.text))))
    lang = str(decision.reading.get("language") or "id")
    if not decision.accepted:
        return Example(text, NO_REPORT, lang=lang)
    report_class: ReportClass | None = next((c for c in get_args(ReportClass) if c == decision.report_class), None)
    urgency: Urgency | None = next((u for u in get_args(Urgency) if u == decision.urgency), None)
    return Example(text, decision.category, report_class, urgency, supervised=decision.supervised, lang=lang)
