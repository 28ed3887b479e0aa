"""The benchmarks: each beside its peer in the same run, as a table of ratios; `bench/results.json` holds the figures.

`make bench`. Both sides take turns, and the best round of each counts: other work on the machine slows a round down, never
speeds one up. Databases lie below `var/`, on a real disk, so that a commit waits for it as in production.
"""

from __future__ import annotations

import json
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from aggregator.store.deliveries import Delivered
from aggregator.store.inbound_tables import Delivery
from aggregator.store.jobs import add_jobs
from aggregator.store.store import Store, open_store
from aggregator.store.tables import deliveries

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
ROUNDS = 3
SECRET = "a secret of the benchmarks"
NOW = datetime.now(UTC)
BODY = b'{"update_id": 1, "message": {"text": "jalan rusak di depan pasar"}}' * 8

Rate = Callable[[], float]
"""Does some work and returns how many a second it did."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: our rate and the peer's, in `unit` a second."""

    what: str
    peer: str
    unit: str
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times as fast as the peer."""
        return self.ours / self.theirs


def main() -> None:
    """Run all, print the table, write the file."""
    console = Console(stderr=True)
    rows = []
    for bench in (door, insert, claims, classify, matching, exports):
        with console.status(f"{bench.__name__}: {(bench.__doc__ or '').splitlines()[0]}"):
            began = time.perf_counter()
            rows += bench()
        console.print(f"{bench.__name__} done in {time.perf_counter() - began:.1f} s")
    show(rows)
    RESULTS.write_text(
        json.dumps({"machine": machine(), "rows": [asdict(r) | {"ratio": r.ratio} for r in rows]}, indent=1)
    )


def exports() -> list[Row]:
    """A chat export of 200,000 lines against reading its lines alone; memory stands in the file, not in the table."""
    import export  # noqa: PLC0415  # bench/export.py, a script of its own as well

    return [Row(*figure) for figure in export.measure() if figure.unit == "lines"]


def door() -> list[Row]:
    """Deliveries kept by group commit against one commit each."""
    with fresh_store() as store:
        grouped, single = fresh_deliveries(1024), fresh_deliveries(128)
        ours, theirs = best(
            lambda: rate(1024, lambda: [store.keep(batch) for batch in batches(next(grouped), 64)]),
            lambda: rate(128, lambda: [store.keep([one]) for one in next(single)]),
        )
    return [Row("deliveries kept, 64 a commit", "one commit each", "deliveries", ours, theirs)]


def insert() -> list[Row]:
    """Rows inserted through Core against SQLModel objects, in one transaction."""
    with fresh_store() as store:
        core, objects = fresh_rows(2000), fresh_rows(2000)

        def by_core() -> None:
            with store.writing() as tx:
                tx.execute(store.insert(deliveries), next(core))

        def by_objects() -> None:
            with store.writing() as tx, Session(tx) as session:
                session.add_all([Delivery(**row) for row in next(objects)])
                session.flush()

        ours, theirs = best(lambda: rate(2000, by_core), lambda: rate(2000, by_objects))
    return [Row("rows inserted, Core", "SQLModel objects", "rows", ours, theirs)]


def claims() -> list[Row]:
    """Jobs claimed and finished, eight a claim against one a claim."""
    with fresh_store() as store:
        ours, theirs = best(lambda: drain(store, 8, 240), lambda: drain(store, 1, 240))
    return [Row("jobs claimed and done, 8 a claim", "1 a claim", "jobs", ours, theirs)]


def drain(store: Store, limit: int, count: int) -> float:
    """Have `count` fresh jobs claimed and finished."""
    with store.writing() as tx:
        add_jobs(store, tx, [{"task": "bench", "subject": str(fresh()), "run_at": NOW} for _ in range(count)])

    def work() -> None:
        while claimed := store.claim(NOW, limit):
            for job in claimed:
                store.done(job)

    return rate(count, work)


def classify() -> list[Row]:
    """Messages read by the built-in engine against a scikit-learn pipeline that tells the category only."""
    from nlu import training_data  # noqa: PLC0415  # the models cost seconds that the rest need not wait for
    from nlu.embedded import load_engine  # noqa: PLC0415

    examples = training_data.load(ROOT / "data" / "nlu")
    texts = [example.text for example in examples][::16]
    engine = load_engine(ROOT / "data", ROOT / "var" / "models")
    pipeline = peer_of(examples)
    pairs = [(text, "") for text in texts]
    singly = best(
        lambda: rate(len(texts), lambda: [engine.read(text) for text in texts]),
        lambda: rate(len(texts), lambda: [pipeline.predict([text]) for text in texts]),
    )
    at_once = best(
        lambda: rate(len(texts), lambda: engine.read_many(pairs)),
        lambda: rate(len(texts), lambda: pipeline.predict(texts)),
    )
    peer = "scikit-learn, category only"
    return [
        Row("messages read whole, one at a time", peer, "messages", *singly),
        Row("messages read whole, at once", peer, "messages", *at_once),
    ]


def matching() -> list[Row]:
    """Decisions of matching beside its peers; how well each decides, and the cost by size, stand in tables of their own."""
    import matching as bench  # noqa: PLC0415  # bench/matching.py, a script of its own as well

    found, (ours, *peers) = bench.measure((1_000, 10_000))
    bench.show(found, (ours, *peers))
    return [Row("reports matched", peer.what, "decisions", 1e6 / ours.us, 1e6 / peer.us) for peer in peers]


def peer_of(examples: Sequence[Any]) -> Any:
    """What one would write in five lines: words, logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    pipeline = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression())
    return pipeline.fit([example.text for example in examples], [example.intent for example in examples])


def best(ours: Rate, theirs: Rate) -> tuple[float, float]:
    """The best of some rounds of both, taking turns."""
    rounds = [(ours(), theirs()) for _ in range(ROUNDS)]
    return max(one for one, _ in rounds), max(other for _, other in rounds)


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


@contextmanager
def fresh_store() -> Iterator[Store]:
    """A store on an empty SQLite database, as `elapor up` opens it."""
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
        store = open_store(f"sqlite:///{folder}/elapor.db", SECRET)
        yield store
        store.close()


_numbers = iter(range(10**9))


def fresh() -> int:
    """A number that was not there before."""
    return next(_numbers)


def fresh_deliveries(count: int) -> Iterator[list[Delivered]]:
    """Lists of deliveries that were not there before."""
    while True:
        yield [Delivered("telegram", BODY + str(fresh()).encode(), NOW) for _ in range(count)]


def fresh_rows(count: int) -> Iterator[list[dict[str, Any]]]:
    """Lists of rows of the delivery table that were not there before."""
    while True:
        row = {"channel": "telegram", "body": BODY, "received_at": NOW, "outcome": "kept", "reason": ""}
        yield [row | {"key": str(fresh())} for _ in range(count)]


def batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items in runs of `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    table = Table(title="Beside its peer, in the same run")
    for heading in ("what", "peer", "ours /s", "peer /s", "times"):
        table.add_column(heading, justify="left" if heading in ("what", "peer") else "right")
    for row in rows:
        table.add_row(row.what, row.peer, f"{row.ours:,.0f}", f"{row.theirs:,.0f}", f"{row.ratio:.1f}")
    Console().print(table)


def machine() -> dict[str, str]:
    """Where it ran."""
    return {"python": platform.python_version(), "system": platform.platform(), "at": NOW.isoformat(timespec="seconds")}


if __name__ == "__main__":
    main()
