"""`import-chat` as somebody who types it sees it: asked, refused, shown; alone and beside the running program."""

import io
import json
import os
import re
import struct
import sys
import zipfile
from dataclasses import dataclass

import pytest
from feeds import MODELS
from PIL import Image
from sqlalchemy import select

from aggregator.app import App
from aggregator.cli import handover, main
from aggregator.settings import load_settings
from aggregator.store.tables import attachments

GROUP = ("--group", "Warga Rekaan")
CHAT = (
    "21/09/26 07.10 - Pesan dan panggilan dienkripsi secara end-to-end.\n"
    "21/09/26 07.12 - Amat Rekaan: Jalan di Puntik Tengah RT 5 berlubang parah, motor sering jatuh\n"
    "21/09/26 07.13 - Amat Rekaan: \u200eIMG-20260921-WA0001.jpg (file terlampir)\nlubangnya dalam\n"
    "21/09/26 07.15 - Siti Rekaan: \u200eIMG-20260921-WA0002.jpg (file terlampir)\n"
    "21/09/26 08.00 - Budi Rekaan: Lampu jalan di Berangas mati\n"
)
BARE = re.sub("\u200eIMG-[^ ]+ \\(file terlampir\\)", "<Media tidak disertakan>", CHAT)
AMBIGUOUS = "03/04/26 07.12 - Amat Rekaan: Jalan berlubang\n05/04/26 07.12 - Siti Rekaan: iya\n"


@dataclass
class Said:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


class Terminal(io.StringIO):
    """Somebody who sits there and answers."""

    def isatty(self):
        return True


@pytest.fixture
def elapor(tmp_path, monkeypatch, capsys, engine, secret, sqlite_url):
    """Run a command from the folder `tmp_path` on its `var/`: `elapor("import-chat", …, answers=("1",))`."""
    for name, value in (("DATA", tmp_path / "var"), ("MODELS", MODELS), ("SECRET_KEY", secret)):
        monkeypatch.setenv(f"ELAPOR_{name}", str(value))
    monkeypatch.setattr("aggregator.knowledge.load_engine", lambda *_: engine)  # read once for all tests
    monkeypatch.chdir(tmp_path)

    def run(*argv, answers=None):
        typed = io.StringIO() if answers is None else Terminal("".join(f"{one}\n" for one in answers))
        monkeypatch.setattr(sys, "stdin", typed)
        status = main(argv)
        printed = capsys.readouterr()
        return Said(status, printed.out, printed.err)

    return run


@pytest.fixture
def beside(elapor, app):
    """The same, handed over to a program that runs on the same folder."""
    listener = handover.Listener(app)
    yield elapor
    listener.close()


@pytest.fixture
def app(elapor):
    """The program on the same folder."""
    made = App(load_settings())
    yield made
    made.store.close()


@pytest.fixture
def chat(tmp_path):
    def written(text, name="chat.txt"):
        (tmp_path / name).write_text(text, "utf-8")
        return name

    return written


def picture(colour):
    held = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(held, "JPEG")
    return held.getvalue()


@pytest.fixture
def archive(tmp_path):
    def made(*entries, name="chat.zip", **how):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED, **how) as held:
            for entry, content in entries:
                held.writestr(entry, content)
        return name

    return made


@pytest.fixture
def kept(app):
    """The states of all attachments."""

    def states():
        with app.store.reading() as tx:
            return sorted(tx.execute(select(attachments.c.state)).scalars())

    return states


def new(said):
    """How many messages an import says it added."""
    assert said.status == 0, said.err
    return int(re.search(r"(\d+) baru\.\n$", said.out)[1])


def test_the_same_and_a_longer_export_add_only_what_is_new(elapor, chat):
    assert new(elapor("import-chat", chat(BARE), *GROUP)) == 3
    assert new(elapor("import-chat", chat(BARE), *GROUP)) == 0
    longer = BARE + "21/09/26 09.00 - Siti Rekaan: Sampah di pasar menumpuk\n"
    assert new(elapor("import-chat", chat(longer), *GROUP)) == 1


