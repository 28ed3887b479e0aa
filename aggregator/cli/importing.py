"""`import-chat`: an export of a WhatsApp group is looked through, asked about where it leaves doubts, and brought in."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from aggregator.app import App
from aggregator.cli.bringing import read_now
from aggregator.cli.lines import as_line
from aggregator.cli.streams import Streams
from aggregator.store.deliveries import Delivered
from connectors import whatsapp_export
from connectors.base import Media
from connectors.export_chat import Export, UnknownTimezone
from connectors.export_file import DamagedArchive, UnsafeArchive
from connectors.export_headers import DateOrder, NotAnExport
from connectors.export_lines import AmbiguousDates, ImpossibleDates
from connectors.export_words import media_kind

AHEAD = 20
"""Deliveries of an import that are kept in one commit."""
BATCH = 200
"""Messages of one delivery."""
LOOK_S = 0.1
"""Seconds between looks at how far reading is."""
_CHANNEL = whatsapp_export.CHANNEL
_MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
_WHICH: dict[str, DateOrder] = {"1": "dmy", "2": "mdy", "dmy": "dmy", "mdy": "mdy"}
_REFUSED: dict[type[Exception], str] = {
    DamagedArchive: "bukan ekspor obrolan WhatsApp. Arsip .zip ini rusak atau terpotong; ekspor dan kirim lagi dari ponsel.",
    NotAnExport: "bukan ekspor obrolan WhatsApp. Di WhatsApp: buka grup, menu, Lainnya, Ekspor chat.",
    UnsafeArchive: "arsip ini bukan buatan WhatsApp dan tidak dibuka.",
    ImpossibleDates: "tanggalnya tidak cocok dengan urutan yang diberikan pada --date-order.",
    UnknownTimezone: "zona waktu tidak dikenal. Contoh: --timezone Asia/Makassar.",
    IsADirectoryError: "tidak dapat dibaca: ini folder. Sebutkan berkas .txt atau .zip di dalamnya.",
    FileNotFoundError: "tidak dapat dibaca: berkas tidak ditemukan.",
    PermissionError: "tidak dapat dibaca: izin berkas tidak mencukupi.",
}
_NO_CONSENT = (
    "Persetujuan grup {group} belum dicatat. Bila sudah ada, ulangi perintah ini dengan "
    '--consent "siapa yang menyetujui, kapan".\n'
)


class RefusedError(Exception):
    """A file was not brought in; its argument says why, in words for whoever typed the command."""


def import_chat(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Import WhatsApp "Export chat" files; the same, a longer or another member's export adds only what is new."""
    if not args.group.strip():
        streams.err.write('Sebutkan nama grupnya: --group "Nama Grup".\n')
        return 2
    for name in args.files:
        path = streams.folder / name
        try:
            with _in_words():
                export = _looked_through(path, args.timezone or app.region.timezone, args.date_order, streams)
                if args.dry_run:
                    _shown(export, streams)
                    continue
                args.consent = args.consent or _asked_consent(app, args.group, streams)
                streams.out.write(f"{path.name}: {_bring_in(app, export, args.group, streams)}\n")
        except RefusedError as why:
            streams.err.write(f"{path.name}: {why}\n")
            return 1
        _note_consent(app, args.group, args.consent, streams)
        args.consent = ""  # it is noted, for all files of the group
    return 0


def _shown(export: Export, streams: Streams) -> None:
    """Print its messages as JSON lines; a stream that goes over the socket takes one write at a time."""
    for message in export:
        streams.out.write(as_line(message.as_json()))


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what a file is refused for into a RefusedError."""
    try:
        yield
    except AmbiguousDates as why:
        doubt = f"tanggalnya dapat dibaca dua cara: {_doubt(why.numbers)}?"
        raise RefusedError(f"{doubt} Ulangi dengan --date-order dmy (hari dulu) atau mdy (bulan dulu).") from why
    except tuple(_REFUSED) as why:
        raise RefusedError(next(words for kind, words in _REFUSED.items() if isinstance(why, kind))) from why


def _looked_through(path: Path, timezone: str, order: DateOrder | None, streams: Streams) -> Export:
    """The export, its dates' order asked for where the file leaves it open and somebody is there to answer."""
    try:
        return whatsapp_export.read_export(path, timezone, order)
    except AmbiguousDates as why:
        asked = _asked_order(why.numbers, path.name, streams)
        if asked is None:
            raise
    return whatsapp_export.read_export(path, timezone, asked)


