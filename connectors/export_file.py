"""Opens a chat export, a `.txt` or the `.zip` in which phones hand it over, and trusts nothing in it."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from connectors.export_lines import NotAnExport

_ENTRIES = 2_000
_DIRECTORY = 1 << 20  # bytes: far more than 2,000 entries take
_INFLATED = 512 << 20  # bytes of one entry
_RATIO = 100  # chats shrink to a tenth
_SMALL = 1 << 20  # bytes that may have any ratio
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_LINE = 70_000  # characters: a longer line is read in pieces
_END = struct.Struct("<4s4H2LH")
"""End of central directory (PKWARE APPNOTE 4.3.16): signature, disks, entries, size and offset, length of the comment."""


class UnsafeArchive(Exception):
    """The archive is not one that WhatsApp makes (too large, too many or nested entries, links, or paths that lead out)."""


@contextmanager
def chat_lines(path: Path) -> Iterator[Iterator[str]]:
    """Open the chat's lines for one reading; raises NotAnExport, UnsafeArchive, or OSError where the file cannot be read."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"PK"
        file.seek(0)
        if not zipped:
            with _decoded(file) as text:
                yield _lines(text)
            return
        _check_directory(file)
        try:
            with zipfile.ZipFile(file) as archive, archive.open(_chat(archive)) as chat, _decoded(chat) as text:
                yield _lines(text)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as why:
            raise NotAnExport from why


def _decoded(raw: IO[bytes]) -> io.TextIOWrapper:
    """Decode UTF-8, or UTF-16 where an editor has saved it so; what is neither becomes replacement characters."""
    start = raw.read(2)
    raw.seek(0)
    encoding = "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return io.TextIOWrapper(raw, encoding=encoding, errors="replace")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Give lines, a very long one in pieces, so that no file fills the memory."""
    return iter(lambda: text.readline(_LINE), "")


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a huge list of entries before anything reads it; WhatsApp never needs the zip64 form."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END.size - 20 - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise NotAnExport
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    if entries >= _ENTRIES or directory > _DIRECTORY or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise UnsafeArchive
    file.seek(0)


def _chat(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Find the chat among the entries, all of which must be harmless."""
    entries = archive.infolist()
    if any(_harmful(entry) for entry in entries):
        raise UnsafeArchive
    texts = [entry for entry in entries if entry.filename.casefold().endswith(".txt")]
    known = [entry for entry in texts if _known(PurePosixPath(entry.filename).name)]
    if len(known or texts) != 1:
        raise NotAnExport
    return (known or texts)[0]


def _known(name: str) -> bool:
    """Whether phones name the chat so: `_chat.txt` (iOS), `WhatsApp Chat with X.txt`, `Chat WhatsApp dengan X.txt`."""
    return name == "_chat.txt" or name.casefold().startswith(("whatsapp chat", "chat whatsapp"))


def _harmful(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    path = PurePosixPath(name)
    leads_out = path.is_absolute() or ".." in path.parts or "\\" in name or name[1:2] == ":" or "\0" in name
    swollen = entry.file_size > max(_SMALL, entry.compress_size * _RATIO) or entry.file_size > _INFLATED
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    sealed = entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return bool(leads_out or swollen or linked or sealed or path.suffix.casefold() in _ARCHIVES)
