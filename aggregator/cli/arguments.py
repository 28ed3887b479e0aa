"""What each command is called, takes, and which function does it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any

from aggregator.cli.indonesian import Parser

PORT = 8000


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; `kind` says whether a command works on the store, `run` names its function."""
    top = Parser(prog="elapor", description="E-LAPOR Aggregator: semua aduan dalam satu antrean.")
    top.add_argument("--data", help="folder data (bawaan: var, atau ELAPOR_DATA)")
    commands = top.add_subparsers(dest="command", required=True, metavar="PERINTAH")
    _serving(commands)
    _reading(commands)
    _queue(commands)
    _office(commands)
    return top


def load(args: argparse.Namespace) -> Callable[..., int]:
    """The function that does a parsed command."""
    module, _, name = args.run.partition(":")
    function: Callable[..., int] = getattr(import_module(f"aggregator.cli.{module}"), name)
    return function


def _add(commands: Any, name: str, run: str, about: str, kind: str = "program") -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    command.add_argument("--data", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    command.set_defaults(run=run, kind=kind)
    return command


def _serving(commands: Any) -> None:
    up = _add(commands, "up", "serving:up", "jalankan semuanya: web, pekerja, pengambil")
    serve = _add(commands, "serve", "serving:serve", "hanya web, untuk PostgreSQL")
    for command in (up, serve):
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, default=PORT)
    up.add_argument("--demo", dest="run", action="store_const", const="demo:up", help="isi dengan peragaan bila kosong")
    work = _add(commands, "work", "serving:work", "hanya pekerja, untuk PostgreSQL")
    work.add_argument("--concurrency", type=int, default=8)
    _add(commands, "poll", "serving:poll", "hanya pengambil, untuk PostgreSQL")
    demo = _add(commands, "demo", "demo:demo", "putar peragaan di folder sementara")
    demo.add_argument("--port", type=int, default=PORT)
    demo.add_argument("--once", action="store_true", help="selesai setelah semuanya diproses; cetak ringkasan JSON")
    demo.add_argument("--repeat", type=int, default=1, help="kirim setiap kiriman N kali")


def _reading(commands: Any) -> None:
    classify = _add(commands, "classify", "reading:classify", "baca pesan (baris JSON) dari masukan")
    classify.add_argument("--engine", choices=("builtin", "rasa"))
    match = _add(commands, "match", "reading:match", "katakan laporan mana yang didukung tiap pesan (baris JSON)")
    match.add_argument("--assume-reports", action="store_true")
    for command in (classify, match):
        command.add_argument("--region")
    _add(commands, "corrections", "learning:corrections", "tulis koreksi peninjau sebagai contoh latih", "store")
    train = _add(commands, "train", "learning:train", "latih mesin baca dari data/nlu/")
    train.add_argument("--with-corrections", action="store_true", help="juga dari koreksi peninjau")
    train.add_argument("--even-if-worse", action="store_true", help="ganti model walaupun yang baru lebih buruk")
    evaluate = _add(commands, "evaluate", "reading:evaluate", "nilai mesin baca dengan berkas JSONL berlabel")
    evaluate.add_argument("file", metavar="BERKAS")
    evaluate.add_argument("--json", action="store_true", help="satu objek JSON, bukan tabel")
    _add(commands, "chat", "terminal:chat", "bercakap dengan bot di terminal")


def _queue(commands: Any) -> None:
    queue = _add(commands, "queue", "queueing:queue", "antrean laporan", "store")
    queue.add_argument("--status", default="")
    queue.add_argument("--unit", default="")
    report = _add(commands, "report", "queueing:report", "satu laporan", "store")
    report.add_argument("code", metavar="KODE")
    outbox = _add(commands, "outbox", "queueing:outbox", "balasan", "store")
    for command in (queue, report, outbox):
        command.add_argument("--jsonl", action="store_true", help="baris JSON, bukan tabel")
    move = _add(commands, "move", "queueing:move", "ubah status laporan; pelapor diberi tahu", "store")
    move.add_argument("code", metavar="KODE")
    move.add_argument("status", metavar="STATUS")
    move.add_argument("--note", default="", help="catatan untuk pelapor")
    move.add_argument("--by", default="", help="siapa yang mengubah")
    ingest = _add(commands, "ingest", "bringing:ingest", "masukkan pesan (baris JSON) dari masukan", "store")
    ingest.add_argument("--channel", default="")
    ingest.add_argument("--direct", action="store_true", help="sudah pasti aduan: langsung jadi laporan")
    chat = _add(commands, "import-chat", "importing:import_chat", "masukkan ekspor grup WhatsApp", "store")
    chat.add_argument("files", nargs="+", metavar="BERKAS")
    chat.add_argument("--group", required=True, help="nama grupnya")
    chat.add_argument("--timezone", default="", help="zona waktu ponselnya (bawaan: zona daerah)")
    chat.add_argument("--date-order", choices=("dmy", "mdy", "ymd"), help="urutan tanggal bila dapat dibaca dua cara")
    chat.add_argument("--consent", default="", help="atas persetujuan siapa pesan grup ini diserahkan")
    chat.add_argument("--dry-run", action="store_true", help="hanya cetak pesannya, tidak menyimpan")


def _office(commands: Any) -> None:
    doctor = _add(commands, "doctor", "doctor:doctor", "periksa pengaturan, basis data dan kanal", "store")
    doctor.add_argument(
        "--create-templates", action="store_true", help="ajukan templat WhatsApp yang belum ada ke Meta"
    )
    _add(commands, "migrate", "keeping:migrate", "perbarui skema basis data", "store")
    _add(commands, "replay", "keeping:replay", "baca lagi kiriman yang rusak", "store")
    for name, about in (("backup", "cadangkan basis data"), ("restore", "pulihkan basis data")):
        _add(commands, name, f"keeping:{name}", about, "store").add_argument("file", metavar="BERKAS")
    erase = _add(commands, "erase", "keeping:erase", "hapus data seseorang", "store")
    erase.add_argument("--contact", required=True, help="nomor, nama pengguna atau id di kanalnya")
    user = _add(commands, "user", "keeping:user", "pengguna konsol", "store")
    user.add_argument("action", choices=("add", "list", "disable"))
    user.add_argument("login", nargs="?", default="", metavar="NAMA")
    user.add_argument("--name", default="")
    user.add_argument("--role", choices=("reviewer", "unit_admin", "administrator"), default="reviewer")
    user.add_argument("--unit", default="")
    volunteer = _add(commands, "volunteer", "volunteers:volunteer", "relawan yang meneruskan pesan grup", "store")
    volunteer.add_argument("action", choices=("add", "list", "remove"))
    volunteer.add_argument("--channel", choices=("whatsapp", "telegram"), default="")
    volunteer.add_argument("--contact", default="", help="nomor WhatsApp atau id Telegram")
    volunteer.add_argument("--name", default="", help='untuk siapa ia meneruskan, mis. "KIM Marabahan"')
    region = _add(commands, "region", "keeping:region", "tambah tabel wilayah dari paket idn-area-data")
    region.add_argument("action", choices=("add",))
    region.add_argument("code", metavar="KODE")
    region.add_argument("--from", dest="folder", required=True, metavar="FOLDER", help="isi paket idn-area-data")
