"""Asking: the one question, how satisfied, that goes with the notice that a complaint is done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, exists, select

from aggregator.store.tables import conversations, outbox, submissions

DONE = "resolved"
"""The state whose notice asks."""
_STARS = (1, 2, 3, 4)
"""The scale of the satisfaction survey (PermenPANRB 14/2017: 1 tidak puas … 4 sangat puas)."""


def asking(tx: Connection, voice: Any, say: dict[str, Any]) -> dict[str, Any]:
    """What a notice says, with the question where it tells a citizen of ours in private that it is done, once a voice."""
    if say.get("params", {}).get("status") != DONE or voice.relay_id is not None:
        return say
    private = select(conversations.c.direct).where(conversations.c.id == voice.conversation_id)
    asked = select(outbox.c.id).where(outbox.c.submission_id == voice.id, _NOTICE).limit(1)
    if not tx.execute(private).scalar() or tx.execute(asked).first() is not None:
        return say
    return {**say, "key": f"{say['key']}+ask_rating", "buttons": _buttons(voice.code)}


def was_asked() -> Any:
    """Whether a voice was asked, and may have read it; for a query of submissions."""
    told = _NOTICE, outbox.c.state.in_(("owed", "sent")), outbox.c.conversation_id == submissions.c.conversation_id
    here = conversations.c.id == outbox.c.conversation_id, conversations.c.direct.is_(True)
    return exists().where(outbox.c.submission_id == submissions.c.id, *told, *here)


def _buttons(code: str) -> list[dict[str, Any]]:
    """The choices below it; their labels are worded at sending, in the citizen's language."""
    rates: list[dict[str, Any]] = [{"key": f"label_rate_{n}", "payload": f"rate:{n}:{code}"} for n in _STARS]
    return [*rates, {"key": "label_reopen", "payload": f"reopen:{code}", "typed": False}]


_NOTICE = (outbox.c.kind == "notice") & (outbox.c.status == DONE)
