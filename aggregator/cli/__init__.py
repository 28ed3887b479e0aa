"""The command line: `elapor <command>`; every command imports late what it needs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from aggregator.cli import arguments
from aggregator.settings import SettingsError, load_settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    given = list(sys.argv[1:] if argv is None else argv)
    args = arguments.parser().parse_args(given)
    try:
        settings = load_settings(data=Path(args.data) if args.data else None)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if args.kind == "store":
        from aggregator.cli import handover

        return handover.run(given, args, settings)
    command = arguments.load(args)
    try:
        status: int = command(settings, args)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    return status
