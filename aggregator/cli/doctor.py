"""`doctor`: what is well, what is not and what to do about it, of the program itself and of every channel in use."""

from __future__ import annotations

import argparse
import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from aggregator.app import App
from aggregator.cli.streams import Streams
from aggregator.store.channel_view import ChannelView
from connectors.check import Check, Level

_SHOWN: dict[Level, tuple[str, str]] = {"good": ("baik ", "32"), "warn": ("awas ", "33"), "bad": ("RUSAK", "1;31")}
"""The word before a line, and its colour on a terminal (ECMA-48)."""
_LITTLE, _TOO_LITTLE = 1 << 30, 200 << 20
"""Bytes left on the disk: from where on it is said, and from where on the database will soon take nothing."""
_LATE_READING = timedelta(minutes=5)
_LATE_POLLING = timedelta(minutes=15)


def doctor(app: App, args: argparse.Namespace, streams: Streams) -> int:
    """Check what can be checked, asking the platforms themselves; exit 1 if anything is bad."""
    bad = False
    say = _printer(streams)
    if args.create_templates:
        bad = _submit_templates(app, say)
    for check in _program(app):
        bad |= say("", check)
    for channel, checks in _channels(app):
        for check in checks:
            bad |= say(channel, check)
    return 1 if bad else 0


def _submit_templates(app: App, say: Callable[[str, Check], bool]) -> bool:
    """Submit WhatsApp's templates to Meta; whether any could not be."""
    from aggregator import checkers

    bad = [say("whatsapp", check) for check in checkers.submit_templates(app.settings)]
    return any(bad)


def _printer(streams: Streams) -> Callable[[str, Check], bool]:
    """What prints one line and says whether it was bad; coloured where a person looks on."""
    coloured = streams.out.isatty()

    def say(channel: str, check: Check) -> bool:
        word, colour = _SHOWN[check.level]
        shown = f"\x1b[{colour}m{word}\x1b[0m" if coloured else word
        streams.out.write(f"{shown}  {f'{channel}: ' if channel else ''}{check.words}\n")
        return check.level == "bad"

    return say


def _program(app: App) -> Iterator[Check]:
    """The program itself: its parts, secrets, disk, what gave up."""
    names = {"database": "basis data", "queue": "antrean kerja", "model": "mesin baca"}
    for part, works in app.ready().items():
        yield Check(part, "good" if works else "bad", names[part] + ("" if works else " tidak menjawab"))
    yield _tried("writable", app.store.prove_writable, "basis data dapat ditulis", "basis data tidak dapat ditulis")
    if app.settings.redis_url:
        yield _tried(
            "redis", lambda: _ping(app.settings.redis_url), "Redis menjawab", "Redis (ELAPOR_REDIS_URL) tidak menjawab"
        )
    yield _secret(app)
    yield _disk(app)
    yield _gave_up(app)


def _tried(name: str, step: Callable[[], object], good: str, bad: str) -> Check:
    try:
        step()
    except Exception as error:  # noqa: BLE001  # whatever it fails of is what the doctor is asked for
        return Check(name, "bad", f"{bad} ({type(error).__name__})")
    return Check(name, "good", good)


def _ping(url: str) -> None:
    import redis

    with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as there:
        there.ping()


def _secret(app: App) -> Check:
    if app.settings.secret_key or (app.settings.data / "secret.key").exists():
        return Check("secret", "good", "kunci rahasia")
    return Check("secret", "bad", "kunci rahasia tidak ada: setel ELAPOR_SECRET_KEY")


def _disk(app: App) -> Check:
    folder = next(one for one in (app.settings.data, *app.settings.data.parents) if one.exists())
    free = shutil.disk_usage(folder).free
    words = f"ruang cakram: {free / (1 << 30):.1f} GB tersisa"
    if free >= _LITTLE:
        return Check("disk", "good", words)
    words += f". Kosongkan tempat untuk {app.settings.data}."
    return Check("disk", "bad" if free < _TOO_LITTLE else "warn", words)


