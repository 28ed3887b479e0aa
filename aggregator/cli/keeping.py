"""`migrate`, `replay`, `backup`, `restore`, `erase`, `user`, `region`: keeping the house in order."""

from __future__ import annotations

import argparse
import csv
import getpass
import json
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aggregator.app import App
from aggregator.cli import learning
from aggregator.cli.streams import Streams
from aggregator.settings import ROOT, Settings


def migrate(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Bring the schema up to date."""
    del args
    app.store.migrate()
    streams.out.write("Skema basis data sudah terbaru.\n")
    return 0


def replay(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Have malformed deliveries read again."""
    del args
    from aggregator.cli.bringing import read_now

    again = app.store.replay(app.clock())
    read_now(app)
    streams.out.write(f"{again} kiriman dibaca lagi.\n")
    return 0


def backup(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Copy the running database consistently; the secret key is not in it and must be kept apart."""
    if app.settings.postgres:
        streams.err.write("PostgreSQL dicadangkan dengan pg_dump.\n")
        return 1
    target = streams.folder / args.file
    if target.exists():
        streams.err.write(f"{args.file} sudah ada. Pilih nama lain.\n")
        return 1
    target.touch(mode=0o600)  # people's words stand in it
    app.store.backup(target)
    streams.out.write(f"Tersimpan di {args.file}. Simpan kunci rahasia (ELAPOR_SECRET_KEY atau secret.key) terpisah.\n")
    return 0


def restore(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Put a backup in place of the database; only while the program does not run."""
    from aggregator.cli.serving import only_one

    source = streams.folder / args.file
    if app.settings.postgres:
        streams.err.write("PostgreSQL dipulihkan dengan pg_restore.\n")
        return 1
    if not _is_ours(source):
        streams.err.write(f"{args.file} bukan cadangan E-LAPOR.\n")
        return 1
    with only_one(app.settings.data) as alone:
        if not alone:
            streams.err.write("Hentikan dahulu program yang berjalan, lalu ulangi.\n")
            return 1
        database = app.settings.data / "elapor.db"
        for leftover in ("-wal", "-shm"):
            database.with_name(database.name + leftover).unlink(missing_ok=True)
        shutil.copyfile(source, database)
    app.store.migrate()
    streams.out.write("Basis data dipulihkan.\n")
    return 0


def _is_ours(path: Path) -> bool:
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as there:
            found = there.execute("SELECT count(*) FROM sqlite_master WHERE name = 'submission'").fetchone()
    except sqlite3.Error:
        return False
    return bool(found == (1,))


def erase(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Erase a person's data on every channel."""
    found = app.store.contacts_of(args.contact)
    for contact_id in found:
        app.store.erase(contact_id, app.clock())
    learning.forget(app)
    streams.out.write(f"{len(found)} kontak dihapus datanya.\n" if found else "Tidak ada kontak dengan pengenal itu.\n")
    return 0 if found else 1


def user(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Add, list or disable users of the console."""
    if args.action == "list":
        for account in app.store.accounts():
            state = "nonaktif" if account.disabled else "aktif"
            streams.out.write(f"{account.login}\t{account.role}\t{account.unit}\t{state}\n")
        return 0
    if not args.login:
        streams.err.write("Sebutkan nama masuk.\n")
        return 2
    if args.action == "disable":
        known = app.store.disable_account(args.login)
        streams.out.write("Dinonaktifkan.\n" if known else "Tidak ada pengguna itu.\n")
        return 0 if known else 1
    return _add_user(app, args, streams)


def _add_user(app: App, args: argparse.Namespace, streams: Streams) -> int:
    if args.role == "unit_admin" and args.unit not in app.region.units:
        streams.err.write(f"Perangkat daerah tidak dikenal. Pilih: {', '.join(sorted(app.region.units))}\n")
        return 1
    from aggregator.web.passwords import hash_password

    typed = (
        getpass.getpass("Kata sandi (kosong: dibuatkan): ") if streams.out is sys.stdout and sys.stdin.isatty() else ""
    )
    password = typed or secrets.token_urlsafe(12)
    app.store.add_account(
        args.login, args.name or args.login, args.role, args.unit, hash_password(password), app.clock()
    )
    streams.out.write(f"Ditambahkan: {args.login}" + ("" if typed else f", kata sandi: {password}") + "\n")
    return 0


def region(settings: Settings, args: argparse.Namespace) -> int:
    """Add a region's rows to data/wilayah/wilayah.csv from an unpacked idn-area-data package (no centre points there)."""
    del settings
    try:
        rows = list(_rows_of(Path(args.folder), args.code))
    except (OSError, KeyError, ValueError) as error:
        print(f"{args.folder} bukan paket idn-area-data: {type(error).__name__}", file=sys.stderr)
        return 1
    target = ROOT / "data" / "wilayah" / "wilayah.csv"
    known = {line.partition(",")[0] for line in target.read_text("utf-8").splitlines()}
    new = [row for row in rows if row[0] not in known]
    with target.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(new)
    print(json.dumps({"code": args.code, "added": len(new)}))
    return 0


def _rows_of(folder: Path, code: str) -> Iterator[tuple[Any, ...]]:
    """The kabupaten, its kecamatan and villages: code, parent, level, name, lat, lon (empty where unknown)."""
    levels = {1: "kabupaten", 2: "kecamatan", 3: "desa"}
    for name in ("regencies", "districts", "villages"):
        path = next(folder.rglob(f"{name}.csv"))
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                dotted = _dotted(row["code"])
                if dotted == code or dotted.startswith(f"{code}."):
                    parent = dotted.rpartition(".")[0]
                    level = "kelurahan" if dotted.count(".") == 3 and dotted[9] == "1" else levels[dotted.count(".")]
                    yield dotted, parent, level, row["name"].title(), row.get("latitude", ""), row.get("longitude", "")


def _dotted(code: str) -> str:
    bare = code.replace(".", "")
    return ".".join(filter(None, (bare[:2], bare[2:4], bare[4:6], bare[6:])))
