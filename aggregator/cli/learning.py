"""`corrections`, `train`: what people decided in review becomes examples, and the engine learns from them."""

from __future__ import annotations

import argparse
import sys

from aggregator.app import App
from aggregator.cli.reading import models
from aggregator.cli.streams import Streams
from aggregator.settings import ROOT, Settings
from nlu import corrections as learned
from nlu import landmarks
from nlu.gazetteer import Gazetteer
from nlu.training import WorseModel
from nlu.training import train as fit
from nlu.training_data import BadTrainingData

_QUESTIONS = {"report": "aduan atau bukan (F1)", "category": "kategori (F1 rata-rata)"}


def corrections(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Write what people decided otherwise than was read to DATA/corrections.yml, and landmarks that they name again and again."""
    del args
    decided, folder = app.store.decided(), app.settings.data
    examples = learned.examples(decided)
    learned.save(folder / learned.FILE, examples)
    streams.out.write(f"{len(examples)} koreksi peninjau ditulis ke {folder / learned.FILE}.\n")
    proposed = landmarks.proposals(decided, Gazetteer.load(ROOT / "data" / "wilayah"))
    landmarks.save(folder / landmarks.FILE, proposed)
    if proposed:
        where = "periksa, lalu salin yang benar ke data/wilayah/landmarks.csv"
        streams.out.write(f"{len(proposed)} usulan patokan ditulis ke {folder / landmarks.FILE}: {where}.\n")
    return 0


def train(settings: Settings, args: argparse.Namespace) -> int:
    """Train the embedded engine from data/nlu/ and, where that is wished, from corrections; a worse model is refused."""
    file = None
    if args.with_corrections:
        if status := _exported(settings):
            return status
        file = settings.data / learned.FILE
    try:
        new = fit(ROOT / "data", models(settings), _tell, learned=file, even_if_worse=args.even_if_worse)
    except WorseModel as error:
        print(_refusal(error), file=sys.stderr)
        return 1
    except BadTrainingData as error:
        print(f"Data latih tidak dapat dibaca: {error}", file=sys.stderr)
        return 1
    figures = ", ".join(f"{_QUESTIONS[name]} {new.quality[name]:.3f}" for name in _QUESTIONS)
    print(f"Model tersimpan: {figures}. Program yang sedang berjalan memakainya setelah dijalankan ulang.")
    return 0


def forget(app: App) -> None:
    """Take out of the files of corrections whatever the store has forgotten since they were written."""
    files = [folder / learned.FILE for folder in (app.settings.data, models(app.settings))]
    if any(file.exists() for file in files):
        still = learned.examples(app.store.decided())
        for file in files:
            learned.renew(file, still)


def _exported(settings: Settings) -> int:
    """Have the corrections written by whoever has the store open."""
    from aggregator.cli import handover
    from aggregator.cli.arguments import parser

    given = ["--data", str(settings.data), "corrections"]
    return handover.run(given, parser().parse_args(given), settings)


def _refusal(error: WorseModel) -> str:
    fallen = "; ".join(f"{_QUESTIONS[name]} {old:.3f} → {new:.3f}" for name, (old, new) in error.fallen.items())
    return (
        f"Model baru membaca lebih buruk daripada yang ada: {fallen}. Model yang ada tetap dipakai. "
        "Dengan --even-if-worse model itu tetap diganti."
    )


def _tell(words: str) -> None:
    print(words, file=sys.stderr)
