"""The case of the dialogue in which a registered volunteer passes on what others said in a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bots.base import Button
from bots.exchange import Say, Step
from bots.groups import LONGEST, Relay, payload
from bots.hearing import command, small_talk, yes_or_no
from bots.scene import Scene
from bots.wishes import EraseMe, Harvest

_LABEL = 20
"""Characters of a button's label (WhatsApp)."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of what was passed on: where that stands now, what is said of it, what is harvested."""

    relay: Relay
    key: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    wishes: tuple[Harvest, ...] = ()

    def beside(self, own: Step) -> Step:
        """One step and one message of it and of what the volunteer's own words came to."""
        erased = any(isinstance(wish, EraseMe) for wish in own.wishes)
        state = own.state if erased else replace(own.state, relay=self.relay)
        said = own.says[0] if own.says else Say("")
        key = "+".join(piece for piece in (said.key, self.key) if piece)
        choices = said.buttons or (_choices(self.relay) if self.relay.held else ())
        says = (Say(key, {**said.params, **self.params}, choices),) if key else ()
        return Step(state, says, own.wishes + self.wishes, own.language)


def pass_on(scene: Scene) -> tuple[Scene, Passed]:
    """Part a volunteer's turn into what is left as his own, and what became of what he passed on.

    A group named after the messages, and last in the turn, names them: what is typed while forwarding comes behind them.
    """
    answer = _answer(scene)
    own = replace(scene.heard, text="", button="") if answer else scene.heard
    items = (answer, *scene.heard.passed) if answer else scene.heard.passed
    rest = replace(scene, heard=replace(own, passed=()))
    return rest, _passed(scene, items)


def _passed(scene: Scene, items: tuple[int | str, ...]) -> Passed:
    relay, now = scene.state.relay, scene.now
    first: tuple[str, list[int]] = (relay.current(now), list(relay.held))
    runs = [first]
    for item in items:
        if isinstance(item, str):
            relay = relay.named(item, now)
            runs.append((relay.group, []))
        else:
            runs[-1][1].append(item)
    if len(runs) > 1 and not (first[0] and runs[1][1]):
        runs[1][1][:0] = first[1]
        first[1].clear()
    wishes = tuple(Harvest(group, tuple(numbers)) for group, numbers in runs if group and numbers)
    held = () if first[0] else tuple(first[1])
    return _told(replace(relay, held=held), wishes, named=len(runs) > 1)


def _told(relay: Relay, wishes: tuple[Harvest, ...], *, named: bool) -> Passed:
    """What is said: what was noted, else which group is meant from now on, else the question for it."""
    if wishes:
        groups = ", ".join(dict.fromkeys(wish.group for wish in wishes))
        count = sum(len(wish.messages) for wish in wishes)
        return Passed(relay, "relay_noted", {"count": str(count), "group": groups}, wishes)
    if named:
        return Passed(relay, "relay_group", {"group": relay.group})
    return Passed(relay, "ask_group", {"held": str(len(relay.held))}) if relay.held else Passed(relay)


def _answer(scene: Scene) -> str:
    """The group that a pressed button, or a name typed upon the question, stands for; "" where it is neither."""
    relay, text = scene.state.relay, scene.heard.text.strip()
    if scene.heard.button:
        return relay.chosen(scene.heard.button)
    if not relay.held or scene.state.asked or not text:
        return ""
    if text.isdecimal() and 0 < int(text) <= len(relay.groups):
        return relay.groups[int(text) - 1]
    plain = len(text) <= LONGEST and "\n" not in text and any(letter.isalpha() for letter in text)
    other = scene.read.is_report or command(text) or small_talk(text) or yes_or_no(text) is not None
    return relay.known(text) or (text if plain and not other else "")


def _choices(relay: Relay) -> tuple[Button, ...]:
    """The groups named before as buttons, each with a label of its own."""
    labels = {_short(group): Button(_short(group), payload(group)) for group in relay.groups}
    return tuple(labels.values())


def _short(group: str) -> str:
    return group if len(group) <= _LABEL else f"{group[: _LABEL - 3].rstrip()}..."
