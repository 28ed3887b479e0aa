"""The whole program, and the stand-ins of the platforms, as processes of their own; what a program is told to be one of ours."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feeds

from aggregator.settings import ROOT


class Program:
    """The whole program in a process of its own, started again whenever it was killed."""

    def __init__(self, models: Path, log: Path) -> None:
        command = [sys.executable, str(Path(__file__).with_name("whole.py")), str(models)]
        plain = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        with log.open("ab") as errors:
            self._forks = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=plain, cwd=ROOT
            )
        self._pid = 0

    def start(self, order: dict[str, Any]) -> None:
        """Start it, and wait until its port answers or it is dead."""
        self._write(order)
        self._pid = self._read()["pid"]

    def alive(self) -> bool:
        """Whether it runs: a killed one stays a zombie until its parent has told us."""
        with contextlib.suppress(OSError):
            return Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        return False

    def end(self) -> int:
        """Kill it if it still runs; the exit code."""
        if self._pid and self.alive():
            os.kill(self._pid, signal.SIGKILL)
        self._pid = 0
        return int(self._read()["ended"])

    def close(self) -> None:
        """End for good."""
        if self._pid:
            self.end()
        self._forks.stdin.close()
        self._forks.stdout.close()
        self._forks.wait(20)

    def _write(self, order: dict[str, Any]) -> None:
        self._forks.stdin.write(json.dumps(order) + "\n")
        self._forks.stdin.flush()

    def _read(self) -> dict[str, Any]:
        return json.loads(self._forks.stdout.readline())


@contextlib.contextmanager
def platforms(ledger: Path) -> Iterator[str]:
    """The stand-ins of the platforms as a process of their own; gives their address."""
    command = [sys.executable, "-m", "aggregator.demo.platforms", "--ledger", str(ledger)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def environment(url: str, base_url: str, models: Path) -> dict[str, str]:
    given = {
        **feeds.SECRETS,
        "DATABASE_URL": url,
        "SECRET_KEY": "a secret invented for the tests",
        "MODELS": str(models),
    }
    given |= {"TURN_SETTLE_S": "0.05", "WHATSAPP_PHONE_ID": feeds.NUMBER, "TELEGRAM_TOKEN": "7000000001:rekaan"}
    for channel in ("TELEGRAM", "WHATSAPP", "FACEBOOK", "INSTAGRAM", "SMS"):
        given[f"{channel}_BASE_URL"] = base_url
        given.setdefault(f"{channel}_TOKEN", "rekaan")
    return {f"ELAPOR_{name}": value for name, value in given.items()}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
