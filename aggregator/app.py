"""Wires everything: the only place that knows every channel, engine and rule by name."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from aggregator import places
from aggregator.knowledge import DATA
from aggregator.pipeline.conversing import Converser
from aggregator.pipeline.filing import Filer
from aggregator.pipeline.grouping import GroupTalk
from aggregator.pipeline.lodging import Lodger, is_form
from aggregator.pipeline.noting import Noter
from aggregator.pipeline.offering import Offerer
from aggregator.pipeline.previewing import Previewer
from aggregator.pipeline.reading import Reader
from aggregator.pipeline.reviewing import Reviewer
from aggregator.pipeline.sending import Sender
from aggregator.reach import Reach, now
from aggregator.rules.deadlines import load_sla
from aggregator.rules.pace import Pace
from aggregator.rules.preview import Preview
from aggregator.rules.report import Viewer
from aggregator.settings import ROOT
from aggregator.store.intake import Settling
from aggregator.store.jobs import Claimed
from bots import wording
from connectors.noted import CHANNEL, source
from nlu import privacy

log = logging.getLogger("elapor")


@dataclass
class App(Reach):
    """The whole program, built as far as it is used."""

    @cached_property
    def filer(self) -> Filer:
        """What makes submissions of what was read."""
        return Filer(
            region=self.region,
            sla=load_sla(DATA / "sla.yml"),
            settings=self.match_settings,
            mask=privacy.mask,
            village_at=partial(places.village_at, self.gazetteer),
            place_named=partial(places.name_of, self.gazetteer),
            set_aside_below=self.settings.set_aside_below,
            clock=self.clock,
        )

    @cached_property
    def reviewer(self) -> Reviewer:
        """Review, and the console's desk."""
        return Reviewer(self.store, self.engine, self.filer, self.clock, self.at, self.settings.link_for)

    @cached_property
    def converser(self) -> Converser:
        """Private conversations."""
        limit = self.settings.turns_per_hour
        return Converser(self.store, self.engine, self.filer, self.category_names, self.clock, self.at, limit)

    @cached_property
    def grouped(self) -> GroupTalk:
        """What answers groups, and tells them weekly."""
        zone, names = ZoneInfo(self.region.timezone), self.category_names
        told = (wording.render, names, self.settings.digest, zone, self.clock)
        return GroupTalk(self.store, self.engine, self.leads, *told)

    @cached_property
    def sender(self) -> Sender:
        """What sends the replies owed."""
        return Sender(self.store, self.bots, wording.render, log.error, self.clock, self.at, self.ways, self.pace)

    @cached_property
    def previewer(self) -> Previewer:
        """What tells before a move what it will tell."""
        return Previewer(self.store, self.sender, self.clock, bool(self.settings.get("WHATSAPP_TEMPLATE")))

    def preview(self, viewer: Viewer, code: str, to: str, note: str) -> Preview:
        """What a move will tell; at its first use the bots are built, which take a second to import."""
        return self.previewer.move(viewer, code, to, note)

    @property
    def pace(self) -> Pace:
        """What holds replies back."""
        told = self.settings
        return Pace(told.quiet_hours, ZoneInfo(self.region.timezone), told.bundle, stopped=not told.sending)

    @cached_property
    def reader(self) -> Reader:
        """What reads deliveries."""
        return Reader(self.store, self.connectors, self.settling, self.clock, self.at)

    @property
    def settling(self) -> Settling:
        """How long turns wait for more."""
        wait = self.settings
        return Settling(wait.turn_settle, wait.album_settle, wait.harvest_settle)

    @cached_property
    def lodger(self) -> Lodger:
        """What files forms."""
        return Lodger(self.store, self.engine, self.filer, self.clock, self.at)

    @cached_property
    def offerer(self) -> Offerer:
        """What looks who shows the same photo."""
        return Offerer(self.store, self.match_settings)

    @cached_property
    def noter(self) -> Noter:
        """What takes in what a reviewer notes."""
        return Noter(self.store, self.connectors[CHANNEL], source, self.reviewer, self.settling, self.clock)

    def turn(self, job: Claimed) -> None:
        """The job "turn": a form is filed, a private one is answered, all else goes to review."""
        turn = self.store.turn(int(job.subject))
        if turn is None:
            self.store.done(job)
        elif is_form(turn):
            self.lodger.file(job, turn)
        elif not turn.direct and self.grouped.spoken_to(turn):
            self.grouped.answer(job, turn)
        elif turn.direct:
            self.converser.answer(job, turn)
        else:
            self.reviewer.put(job, turn)

    def erase(self, job: Claimed) -> None:
        """The job "erase": a citizen's own wish, carried out after the answer went out."""
        if job.subject.isdigit():
            self.store.erase(int(job.subject), self.clock())
        self.store.done(job)

    def handlers(self, *, sending: bool = True) -> dict[str, Callable[[Claimed], Awaitable[None]]]:
        """What the worker does for each task."""
        tasks: dict[str, Callable[[Claimed], Awaitable[None]]] = {
            "read": in_thread(self.reader.read),
            "turn": in_thread(self.turn),
            "erase": in_thread(self.erase),
            "look_up": in_thread(self.looking.look_up),
            "media": in_thread(self.keeper.fetch),
            "unlink": in_thread(self.keeper.unlink),
            "alike": in_thread(self.offerer.offer),
        }
        return tasks | ({"send": self.sender.send} if sending else {})

    def asgi(self, stored: Callable[[], None], *, demo: bool = False) -> Any:
        """The HTTP side: the door for platforms in front of console and public pages."""
        from aggregator import checkers  # noqa: PLC0415
        from aggregator.web.app import create_app  # noqa: PLC0415  # a second that the other commands save
        from aggregator.web.hooks import Door, in_front  # noqa: PLC0415
        from aggregator.web.office import Office  # noqa: PLC0415

        office = Office(
            store=self.store,
            desk=self.reviewer,
            preview=self.preview,
            units=self.region.units,
            categories=self.category_names,
            places=partial(places.search, self.gazetteer, self.region.code),
            region_name=self.region.name,
            place_name=partial(places.full_name_of, self.gazetteer),
            timezone=ZoneInfo(self.region.timezone),
            cookie_key=self.store.vault.cookie_key,
            clock=now,
            secure_cookies=self.settings.get("SECURE_COOKIES") == "1",
            demo=demo,
            ways=self._web_ways(),
            emergency=tuple((e.purpose, e.number) for e in self.region.emergency),
            prefix=self.region.code_prefix,
            supervisors=frozenset({self.region.inspectorate, self.region.regional_head}),
            node_modules=ROOT / "node_modules",
            ready=self.ready,
            files=self.files,
            noter=self.noter,
            keep_photo=self.keeper.keep_picture,
            stored=stored,
            channels=checkers.in_use(self.settings),
            check_channels=self.checking.run,
            sending=self.settings.sending,
            test_recipients=tuple(sorted(self.settings.test_recipients)),
        )
        return in_front(Door(self.store, self.connectors, stored, self.clock), create_app(office))

    def _web_ways(self) -> tuple[tuple[str, str], ...]:
        """The names and addresses of the ways to the bot, as the form's page shows them."""
        told = (way.partition(": ") for way in self.ways("web").split("\n"))
        return tuple((name, where) for name, _, where in told if where)

    def ready(self) -> dict[str, bool]:
        """Whether each part that answering needs is there."""
        parts: dict[str, Callable[[], object]] = {
            "database": self.store.ping,
            "queue": self.store.next_due,
            "model": lambda: self.engine,
        }
        return {name: _works(part) for name, part in parts.items()}

    async def close(self) -> None:
        """Give back connections."""
        if "bots" in self.__dict__:
            for bot in self.bots.values():
                await bot.close()
        if "store" in self.__dict__:
            self.store.close()


def in_thread(step: Callable[[Claimed], None]) -> Callable[[Claimed], Awaitable[None]]:
    """A handler that does a blocking step in a thread."""

    async def handle(job: Claimed) -> None:
        await asyncio.to_thread(step, job)

    return handle


def _works(part: Callable[[], object]) -> bool:
    try:
        part()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is not ready
        log.warning("not ready: %s", type(error).__name__)
        return False
    return True
