"""The archive in which phones hand a chat over: taken as they make it, refused as anything else."""

import os
import struct
import time
import tracemalloc
import zipfile

import pytest

from connectors import export_file
from connectors.whatsapp_export import DamagedArchive, NotAnExport, UnsafeArchive, media, media_names, read_export

CHAT = "21/09/26 14.05 - Budi: jalan amblas\n"
ZONE = "Asia/Makassar"


@pytest.fixture
def archive(tmp_path):
    def made(*entries, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "chat.zip"
        with zipfile.ZipFile(path, "w", compression) as held:
            for name, content in entries:
                held.writestr(name, content)
        return path

    return made


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize(
    "name", ["_chat.txt", "WhatsApp Chat with Info Warga.txt", "Chat WhatsApp dengan Info Warga.txt", "apa.txt"]
)
def test_chat_beside_its_files(archive, name):
    path = archive((name, CHAT), ("IMG-20260921-WA0001.jpg", b"\xff\xd8" * 99))
    assert [message.text for message in read_export(path, ZONE)] == ["jalan amblas"]


def test_chat_is_told_from_a_text_that_somebody_sent(archive):
    path = archive(("catatan.txt", "belanja"), ("_chat.txt", CHAT))
    assert [message.text for message in read_export(path, ZONE)] == ["jalan amblas"]


@pytest.mark.parametrize(
    "entries", [[], [("foto.jpg", b"x")], [("a.txt", CHAT), ("b.txt", CHAT)]], ids=["none", "no chat", "two"]
)
def test_archive_without_the_chat_is_none(archive, entries):
    with pytest.raises(NotAnExport):
        read_export(archive(*entries), ZONE)


HARMFUL = {
    "bomb": [("_chat.txt", CHAT + "0" * 20_000_000)],
    "bomb beside the chat": [("_chat.txt", CHAT), ("foto.jpg", b"0" * 20_000_000)],
    "thousands": [("_chat.txt", CHAT), *((f"{n}.jpg", b"") for n in range(3_000))],
    "leads out": [("_chat.txt", CHAT), ("../../etc/passwd", b"x")],
    "absolute": [("_chat.txt", CHAT), ("/etc/passwd", b"x")],
    "backslash": [("_chat.txt", CHAT), ("..\\..\\x.jpg", b"x")],
    "drive": [("_chat.txt", CHAT), ("C:x.jpg", b"x")],
    "nested": [("_chat.txt", CHAT), ("lagi.ZIP", b"PK")],
    "link": [(link("_chat.txt"), "/etc/passwd")],
}


@pytest.mark.parametrize("entries", HARMFUL.values(), ids=HARMFUL)
def test_harmful_archive_is_refused(archive, entries):
    with pytest.raises(UnsafeArchive):
        read_export(archive(*entries), ZONE)


def test_strange_compression_is_refused(archive):
    with pytest.raises(UnsafeArchive):
        read_export(archive(("_chat.txt", CHAT), compression=zipfile.ZIP_LZMA), ZONE)


@pytest.mark.parametrize("lie", [b"PK\x06\x07" + bytes(16), b""], ids=["zip64", "huge directory"])
def test_huge_list_of_entries_is_refused_before_it_is_read(tmp_path, lie):
    path = tmp_path / "chat.zip"
    size = 40 if lie else 200_000_000
    path.write_bytes(b"PK\x03\x04" + bytes(60) + lie + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, size, 0, 0))
    begun = time.perf_counter()
    with pytest.raises(UnsafeArchive):
        read_export(path, ZONE)
    assert time.perf_counter() - begun < 1