def _gave_up(app: App) -> Check:
    figures = app.store.figures()["jobs"]
    stuck = {task: n for (task, state), n in sorted(figures.items()) if state == "quarantined"}
    if not stuck:
        return Check("jobs", "good", "tidak ada pekerjaan yang menyerah")
    which = ", ".join(f"{task} {n}" for task, n in stuck.items())
    words = f"pekerjaan yang menyerah: {which}. Perbaiki sebabnya (lihat log); `elapor replay` membaca ulang kiriman."
    return Check("jobs", "bad", words)


def _channels(app: App) -> Iterator[tuple[str, Sequence[Check]]]:
    """Every channel: what its platform says now, then what we know of it."""
    from aggregator import checkers

    in_use = checkers.in_use(app.settings)
    found = asyncio.run(app.checking.run())
    now = app.clock()
    views = {view.channel: view for view in app.store.channel_states(now)}
    for channel in sorted({*checkers.NEEDED, *views}):
        checks = found.get(channel, ())
        if channel in checkers.NEEDED and channel not in in_use:
            checks = (Check("settings", "good", "tidak dipakai"),)
        yield channel, [*checks, *_known(views.get(channel) or ChannelView(channel), now)]


def _known(view: ChannelView, now: datetime) -> Iterator[Check]:
    """What the door, the pollers, the workers and the senders left behind of one channel."""
    if view.last_item_at:
        yield Check("last_item", "good", f"pesan terakhir {_ago(now - view.last_item_at)} lalu")
    if view.unread_since:
        level: Level = "warn" if now - view.unread_since > _LATE_READING else "good"
        words = f"kiriman tertua yang belum dibaca: {_ago(now - view.unread_since)} lalu"
        yield Check("unread", level, words + (". Periksa apakah pekerja berjalan." if level == "warn" else ""))
    if view.malformed:
        again = "`elapor replay` membaca ulang setelah program diperbarui"
        yield Check("malformed", "warn", f"kiriman terakhir yang tidak terbaca: {view.malformed} ({again})")
    yield from _polling(view, now)
    yield from _sending(view, now)


def _polling(view: ChannelView, now: datetime) -> Iterator[Check]:
    if view.polled_at is None and not view.poll_error:
        return
    lag = now - view.polled_at if view.polled_at else None
    words = f"pengambilan terakhir {_ago(lag)} lalu" if lag is not None else "belum pernah berhasil diambil"
    late = lag is None or lag > _LATE_POLLING
    if late or view.poll_error:
        words += f", galat: {view.poll_error}" if view.poll_error else ". Periksa apakah `elapor poll` berjalan."
    yield Check("poll", "warn" if late or view.poll_error else "good", words)
    if "polling" in view.trouble:
        yield Check("poll_trouble", "bad", f"platform menolak pengambilan: {view.trouble['polling']}")


def _sending(view: ChannelView, now: datetime) -> Iterator[Check]:
    if "sending" in view.trouble:
        since = f" sejak {_ago(now - view.trouble_since)} lalu" if view.trouble_since else ""
        words = f"platform menolak balasan kita{since} (kode {view.trouble['sending']}), pengiriman dijeda"
        yield Check("sending", "bad", f"{words}. Perbarui token atau izinnya; yang tertunda lalu terkirim sendiri.")
    told = {"owed": "menunggu dikirim", "failed": "gagal", "by_hand": "perlu dijawab sendiri"}
    stuck = [f"{n} {told[state]}" for state, n in sorted(view.replies.items()) if state in told]
    if stuck:
        level: Level = "warn" if view.replies.keys() & {"failed", "by_hand"} else "good"
        yield Check("replies", level, f"balasan: {', '.join(stuck)}")


def _ago(since: timedelta) -> str:
    """How long ago, in the largest unit that says it."""
    seconds = max(0, int(since.total_seconds()))
    for size, name in ((86_400, "hari"), (3_600, "jam"), (60, "menit")):
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} detik"
