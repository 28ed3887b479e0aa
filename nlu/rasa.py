"""Rasa over HTTP for `is_report` and `category`; the built-in engine reads the rest, and all of it where Rasa does not answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from nlu.base import Extraction
from nlu.breaker import Breaker
from nlu.embedded import HOME, EmbeddedEngine
from nlu.gazetteer import Gazetteer
from nlu.naming import Region
from nlu.rasa_training import plain
from nlu.training_data import NO_REPORT

if TYPE_CHECKING:
    import httpcore

DEFAULT_URL = "http://127.0.0.1:5005"
"""Where `make rasa` serves."""
TIMEOUT_S = 2.0
"""Seconds that one answer may take in all; DIET takes some hundredths."""

_FALLBACK = "nlu_fallback"
"""What Rasa's FallbackClassifier answers when it is not sure."""
_LONGEST_ANSWER = 1 << 20
_KEPT_S = 3.0
"""Seconds that an idle connection is kept: Rasa's server closes it after 5."""


class RasaFailure(Exception):
    """Rasa gave no answer that could be used; the words say why, and hold nothing of the text."""


class Judgement(NamedTuple):
    """What Rasa says of a text; the category's confidence is what it would be were the text surely a report."""

    report: float
    category: str | None
    confidence: float


class RasaEngine:
    """Reads texts with Rasa's judgement of report and category. No text and no state of the server makes it raise; while Rasa
    fails, the built-in engine's reading stands (`engine` of the Extraction says whose it is) and `tell` is told so once.
    """

    name = "rasa"

    def __init__(
        self,
        server: Server,
        embedded: EmbeddedEngine,
        categories: Collection[str],
        breaker: Breaker | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._server = server
        self._embedded = embedded
        self._categories = frozenset(categories)
        self._breaker = breaker or Breaker()
        self._tell = tell or (lambda _: None)
        self._told = False

    def read(self, text: str, thread: str = "", region: str = HOME) -> Extraction:
        """Read one text; `thread` is the name of the group or post in which it stands, `region` the home kabupaten."""
        return self.read_many([(text, thread)], region)[0]

    def read_many(self, texts: Sequence[tuple[str, str]], region: str = HOME) -> list[Extraction]:
        """Read (text, thread) pairs, in order; Rasa is asked one by one."""
        read = self._embedded.read_many(texts, region)
        return [self._judged(own, plain(text)) for (text, _), own in zip(texts, read, strict=True)]

    @property
    def gazetteer(self) -> Gazetteer:
        """The places that the built-in engine knows."""
        return self._embedded.gazetteer

    def nearest(self, lat: float, lon: float) -> Region | None:
        """The village nearest to a shared point in degrees (WGS 84), None where none is within 25 km."""
        return self._embedded.nearest(lat, lon)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _judged(self, own: Extraction, text: str) -> Extraction:
        """The built-in engine's reading with Rasa's judgement in it, where there is one."""
        judged = self._ask(text) if text else None
        if judged is None:
            return own
        read = replace(own, is_report=judged.report >= 0.5, report_confidence=judged.report, engine=self.name)
        if judged.category is None:  # sure that it is chatter: the guess for the reviewer stays
            return read
        words = own.words if judged.category == own.category else ()  # they explain the built-in engine's category
        return replace(read, category=judged.category, category_confidence=judged.confidence, words=words)

    def _ask(self, text: str) -> Judgement | None:
        if not self._breaker.allows():
            return None
        try:
            found = judgement(self._server.parse(text), self._categories)
        except RasaFailure as why:
            self._breaker.failed()
            self._say(f"Rasa tidak dapat dipakai ({why}); mesin bawaan membaca sebagai gantinya.")
            return None
        if self._breaker.succeeded():
            self._told = False
        return found

    def _say(self, words: str) -> None:
        if not self._told:
            self._told = True
            self._tell(words)


class Server:
    """A Rasa server's `POST /model/parse`; threads may share it."""

    def __init__(self, base_url: str = DEFAULT_URL, timeout_s: float = TIMEOUT_S) -> None:
        self._url = f"{base_url.rstrip('/')}/model/parse"
        self._timeout = timeout_s

    def parse(self, text: str) -> Any:
        """The answer's JSON; RasaFailure where none comes in time or it is none."""
        import httpcore  # noqa: PLC0415  # only who chooses Rasa waits for it

        try:
            status, body = self._post(json.dumps({"text": text}).encode())
            if status != 200:
                raise RasaFailure(f"status {status}")
            return json.loads(body)
        except httpcore.TimeoutException:
            raise RasaFailure("terlalu lambat") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError):
            raise RasaFailure("tidak tersambung") from None
        except (ValueError, TypeError, RecursionError):
            raise RasaFailure("jawabannya tidak terbaca") from None

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    @cached_property
    def _pool(self) -> httpcore.ConnectionPool:
        import httpcore  # noqa: PLC0415

        return httpcore.ConnectionPool(keepalive_expiry=_KEPT_S)

    def _post(self, content: bytes) -> tuple[int, bytes]:
        until = time.monotonic() + self._timeout
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)
        headers = [("Content-Type", "application/json")]
        body = bytearray()
        with self._pool.stream(
            "POST", self._url, headers=headers, content=content, extensions={"timeout": limits}
        ) as got:
            for part in got.iter_stream():
                body += part
                if time.monotonic() > until:
                    raise RasaFailure("terlalu lambat")
                if len(body) > _LONGEST_ANSWER:
                    raise RasaFailure("jawabannya terlalu panjang")
            return got.status, bytes(body)


def judgement(answer: Any, categories: Collection[str]) -> Judgement | None:
    """What an answer of `/model/parse` says, None where Rasa had no opinion. RasaFailure where it is of another shape, or of a
    model that was trained for other categories.
    """
    try:
        first = answer["intent"]["name"]
        if first in (None, "", _FALLBACK):
            return None
        ranked = {one["name"]: _share(one["confidence"]) for one in answer["intent_ranking"] or [answer["intent"]]}
    except (KeyError, TypeError, ValueError):
        raise RasaFailure("bentuk jawabannya lain") from None
    if not isinstance(first, str) or (first != NO_REPORT and first not in categories):
        raise RasaFailure("modelnya tidak mengenal kategori kami")
    report = 1 - ranked.get(NO_REPORT, 0.0)  # Rasa lists the ten likeliest: what is not listed is next to nothing
    known = [(share, name) for name, share in ranked.items() if name in categories and share]
    if not known or not report:
        return Judgement(report, None, 0.0)
    share, category = max(known)
    return Judgement(report, category, min(share / report, 1.0))


def _share(value: Any) -> float:
    share = float(value)
    if not 0 <= share <= 1.001:  # DIET's 32-bit numbers may pass 1 by a hair
        raise ValueError(value)
    return min(share, 1.0)


def chosen(
    engine: str,
    embedded: EmbeddedEngine,
    categories: Collection[str],
    base_url: str = "",
    tell: Callable[[str], None] | None = None,
) -> EmbeddedEngine | RasaEngine:
    """The engine of that name (`builtin` or `rasa`) around the built-in one, which it stands upon."""
    if engine != RasaEngine.name:
        return embedded
    return RasaEngine(Server(base_url or DEFAULT_URL), embedded, categories, tell=tell)
