"""`classify`, `match`, `evaluate`: reading, with nothing stored."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aggregator.cli.lines import as_line, inbound_of
from aggregator.settings import ROOT, Settings
from connectors.base import Inbound
from nlu.base import Extraction
from nlu.categories import load_categories
from nlu.embedded import EmbeddedEngine, load_engine
from nlu.rasa import RasaEngine, chosen

if TYPE_CHECKING:
    from aggregator.rules.report import Traits

AT_ONCE = 512
"""Lines that are read together."""


def classify(settings: Settings, args: argparse.Namespace) -> int:
    """JSON lines in, JSON lines out, in order; a bad line is named in its place and the exit status is 1."""
    engine, region = _engine(settings, args.engine or settings.engine), args.region or settings.region
    bad = False
    for lines in _some(_numbered(sys.stdin)):
        asked = [(number, _asked(line)) for number, line in lines]
        good = [ask for _, ask in asked if ask is not None]
        read = iter(engine.read_many([(ask["text"], str(ask.get("thread") or "")) for ask in good], region))
        for number, ask in asked:
            if ask is None:
                bad = True
                _print({"error": 'bukan baris JSON dengan "text"', "line": number})
            else:
                _print({"id": ask.get("id"), **next(read).as_json()})
    return 1 if bad else 0


def match(settings: Settings, args: argparse.Namespace) -> int:
    """Messages in order of arrival → which report each joins, by the rule and thresholds of config.yml."""
    from aggregator.rules.match import MatchSettings
    from aggregator.rules.stream import Stream
    from aggregator.rules.vocabulary import load_vocabulary

    engine, region = _engine(settings, settings.engine), args.region or settings.region
    stream = Stream(MatchSettings.of(settings.match, load_vocabulary(ROOT / "data")), region)
    bad = False
    for number, line in _numbered(sys.stdin):
        try:
            held = json.loads(line)
            item = inbound_of(held)
        except (ValueError, RecursionError):
            bad = True
            _print({"error": "bukan pesan: perlu id, text, channel, author, sent_at dengan zona", "line": number})
            continue
        read = engine.read(item.text, item.thread_name, region)
        if args.assume_reports:
            read = replace(read, is_report=True, report_confidence=1.0)
        placed = stream.take(
            held["id"],
            _traits(item, read, engine),
            is_report=read.is_report,
            mergeable=not read.supervised,
            confidence=read.report_confidence,
        )
        score = None if placed.score is None else round(placed.score, 4)
        _print(asdict(placed) | {"score": score, "reasons": list(placed.reasons)})
    return 1 if bad else 0


def evaluate(settings: Settings, args: argparse.Namespace) -> int:
    """Score a labelled JSONL file."""
    from rich.console import Console
    from rich.progress import Progress

    from nlu import evaluate as scoring
    from nlu import figures

    try:
        rows = scoring.load(Path(args.file))
    except (OSError, UnicodeDecodeError, scoring.BadLabels) as error:
        print(f"{args.file}: {error}", file=sys.stderr)
        return 1
    engine = load_engine(ROOT / "data", models(settings), _tell)
    with Progress(console=Console(file=sys.stderr), transient=True, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("Membaca pesan", total=len(rows))
        found = scoring.evaluate(engine, rows, settings.region, lambda n: progress.update(bar, completed=n))
    print(figures.as_json(found) if args.json else figures.as_text(found))
    return 0


def models(settings: Settings) -> Path:
    """Where trained models are kept."""
    return Path(settings.get("MODELS") or settings.data / "models")


def _engine(settings: Settings, name: str) -> EmbeddedEngine | RasaEngine:
    built_in = load_engine(ROOT / "data", models(settings), _tell)
    return chosen(name, built_in, load_categories(ROOT / "data" / "categories.yml"), settings.rasa_url, _tell)


def _traits(item: Inbound, read: Extraction, engine: EmbeddedEngine | RasaEngine) -> Traits:
    """What matching looks at in a message; its point tells the village where its words don't."""
    from aggregator.rules.report import Traits

    near = engine.nearest(*item.point) if item.point and not (read.location and read.location.code) else None
    location = near or read.location
    return Traits(
        text=item.text,
        category=read.category or "lainnya",
        sent_at=item.sent_at,
        location=location.code if location else None,
        place=read.place or "",
        slots=read.slots,
        point=item.point,
        thread=f"{item.channel}:{item.thread_name}" if item.thread_name else "",
        author=f"{item.channel}:{item.author.id}" if item.author else "",
        photos=tuple(_photos(media.ref for media in item.media)),
        rivals=read.rivals,
        faint=read.faint,
        confidence=read.report_confidence,
        also=read.also,
        by_thread=bool(near is None and read.location and read.location.by_thread),
    )


def _photos(paths: Iterable[str]) -> Iterator[int]:
    """The fingerprints of pictures; a file that is missing or shows nothing is evidence of nothing."""
    from aggregator.rules.photo import fingerprint

    for path in paths:
        try:
            found = fingerprint(Path(path).read_bytes())
        except (OSError, ValueError):
            continue
        if found is not None:
            yield found


def _asked(line: str) -> dict[str, Any] | None:
    try:
        held = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) and isinstance(held.get("text"), str) else None


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _some(lines: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    left = iter(lines)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(as_line(line))


def _tell(words: str) -> None:
    print(words, file=sys.stderr)
