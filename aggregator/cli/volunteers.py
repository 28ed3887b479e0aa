"""`volunteer`: who is registered to pass on what groups say."""

from __future__ import annotations

import argparse

from aggregator.app import App
from aggregator.cli.streams import Streams

_UNKNOWN = {
    "whatsapp": "Itu bukan nomor WhatsApp. Contoh: --contact 0812-5555-0901.\n",
    "telegram": "Nama pengguna itu belum pernah menulis. Sebutkan id angkanya, atau minta ia menulis dahulu kepada bot.\n",
}
"""What is said of a contact that is no number and that nobody has."""


def volunteer(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Add, list or remove volunteers."""
    if args.action == "list":
        for one in app.store.volunteers():
            streams.out.write(f"{one.channel}\t{one.contact}\t{one.name}\n")
        return 0
    missing = [f"--{name}" for name in ("channel", "contact") if not getattr(args, name)]
    if args.action == "add" and not args.name.strip():
        missing.append("--name")
    if missing:
        streams.err.write(f"Sebutkan {', '.join(missing)}.\n")
        return 2
    return _remove(app, args, streams) if args.action == "remove" else _add(app, args, streams)


def _add(app: App, args: argparse.Namespace, streams: Streams) -> int:
    if not app.store.add_volunteer(args.channel, args.contact, args.name.strip()):
        streams.err.write(_UNKNOWN[args.channel])
        return 1
    streams.out.write(f"Relawan dicatat: {args.name.strip()}\n")
    return 0


def _remove(app: App, args: argparse.Namespace, streams: Streams) -> int:
    known = app.store.remove_volunteer(args.channel, args.contact)
    streams.out.write("Bukan relawan lagi.\n" if known else "Tidak ada relawan itu.\n")
    return 0 if known else 1
