"""The case of the dialogue about two problems that were filed as one: whether two are made of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bots.exchange import Step
from bots.filing import file
from bots.hearing import consent
from bots.memory import Draft
from bots.scene import Scene

OFFERED_FOR = timedelta(days=1)
"""How long two may be made of what was filed as one."""

_THINGS = r"(?: (?:aduan|laporan|pengaduan|lapuran|saja|haja|aja|pak|bu|min|lah|pang)){0,3}"
_TWO = re.compile(
    rf"(?:(?:ya|iya|jadi|jadikan|jadiakan|catat|buat|mau|handak) ){{0,2}}(?:dua|dua-?duanya|kaduanya|keduanya){_THINGS}"
)
_ONE = re.compile(rf"(?:(?:cukup|jadi|jadikan|jadiakan|cukup jadi) )?(?:satu|sabuting){_THINGS}")


def halved(scene: Scene) -> Step | None:
    """DUA or SATU, a button, or yes and no where it was just asked; two for a day after it was offered."""
    second, button, asked = scene.state.second, scene.heard.button, scene.state.asked == "two"
    two, code = _pressed(button) if button else (one_or_two(scene.heard.text, plain=asked), "")
    if two is None or not (button or second) or not (two or button or asked):
        return None
    free = _answered(scene)
    if second is None or code not in ("", second.told_in) or _lapsed(second, scene.now):
        return free.remind("choice_gone")
    return (
        file(free, second, scene.state.draft) if two else free.remind("one_kept", {"code": second.told_in}, second=None)
    )


def one_or_two(text: str, *, plain: bool = True) -> bool | None:
    """True for two, False for one, None for all that says more; `plain`: numbers, yes and no are answers too."""
    said = " ".join(text.casefold().strip(" .!").split())
    if _TWO.fullmatch(said):
        return True
    if _ONE.fullmatch(said):
        return False
    if not plain:
        return None
    return {"1": False, "2": True}.get(said, consent(text))


def _pressed(button: str) -> tuple[bool | None, str]:
    """Whether a button says two, and of which submission; None for the button of another question."""
    question, _, rest = button.partition(":")
    answer, _, code = rest.partition(":")
    return (answer == "yes", code) if question == "two" and answer in {"yes", "no"} else (None, "")


def _lapsed(second: Draft, now: datetime) -> bool:
    return second.since is None or now - second.since > OFFERED_FOR


def _answered(scene: Scene) -> Scene:
    """The scene once it is answered: a draft's question returns."""
    if scene.state.asked != "two":
        return scene
    asked = scene.state.draft.question if scene.state.draft else ""
    return replace(scene, state=replace(scene.state, asked=asked, subject=""))
