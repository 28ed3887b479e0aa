"""The built-in engine beside Rasa's DIET and LogisticRegressionClassifier: trained on one copy of the data, tested on one set.

`python bench/rasa.py [--epochs 40]` after `make .rasa/ready`; DIET takes one to two hours on two cores. Every training and
every reading runs in a process of its own, whose time and peak memory (ru_maxrss) are its alone; texts are read one at a
time, by the built-in engine once for all it reads and once for what Rasa is asked: report or not, and the category. The copy, the models and the logs stay in `.rasa/bench/`; DIET's loss of each epoch goes to `bench/rasa_loss.csv`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from rasa_table import Measured, show

from nlu import counting, evaluate, rasa_training
from nlu.base import Extraction
from nlu.categories import load_categories
from nlu.embedded import EmbeddedEngine, load_engine
from nlu.rasa import judgement
from nlu.training_data import NO_REPORT

ROOT = Path(__file__).resolve().parent.parent
LOSS = ROOT / "bench" / "rasa_loss.csv"
TEST = ROOT / "tests" / "corpus" / "messages.jsonl"
RASA = ROOT / ".rasa" / "bin"
WORK = ROOT / ".rasa" / "bench"
ROUNDS = 2
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
_EPOCH = re.compile(r"(\d+)/\d+ \[[^\]]*?t_loss=([\d.e+-]+)(?:, i_acc=([\d.]+))?")


def main() -> None:
    """Measure the three and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--resume", action="store_true", help="go on with the copy and the models of .rasa/bench/")
    parser.add_argument("--step", nargs="*", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        {"train": train_embedded, "read": read_embedded}[args.step[0]](Path(args.step[1]))
        return
    if not args.resume:
        shutil.rmtree(WORK, ignore_errors=True)
        shutil.copytree(ROOT / "data", WORK / "data")
    compare(WORK, args.epochs)


def compare(folder: Path, epochs: int) -> None:
    """All of it in `folder`; the table is printed again as it grows, for DIET is slow."""
    rows = evaluate.load(TEST)
    for part in ("diet", "lr"):
        trained = rasa_training.prepare(folder / "data", ROOT / "config.yml", folder / part, epochs)
    _linear(folder / "lr" / "config.yml")
    found = [embedded(folder)]
    for name, part in (("LogisticRegression", "lr"), (f"DIET, {epochs} epochs", "diet")):
        found.append(peer(name, folder / part, rows, found[0].read))
        show(rows, found, trained)


def embedded(folder: Path) -> Measured:
    """The built-in engine, trained and then read with in two processes."""
    command = [sys.executable, __file__, "--step"]
    shutil.rmtree(folder / "models", ignore_errors=True)
    *training, _ = run([*command, "train", str(folder)], folder)
    said = run([*command, "read", str(folder)], folder)[-1]
    found = json.loads(said)
    read = [Extraction.from_record(one) for one in found["read"]]
    rates = found["rate"], found["cpu_rate"], found["memory"]
    return Measured("built-in, all it reads", *training, *rates, read, found["asked_rate"])


def train_embedded(folder: Path) -> None:
    """In a process of its own: train and save."""
    load_engine(folder / "data", folder / "models")


def read_embedded(folder: Path) -> None:
    """In a process of its own: read every text of the test, one at a time, after some to begin with as for Rasa."""
    engine = load_engine(folder / "data", folder / "models")
    rows = evaluate.load(TEST)
    for row in rows[:20]:
        engine.read(row["text"], row.get("thread") or "")
    best, least, read = float("inf"), float("inf"), []
    for _ in range(ROUNDS):
        began, used = time.perf_counter(), time.process_time()
        read = [engine.read(row["text"], row.get("thread") or "") for row in rows]
        best, least = min(best, time.perf_counter() - began), min(least, time.process_time() - used)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    rates = {"rate": len(rows) / best, "cpu_rate": len(rows) / least, "asked_rate": _asked(engine, rows)}
    json.dump({"read": [e.as_record() for e in read], **rates, "memory": memory}, sys.stdout)


def _asked(engine: EmbeddedEngine, rows: Sequence[dict[str, Any]]) -> float:
    """Texts a processor second when only gate and category are asked, which are the same as of all."""
    least = float("inf")
    for _ in range(ROUNDS):
        used = time.process_time()
        for row in rows:
            engine.judge(row["text"])
        least = min(least, time.process_time() - used)
    return len(rows) / least


def peer(name: str, folder: Path, rows: Sequence[dict[str, Any]], ours: Sequence[Extraction]) -> Measured:
    """One of Rasa's classifiers, trained and then read with in two processes; what it does not read is as we read it."""
    rasa = [str(RASA / "rasa"), "train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml", "--domain", "domain.yml"]
    kept = folder / "trained.json"
    if not kept.exists():
        *training, _ = run([*rasa, "--out", "models", "--fixed-model-name", "peer"], folder)
        kept.write_text(json.dumps(training), "utf-8")
    training = json.loads(kept.read_text("utf-8"))
    if curve := losses((folder / "log").read_text("utf-8")):
        _write_losses(curve)
    texts = json.dumps([rasa_training.plain(row["text"]) for row in rows])
    reading = [str(RASA / "python"), "-I", str(ROOT / "bench" / "rasa_peer.py"), "models/peer.tar.gz", str(ROUNDS)]
    found = json.loads(run(reading, folder, texts)[-1].splitlines()[-1])
    read = [_judged(own, answer) for own, answer in zip(ours, found["answers"], strict=True)]
    first = [
        (row["is_report"], answer["intent"]["name"] != NO_REPORT)
        for row, answer in zip(rows, found["answers"], strict=True)
    ]
    by_first = counting.score(first, answer=True).f1
    return Measured(name, *training, found["rate"], found["cpu_rate"], found["memory"], read, None, by_first)


def losses(log: str) -> list[tuple[int, str, str]]:
    """(epoch, loss, accuracy of the intent) of every epoch that a progress bar in `log` shows."""
    last = {int(epoch): (loss, accuracy) for epoch, loss, accuracy in _EPOCH.findall(log)}
    return [(epoch, *values) for epoch, values in sorted(last.items()) if epoch]


def run(command: Sequence[str], folder: Path, text: str = "") -> tuple[float, float, int, str]:
    """Run a process in `folder`: its seconds, its processor seconds, its peak memory in bytes, and what it wrote; errors go
    to `folder`/log.
    """
    given = folder / "given"
    given.write_text(text, "utf-8")
    began = time.perf_counter()
    with given.open("rb") as source, (folder / "out").open("wb") as out, (folder / "log").open("ab") as log:
        env = os.environ | QUIET
        process = subprocess.Popen(command, cwd=folder, env=env, stdin=source, stdout=out, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed: see {folder / 'log'}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, (folder / "out").read_text("utf-8")


def _judged(own: Extraction, answer: Any) -> Extraction:
    """What the Rasa engine would make of it."""
    judged = judgement(answer, load_codes())
    if judged is None:
        return own
    return replace(
        own,
        is_report=judged.report >= 0.5,
        report_confidence=judged.report,
        category=judged.category or own.category,
        category_confidence=judged.confidence,
    )


def load_codes() -> frozenset[str]:
    """The categories' codes."""
    return frozenset(load_categories(ROOT / "data" / "categories.yml"))


def _linear(config: Path) -> None:
    """Put LogisticRegressionClassifier in DIET's place."""
    held = yaml.safe_load(config.read_text("utf-8"))
    kept = [one for one in held["pipeline"] if one["name"] != "DIETClassifier"]
    held["pipeline"] = [*kept, {"name": "LogisticRegressionClassifier"}]
    config.write_text(yaml.safe_dump(held, sort_keys=False), "utf-8")


def _write_losses(curve: Sequence[tuple[int, str, str]]) -> None:
    with LOSS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("epoch", "loss", "intent_accuracy"), *curve])


if __name__ == "__main__":
    main()
