"""Commands on the store: done here, or handed over DIR/elapor.sock to the program that has the database open."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from aggregator.cli import arguments
from aggregator.cli.streams import Streams
from aggregator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.app import App

SOCKET = "elapor.sock"


def run(given: Sequence[str], args: argparse.Namespace, settings: Settings) -> int:
    """Do a store command: by the running program if there is one, else by ourselves."""
    with _connected(settings.data / SOCKET) as there:
        if there is not None and not settings.postgres:
            return _hand_over(there, given)
    from aggregator.app import App

    app = App(settings, progress=_tell)
    ask = _ask if sys.stdin.isatty() else None
    width = shutil.get_terminal_size().columns
    streams = Streams(sys.stdin, sys.stdout, sys.stderr, Path.cwd(), width, sys.stderr.isatty(), ask)
    try:
        return perform(app, args, streams)
    finally:
        app.store.close()


def perform(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Do a parsed command on an app; what people did wrong is said in a sentence, not in a traceback."""
    from aggregator.cli.refusals import refused

    with refused(streams) as outcome:
        outcome.status = arguments.load(args)(app, args, streams)
    return outcome.status


def _tell(words: str) -> None:
    print(words, file=sys.stderr)


def _ask(question: str) -> str:
    """Put a question on the terminal; "" at the end of input."""
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


@contextmanager
def _connected(path: Path) -> Iterator[socket.socket | None]:
    """A connection to the running program, or None where none listens."""
    there = socket.socket(socket.AF_UNIX)
    try:
        there.connect(_short(path))
    except OSError:
        yield None
    else:
        yield there
    finally:
        there.close()


def _short(path: Path) -> str:
    """A socket's path may hold 107 bytes: a long one is named from where we stand."""
    return min(str(path), os.path.relpath(path), key=len)


def _hand_over(there: socket.socket, given: Sequence[str]) -> int:
    with _ends(there) as (frames, wire):
        _send_header(given, wire)
        threading.Thread(target=_send_input, args=(there, wire), daemon=True).start()
        for line in frames:
            frame = json.loads(line)
            if "exit" in frame:
                return int(frame["exit"])
            _show(frame, wire)
    print("Program yang berjalan berhenti sebelum selesai. Ulangi perintah ini.", file=sys.stderr)
    return 1


def _send_header(given: Sequence[str], wire: IO[str]) -> None:
    """What was typed, where, and who sits there."""
    header: dict[str, Any] = {
        "argv": list(given),
        "folder": str(Path.cwd()),
        "width": shutil.get_terminal_size().columns,
    }
    header |= {"terminal": sys.stderr.isatty(), "asks": sys.stdin.isatty()}
    wire.write(json.dumps(header) + "\n")
    wire.flush()


def _show(frame: dict[str, str], wire: IO[str]) -> None:
    """Print what the other end printed; answer what it asks."""
    if "ask" in frame:
        wire.write(_ask(frame["ask"]) + "\n")
        wire.flush()
        return
    stream = sys.stdout if "out" in frame else sys.stderr
    stream.write(frame.get("out", frame.get("err", "")))
    stream.flush()


@contextmanager
def _ends(connection: socket.socket) -> Iterator[tuple[IO[str], IO[str]]]:
    """What is read and what is written, each by itself: one file for both forgets what it has read ahead when it writes."""
    lines, wire = (connection.makefile(mode, encoding="utf-8", errors="surrogateescape") for mode in ("r", "w"))
    try:
        yield lines, wire
    finally:
        for end in (lines, wire):
            with suppress(OSError):  # the other end hung up before it had read all
                end.close()


def _send_input(there: socket.socket, file: IO[str]) -> None:
    """Our standard input follows the header (from a terminal only answers do); a command that reads none hangs up first."""
    try:
        if sys.stdin.isatty():
            return
        for line in sys.stdin:
            file.write(line)
        file.flush()
        there.shutdown(socket.SHUT_WR)
    except (OSError, ValueError):
        return


class _Frames:
    """A text stream whose writes become frames on the wire."""

    def __init__(self, wire: IO[str], name: str) -> None:
        self._wire, self._name = wire, name

    def write(self, words: str) -> int:
        self._wire.write(json.dumps({self._name: words}) + "\n")
        return len(words)

    def flush(self) -> None:
        self._wire.flush()

    def isatty(self) -> bool:
        return False


class Listener:
    """Takes commands handed over while the program runs; one thread a command."""

    def __init__(self, app: App) -> None:
        self._path = app.settings.data / SOCKET
        self._path.unlink(missing_ok=True)

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                serve(app, self.connection)

        self._server = socketserver.ThreadingUnixStreamServer(_short(self._path), Handler)
        self._server.daemon_threads = True
        self._path.chmod(0o600)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


def _asking(lines: IO[str], wire: IO[str]) -> Callable[[str], str]:
    """What puts a question to the caller over the wire."""

    def ask(question: str) -> str:
        wire.write(json.dumps({"ask": question}) + "\n")
        wire.flush()
        return lines.readline().strip()

    return ask


def serve(app: App, connection: socket.socket) -> None:
    """Do one command that was handed over."""
    with _ends(connection) as (lines, wire), suppress(OSError, ValueError):  # the caller may hang up
        header = json.loads(lines.readline())
        status = perform(app, arguments.parser().parse_args(header["argv"]), _streams(header, lines, wire))
        wire.write(json.dumps({"exit": status}) + "\n")
        wire.flush()


def _streams(header: dict[str, Any], lines: IO[str], wire: IO[str]) -> Streams:
    """What a command reads and writes at this end of the wire."""
    out: Any = _Frames(wire, "out")
    err: Any = _Frames(wire, "err")
    ask = _asking(lines, wire) if header["asks"] else None
    return Streams(() if ask else lines, out, err, Path(header["folder"]), header["width"], header["terminal"], ask)