def _asked_order(numbers: tuple[int, int, int], name: str, streams: Streams) -> DateOrder | None:
    question = f"{name}: tanggal {_doubt(numbers)}? Ketik 1 atau 2:"
    for _ in range(3):
        answer = streams.ask(question).casefold() if streams.ask else ""
        if not answer or answer in _WHICH:
            return _WHICH.get(answer)
    return None


def _doubt(numbers: tuple[int, int, int]) -> str:
    """The date of a file as it stands there, and the two days that it may be."""
    a, b, c = numbers
    days = [f"{day} {_MONTHS[month - 1]}" if 0 < month < 13 else "?" for day, month in ((a, b), (b, a))]
    return f"{a:02}/{b:02}/{c:02} berarti {days[0]} (1) atau {days[1]} (2)"


def _asked_consent(app: App, group: str, streams: Streams) -> str:
    """Whose consent there is, asked once for a group where somebody is there to answer."""
    if streams.ask is None or app.store.consent_of(_CHANNEL, group, group):
        return ""
    return streams.ask(
        f"Atas persetujuan siapa pesan grup {group} diserahkan, dan kapan? (kosongkan bila belum ada):"
    ).strip()


def _note_consent(app: App, group: str, consent: str, streams: Streams) -> None:
    """Keep the consent and show it, or say plainly that there is none."""
    if consent:
        app.store.note_consent(_CHANNEL, group, group, consent, app.clock())
    noted = app.store.consent_of(_CHANNEL, group, group)
    streams.err.write(f"Persetujuan grup {group}: {noted}\n" if noted else _NO_CONSENT.format(group=group))


def _bring_in(app: App, export: Export, group: str, streams: Streams) -> str:
    """Store, read, attach; what was done in words."""
    before = _known(app)
    console = Console(file=streams.err, width=streams.width, force_terminal=streams.terminal)
    with Progress(console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as progress:
        _keep(app, export, group, _bar(progress, "Menyimpan pesan", export.headers))
        reading = _bar(progress, "Membaca pesan", 0)
        read_now(app, lambda: (reading(app.store.busy()), LOOK_S)[1])
        files = _attach(app, export, group, progress)
    return f"{files}{export.headers} pesan di berkas, {_known(app) - before} baru."


def _known(app: App) -> int:
    return app.store.messages_by_channel().get(_CHANNEL, 0)


def _bar(progress: Progress, what: str, total: int) -> Callable[[int], None]:
    """A bar that is told how much is left; the most that was ever left is its whole."""
    task = progress.add_task(what, total=total or None)
    most = total

    def show(left: int) -> None:
        nonlocal most
        most = max(most, left)
        progress.update(task, total=most or 1, completed=most - left)

    return show


def _keep(app: App, export: Export, group: str, show: Callable[[int], None]) -> None:
    """Store an import as deliveries, some at a time."""
    bodies, left = whatsapp_export.bodies(export, group, BATCH), export.headers
    while some := list(islice(bodies, AHEAD)):
        app.store.keep([Delivered(_CHANNEL, body, app.clock()) for body in some])
        left = max(0, left - BATCH * len(some))
        show(left)
    show(0)


def _attach(app: App, export: Export, group: str, progress: Progress) -> str:
    """Hand over the files that stand beside the chat to the messages that name them; what was done in words."""
    theirs = whatsapp_export.attached(export, group, whatsapp_export.media_names(export.path))
    if not theirs:
        return ""
    show, done = _bar(progress, "Melampirkan berkas", len(theirs)), {"kept": 0, "refused": 0}
    for n, (name, content) in enumerate(whatsapp_export.media(export.path, theirs), 1):
        for identity in theirs[name]:
            outcome = _hand_over(app, app.store.ref_of(_CHANNEL, group, group, identity), name, content)
            done[outcome] = done.get(outcome, 0) + 1
        show(len(theirs) - n)
    refused = f", {done['refused']} tidak dapat dipakai" if done["refused"] else ""
    return f"{done['kept']} berkas dilampirkan{refused}; "


def _hand_over(app: App, message_ref: str, name: str, content: bytes) -> str:
    """Hand over one file, also to a message that an earlier export without files brought."""
    outcome: str = app.keeper.hand_over(message_ref, 0, content)
    if outcome == "unknown":
        app.store.attach_to_known(message_ref, [Media(media_kind(name), name)])
        outcome = app.keeper.hand_over(message_ref, 0, content)
    return outcome
