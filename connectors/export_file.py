"""Opens a chat export, a `.txt` or the `.zip` in which phones hand it over, and trusts nothing in it."""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO

from connectors.export_headers import MARKS, NotAnExport

_ENTRIES = 2_000
_DIRECTORY = 1 << 20  # bytes: far more than 2,000 entries take
_INFLATED = 512 << 20  # bytes of one entry
_RATIO = 100  # chats shrink to a tenth
_SMALL = 1 << 20  # bytes that may have any ratio
_FILE = 25 << 20  # bytes of one attached file: what is larger is no picture and no voice note
_FILES = 2 << 30  # bytes of all files that one archive hands out
_LOCAL_HEADER = 30  # bytes at least between two entries (PKWARE APPNOTE 4.3.7)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_LINE = 70_000  # characters: a longer line is read in pieces
_END = struct.Struct("<4s4H2LH")
"""End of central directory (PKWARE APPNOTE 4.3.16): signature, disks, entries, size and offset, length of the comment."""


class UnsafeArchive(Exception):
    """The archive is not one that WhatsApp makes (too large, too many or nested entries, links, or paths that lead out)."""


class DamagedArchive(NotAnExport):
    """The archive begins like one and cannot be read to its end: it was cut off or spoilt on its way."""


@contextmanager
def chat_lines(path: Path) -> Iterator[Iterator[str]]:
    """Open the chat's lines for one reading; raises NotAnExport, UnsafeArchive, or OSError where the file cannot be read."""
    with _opened(path) as file:
        if not _zipped(file):
            with _decoded(file) as text:
                yield _lines(text)
            return
        with _archive(file) as archive, archive.open(_chat(archive)) as chat, _decoded(chat) as text:
            yield _lines(text)


def media_names(path: Path) -> frozenset[str]:
    """Give the names of the files that stand beside the chat; raises as chat_lines."""
    with _opened(path) as file:
        if not _zipped(file):
            return frozenset()
        with _archive(file) as archive:
            chat = _chat(archive)
            return frozenset(_plain(entry.filename) for entry in archive.infolist() if entry is not chat)


def media(path: Path, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Stream the bytes of those files out of the archive, nothing of it touches the disk; raises as chat_lines.

    What is spoilt, larger than 25 MiB, or comes after 2 GiB in all is left out; of two of one name the first counts.
    """
    wanted, room = set(names), _FILES
    with _opened(path) as file:
        if not wanted or not _zipped(file):
            return
        with _archive(file) as archive:
            for entry in archive.infolist():
                name = _plain(entry.filename)
                if name not in wanted or entry.file_size > min(_FILE, room):
                    continue
                wanted.discard(name)
                content = _content(archive, entry)
                if content:
                    room -= len(content)
                    yield name, content


def plain_name(name: str) -> str:
    """Give a file's name as it is compared: phones write accents in two ways, and marks of direction before names."""
    return unicodedata.normalize("NFC", MARKS.sub("", name)).strip()


def _plain(path: str) -> str:
    return plain_name(PurePosixPath(path).name)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read one file, never more than its directory says; a spoilt one is empty."""
    try:
        with archive.open(entry) as file:
            return file.read(entry.file_size)
    except _BROKEN:
        return b""


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular file: a pipe or a device never ends."""
    kind = path.stat().st_mode
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise NotAnExport
    with path.open("rb") as file:
        yield file


def _zipped(file: IO[bytes]) -> bool:
    start = file.read(2)
    file.seek(0)
    return start == b"PK"


@contextmanager
def _archive(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Open an archive all of whose entries are harmless; raises UnsafeArchive, DamagedArchive."""
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive.infolist(), archive.start_dir)
            yield archive
    except _BROKEN as why:
        raise DamagedArchive from why


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
        raise DamagedArchive
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    if entries >= _ENTRIES or directory > _DIRECTORY or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise UnsafeArchive
    file.seek(0)


def _check_entries(entries: Sequence[zipfile.ZipInfo], end: int) -> None:
    """Refuse harmful entries, and those that lie over each other, by which a small bomb swells the most."""
    starts = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    if starts and starts[0][0] < 0:  # a spoilt directory puts them before the file's beginning
        raise DamagedArchive
    overlap = any(
        start + _LOCAL_HEADER + size > following for (start, size), (following, _) in pairwise([*starts, (end, 0)])
    )
    if overlap or len(entries) >= _ENTRIES or any(map(_harmful, entries)):
        raise UnsafeArchive


def _chat(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Find the chat among the entries."""
    texts = [entry for entry in archive.infolist() if entry.filename.casefold().endswith(".txt")]
    known = [entry for entry in texts if _known(PurePosixPath(entry.filename).name)]
    if len(known or texts) != 1:
        raise NotAnExport
    return (known or texts)[0]


def _known(name: str) -> bool:
    """Whether phones name the chat so: `_chat.txt` (iOS), `WhatsApp Chat with X.txt`, `Chat WhatsApp dengan X.txt`."""
    return name == "_chat.txt" or name.casefold().startswith(("whatsapp chat", "whatsapp-chat", "chat whatsapp"))


def _harmful(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    path = PurePosixPath(name)
    leads_out = path.is_absolute() or ".." in path.parts or "\\" in name or name[1:2] == ":" or "\0" in name
    swollen = entry.file_size > max(_SMALL, entry.compress_size * _RATIO) or entry.file_size > _INFLATED
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    sealed = entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return bool(leads_out or swollen or linked or sealed or path.suffix.casefold() in _ARCHIVES)
