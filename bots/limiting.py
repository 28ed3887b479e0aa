"""The case of the dialogue for whoever wrote more than the limit: told once how to reach a person; danger is always heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bots.exchange import Step
from bots.filing import is_danger
from bots.hearing import command
from bots.scene import Scene
from bots.wishes import ToPerson

AGAIN_AFTER = timedelta(hours=1)
"""How long one refusal, and one call for a person, stand for all that follow."""

ASKS = "[batas pesan per jam tercapai, minta dilonggarkan]"


def limited(scene: Scene) -> Step | None:
    """One refusal, then silence; PETUGAS once; None where the limit is open, or life in danger."""
    if not scene.known.limited or is_danger(scene.read):
        return None
    if command(scene.heard.text) == "person":
        return _called(scene)
    if not _over(scene.state.refused_at, scene.now):
        return scene.end()
    state = replace(scene.state, refused_at=scene.now)
    return replace(scene, state=state).end("limited")


def _called(scene: Scene) -> Step:
    if not _over(scene.state.called_at, scene.now):
        return scene.end()
    words = f"{scene.heard.text} {ASKS}"
    return scene.end("to_person", None, (ToPerson(words),), called_at=scene.now)


def _over(since: datetime | None, now: datetime) -> bool:
    return since is None or now - since > AGAIN_AFTER
