"""Rewording: what of a submission's words stands when its author edits one of the messages that it was written in."""

from __future__ import annotations

from collections.abc import Collection


def reworded(masked: str, words: str, told: Collection[str], new: tuple[str, str]) -> tuple[str, str]:
    """The words, masked and as they were written, with `new` (the same two) in place of the lines that `told` holds.

    What was said in other messages stays: the complaint before the place that was asked for, and what was added later,
    which stands in the masked words only.
    """
    shown = masked.split("\n")
    said = words.split("\n")
    said += shown[len(said) :]
    ours = [line.strip() in told for line in said]
    at = ours.index(True) if True in ours else len(said)

    def put(lines: list[str], text: str) -> str:
        kept = [line for line, own in zip(lines, ours, strict=False) if not own]
        return "\n".join([*kept[:at], text, *kept[at:]])

    return put(shown, new[0]), put(said, new[1])