def test_dry_run_prints_messages_and_stores_none(elapor, chat):
    said = elapor("import-chat", chat(CHAT), *GROUP, "--dry-run")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line["kind"] for line in lines] == ["system", "message", "media", "media", "message"]
    assert lines[2] == {
        "sent_at": "2026-09-21T07:13:00+08:00",
        "author": "Amat Rekaan",
        "text": "lubangnya dalam",
        "kind": "media",
        "media": "IMG-20260921-WA0001.jpg",
    }
    assert said.err == ""
    assert new(elapor("import-chat", chat(CHAT), *GROUP)) == 4


def test_a_group_without_a_name_is_refused(elapor, chat):
    said = elapor("import-chat", chat(CHAT), "--group", " ")
    assert (said.status, said.out) == (2, "")
    assert "Sebutkan nama grupnya" in said.err


class TestDateOrder:
    def test_without_a_terminal_both_readings_and_the_option_are_named(self, elapor, chat):
        said = elapor("import-chat", chat(AMBIGUOUS), *GROUP)
        assert (said.status, said.out) == (1, "")
        for words in ("chat.txt", "03/04/26", "3 April", "4 Maret", "--date-order dmy"):
            assert words in said.err

    @pytest.mark.parametrize(("answers", "month"), [(["1"], "04"), (["2"], "03"), (["entah", "mdy"], "03")])
    def test_on_a_terminal_it_asks_and_goes_on(self, elapor, chat, answers, month):
        said = elapor("import-chat", chat(AMBIGUOUS), *GROUP, "--dry-run", answers=answers)
        assert said.err.count("3 April (1) atau 4 Maret (2)? Ketik 1 atau 2:") == len(answers)
        assert json.loads(said.out.splitlines()[0])["sent_at"][5:7] == month

    @pytest.mark.parametrize("answers", [[], [""], ["a", "b", "c"]])
    def test_without_an_answer_it_is_refused(self, elapor, chat, answers):
        said = elapor("import-chat", chat(AMBIGUOUS), *GROUP, answers=answers)
        assert (said.status, said.out) == (1, "")
        assert "--date-order" in said.err

    def test_the_option_needs_no_question(self, elapor, chat):
        assert new(elapor("import-chat", chat(AMBIGUOUS), *GROUP, "--date-order", "mdy", answers=["RT"])) == 2

    def test_an_order_that_cannot_be_is_refused(self, elapor, chat):
        said = elapor("import-chat", chat(CHAT), *GROUP, "--date-order", "mdy")
        assert (said.status, "tidak cocok" in said.err) == (1, True)


class TestConsent:
    def test_without_it_the_import_says_so_and_how_to_add_it(self, elapor, chat):
        said = elapor("import-chat", chat(BARE), *GROUP)
        assert new(said) == 3
        assert "Persetujuan grup Warga Rekaan belum dicatat" in said.err
        assert "--consent" in said.err

    def test_it_is_asked_for_on_a_terminal_kept_and_shown(self, elapor, chat, app):
        said = elapor("import-chat", chat(BARE), *GROUP, answers=["rapat RT 5, 20 September"])
        assert "Atas persetujuan siapa" in said.err
        assert said.err.endswith("Persetujuan grup Warga Rekaan: rapat RT 5, 20 September\n")
        assert app.store.consent_of("whatsapp_export", GROUP[1], GROUP[1]) == "rapat RT 5, 20 September"

    def test_what_was_noted_is_not_asked_for_again(self, elapor, chat):
        elapor("import-chat", chat(BARE), *GROUP, "--consent", "Ketua RT 5")
        said = elapor("import-chat", chat(BARE), *GROUP, answers=[])
        assert "Atas persetujuan siapa" not in said.err
        assert said.err.endswith("Persetujuan grup Warga Rekaan: Ketua RT 5\n")

    def test_an_empty_answer_notes_none(self, elapor, chat):
        assert "belum dicatat" in elapor("import-chat", chat(BARE), *GROUP, answers=[""]).err


