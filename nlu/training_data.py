"""Training messages in Rasa's NLU format, read into typed examples and written back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

import yaml

from nlu.base import ReportClass, Urgency

NO_REPORT = "bukan_laporan"
"""The intent of messages that are no report; every other intent is a category's code."""

KINDS = (
    "agama", "berita", "candaan", "dagang", "hiburan", "keseharian", "menegur", "pendapat", "pengetahuan", "pengumuman",
    "perasaan", "percakapan", "pujian",
)  # fmt: skip
"""The kinds of what is no report."""
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads YAML; libyaml's is about ten times as quick."""
_CLASSES = (*get_args(ReportClass), None)
_URGENCIES = (*get_args(Urgency), None)
_KEYS = {"class", "urgency", "supervised", "lang", "kind"}


class BadTrainingData(ValueError):
    """A training file cannot be read."""


@dataclass(frozen=True, slots=True)
class Example:
    """One training message with its labels; `report_class` and `urgency` are None where it is no report."""

    text: str
    intent: str
    report_class: ReportClass | None = None
    urgency: Urgency | None = None
    supervised: bool = False
    lang: str = "id"
    kind: str = ""
    """One of KINDS where it is no report, or "" where nobody said."""

    @property
    def is_report(self) -> bool:
        """Whether the message is a report."""
        return self.intent != NO_REPORT


def load(folder: Path) -> list[Example]:
    """All examples of a folder's *.yml in the order of the file names; BadTrainingData names the file and what is wrong."""
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise BadTrainingData(f"{folder}: no training files (*.yml)")
    return [example for path in files for example in load_file(path)]


def load_file(path: Path) -> list[Example]:
    """The examples of one file; BadTrainingData names the file and what is wrong."""
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=LOADER)  # noqa: S506 - CSafeLoader is safe
        return [example for block in content["nlu"] for example in _block(block)]
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadTrainingData(f"{path.name}: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise BadTrainingData(f"{path.name}: not in Rasa's NLU format ({error!r})") from error
    except ValueError as error:
        raise BadTrainingData(f"{path.name}: {error}") from error


def write(path: Path, examples: Iterable[Example]) -> None:
    """Write examples in Rasa's NLU format, grouped by their labels; Rasa's own markup in them is made harmless."""
    ordered = sorted(examples, key=_labels)
    blocks = [_as_block(intent, list(group)) for intent, group in groupby(ordered, key=_labels)]
    path.write_text('version: "3.1"\nnlu:' + ("\n" + "".join(blocks) if blocks else " []\n"), "utf-8")


def one_line(text: str) -> str:
    """One line without control characters, Rasa's entity markup or its leading slash (it would name an intent)."""
    line = text.strip().lstrip("/ \t\n").replace("\n", "\\n").translate(str.maketrans("[]{}", "()()"))
    return "".join(char if char.isprintable() else " " * char.isspace() for char in line).strip()


def unfolded(line: str) -> str:
    """The text that stands in one line of a file."""
    return line.replace("\\n", "\n")


def _block(block: dict[str, Any]) -> Iterator[Example]:
    if "intent" not in block:  # Rasa's synonyms, lookups and regexes are not ours
        return
    labels = block.get("metadata") or {}
    _check(block["intent"], labels)
    for text in _texts(block["examples"]):
        yield Example(
            text=text,
            intent=block["intent"],
            report_class=labels.get("class"),
            urgency=labels.get("urgency"),
            supervised=bool(labels.get("supervised", False)),
            lang=str(labels.get("lang", "id")),
            kind=str(labels.get("kind", "")),
        )


def _check(intent: str, labels: dict[str, Any]) -> None:
    if unknown := set(labels) - _KEYS:
        raise ValueError(f"{intent}: unknown label {sorted(unknown)}")
    if labels.get("class") not in _CLASSES or labels.get("urgency") not in _URGENCIES:
        raise ValueError(f"{intent}: unknown class or urgency in {labels}")
    if labels.get("kind", "") not in ("", *KINDS):
        raise ValueError(f"{intent}: unknown kind {labels['kind']!r}; known: {', '.join(KINDS)}")


def _texts(examples: str | list[Any]) -> Iterator[str]:
    """Rasa's two ways to list examples: a block of lines with dashes, or a list of {text, metadata}."""
    lines = examples.splitlines() if isinstance(examples, str) else [f"- {row['text']}" for row in examples]
    for line in lines:
        if not line.strip():
            continue
        if not line.lstrip().startswith("- "):
            raise ValueError(f"an example must begin with a dash: {line[:40]!r}")
        yield unfolded(line.lstrip()[2:].strip())


def _labels(example: Example) -> tuple[str, ...]:
    e = example
    return e.intent, e.report_class or "", e.urgency or "", str(e.supervised).lower(), e.lang, e.kind


def _as_block(labels: tuple[str, ...], group: list[Example]) -> str:
    intent, report_class, urgency, supervised, lang, kind = labels
    named = {"class": report_class, "urgency": urgency, "supervised": supervised, "lang": lang}
    if intent == NO_REPORT:
        named = {"kind": kind, "lang": lang}
    metadata = ", ".join(f"{key}: {value}" for key, value in named.items() if value)
    lines = "".join(f"    - {one_line(example.text)}\n" for example in group)
    return f"- intent: {intent}\n  metadata: {{{metadata}}}\n  examples: |\n{lines}"
