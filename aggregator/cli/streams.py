"""What a command on the store reads and writes, here or at the other end of the socket."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True, slots=True)
class Streams:
    """What a command reads and writes, here or at the other end of the socket; `folder` is where it was typed."""

    lines: Iterable[str]
    out: IO[str]
    err: IO[str]
    folder: Path
    width: int = 100
    terminal: bool = False
    """Whether `err` is shown on a terminal: a progress bar may move there."""
    ask: Callable[[str], str] | None = None
    """Puts a question to whoever typed the command and gives the answer ("" for none); None where nobody sits there."""
