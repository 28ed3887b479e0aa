"""One turn as the cases of the dialogue look at it, and the ways to end it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bots import wording
from bots.base import Button
from bots.exchange import Heard, Known, Say, StatusLine, Step
from bots.hearing import command
from bots.memory import CONFIRMATIONS, Dialogue, Question
from bots.wishes import Wish
from nlu.base import Extraction

_EXCERPT = 60
_NOTE = 500
"""Characters of an officer's note in an answer: with buttons, WhatsApp takes 1,024 in all."""


@dataclass(frozen=True, slots=True)
class Scene:
    """State, turn, reading and knowledge together; the state already speaks the citizen's language."""

    state: Dialogue
    heard: Heard
    read: Extraction
    known: Known
    now: datetime

    @classmethod
    def of(cls, state: Dialogue, heard: Heard, read: Extraction, known: Known, now: datetime) -> Scene:
        """The scene of one turn; blanks are cut off at its end only, so that what the reading found stays where it is."""
        trimmed = replace(heard, text=heard.text.rstrip())
        return cls(replace(state, language=_language(state, trimmed, read)), trimmed, read, known, now)

    @property
    def has_media(self) -> bool:
        """Whether something of use came besides words."""
        return bool(self.heard.photos or self.heard.point or self.heard.voice)

    @property
    def empty(self) -> bool:
        """Whether nothing came that could be answered: all removed, or a sticker."""
        return not (self.heard.text or self.heard.button or self.has_media)

    @property
    def category(self) -> str:
        """What people call the category that was read."""
        return self.category_of(self.read)

    def category_of(self, read: Extraction) -> str:
        """What people call the category of a reading, or ""."""
        return self.known.category_names.get(read.category or "", "")

    def without_confirmation(self) -> Scene:
        """The scene once a question to confirm something was left unanswered: it lapses, a draft's question returns."""
        if self.state.asked not in CONFIRMATIONS:
            return self
        asked = self.state.draft.question if self.state.draft else ""
        return replace(self, state=replace(self.state, asked=asked, subject=""))

    def end(
        self, key: str = "", params: Mapping[str, str] | None = None, wishes: tuple[Wish, ...] = (), **changes: Any
    ) -> Step:
        """End the turn: say `key` (nothing if empty), with the choices of the question that is asked by it."""
        state = replace(self.state, **changes)
        general = {"region": self.known.region_name, "numbers": self._numbers()}
        choices = _choices(state) if changes.get("asked") else ()
        says = (Say(key, _used(key, {**general, **(params or {})}), choices),) if key else ()
        return Step(state, says, wishes, state.language)

    def remind(
        self, key: str, params: Mapping[str, str] | None = None, wishes: tuple[Wish, ...] = (), **changes: Any
    ) -> Step:
        """End the turn like `end`; the draft's open question, if any, is repeated below instead of an invitation."""
        draft = changes.get("draft", self.state.draft)
        if draft is None:
            return self.end(key, params, wishes, **changes)
        pieces = [piece for piece in key.split("+") if piece and piece != "tell_problem"]
        whole = "+".join([*pieces, "still_kept", f"ask_{draft.question}"])
        told = {**(params or {}), "draft": excerpt(draft.text)}
        return self.end(whole, told, wishes, **{**changes, "asked": draft.question})

    def ask(self, question: Question, key: str, params: Mapping[str, str] | None = None, **changes: Any) -> Step:
        """End the turn with a question."""
        return self.end(key, params, asked=question, **changes)

    def status(self, line: StatusLine) -> dict[str, str]:
        """What fills the words on one submission's status."""
        note = line.note if len(line.note) <= _NOTE else f"{line.note[: _NOTE - 3]}..."
        return {"code": line.code, "category": line.category, "unit": line.unit, "note": note}

    def lines(self, own: tuple[StatusLine, ...]) -> str:
        """The newest five of one's own submissions, a line each."""
        names = [wording.render(f"state_{line.status}", {}, self.state.language) for line in own[:5]]
        return "\n".join(f"{o.code} ({o.category}): {name}" for o, name in zip(own, names, strict=False))

    def _numbers(self) -> str:
        return ", ".join(f"{name} {number}" for name, number in self.known.emergency)


def _language(state: Dialogue, heard: Heard, read: Extraction) -> str:
    """The citizen's language: Banjar as soon as it is heard, Indonesian again upon a whole sentence of it."""
    if read.language == "bjn":
        return "bjn"
    place = state.asked in ("place", "where")  # names of places are of no language
    sentence = len(heard.text.split()) >= 4 and command(heard.text) is None and not place
    return "id" if read.language == "id" and sentence else state.language


def _choices(state: Dialogue) -> tuple[Button, ...]:
    if state.asked not in _LABELS and state.asked not in CONFIRMATIONS:
        return ()
    labels = _LABELS.get(state.asked, {"label_yes": "yes", "label_no": "no"})
    about = f":{state.subject}" if state.subject else ""
    return tuple(
        Button(wording.render(label, {}, state.language), f"{state.asked}:{answer}{about}")
        for label, answer in labels.items()
    )


_LABELS: dict[Question, dict[str, str]] = {
    "report": {"label_yes": "yes", "label_other": "no"},
    "voice": {"label_join": "yes", "label_apart": "no"},
    "two": {"label_one": "no", "label_two": "yes"},  # in this order, so that 1 and 2 mean what they say
    "link": {"label_yes": "yes", "label_no": "no"},
}


def _used(key: str, params: Mapping[str, str]) -> dict[str, str]:
    """Only what the words need: a stored reply holds no more than it tells."""
    wanted = wording.placeholders(key)
    return {name: value for name, value in params.items() if name in wanted and value}


def excerpt(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 3]}..."
