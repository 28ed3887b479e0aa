"""Every command as somebody who types it sees it: standing alone, and handed over to the program that runs."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass

import httpx
import pytest
from feeds import MODELS

from aggregator.cli import main
from aggregator.cli.arguments import parser
from aggregator.settings import ROOT

CODE = re.compile(r"BTL(-[0-9A-Z]{4}){3}")
HOLES = "Jalan di Puntik Tengah RT 5 berlubang parah, motor sering jatuh"
QUEUE = ["code", "status", "category", "class", "urgency", "location", "place", "unit", "due", "voices", "opened_at"]
OUTBOX = ["id", "submission", "report", "channel", "kind", "state", "tries", "reason", "platform_id"]
CLASSIFIED = [
    "id",
    "is_report",
    "report_confidence",
    "category",
    "category_confidence",
    "class",
    "supervised",
    "urgency",
    "location",
    "place",
    "language",
    "pii",
    "engine",
]


def commands():
    """The names of all commands."""
    (found,) = (action for action in parser()._actions if action.dest == "command")
    return list(found.choices)


@dataclass
class Said:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def elapor(tmp_path, monkeypatch, capsys, engine, secret):
    """Run a command on a data folder of its own, from the folder `tmp_path`: `elapor("queue", "--jsonl", stdin=…)`."""
    for name, value in (("DATA", tmp_path / "var"), ("MODELS", MODELS), ("SECRET_KEY", secret)):
        monkeypatch.setenv(f"ELAPOR_{name}", str(value))
    for module in ("aggregator.knowledge", "aggregator.cli.reading"):
        monkeypatch.setattr(f"{module}.load_engine", lambda *_: engine)  # read once for all tests
    monkeypatch.chdir(tmp_path)

    def run(*argv, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        status = main(argv)
        printed = capsys.readouterr()
        return Said(status, printed.out, printed.err)

    return run


def lines_of(*items):
    return "".join((item if isinstance(item, str) else json.dumps(item)) + "\n" for item in items)


def message(number, text, **more):
    given = {"id": f"m{number}", "text": text, "channel": "facebook", "author": f"rekaan {number}"}
    return given | {"sent_at": f"2026-03-02T08:{number:02}:00+08:00", **more}


def filed(elapor, text=HOLES, **more):
    """A complaint filed at once: (submission, report)."""
    (line,) = elapor("ingest", "--direct", stdin=lines_of(message(1, text, **more))).lines
    return line["submission"], line["report"]


def test_an_unknown_command_is_refused(capsys):
    for argv in (["laporkan"], [], ["queue", "--semua"], ["move"], ["import-chat", "a.txt"]):
        with pytest.raises(SystemExit) as ended:
            main(argv)
        assert ended.value.code == 2
    assert "PERINTAH" in capsys.readouterr().err


def test_classify_answers_line_by_line(elapor):
    asked = lines_of(
        {"id": 7, "text": HOLES},
        "bukan json",
        {"id": "x"},
        {"text": "iya bener", "thread": "Info Warga Handil Bakti"},
        "[]",
    )
    said = elapor("classify", stdin=asked + '{"id":[1],"text":""}\n')
    assert said.status == 1
    one, bad, worse, chatter, worst, empty = said.lines
    assert list(one) == CLASSIFIED
    assert (one["id"], one["is_report"], one["category"], one["class"]) == (7, True, "jalan", "pengaduan")
    assert list(one["location"]) == ["code", "name", "level", "confidence", "alternatives"]
    assert one["location"]["code"].startswith("63.04.")
    assert "RT 5" in one["place"]
    assert [(line["line"], bool(line["error"])) for line in (bad, worse, worst)] == [(2, True), (3, True), (5, True)]
    assert (chatter["id"], chatter["is_report"]) == (None, False)
    assert (empty["id"], empty["is_report"], empty["category"]) == ([1], False, None)
    assert elapor("classify", stdin=lines_of({"text": "halo"})).status == 0
    assert elapor("classify", stdin="[" * 100_000 + "\n").lines == [{"error": worst["error"], "line": 1}]


def test_match_says_which_report_each_line_joins(elapor):
    far = message(3, "Sampah menumpuk di pasar Marabahan")
    asked = lines_of(
        message(1, HOLES), message(2, HOLES), {"id": 9, "text": "tanpa waktu"}, far, message(4, "wkwk iya")
    )
    said = elapor("match", "--assume-reports", stdin=asked)
    assert said.status == 1
    first, second, bad, other, chatter = said.lines
    keys = ["id", "is_report", "report", "joined", "offered", "score", "reasons"]
    assert all(list(line) == keys for line in (first, second, other, chatter))
    assert (first["id"], first["joined"], first["report"]) == ("m1", False, 1)
    assert (second["joined"], second["report"]) == (True, 1)
    assert 0 <= second["score"] <= 1
    assert second["reasons"]
    assert (bad["line"], bad.keys()) == (3, {"error", "line"})
    assert other["report"] != 1
    assert chatter["is_report"]
    (alone,) = elapor("match", stdin=lines_of(message(4, "wkwk iya"))).lines
    assert (alone["is_report"], alone["report"]) == (False, None)


def test_ingest_says_what_became_of_each_line(elapor):
    told = (message(1, HOLES), message(2, HOLES), message(1, HOLES), "bukan json", message(3, ""))
    said = elapor("ingest", "--direct", stdin=lines_of(*told))
    assert said.status == 1
    one, two, again, bad, empty = said.lines
    assert list(one) == ["id", "outcome", "submission", "report"]
    assert (one["id"], one["outcome"]) == ("m1", "filed")
    assert CODE.fullmatch(one["submission"])
    assert CODE.fullmatch(one["report"])
    assert (two["outcome"], two["report"]) == ("filed", one["report"])
    assert again == {**one, "outcome": "repeated"}
    assert bad == {"error": bad["error"], "line": 4}
    assert empty == {"id": "m3", "outcome": "ignored", "submission": None, "report": None}
    harvested = elapor("ingest", "--channel", "instagram", stdin=lines_of(message(1, HOLES), message(2, "wkwk")))
    assert [line["outcome"] for line in harvested.lines] == ["review", "ignored"]
    assert harvested.status == 0


ODD_LINES = (
    message(1, HOLES, lat=[], lon={}),
    message(1, HOLES, lat="utara", lon=1),
    message(1, HOLES, lat=float("nan"), lon=1e999),
    message(1, HOLES, photos=7),
    message(1, HOLES, photos={"a": 1}),
    message(1, HOLES, author=["a"], thread={"b": 1}, channel=3),
    message(1, HOLES, channel="a:b"),
    message(1, HOLES, sent_at="0001-01-01T00:00:00+14:00"),
    message(1, HOLES, sent_at="kemarin"),
    message(1, HOLES, sent_at=None),
    message(1, HOLES, sent_at="2026-03-02T08:00:00"),
    message(1, "nol \0 dan setengah \ud83d"),
    message(1, HOLES, id="\ud83d", author="\ud83d", thread="\0"),
    message(1, HOLES, id={"a": 1}),
    "[" * 100_000,
    "null",
    '"teks"',
)


def test_an_odd_line_harms_no_other(elapor):
    asked = [line for number, odd in enumerate(ODD_LINES) for line in (odd, message(50, HOLES, id=f"baik {number}"))]
    for command in (("ingest",), ("ingest", "--direct"), ("match",)):
        said = elapor(*command, stdin=lines_of(*asked))
        assert len(said.lines) == len(asked), command
        good = [line for line in said.lines if str(line.get("id", "")).startswith("baik")]
        assert len(good) == len(ODD_LINES)
        assert all("line" in line for line in said.lines if "error" in line)


def test_the_queue_a_report_and_the_replies_have_their_shapes(elapor):
    submission, report = filed(elapor)
    (row,) = elapor("queue", "--jsonl").lines
    assert list(row) == QUEUE
    assert (row["code"], row["status"], row["category"], row["voices"]) == (report, "received", "jalan", 1)
    assert (row["unit"], row["urgency"]) == ("pupr", row["urgency"])
    assert elapor("queue", "--jsonl", "--status", "forwarded,resolved").lines == []
    assert len(elapor("queue", "--jsonl", "--status", "received", "--unit", "pupr").lines) == 1
    for code in (report, submission, submission.lower().replace("-", " ")):
        (told,) = elapor("report", code, "--jsonl").lines
        assert list(told) == [*QUEUE, "timeline", "submissions"]
        assert [event["kind"] for event in told["timeline"]] == ["opened"]
        assert [voice["code"] for voice in told["submissions"]] == [submission]
    assert (
        elapor("move", report, "forwarded", "--note", "diteruskan ke PUPR", "--by", "rina").out
        == f"{report}: forwarded\n"
    )
    (told,) = elapor("report", report, "--jsonl").lines
    moved = told["timeline"][-1]
    assert (moved["kind"], moved["to_status"], moved["note"], moved["by"]) == (
        "moved",
        "forwarded",
        "diteruskan ke PUPR",
        "rina",
    )
    (reply,) = elapor("outbox", "--jsonl").lines
    assert list(reply) == OUTBOX
    assert (reply["submission"], reply["report"], reply["kind"]) == (submission, report, "notice")
    table = elapor("queue").out
    assert report in table
    assert "{" not in table


def test_a_refused_move_lists_the_allowed_ones(elapor):
    submission, report = filed(elapor)
    refused = elapor("move", submission, "closed")
    assert (refused.status, refused.out) == (1, "")
    for allowed in ("verifying", "forwarded", "needs_info", "rejected", "transferred"):
        assert allowed in refused.err
    assert elapor("move", report, "melayang").status == 1
    for command in (("move", "BTL-0000-0000-0000", "forwarded"), ("report", "apa saja")):
        unknown = elapor(*command)
        assert (unknown.status, unknown.out, unknown.err) == (1, "", "Kode ini tidak ditemukan.\n")
    assert elapor("queue", "--jsonl").lines[0]["status"] == "received"


EXPORT = (
    "01/03/26 07.10 - Pesan dan panggilan dienkripsi secara end-to-end.\n"
    "01/03/26 07.12 - Amat Rekaan: Jalan di Puntik Tengah RT 5 berlubang parah, motor sering jatuh\n"
    "01/03/26 07.15 - Siti Rekaan: <Media tidak disertakan>\n"
    "13/03/26 08.00 - Budi Rekaan: Lampu jalan di Berangas mati\n"
)


def test_an_export_is_imported_once(elapor, tmp_path):
    chat = tmp_path / "chat.txt"
    chat.write_text(EXPORT, "utf-8")
    dry = elapor("import-chat", "chat.txt", "--group", "Warga Rekaan", "--dry-run")
    assert dry.status == 0
    assert all({"sent_at", "author", "text", "kind", "media"} <= set(line) for line in dry.lines)
    assert dry.lines[-1]["sent_at"] == "2026-03-13T08:00:00+08:00"
    assert elapor("import-chat", "chat.txt", "--group", "Warga Rekaan").out.endswith(" 2 baru.\n")
    chat.write_text(EXPORT + "13/03/26 08.05 - Amat Rekaan: Sampah di pasar menumpuk\n", "utf-8")
    for new in (1, 0):
        assert elapor("import-chat", "chat.txt", "--group", "Warga Rekaan").out.endswith(f" {new} baru.\n")


def test_a_file_that_is_no_export_is_refused_in_plain_words(elapor, tmp_path):
    (tmp_path / "catatan.txt").write_text("Daftar belanja\n- beras\n", "utf-8")
    (tmp_path / "kosong.txt").write_text("", "utf-8")
    (tmp_path / "foto.zip").write_bytes(b"PK\x03\x04 bukan arsip")
    (tmp_path / "biner.txt").write_bytes(bytes(range(256)) * 40)
    for name in ("catatan.txt", "kosong.txt", "foto.zip", "biner.txt"):
        said = elapor("import-chat", name, "--group", "Warga Rekaan")
        assert (said.status, said.out) == (1, ""), name
        assert said.err.startswith(f"{name}: bukan ekspor obrolan WhatsApp."), name
    missing = elapor("import-chat", "tiada.txt", "--group", "Warga Rekaan")
    assert (missing.status, "tiada.txt: tidak dapat dibaca" in missing.err) == (1, True)
    (tmp_path / "dua.txt").write_text("01/02/26 07.12 - Amat: a\n03/02/26 07.12 - Amat: b\n", "utf-8")
    zone = elapor("import-chat", "dua.txt", "--group", "g", "--timezone", "Asia/Atlantis", "--date-order", "dmy")
    assert (zone.status, "zona waktu tidak dikenal" in zone.err) == (1, True)


def test_users_are_added_listed_and_disabled(elapor):
    added = elapor("user", "add", "rina", "--role", "unit_admin", "--unit", "pupr")
    assert added.status == 0
    assert re.fullmatch(r"Ditambahkan: rina, kata sandi: \S{12,}\n", added.out)
    assert elapor("user", "add", "rina").err == "Nama masuk ini sudah dipakai.\n"
    unknown = elapor("user", "add", "budi", "--role", "unit_admin", "--unit", "entah")
    assert (unknown.status, "pupr" in unknown.err) == (1, True)
    assert elapor("user", "list").out == "rina\tunit_admin\tpupr\taktif\n"
    assert [elapor("user", "disable", login).status for login in ("rina", "budi")] == [0, 1]
    assert elapor("user", "list").out.endswith("nonaktif\n")
    assert elapor("user", "add").status == 2


def test_a_backup_brings_everything_back(elapor, tmp_path):
    _, report = filed(elapor)
    assert elapor("backup", "cadangan.db").status == 0
    assert (tmp_path / "cadangan.db").stat().st_mode & 0o077 == 0  # people's words stand in it
    for wrong in ("cadangan.db", "tiada/cadangan.db"):
        refused = elapor("backup", wrong)
        assert (refused.status, refused.out, refused.err.count("\n")) == (1, "", 1), wrong
    elapor("move", report, "rejected")
    (tmp_path / "bukan.db").write_bytes(b"bukan basis data")
    for wrong in ("bukan.db", "tiada.db"):
        refused = elapor("restore", wrong)
        assert (refused.status, refused.err) == (1, f"{wrong} bukan cadangan E-LAPOR.\n")
    assert elapor("queue", "--jsonl").lines[0]["status"] == "rejected"
    assert elapor("restore", "cadangan.db").out == "Basis data dipulihkan.\n"
    assert elapor("queue", "--jsonl").lines[0]["status"] == "received"


def test_a_person_is_erased(elapor):
    filed(elapor, text=f"{HOLES}. Hubungi 0812-5555-0177", author="rekaan.pelapor")
    assert elapor("erase", "--contact", "orang lain").status == 1
    assert elapor("erase", "--contact", "@rekaan.pelapor").out == "1 kontak dihapus datanya.\n"
    assert elapor("erase", "--contact", "rekaan.pelapor").status == 1
    (row,) = elapor("queue", "--jsonl").lines
    (told,) = elapor("report", row["code"], "--jsonl").lines
    assert [voice["text"] for voice in told["submissions"]] == [""]


def test_the_house_is_kept(elapor):
    assert elapor("migrate").out == "Skema basis data sudah terbaru.\n"
    assert elapor("replay").out == "0 kiriman dibaca lagi.\n"
    healthy = elapor("doctor")
    assert (healthy.status, "RUSAK" in healthy.out) == (0, False)
    assert elapor("demo", "--repeat", "0").status == 2


def test_a_channel_half_set_up_is_named_by_the_doctor(elapor, monkeypatch):
    monkeypatch.setenv("ELAPOR_TELEGRAM_TOKEN", "7000000001:rekaan")
    said = elapor("doctor")
    assert said.status == 1
    assert "ELAPOR_TELEGRAM_SECRET" in said.out


def test_a_conversation_in_the_terminal(elapor):
    said = elapor("chat", stdin=f"{HOLES}\nBANTUAN\n")
    assert said.status == 0
    answers = [line for line in said.out.splitlines() if line.startswith("Bot > ")]
    assert len(answers) >= 2
    assert CODE.search(said.out)


@pytest.fixture
def beside(running, tmp_path):
    """Run a command in a process of its own beside the running program, from the folder `tmp_path`."""

    def run(*argv, stdin=""):
        command = [sys.executable, "-m", "aggregator", "--data", str(running.data), *argv]
        env = {"PATH": "", "PYTHONPATH": str(ROOT), "ELAPOR_MODELS": str(MODELS)}
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=tmp_path, env=env, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    return run


def test_beside_the_running_program_the_queue_is_the_same(beside):
    told = (message(51, HOLES), "bukan json", message(52, HOLES))
    said = beside("ingest", "--direct", "--channel", "uji", stdin=lines_of(*told))
    assert (said.status, [line.get("outcome") for line in said.lines]) == (1, ["filed", None, "filed"])
    assert said.lines[1]["line"] == 2
    code = said.lines[0]["report"]
    rows = {row["code"]: row for row in beside("queue", "--jsonl").lines}
    assert all(list(row) == QUEUE for row in rows.values())
    assert rows[code]["status"] == "received"
    refused = beside("move", code, "closed")
    assert (refused.status, "verifying" in refused.err, refused.out) == (1, True, "")
    assert beside("move", code, "forwarded", "--note", "diteruskan").out == f"{code}: forwarded\n"
    (told,) = beside("report", code, "--jsonl").lines
    assert [event["kind"] for event in told["timeline"]][-1] == "moved"
    replies = beside("outbox", "--jsonl").lines
    assert {"sent", "by_hand"} >= {reply["state"] for reply in replies if reply["report"] != code}
    assert any(reply["state"] == "sent" and reply["platform_id"] for reply in replies)


def test_beside_the_running_program_files_stand_where_they_are_typed(beside, tmp_path):
    (tmp_path / "chat.txt").write_text(EXPORT, "utf-8")
    assert beside("import-chat", "chat.txt", "--group", "Warga Rekaan Lain").out.endswith(" 2 baru.\n")
    assert beside("backup", "cadangan.db").status == 0
    assert (tmp_path / "cadangan.db").stat().st_size > 0
    refused = beside("restore", "cadangan.db")
    assert (refused.status, refused.err) == (1, "Hentikan dahulu program yang berjalan, lalu ulangi.\n")
    bad = beside("import-chat", "tiada.txt", "--group", "g")
    assert (bad.status, "tiada.txt: tidak dapat dibaca" in bad.err) == (1, True)


def test_the_doctor_finds_nothing_bad_in_the_demonstration(beside):
    said = beside("doctor")
    assert (said.status, "RUSAK" in said.out) == (0, False)
    assert "telegram: Webhook terdaftar di Telegram." in said.out


def test_the_demonstrations_front_page_names_its_bot_but_leads_nobody_to_an_invented_address(running):
    page = httpx.get(f"{running.address}/").text
    assert "<strong>Telegram</strong>: t.me/elapor_batola_bot</li>" in page


@pytest.mark.parametrize(
    ("channel", "contact", "told"),
    [("whatsapp", "abc", "bukan nomor WhatsApp"), ("telegram", "@tiada_rekaan", "belum pernah menulis")],
)
def test_a_volunteer_whom_nobody_knows_is_refused_in_words(elapor, channel, contact, told):
    said = elapor("volunteer", "add", "--channel", channel, "--contact", contact, "--name", "KIM Rekaan")
    assert (said.status, told in said.err) == (1, True)
    assert elapor("volunteer", "list").out == ""


def test_a_second_program_on_the_same_folder_is_refused(beside):
    second = beside("up", "--port", "0")
    assert (second.status, "sudah memakai folder" in second.err) == (1, True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "elapor: wajib diisi: PERINTAH"),
        ("pindah", "elapor: argumen PERINTAH: 'pindah' bukan pilihan; pilihannya: "),
        ("move BTL-7Q4M-2XPH-9K3R", "elapor move: wajib diisi: STATUS"),
        ("up --port delapan", "elapor up: argumen --port: 'delapan' bukan bilangan bulat"),
        ("queue --semua", "elapor: tidak dikenal: --semua"),
        ("classify --engine lain", "elapor classify: argumen --engine: 'lain' bukan pilihan; pilihannya: "),
        ("classify --engine", "elapor classify: argumen --engine memerlukan isi"),
        ("import-chat --group Rekaan", "elapor import-chat: wajib diisi: BERKAS"),
        ("import-chat a.txt --d", "elapor import-chat: pilihan --d dapat berarti --data, --date-order, --dry-run"),
        ("queue --jsonl=1", "elapor queue: argumen --jsonl tidak menerima isi: '1'"),
    ],
)
def test_a_command_typed_wrongly_is_answered_in_indonesian(capsys, typed, told):
    with pytest.raises(SystemExit) as ended:
        main(typed.split())
    said = capsys.readouterr().err
    assert (ended.value.code, said.startswith("pemakaian: elapor")) == (2, True)
    assert said.splitlines()[-1].startswith(told)


@pytest.mark.parametrize("command", ["", *commands()])
def test_help_speaks_indonesian_everywhere(capsys, command):
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    told = capsys.readouterr().out
    assert (ended.value.code, told.startswith("pemakaian: "), "tampilkan bantuan ini" in told) == (0, True, True)
    assert not re.search(r"usage:|options:|arguments:|show this", told)
