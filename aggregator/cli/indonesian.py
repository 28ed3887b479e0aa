"""argparse in Indonesian: headings, usage, and what is said of a command typed wrongly."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any, NoReturn

_SAID = (
    (r"the following arguments are required: (.+)", r"wajib diisi: \1"),
    (r"one of the arguments (.+) is required", r"salah satu wajib diisi: \1"),
    (r"unrecognized arguments: (.+)", r"tidak dikenal: \1"),
    (r"argument (\S+): invalid choice: (.+?) \(choose from (.+)\)", r"argumen \1: \2 bukan pilihan; pilihannya: \3"),
    (r"argument (.+): expected one argument", r"argumen \1 memerlukan isi"),
    (r"argument (.+): expected at least one argument", r"argumen \1 memerlukan sedikitnya satu isi"),
    (r"argument (.+): expected (\d+) arguments?", r"argumen \1 memerlukan \2 isi"),
    (r"argument (.+): invalid int value: (.+)", r"argumen \1: \2 bukan bilangan bulat"),
    (r"argument (.+): invalid \w+ value: (.+)", r"argumen \1: \2 tidak dapat dibaca"),
    (r"argument (.+): ignored explicit argument (.+)", r"argumen \1 tidak menerima isi: \2"),
    (r"argument (.+): not allowed with argument (.+)", r"argumen \1 tidak dapat dipakai bersama \2"),
    (r"ambiguous option: (.+) could match (.+)", r"pilihan \1 dapat berarti \2"),
)
"""argparse's own sentences (CPython 3.11 to 3.13), and ours."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks Indonesian; the parsers of its commands are such too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"add_help": False, "formatter_class": _Formatter}))
        self._positionals.title, self._optionals.title = "argumen", "pilihan"
        self.add_argument("-h", "--help", action="help", help="tampilkan bantuan ini")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how it is used; exit status 2."""
        self.exit(2, f"{self.format_usage()}{self.prog}: {indonesian(message)}\n")


class _Formatter(argparse.HelpFormatter):
    """Usage under an Indonesian heading."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "pemakaian: " if prefix is None else prefix)


def indonesian(message: str) -> str:
    """A sentence of argparse in Indonesian; one that is none of its own stays as it is."""
    for said, ours in _SAID:
        found = re.fullmatch(said, message, re.DOTALL)
        if found:
            return found.expand(ours)
    return message
