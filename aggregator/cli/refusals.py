"""What people did wrong, said in a sentence: the exceptions whose message is meant for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.rules.status import MoveRefusedError
from aggregator.store.lookup import CannotJoinError, UnknownCodeError
from aggregator.store.people import LoginTakenError
from aggregator.store.reviewing import DecidedError

if TYPE_CHECKING:
    from aggregator.cli.streams import Streams

_SAID = (MoveRefusedError, UnknownCodeError, LoginTakenError, CannotJoinError, DecidedError)


@dataclass
class Outcome:
    """How a command ended."""

    status: int = 1


@contextmanager
def refused(streams: Streams) -> Iterator[Outcome]:
    """Say what was refused and why; the exit status is then 1. Files that cannot be read are named."""
    outcome = Outcome()
    try:
        yield outcome
    except _SAID as error:
        streams.err.write(f"{error}\n")
    except OSError as error:
        streams.err.write(f"{error.filename or 'Berkas'} tidak dapat dibaca atau ditulis: {error.strerror}.\n")
