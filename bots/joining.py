"""The cases of the dialogue about what others reported before: what is said of it, and whether a voice joins it or stands apart."""

from __future__ import annotations

from dataclasses import replace

from bots import wording
from bots.exchange import Similar, Step
from bots.hearing import command, consent
from bots.scene import Scene
from bots.wishes import AddVoice, StandApart


def told_of(similar: Similar) -> str:
    """The pieces that tell, upon filing, what is known already: joined by rule, or else asked about, last of all."""
    known = "known_own" if similar.own else "known_sure" if similar.sure else "known"
    return f"{known}+joined" if similar.sure else f"{known}+ask_voice"


def shown(similar: Similar, language: str) -> dict[str, str]:
    """What fills them."""
    what = ", ".join(part for part in (similar.category, similar.place) if part)
    state = wording.render(f"state_{similar.status}", {}, language)
    return {"what": what, "when": _ago(similar.days, language), "state": state, "own": similar.own}


def voiced(scene: Scene) -> Step | None:
    """GABUNG or PISAH at any time within a day of filing, a button, or an answer to the question that stands open."""
    meant = _meant(scene)
    if meant is None:
        return None
    code, join = meant
    free = _answered(scene)
    if join:
        return _join(free, code)
    if code in free.known.may_leave:
        return free.remind("left", {"code": code}, (StandApart(code),))
    return free.remind("apart", {"code": code}) if code in free.known.may_join else free.remind("none_joined")


def _join(scene: Scene, code: str) -> Step:
    if code in scene.known.may_join:
        return scene.remind("voice_added+undo", {"code": code}, (AddVoice(code),))
    if code in scene.known.may_leave:
        return scene.remind("voice_added", {"code": code})
    return scene.remind("none_to_join")


def _meant(scene: Scene) -> tuple[str, bool] | None:
    """Which submission is meant ("" for none), and whether it is to join; None where a turn is not about that."""
    asked = scene.state.subject if scene.state.asked == "voice" else ""
    if scene.heard.button:
        question, _, rest = scene.heard.button.partition(":")
        answer, _, code = rest.partition(":")
        return (code, answer == "yes") if question == "voice" and answer in {"yes", "no"} else None
    name = command(scene.heard.text)
    if name in ("join", "apart"):
        return _named(scene) or asked or _newest(scene, join=name == "join"), name == "join"
    yes = consent(scene.heard.text)
    return (asked, yes) if yes is not None and asked in scene.known.may_join else None


def _named(scene: Scene) -> str:
    """The own submission whose code stands beside the command."""
    named = scene.known.named
    return named.code if named is not None and named.mine else ""


def _newest(scene: Scene, *, join: bool) -> str:
    may = scene.known.may_join if join else scene.known.may_leave or scene.known.may_join
    return may[0] if may else ""


def _answered(scene: Scene) -> Scene:
    """The scene once the question about others' report is answered: a draft's question returns."""
    if scene.state.asked != "voice":
        return scene
    asked = scene.state.draft.question if scene.state.draft else ""
    return replace(scene, state=replace(scene.state, asked=asked, subject=""))


def _ago(days: int, language: str) -> str:
    key = "today" if days <= 0 else "yesterday" if days == 1 else "days_ago"
    return wording.render(key, {"count": str(days)}, language)