class TestFiles:
    ZIP = (
        ("_chat.txt", CHAT),
        ("IMG-20260921-WA0001.jpg", picture("red")),
        ("IMG-20260921-WA0002.jpg", picture("blue")),
        ("IMG-20260921-WA0003.jpg", picture("green")),  # named by no message
    )

    def test_they_become_attachments_of_the_messages_that_name_them(self, elapor, archive, kept, tmp_path):
        said = elapor("import-chat", archive(*self.ZIP), *GROUP)
        assert said.out == "chat.zip: 2 berkas dilampirkan; 5 pesan di berkas, 4 baru.\n"
        assert kept() == ["kept", "kept"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["chat.zip", "var"]
        assert not list((tmp_path / "var").rglob("*.jpg"))

    def test_the_same_archive_again_adds_nothing(self, elapor, archive, kept):
        elapor("import-chat", archive(*self.ZIP), *GROUP)
        again = elapor("import-chat", archive(*self.ZIP), *GROUP)
        assert again.out == "chat.zip: 0 berkas dilampirkan; 5 pesan di berkas, 0 baru.\n"
        assert kept() == ["kept", "kept"]

    def test_files_that_come_later_go_to_the_known_messages(self, elapor, archive, chat, kept):
        assert new(elapor("import-chat", chat(BARE), *GROUP)) == 3
        said = elapor("import-chat", archive(*self.ZIP), *GROUP)
        assert said.out == "chat.zip: 2 berkas dilampirkan; 5 pesan di berkas, 1 baru.\n"  # a photo without words
        assert kept() == ["kept", "kept"]

    def test_what_is_no_picture_is_told(self, elapor, archive, kept):
        entries = (self.ZIP[0], self.ZIP[1], ("IMG-20260921-WA0002.jpg", b"<html>bukan gambar</html>"))
        said = elapor("import-chat", archive(*entries), *GROUP)
        assert said.out.startswith("chat.zip: 1 berkas dilampirkan, 1 tidak dapat dipakai; ")
        assert kept() == ["kept", "refused"]


def _patched(content, mark, offset, value):
    at = content.rfind(mark) + offset
    return content[:at] + value + content[at + len(value) :]


def _zip(*entries, **how):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how.get("compression", zipfile.ZIP_DEFLATED)) as made:
        for name, content in entries:
            made.writestr(name, content)
    return held.getvalue()


def _link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


