"""The cases of the dialogue about who may know: ANONIM, RAHASIA and TERBUKA, for the draft, for what was filed, or for what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bots.exchange import Step
from bots.hearing import Visibility, command, wanted_visibility
from bots.memory import Draft
from bots.scene import Scene
from bots.wishes import Hide

HIDE_WITHIN = timedelta(days=1)
"""How long after filing ANONIM and RAHASIA without a code speak of what was filed; later they need its code."""

_WORDS = 12
"""Words of a text above which a wish in it is not all that it says."""


def hide(visibility: Visibility) -> Callable[[Scene], Step]:
    """The command that asks for this visibility."""
    return lambda scene: _hide(scene, visibility)


def wished(scene: Scene) -> Step | None:
    """The wish to stay unnamed, in a sentence of its own soon after filing."""
    filed = scene.state.filed
    visibility = wanted_visibility(scene.heard.text)
    if visibility == "public" or filed is None or not filed.fresh(scene.now) or scene.state.draft is not None:
        return None
    if scene.read.is_report or scene.has_media or len(scene.heard.text.split()) > _WORDS:
        return None
    return _changed(scene, filed.code, visibility)


def _hide(scene: Scene, visibility: Visibility) -> Step:
    known, draft = scene.known, scene.state.draft
    if known.named is not None:
        code = known.named.code
        return _changed(scene, code, visibility) if known.named.mine else scene.remind("hide_not_own", {"code": code})
    if known.named_code or any(letter.isdigit() for letter in scene.heard.text):
        return scene.remind("code_unknown")
    if draft is not None:
        return scene.remind(_MEANS[visibility], draft=replace(draft, visibility=visibility))
    filed = _filed(scene)
    if filed:
        return _changed(scene, filed, visibility)
    if visibility == "public":
        return scene.end("hide_which", {"lines": scene.lines(known.own)}) if known.own else scene.end("status_none")
    key = f"{_MEANS[visibility]}+tell_problem"
    return scene.ask("problem", f"{key}+hide_older" if known.own else key, draft=Draft(visibility=visibility))


def _filed(scene: Scene) -> str:
    """The code of what was filed last, within a day; a wish to show again speaks of the only one that there is, too."""
    filed, own = scene.state.filed, scene.known.own
    if filed is not None and scene.now - filed.at <= HIDE_WITHIN:
        return filed.code
    return own[0].code if len(own) == 1 and command(scene.heard.text) == "terbuka" else ""


def _changed(scene: Scene, code: str, visibility: Visibility) -> Step:
    """Change a submission that is filed, and the other problem in it that may become one."""
    second = scene.state.second
    also = {"second": replace(second, visibility=visibility)} if second and second.told_in == code else {}
    key = f"hidden+{_MEANS[visibility]}"
    key = {"rahasia": f"{key}+alone+undo_hide", "anonim": f"{key}+undo_hide"}.get(visibility, key)
    return scene.remind(key, {"code": code}, (Hide(code, visibility),), **also)


_MEANS = {"public": "terbuka", "anonim": "anonim", "rahasia": "rahasia"}
