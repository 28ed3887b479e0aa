"""A stormy run of the whole program on both databases: what platforms delivered and took against what we know, as a table.

`.venv/bin/python bench/storm.py [--actions N] [--seed N] [--silence]` lets the town of tests/program/town.py speak while
deliveries are shuffled, repeated and lost, platforms fail, a token dies and the program is killed once. The last column names
what was lost, doubled or kept against its author's will.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "program")]

from crash import postgresql, sqlite  # noqa: E402
from processes import Program  # noqa: E402
from storming import Storm  # noqa: E402
from weather import Figures, Weather  # noqa: E402

from aggregator.demo.platforms.server import serving  # noqa: E402
from aggregator.knowledge import DATA  # noqa: E402
from nlu.embedded import load_engine  # noqa: E402

MODELS = ROOT / "var" / "models"
SHOWN = ("actions", "deliveries", "posted", "forged", "lost", "polls", "faults", "kills", "replies", "holes", "seconds")


def main() -> None:
    """Blow and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=1000, help="what the town's people do")
    parser.add_argument("--seed", type=int, default=1, help="the same seed acts alike")
    parser.add_argument("--silence", action="store_true", help="platforms also keep calls waiting for ever")
    told = parser.parse_args()
    weather = Weather(told.actions, told.seed, kill_at=told.actions // 12, silence=told.silence, patience_s=600)
    print(f"| database | {' | '.join(SHOWN)} | wrong |\n|{'---|' * (len(SHOWN) + 2)}")
    with tempfile.TemporaryDirectory(prefix="elapor-storm-", dir="/tmp") as folder:
        for database in ("SQLite", "PostgreSQL"):
            print(row(database, blow(database, Path(folder) / database, weather)), flush=True)


def blow(database: str, folder: Path, weather: Weather) -> Figures:
    """One storm on a fresh database of a kind."""
    folder.mkdir()
    opened = sqlite if database == "SQLite" else postgresql
    with opened(folder) as fresh, serving() as platforms, closing(Program(MODELS, folder / "log")) as program:
        storm = Storm(program, platforms, fresh(), folder / "var", MODELS, weather)
        return asyncio.run(storm.run(load_engine(DATA, MODELS)))


def row(database: str, figures: Figures) -> str:
    """A line of the table."""
    values = [getattr(figures, name) for name in SHOWN]
    shown = [f"{value:.0f}" if isinstance(value, float) else str(value) for value in values]
    return f"| {database} | {' | '.join(shown)} | {'; '.join(figures.wrong) or 'nothing'} |"


if __name__ == "__main__":
    main()
