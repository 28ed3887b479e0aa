"""The pollers' loop: each channel is asked what is new, round after round; what it tells is stored before it counts."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from aggregator.pipeline.alarm import Alarm
from aggregator.store.deliveries import Delivered
from aggregator.store.polls import KnownTexts, PollState
from aggregator.store.store import Store
from connectors.poll import AskLater, NotAllowed, Polled, Poller, PollError, TellKnown

log = logging.getLogger("elapor.polling")

PAUSE_S = 300.0
"""How long a channel that refuses us is left alone before it is asked again."""
FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 900.0
LONGEST_ASKED_S = 86_400.0
"""The longest wait that a platform may ask for."""
ANOTHERS_TURN_S = 15.0
"""When to look again while another program asks the channel."""
SILENCE_S = 1.0
"""The shortest wait after a round without news, for a platform that should have held it and did not."""


@dataclass(frozen=True, slots=True)
class Round:
    """How one round ended: seconds until the next, and whether there is anything to read."""

    wait: float
    news: bool = False


def _up_to(longest: float) -> float:
    return random.uniform(0, longest)  # noqa: S311  # spreads the tries, guards nothing


class StoppedError(AskLater):
    """Told to stop meanwhile: nothing of this round counts."""


class Polling:
    """Asks every channel in a thread of its own until told to stop.

    `stored` is called in the event loop when there is something to read; `jitter` gives a wait up to its argument.
    """

    def __init__(
        self,
        store: Store,
        pollers: Sequence[Poller],
        stored: Callable[[], None],
        clock: Callable[[], datetime],
        jitter: Callable[[float], float] = _up_to,
    ) -> None:
        self._store = store
        self._pollers = pollers
        self._stored = stored
        self._clock = clock
        self._jitter = jitter
        self._alarm = Alarm(store, clock)
        self._failures: Counter[str] = Counter()
        self._stopping = asyncio.Event()
        self._in_use = threading.Lock()

    def stop(self) -> None:
        """Ask no more; `run` returns at once, and what a platform is still telling it will tell again."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped."""
        await asyncio.gather(*(self._keep_asking(poller) for poller in self._pollers))
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._in_use:  # a round that is storing ends in order
            for poller in self._pollers:
                poller.close()

    async def _keep_asking(self, poller: Poller) -> None:
        while not self._stopping.is_set():
            ended = await self._beside(poller)
            if ended is None:
                return
            if ended.news:
                self._stored()
            await self._rest(ended.wait)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _beside(self, poller: Poller) -> Round | None:
        """One round in a thread that nobody waits for when the program ends; None when stopped meanwhile."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Round] = loop.create_future()

        def work() -> None:
            found = self.ask(poller)
            with suppress(RuntimeError):  # the loop has ended meanwhile: nobody asks any more
                loop.call_soon_threadsafe(_settle, ended, found)

        threading.Thread(target=work, name=f"poll {poller.channel}", daemon=True).start()
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((ended, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        return ended.result() if ended.done() else None

    def ask(self, poller: Poller) -> Round:
        """One round, in whatever thread; never raises: what fails is told by the wait."""
        try:
            with ExitStack() as lease:
                with self._database():
                    if not lease.enter_context(self._store.poll_lease(poller.channel)):
                        return Round(ANOTHERS_TURN_S)
                    state = self._store.poll_state(poller.channel)
                return self._round(poller, state)
        except StoppedError:
            return Round(0)
        except Exception as error:  # noqa: BLE001  # the database may be away for a moment; polling outlives it
            log.warning("polling %s failed: %s", poller.channel, type(error).__name__)
            return Round(self._back_off(poller.channel))

    def _round(self, poller: Poller, state: PollState) -> Round:
        now = self._clock()
        if state.polled_at and (early := poller.every - (now - state.polled_at).total_seconds()) > 0:
            return Round(min(early, poller.every))  # another program, or we before a restart, asked just now
        try:
            polled = poller.poll(state.cursor, self._known(poller.channel), now)
        except PollError as error:
            return self._failed(poller, error)
        except Exception as error:  # noqa: BLE001  # a poller's own mistake must not end the others
            log.warning("poller %s failed: %s", poller.channel, type(error).__name__)
            return self._failed(poller, AskLater(type(error).__name__))
        return self._keep(poller, polled)

    def _known(self, channel: str) -> TellKnown:
        def tell(account: str, threads: Sequence[str]) -> KnownTexts:
            with self._database():
                return self._store.known_texts(channel, account, threads)

        return tell

    def _keep(self, poller: Poller, polled: Polled) -> Round:
        """Store what came, then where to go on: a crash between brings it again, and keys know it."""
        with self._database():
            now = self._clock()
            batch = [Delivered(poller.channel, body, now) for body in polled.bodies]
            new = self._store.keep(batch) if batch else 0
            self._store.polled(poller.channel, polled.cursor, now)
            self._alarm.works(poller.channel)
        self._failures.pop(poller.channel, None)
        return Round(poller.every or (0 if polled.bodies else SILENCE_S), news=bool(new))

    def _failed(self, poller: Poller, error: PollError) -> Round:
        refused = isinstance(error, NotAllowed)
        with self._database():
            self._store.poll_failed(poller.channel, error.reason)
            if refused:
                self._alarm.refused(poller.channel, error.reason)
        if refused:
            return Round(max(PAUSE_S, poller.every))
        wait = self._back_off(poller.channel)
        return Round(wait if error.retry_after is None else min(error.retry_after, LONGEST_ASKED_S))

    @contextmanager
    def _database(self) -> Iterator[None]:
        """Use the store while it is certainly open: `run` ends when nobody is within, and nobody enters after that."""
        with self._in_use:
            if self._stopping.is_set():
                raise StoppedError("stopping")
            yield

    def _back_off(self, channel: str) -> float:
        """Full jitter: anything up to twice the bound of the last time."""
        self._failures[channel] += 1
        return self._jitter(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(self._failures[channel], 20)))


def _settle(ended: asyncio.Future[Round], found: Round) -> None:
    if not ended.done():
        ended.set_result(found)