GOOD = _zip(("_chat.txt", CHAT * 50), ("foto.jpg", b"x" * 99))
UNSAFE = "arsip ini bukan buatan WhatsApp"
NONE = "bukan ekspor obrolan WhatsApp"
BROKEN = "rusak atau terpotong"
BAD = {
    "bomb": (_zip(("_chat.txt", CHAT + "0" * 20_000_000)), UNSAFE),
    "overlapping": (_patched(GOOD, b"PK\x01\x02", 42, struct.pack("<L", 0)), UNSAFE),
    "thousands": (_zip(("_chat.txt", CHAT), *((f"{n}.jpg", b"") for n in range(3_000))), UNSAFE),
    "60,000 told to be 3": (
        _patched(_zip(*((f"{n}", b"") for n in range(60_000))), b"PK\x05\x06", 8, struct.pack("<HH", 3, 3)),
        UNSAFE,
    ),
    "leads out": (_zip(("_chat.txt", CHAT), ("../../etc/passwd", b"x")), UNSAFE),
    "absolute": (_zip(("_chat.txt", CHAT), ("/etc/passwd", b"x")), UNSAFE),
    "drive letter": (_zip(("_chat.txt", CHAT), ("C:x.jpg", b"x")), UNSAFE),
    "nested": (_zip(("_chat.txt", CHAT), ("lagi.zip", b"PK")), UNSAFE),
    "link": (_zip((_link("_chat.txt"), "/etc/passwd")), UNSAFE),
    "encrypted": (_patched(GOOD, b"PK\x01\x02", 8, b"\x01\x00"), UNSAFE),
    "unknown compression": (_patched(GOOD, b"PK\x01\x02", 10, b"\x63\x00"), UNSAFE),
    "lzma": (_zip(("_chat.txt", CHAT), compression=zipfile.ZIP_LZMA), UNSAFE),
    "truncated": (GOOD[: len(GOOD) // 2], BROKEN),
    "zip only by its letters": (b"PK" + bytes(200), BROKEN),
    "archive without a chat": (_zip(("foto.jpg", b"x")), NONE),
    "empty": (b"", NONE),
    "binary": (bytes(range(256)) * 40, NONE),
    "html": (b"<!doctype html><html><body>21/09/26 07.10 - Budi: halo</body></html>", NONE),
    "pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n" * 40, NONE),
    "image": (picture("red"), NONE),
    "utf-16 without its mark": (CHAT.encode("utf-16-le"), NONE),
    "halves of pairs": (b"\xed\xa0\xbd\xed\xa0\xbd" * 99, NONE),
    "list": (b"Daftar belanja\n- beras\n", NONE),
}


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_in_a_sentence(elapor, tmp_path, content, words):
    (tmp_path / "kiriman").write_bytes(content)
    said = elapor("import-chat", "kiriman", *GROUP)
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert said.err.startswith("kiriman: ")
    assert words in said.err


def test_a_gigabyte_in_one_line_is_refused(elapor, tmp_path):
    with (tmp_path / "besar").open("wb") as file:
        file.truncate(1 << 30)  # takes no room on the disk
    assert NONE in elapor("import-chat", "besar", *GROUP).err


def test_what_cannot_be_read_is_named(elapor, tmp_path, chat, monkeypatch):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipa")
    for name, words in (("folder", "ini folder"), ("tiada.txt", "tidak ditemukan"), ("pipa", NONE)):
        said = elapor("import-chat", name, *GROUP)
        assert (said.status, said.out, words in said.err) == (1, "", True), name

    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("connectors.export_file._decoded", forbidden)
    said = elapor("import-chat", chat(CHAT), *GROUP)
    assert (said.status, said.err) == (1, "chat.txt: tidak dapat dibaca: izin berkas tidak mencukupi.\n")


def test_utf_16_of_an_editor_is_read(elapor, tmp_path):
    (tmp_path / "chat.txt").write_bytes(CHAT.encode("utf-16"))
    assert new(elapor("import-chat", "chat.txt", *GROUP)) == 4


class TestBesideTheRunningProgram:
    def test_it_asks_over_the_wire(self, beside, chat, app):
        said = beside("import-chat", chat(AMBIGUOUS), *GROUP, answers=["2", "Ketua RT 5"])
        assert new(said) == 2
        assert "4 Maret (2)? Ketik 1 atau 2:" in said.err
        assert said.err.endswith("Persetujuan grup Warga Rekaan: Ketua RT 5\n")
        assert app.store.messages_by_channel() == {"whatsapp_export": 2}

    def test_a_dry_run_prints_the_same_as_alone(self, beside, chat, app):
        said = beside("import-chat", chat(CHAT), *GROUP, "--dry-run")
        kinds = [json.loads(line)["kind"] for line in said.out.splitlines()]
        assert (said.status, said.err, kinds) == (0, "", ["system", "message", "media", "media", "message"])
        assert app.store.messages_by_channel() == {}

    def test_without_a_terminal_it_refuses(self, beside, chat):
        said = beside("import-chat", chat(AMBIGUOUS), *GROUP)
        assert (said.status, said.out, "--date-order" in said.err) == (1, "", True)

    def test_the_bar_is_shown_to_whoever_typed(self, beside, chat, monkeypatch):
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        assert "Menyimpan pesan" in beside("import-chat", chat(BARE), *GROUP).err

    def test_no_bar_goes_into_a_file(self, beside, chat):
        assert "Menyimpan" not in beside("import-chat", chat(BARE), *GROUP).err
