"""What one decision of matching costs with many reports stored, and how well it decides beside its peers.

`python bench/matching.py [--sizes 10000 100000 1000000]`, or `measure()` from bench/run.py with a small size. Stored are
texts of the training data in the villages of all kabupaten, over the 90 days that matching looks back; asked for are the
reports of the project's stream. Times are processor time, the best of some rounds; memory is the process's peak above
what it held before the first decision at that size (Linux) (the database is filled by a process of its own).
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from match_peers import HOME, Heard, Scored, heard
from match_peers import measure as beside
from rich.console import Console
from rich.table import Table

from aggregator.rules.blocks import block
from aggregator.rules.match import MatchSettings, nearest
from aggregator.rules.vocabulary import load_vocabulary
from aggregator.settings import load_settings
from aggregator.store.retrieval import MATCH_WITHIN
from aggregator.store.secrets import Vault
from aggregator.store.store import Store, open_store
from nlu import training_data
from nlu.categories import load_categories
from nlu.embedded import load_engine

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SIZES = (10_000, 100_000)
ROUNDS = 3
SECRET = "a secret of the benchmarks"
NOW = datetime(2026, 9, 1, tzinfo=UTC)
DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """One decision with so many reports stored: microseconds of retrieval and of matching, voices compared, peak MB above the base."""

    stored: int
    retrieval_us: float
    matching_us: float
    slowest_us: float
    """Matching of the slowest hundredth of the decisions begins here."""
    voices: float
    memory_mb: float


def main() -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="reports stored, ascending")
    show(*measure(sorted(parser.parse_args().sizes)))


def measure(sizes: Sequence[int] = SIZES) -> tuple[list[Cost], list[Scored]]:
    """The costs by size, and the rows beside the peers."""
    settings = MatchSettings.of(load_settings({}).match, load_vocabulary(DATA))
    messages = heard(load_engine(DATA, ROOT / "var" / "models"))
    return costs(messages, settings, sizes), beside(messages, settings)


def costs(messages: Sequence[Heard], settings: MatchSettings, sizes: Sequence[int]) -> list[Cost]:
    """One database that grows from size to size."""
    (ROOT / "var").mkdir(exist_ok=True)
    asked = [m for m in messages if m.is_report]
    found, stored = [], 0
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
        path = Path(folder) / "elapor.db"
        open_store(f"sqlite:///{path}", SECRET).close()
        for size in sizes:
            filling = multiprocessing.get_context("spawn").Process(target=fill, args=(path, stored, size))
            filling.start()
            filling.join()
            if filling.exitcode:
                raise SystemExit("the database could not be filled")
            stored = size
            store = Store(f"sqlite:///{path}", Vault(SECRET))
            found.append(cost(store, asked, settings, size))
            store.close()
    return found


def fill(path: Path, first: int, end: int) -> None:
    """Store the reports numbered from `first` to before `end`, each with one voice, by two statements."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA synchronous=OFF")
        database.execute("CREATE TEMP TABLE text (n INTEGER PRIMARY KEY, text, category)")
        database.execute("CREATE TEMP TABLE village (n INTEGER PRIMARY KEY, code)")
        database.execute("CREATE TEMP TABLE block (home, category, block, PRIMARY KEY (home, category))")
        texts, villages = _texts(), _villages()
        database.executemany("INSERT INTO text VALUES (?, ?, ?)", [(n, *row) for n, row in enumerate(texts)])
        database.executemany("INSERT INTO village VALUES (?, ?)", enumerate(villages))
        homes, categories = {code[:5] for code in villages}, {category for _, category in texts}
        blocks = [(home, category, block(home, category)) for home in homes for category in categories]
        database.executemany("INSERT INTO block VALUES (?, ?, ?)", blocks)
        told = {"first": first, "end": end, "texts": len(texts), "villages": len(villages)}
        told |= {"now": int(NOW.timestamp() * 1e6), "step": 89 * DAY_US // 1_000_003}
        database.execute(_REPORTS, told)
        database.execute(_VOICES, told)
        database.execute("ANALYZE")


_REPORTS = """
WITH RECURSIVE number (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM number WHERE i + 1 < :end)
INSERT INTO report (id, code, status, category, report_class, location, block, text, unit, opened_at, last_voice_at, changed_at)
SELECT i + 1, 'R' || i, 'received', t.category, 'pengaduan', v.code, b.block, t.text, 'pupr', at, at, at
FROM (SELECT i, i * 7919 % :texts AS t_n, i * 104729 % :villages AS v_n, :now - i * 7368787 % 1000003 * :step AS at FROM number)
JOIN text t ON t.n = t_n JOIN village v ON v.n = v_n JOIN block b ON b.home = substr(v.code, 1, 5) AND b.category = t.category
"""
_VOICES = """
INSERT INTO submission (code, report_id, channel, category, report_class, location, slots, text, sent_at, received_at)
SELECT 'S' || id, id, 'telegram', category, report_class, location, '{}', text, last_voice_at, last_voice_at
FROM report WHERE id > :first AND id <= :end
"""


def _texts() -> list[tuple[str, str]]:
    """Complaints of the training data with their categories."""
    known = set(load_categories(DATA / "categories.yml"))
    return [(one.text, one.intent) for one in training_data.load(DATA / "nlu") if one.intent in known]


def _villages() -> list[str]:
    with (DATA / "wilayah" / "wilayah.csv").open(encoding="utf-8") as rows:
        return [row["code"] for row in csv.DictReader(rows) if row["code"].count(".") == 3]


def cost(store: Store, asked: Sequence[Heard], settings: MatchSettings, stored: int) -> Cost:
    """Decide on each message as filing would, if it came now."""
    base = _fresh_base_mb()
    least: list[tuple[float, float]] = [(float("inf"), float("inf"))] * len(asked)
    for _ in range(ROUNDS):
        now = [decide(store, message, settings) for message in asked]
        voices = sum(count for *_, count in now) / len(asked)
        least = [(min(a, c), min(b, d)) for (a, b), (c, d, _) in zip(least, now, strict=True)]
    retrieval, matching = ([one[k] * 1e6 for one in least] for k in (0, 1))
    slowest = sorted(matching)[len(asked) * 99 // 100]
    retrieval_us, matching_us = (sum(times) / len(asked) for times in (retrieval, matching))
    return Cost(stored, retrieval_us, matching_us, slowest, voices, _peak_mb() - base)


def decide(store: Store, message: Heard, settings: MatchSettings) -> tuple[float, float, int]:
    """Seconds of retrieval and of matching, and how many voices were compared."""
    place = message.traits.location
    where = block(place or HOME, message.traits.category)
    began = time.process_time()
    known = store.candidates(where, NOW - MATCH_WITHIN, place)
    found = time.process_time()
    nearest(message.traits, known, settings)
    return found - began, time.process_time() - found, len(known)


def _fresh_base_mb() -> float:
    """What the process holds now; its peak is counted anew from here, for loading the engine took more than it keeps."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _status_mb("VmRSS")


def _peak_mb() -> float:
    return _status_mb("VmHWM")


def _status_mb(name: str) -> float:
    """A figure of this process (Linux)."""
    rows = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(row.split()[1]) / 1024 for row in rows if row.startswith(f"{name}:"))


def show(found: Sequence[Cost], rows: Sequence[Scored]) -> None:
    """Print both tables."""
    _print(
        "One decision, by reports stored (SQLite)",
        ("stored", "retrieval µs", "matching µs", "99 % within µs", "voices compared", "MB above base"),
        [
            (
                f"{c.stored:,}",
                *(f"{x:,.0f}" for x in (c.retrieval_us, c.matching_us, c.slowest_us, c.voices, c.memory_mb)),
            )
            for c in found
        ],
    )
    _print(
        "Matching beside its peers (tests/corpus/stream.jsonl, the half kept for testing)",
        ("", "threshold", "pairwise precision", "pairwise F1", "B-cubed F1", "µs a decision"),
        [(r.what, "" if r.threshold is None else f"{r.threshold}", f"{r.precision:.3f}", f"{r.pairwise_f1:.3f}", f"{r.b_cubed_f1:.3f}", f"{r.us:,.0f}") for r in rows],
    )  # fmt: skip


def _print(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(title=title)
    for n, heading in enumerate(headings):
        table.add_column(heading, justify="right" if n else "left")
    for row in rows:
        table.add_row(*row)
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
