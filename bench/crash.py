"""kill -9 of the whole program at named points, ten times each on both databases: what was lost, what was done twice.

`.venv/bin/python bench/crash.py [--rounds N]` plays the feed of tests/program/crashing.py and prints a table. One job at a
time: the program dies exactly there. The last two rows tell the honest hole: between a platform's accept and our note of it,
where a reply may go out twice (the platforms but SMS offer no way to say "the same again"), and a kill at a moment when up to
eight jobs are under way.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "program")]

from conftest import SECRET, Cluster  # noqa: E402
from crashing import HOLE, POINTS, Result, Run  # noqa: E402
from processes import Program, platforms  # noqa: E402

from aggregator.knowledge import DATA  # noqa: E402
from aggregator.store.store import open_store  # noqa: E402
from nlu.embedded import EmbeddedEngine, load_engine  # noqa: E402

MODELS = ROOT / "var" / "models"
MOMENTS = [(point, 1) for point in POINTS] + [(HOLE, 1), ("turn answered", 8)]
"""Where it is killed, and how many jobs it does at once."""


@dataclass
class Tally:
    """One row: what came of all rounds at one point on one database."""

    database: str
    point: str
    at_once: int
    kills: int = 0
    lost_or_doubled: list[str] = field(default_factory=list)
    """Names of what differed from the undisturbed run (deliveries, submissions, events, replies, ledger, refs)."""
    replies: int = 0
    doubled: int = 0

    def add(self, struck: Result, calm: Result) -> None:
        """Count one round."""
        self.kills += struck.killed
        self.lost_or_doubled += struck.faults(calm)
        self.replies += len(struck.sent)
        self.doubled += struck.doubled

    def told(self) -> str:
        """The row as text."""
        wrong = ", ".join(sorted(set(self.lost_or_doubled))) or "nothing"
        return f"| {self.database} | {self.point} | {self.at_once} | {self.kills} | {wrong} | {self.doubled} of {self.replies} |"


Fresh = Callable[[], str]
"""Gives the address of an empty, migrated database."""


@contextmanager
def sqlite(folder: Path) -> Iterator[Fresh]:
    """SQLite files below `folder`."""
    numbers = iter(range(1_000_000))
    yield lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}"


@contextmanager
def postgresql(folder: Path) -> Iterator[Fresh]:
    """Databases of a PostgreSQL below `folder`, which syncs as in production."""
    cluster = Cluster(folder, durable=True)
    cluster.make()
    cluster.start()
    name = cluster.create()
    open_store(cluster.url(name), SECRET).close()

    def fresh() -> str:
        cluster.wipe(name)
        return cluster.url(name)

    try:
        yield fresh
    finally:
        cluster.stop()


def measure(rounds: int, folder: Path, engine: EmbeddedEngine) -> Iterator[Tally]:
    """A tally for each database and moment."""
    with closing(Program(MODELS, folder / "log")) as program, platforms(folder / "ledger.jsonl") as base_url:
        for database, opened in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
            home = Path(tempfile.mkdtemp(prefix="elapor-crash-", dir="/tmp"))
            with opened(home) as fresh:

                def play(point: str, nth: int, at_once: int, fresh: Fresh = fresh) -> Result:
                    data = Path(tempfile.mkdtemp(dir=folder))
                    return Run(program, base_url, fresh(), data, MODELS, at_once=at_once).play(engine, point, nth)

                calm = play("", 0, 1)
                for point, at_once in MOMENTS:
                    tally = Tally(database, point, at_once)
                    for turn in range(rounds):
                        tally.add(play(point, 1 + turn % calm.reached[point], at_once), calm)
                        show(f"{database}, {point}: {turn + 1} of {rounds}")
                    yield tally
            with suppress(OSError):
                shutil.rmtree(home)


def show(words: str) -> None:
    """Progress on the terminal."""
    print(f"\r{words:<70}", end="", file=sys.stderr, flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="kills at each point on each database")
    rounds = parser.parse_args().rounds
    engine = load_engine(DATA, MODELS, show)
    with tempfile.TemporaryDirectory(prefix="elapor-crash-") as folder:
        tallies = list(measure(rounds, Path(folder), engine))
    show("")
    print(
        "\n| database | killed at | jobs at once | kills | lost or doubled | replies sent twice |\n|---|---|---|---|---|---|"
    )
    print("\n".join(tally.told() for tally in tallies))


if __name__ == "__main__":
    main()