def test_damaged_archive_is_none(archive):
    whole = archive(("_chat.txt", CHAT * 5_000)).read_bytes()
    for spoilt in (whole[: len(whole) // 2], whole[:60] + bytes(90) + whole[150:], whole[:-22] + bytes(22)):
        path = archive()
        path.write_bytes(spoilt)
        with pytest.raises(NotAnExport):
            list(read_export(path, ZONE))


def test_size_that_lies_is_found_out(archive):
    raw = bytearray(archive(("_chat.txt", CHAT * 100)).read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<L", 10)
    path = archive()
    path.write_bytes(raw)
    with pytest.raises(NotAnExport):
        read_export(path, ZONE)


@pytest.mark.parametrize("endless", ["x" * 9_000_000, ("baris " * 50 + "\n") * 30_000], ids=["line", "lines"])
def test_endless_message_takes_no_memory_of_its_size(tmp_path, endless):
    path = tmp_path / "chat.txt"
    path.write_text(f"{CHAT}{endless}\n{CHAT}")
    tracemalloc.start()
    first, second = read_export(path, ZONE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(first.text) == 65_536
    assert second.text == "jalan amblas"
    assert peak < 5_000_000


def test_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="chat"):
        read_export(tmp_path / "chat.txt", ZONE)


def test_files_beside_the_chat_are_streamed_by_name(archive):
    path = archive(("_chat.txt", CHAT), ("a.jpg", b"aa"), ("b.jpg", b"bb"), ("lain/c.jpg", b"cc"))
    assert media_names(path) == {"a.jpg", "b.jpg", "c.jpg"}
    assert dict(media(path, {"a.jpg", "c.jpg", "_chat.txt.jpg"})) == {"a.jpg": b"aa", "c.jpg": b"cc"}


def test_a_bare_text_has_no_files(tmp_path):
    path = tmp_path / "chat.txt"
    path.write_text(CHAT)
    assert (media_names(path), list(media(path, {"a.jpg"}))) == (frozenset(), [])


def test_of_two_files_of_one_name_the_first_counts(archive):
    path = archive(("_chat.txt", CHAT), ("satu/a.jpg", b"1"), ("dua/a.jpg", b"2"))
    assert list(media(path, {"a.jpg"})) == [("a.jpg", b"1")]


def test_name_with_an_accent_is_the_same_however_it_is_written(archive):
    path = archive(("_chat.txt", CHAT), ("cafe\u0301.jpg", b"x"))
    assert list(media(path, {"caf\u00e9.jpg"})) == [("caf\u00e9.jpg", b"x")]


def test_files_too_large_alone_or_together_are_left_out(archive, monkeypatch):
    monkeypatch.setattr(export_file, "_FILE", 10)
    monkeypatch.setattr(export_file, "_FILES", 15)
    path = archive(("_chat.txt", CHAT), ("a", b"x" * 11), ("b", b"x" * 10), ("c", b"x" * 6), ("d", b"x" * 5))
    assert [name for name, _ in media(path, {"a", "b", "c", "d"})] == ["b", "d"]


def test_a_spoilt_file_harms_no_other(archive):
    path = archive(("_chat.txt", CHAT), ("a.jpg", b"merah" * 9), ("b.jpg", b"biru"), compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"merah", b"hijau"))
    assert list(media(path, {"a.jpg", "b.jpg"})) == [("b.jpg", b"biru")]


@pytest.mark.parametrize("function", [media_names, lambda path: list(media(path, {"foto.jpg"}))])
def test_files_of_a_harmful_archive_are_not_touched(archive, function):
    for entries in HARMFUL.values():
        with pytest.raises(UnsafeArchive):
            function(archive(*entries))


def test_entries_that_lie_over_each_other_are_refused(archive):
    """As the bombs that swell most are built: many names, one content."""
    path = archive(("_chat.txt", CHAT), *((f"{n}.jpg", b"x" * 99) for n in range(5)), compression=zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    first = raw.find(b"PK\x01\x02", raw.find(b"PK\x01\x02") + 1)  # of the second entry, the first picture
    for at in (found for found in range(first + 1, len(raw)) if raw[found : found + 4] == b"PK\x01\x02"):
        raw[at + 42 : at + 46] = raw[first + 42 : first + 46]
    path.write_bytes(raw)
    with pytest.raises(UnsafeArchive):
        read_export(path, ZONE)


def test_more_entries_than_told_are_refused(archive):
    path = archive(("_chat.txt", CHAT), *((f"{n}", b"") for n in range(2_500)))
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x05\x06")
    raw[at + 8 : at + 12] = struct.pack("<HH", 3, 3)
    path.write_bytes(raw)
    with pytest.raises(UnsafeArchive):
        read_export(path, ZONE)


def test_archive_that_was_cut_off_is_told_apart(archive):
    path = archive(("_chat.txt", CHAT * 500))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DamagedArchive):
        read_export(path, ZONE)


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_is_not_waited_for(tmp_path, kind):
    path = tmp_path / "chat"
    os.mkfifo(path) if kind == "pipe" else path.mkdir()
    with pytest.raises(NotAnExport if kind == "pipe" else IsADirectoryError):
        read_export(path, ZONE)
