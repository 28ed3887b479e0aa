"""An invented export of 200,000 lines: how fast, and in how much memory, it is looked through, streamed and stored.

`python bench/export.py`, or `measure()` from `bench/run.py`. Beside each step stands the least that one could do with the
file: go through its lines with one regular expression. Every step runs in a process of its own, whose peak memory
(ru_maxrss, above what its imports took) is its alone.
"""

from __future__ import annotations

import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LINES = 200_000
ROUNDS = 2
PEER = "lines with one regex"
ZONE, GROUP = "Asia/Makassar", "Warga Rekaan"
HEADER = re.compile(r"(\d\d/\d\d/\d\d) (\d\d\.\d\d) - ([^:]+): (.*)")
SAID = (
    "iya",
    "jalan di depan pasar rusak lagi, kemarin ada yang jatuh",
    "<Media tidak disertakan>",
    "lampu jalan RT 3 mati sejak malam minggu\nsudah dilaporkan ke pak RT\nbelum ada kabar",
    "\u200eIMG-20260921-WA0001.jpg (file terlampir)\ngorong-gorong mampet",
    "@6281255550101 tolong dicek 🙏",
    "Pesan ini dihapus",
    "air PDAM keruh dari tadi pagi <Pesan ini diedit>",
)


class Figure(NamedTuple):
    """One comparison, in the order of run.py's Row: rates in `unit` a second, or peak memory in MB."""

    what: str
    peer: str
    unit: str
    ours: float
    theirs: float


def measure(lines: int = LINES) -> list[Figure]:
    """Invent the file and measure every step; rates first, then peak memory."""
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
        path = Path(folder) / "chat.txt"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(islice(invented(), lines))
        found = {step: _best(step, path) for step in STEPS}
    least = found.pop("lines")
    rates = [Figure(f"export {step}", PEER, "lines", lines / s, lines / least[0]) for step, (s, _) in found.items()]
    peaks = [Figure(f"export {step}, peak memory", PEER, "MB", mb, least[1]) for step, (_, mb) in found.items()]
    return rates + peaks


def invented() -> Iterator[str]:
    """Lines of a group that never falls silent, the same every time."""
    dice, at = random.Random(63_04), datetime(2024, 1, 1, 5, 0, tzinfo=UTC)
    while True:
        at += timedelta(seconds=dice.randrange(240))
        if dice.random() < 0.02:
            said = f"Anggota {dice.randrange(200)} bergabung menggunakan tautan undangan grup ini"
        else:
            said = f"Anggota {dice.randrange(200)}: {dice.choice(SAID)} {dice.choice(('', dice.randrange(999)))}"
        yield from f"{at:%d/%m/%y %H.%M} - {said.rstrip()}\n".splitlines(keepends=True)


def _best(step: str, path: Path) -> tuple[float, float]:
    """Seconds and MB of the best of some rounds."""
    rounds = [_alone(step, path) for _ in range(ROUNDS)]
    return min(s for s, _ in rounds), min(mb for _, mb in rounds)


def _alone(step: str, path: Path) -> tuple[float, float]:
    """Do a step in a process of its own."""
    command = [sys.executable, str(Path(__file__)), step, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    told = json.loads(done.stdout)
    return told["seconds"], told["mb"]


def lines_only(path: Path) -> None:
    """Go through the lines with one regular expression."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            HEADER.match(line)


def looked_through(path: Path) -> None:
    """Learn how the file is written."""
    from connectors.whatsapp_export import read_export  # noqa: PLC0415  # its step alone pays for it

    read_export(path, ZONE)


def streamed(path: Path) -> None:
    """Look through, then stream all messages."""
    from connectors.whatsapp_export import read_export  # noqa: PLC0415

    for _ in read_export(path, ZONE):
        pass


def batched(path: Path) -> None:
    """Make the deliveries that store the file."""
    from connectors.whatsapp_export import batches  # noqa: PLC0415

    for _ in batches(path, GROUP, ZONE):
        pass


def stored(path: Path) -> None:
    """Keep those deliveries in an SQLite database beside the file, as `import-chat` does."""
    from aggregator.store.deliveries import Delivered  # noqa: PLC0415
    from aggregator.store.store import open_store  # noqa: PLC0415
    from connectors.whatsapp_export import batches  # noqa: PLC0415

    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        store = open_store(f"sqlite:///{folder}/elapor.db", "a secret of the benchmarks")
        bodies = batches(path, GROUP, ZONE)
        while some := list(islice(bodies, 20)):
            store.keep([Delivered("whatsapp_export", body, now) for body in some])
        store.close()


STEPS: dict[str, Callable[[Path], None]] = {
    "lines": lines_only,
    "looked through": looked_through,
    "streamed": streamed,
    "batched": batched,
    "stored": stored,
}


def peak() -> float:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def do(step: str, path: Path) -> None:
    """Do one step, once on nothing so that its imports don't count; print what it took."""
    warm = path.with_name(f"warm-{step.replace(' ', '-')}.txt")
    warm.write_text("".join(islice(invented(), 30)), encoding="utf-8")
    STEPS[step](warm)
    before, began = peak(), time.perf_counter()
    STEPS[step](path)
    print(json.dumps({"seconds": time.perf_counter() - began, "mb": peak() - before}))


def main() -> None:
    """Print every figure."""
    for one in measure():
        ratio = one.ours / one.theirs if one.theirs else float("nan")
        print(f"{one.what:32} {one.ours:12,.1f} {one.unit:6} {one.peer}: {one.theirs:12,.1f}  x {ratio:.2f}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        sys.path.insert(0, str(ROOT))
        do(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
