"""How long replies on a healthy channel take while another channel is dead, against the same run in which it is well.

`.venv/bin/python bench/dead_channel.py [--replies N]` has one `elapor up` on SQLite send replies owed on WhatsApp and Telegram in
turn; WhatsApp is well, refuses the token, fails (503) or takes calls and never answers. The delay is from being owed to being
taken by Telegram. The token case pauses the channel, so it makes the others faster.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "program")]

from crash import MODELS  # noqa: E402
from debts import Debts  # noqa: E402
from hands import Hand  # noqa: E402
from processes import environment, free_port  # noqa: E402

from aggregator.demo.platforms.platforms import Fault  # noqa: E402
from aggregator.demo.platforms.server import serving  # noqa: E402
from aggregator.store.store import open_store  # noqa: E402

ALWAYS = 10**6
WAYS = {
    "well": None,
    "token refused": Fault("whatsapp", 401, 190, ALWAYS),
    "503": Fault("whatsapp", 503, times=ALWAYS),
    "never answers": Fault("whatsapp", how="hang", times=ALWAYS),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=600, help="how many are owed, half of them on each channel")
    replies = parser.parse_args().replies
    print("| WhatsApp | Telegram: median s | 99 % s | ratio of medians |\n|---|---|---|---|")
    well = 0.0
    for name, fault in WAYS.items():
        median, most = np.percentile(delays(replies, fault), (50, 99))
        well = well or median
        print(f"| {name} | {median:.1f} | {most:.1f} | {median / well:.2f} |", flush=True)


def delays(replies: int, fault: Fault | None) -> list[float]:
    """Seconds until Telegram took each reply."""
    with tempfile.TemporaryDirectory(prefix="elapor-dead-", dir="/tmp") as folder, serving() as platforms:
        platforms.faults = [fault] if fault else []
        env = environment(f"sqlite:///{folder}/elapor.db", platforms.base_url, MODELS)
        store = open_store(env["ELAPOR_DATABASE_URL"], env["ELAPOR_SECRET_KEY"])
        Debts.of(replies, ("whatsapp", "telegram")).owe(store, datetime.now(UTC))
        hand = Hand("up", env, Path(folder) / "up", free_port())
        hand.start()
        try:
            while len(taken := platforms.sent("telegram")) < replies // 2:
                time.sleep(0.1)
        finally:
            hand.end()
            store.close()
        began = datetime.fromisoformat(platforms.ledger[0].at)  # importing is not what is measured
        return [(datetime.fromisoformat(entry.at) - began).total_seconds() for entry in taken]


if __name__ == "__main__":
    main()
