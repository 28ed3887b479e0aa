"""Runs the stand-ins as a process of their own, whose ledger outlives the program that sends to them."""

from __future__ import annotations

import argparse
import contextlib
import threading
from pathlib import Path

from aggregator.demo.platforms.server import serving


def main() -> None:
    """Serve until interrupted; the address is printed first."""
    parser = argparse.ArgumentParser(prog="python -m aggregator.demo.platforms", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on loopback; 0 takes any free one")
    parser.add_argument("--ledger", type=Path, help="file to which every message taken is appended as a JSON line")
    told = parser.parse_args()
    with serving(told.port, told.ledger) as platforms:
        print(platforms.base_url, flush=True)  # noqa: T201 - what the command is asked for
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
