"""How the sentences that citizens read (bots.sentences) are put together, in Indonesian (`id`) and Bahasa Banjar (`bjn`).

A key names one piece; keys joined with "+" are one message ("danger+filed+follow"). Placeholders in braces are filled from
the params; a line whose placeholders are all empty is left out, so an optional detail is a line of its own. What is
rendered fits a WhatsApp or Telegram message (4,096 characters; 1,024 with buttons).
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from bots import sentences

LANGUAGES = ("id", "bjn")

_LONGEST_PARAM = 3000
"""Characters of one value; keeps the whole below Telegram's 4,096 (https://core.telegram.org/bots/api#sendmessage)."""

_TEXTS: dict[str, tuple[str, ...]] = {
    **sentences.PIECES,
    **{f"state_{status}": names[:2] for status, names in sentences.STATUSES.items()},
    **{
        f"status_{status}": tuple(
            sentence + detail for sentence, detail in zip(told[2:], sentences.DETAIL, strict=True)
        )
        for status, told in sentences.STATUSES.items()
    },
}

KEYS: frozenset[str] = frozenset(_TEXTS)
_FOR_ALL = {"accepted_public", "accepted_group", "help_group", "digest_on", "digest_off", "digest_not_yours"}
"""What may be read by everybody as it stands."""


def render(key: str, params: Mapping[str, str], language: str, *, public: bool = False) -> str:
    """The words for a key (or several joined with "+"); an unknown language is answered in Indonesian.

    With `public`, whatever a reply would tell is reduced to a sentence without code and detail. Raises KeyError for a
    key that is none.
    """
    if public:
        key = _in_public(key)
    column = LANGUAGES.index(language) if language in LANGUAGES else 0
    values = {name: _clipped(value) for name, value in params.items()}
    lines = [line for piece in key.split("+") for line in _TEXTS[piece][column].split("\n")]
    return "\n".join(line.format_map(_Filled(values)) for line in lines if _told(line, values))


def placeholders(key: str, language: str = "id") -> frozenset[str]:
    """The names that the texts of a key are filled with."""
    texts = (_TEXTS[piece][LANGUAGES.index(language)] for piece in key.split("+"))
    return frozenset(name for text in texts for name in _names(text))


def notice(code: str, status: str, note: str = "") -> dict[str, Any]:
    """What a citizen is told of a report's new status (code of the interface), as it is stored until it is sent."""
    return {"key": f"status_{status}", "params": {"code": code, "status": status, "note": note}}


def _in_public(key: str) -> str:
    if key in _FOR_ALL:
        return key
    return "update_public" if key.startswith("status_") or key == "answer" else "accepted_public"


def _told(line: str, values: Mapping[str, str]) -> bool:
    """Whether a line has something to tell: no placeholder, or one that is filled."""
    names = _names(line)
    return not names or any(values.get(name) for name in names)


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _clipped(value: str) -> str:
    return value if len(value) <= _LONGEST_PARAM else f"{value[: _LONGEST_PARAM - 3]}..."


class _Filled(dict[str, str]):
    """The values by name; what is missing is empty."""

    def __missing__(self, _name: str) -> str:
        return ""
