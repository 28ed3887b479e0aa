"""The archive in which phones hand a chat over: taken as they make it, refused as anything else."""

import struct
import time
import tracemalloc
import zipfile

import pytest

from connectors.whatsapp_export import NotAnExport, UnsafeArchive, read_export

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
