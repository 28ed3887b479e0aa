"""The replies of a report as an officer sees them; words only where a person must send them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aggregator.rules.report import Viewer
from aggregator.store.store import Store
from bots.wording import render


def shown_replies(store: Store, viewer: Viewer, report_id: int) -> list[dict[str, Any]]:
    """The replies that a report owes or owed, in order; `words` stands in those that wait for a person, and `address`
    where this viewer may know by which number or e-mail address the citizen of our form is reached.
    """
    known = store.addresses(viewer, report_id)
    replies = store.outbox(report_id=report_id)
    return [
        one
        | {"words": _words(one), "address": known.get(one["id"], ""), "instead_of": one["shut"].split()}
        | (
            {"state": "bundled"} if one["bundled"] else {}
        )  # nothing to do for it: the notice that tells it stands there
        for one in replies
    ]


def _words(reply: Mapping[str, Any]) -> str:
    return rendered(reply["say"]) if reply["state"] in ("by_hand", "failed") and not reply["bundled"] else ""


def rendered(say: Mapping[str, Any]) -> str:
    """What a reply says, in Indonesian; nothing where it was erased or its words are no longer known."""
    try:
        return render(say["key"], {**say.get("params", {}), "channel": ""}, "id")
    except KeyError:
        return ""
