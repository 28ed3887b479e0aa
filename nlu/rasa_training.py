"""A folder that Rasa can train from, made of `data/` and `config.yml`, which Rasa itself would rewrite."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from nlu import training_data
from nlu.categories import load_categories

ASSISTANT = "elapor"
"""Rasa's assistant_id: where there is none, Rasa invents one and writes it into the configuration."""
LONGEST = 2_000
"""Characters of a text that Rasa is given: the work of its attention grows with the square of the words."""

_OF_RASA = ("recipe", "language", "pipeline")
_ROUND = str.maketrans("[]{}", "()()")
_COMMAND = re.compile(r"^[\s/]+")


def plain(text: str) -> str:
    """A text as Rasa may have it, in training and in use: one line of at most 2,000 characters without control characters,
    without brackets that its training format reads as markup, and without the leading slash by which a message would name
    its intent itself and pass the model by (Rasa strips white space before it looks for the slash).
    """
    shown = "".join(char if char.isprintable() else " " for char in text[: 2 * LONGEST])
    return _COMMAND.sub("", shown.translate(_ROUND))[:LONGEST].strip()


def prepare(data: Path, config: Path, folder: Path, epochs: int = 0) -> int:
    """Write nlu.yml, domain.yml and config.yml into `folder` and return how many training messages there are; `epochs` other
    than 0 stand in for those of config.yml. Raises BadTrainingData, BadCategories, OSError or yaml.YAMLError.
    """
    examples = [replace(example, text=plain(example.text)) for example in training_data.load(data / "nlu")]
    examples = [example for example in examples if example.text]
    intents = [training_data.NO_REPORT, *load_categories(data / "categories.yml")]
    folder.mkdir(parents=True, exist_ok=True)
    training_data.write(folder / "nlu.yml", examples)
    _write(folder / "domain.yml", {"version": "3.1", "intents": intents})
    _write(folder / "config.yml", recipe(yaml.safe_load(config.read_text("utf-8")), epochs))
    return len(examples)


def recipe(config: Mapping[str, Any], epochs: int = 0) -> dict[str, Any]:
    """Rasa's part of config.yml, with a fixed assistant_id; `epochs` other than 0 for every component that has some."""
    own = {key: config[key] for key in _OF_RASA if key in config}
    pipeline = [
        {**component, "epochs": epochs} if epochs and "epochs" in component else component
        for component in own.get("pipeline", ())
    ]
    return {**own, "assistant_id": ASSISTANT, "pipeline": pipeline}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True), "utf-8")


def main() -> None:
    """`python -m nlu.rasa_training DATA CONFIG FOLDER [--epochs N]`."""
    parser = argparse.ArgumentParser(prog="nlu.rasa_training", description=__doc__)
    for name in ("data", "config", "folder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--epochs", type=int, default=0)
    args = parser.parse_args()
    prepare(args.data, args.config, args.folder, args.epochs)


if __name__ == "__main__":
    main()
