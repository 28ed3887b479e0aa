"""`elapor up --demo` on a part of the recorded feed: `python playing.py FEED COMMAND…`."""

from __future__ import annotations

import sys
from pathlib import Path

from aggregator.cli import demo, main
from aggregator.demo.player import Player


class Part(Player):
    """Plays the feed that was named."""

    async def play(self, feed: Path = Path(sys.argv[1]), repeat: int = 1) -> int:
        return await super().play(feed, repeat)


if __name__ == "__main__":
    demo.Player = Part
    sys.exit(main(sys.argv[2:]))
