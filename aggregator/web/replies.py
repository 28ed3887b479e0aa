"""The replies of a report as an officer sees them; words only where a person must send them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aggregator.store.store import Store
from bots.wording import render


def shown_replies(store: Store, report_id: int) -> list[dict[str, Any]]:
    """The replies that a report owes or owed, in order; `words` stands in those that wait for a person."""
    return [reply | {"words": _words(reply)} for reply in store.outbox(report_id=report_id)]


def _words(reply: Mapping[str, Any]) -> str:
    return rendered(reply["say"]) if reply["state"] in ("by_hand", "failed") else ""


def rendered(say: Mapping[str, Any]) -> str:
    """What a reply says, in Indonesian; nothing where it was erased or its words are no longer known."""
    try:
        return render(say["key"], {**say.get("params", {}), "channel": ""}, "id")
    except KeyError:
        return ""
