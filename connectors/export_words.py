"""Tells what a message of a chat export is: words, media, a deleted message or a remark of the phone (Indonesian, English)."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

from connectors.base import MediaKind
from connectors.export_lines import MARKS

ExportKind = Literal["message", "media", "deleted", "system"]

_THING = (
    r"(?:image|photo|video(?: note)?|voice message|audio|sticker|document|gif|contact card"
    r"|gambar|foto|pesan video|pesan suara|catatan video|stiker|dokumen|kartu kontak)"
)
_ABSENT = r"(?:omitted|(?:tidak|tak) disertakan|diabaikan|dihilangkan)"
_MEDIA = tuple(
    (sign, re.compile(form, re.IGNORECASE | re.DOTALL))
    for sign, form in (
        ("\u200e", rf"(?P<before>.*?)\u200e{_THING} {_ABSENT}"),  # iOS, without files
        ("", rf"{_THING} {_ABSENT}|null"),  # the same, its mark lost; "null" is what can be seen only once
        ("<", rf"<media {_ABSENT}>(?P<after>.*)"),  # Android, without files
        ("<", r"(?P<before>.*?)\u200e?<(?:attached|terlampir|lampiran): (?P<file>[^<>\n]+)>(?P<after>.*)"),  # iOS
        (
            " (",
            r"\u200e?(?P<file>[^\n]+\.\w{2,5}) \((?:file|berkas) (?:attached|terlampir|dilampirkan)\)(?P<after>.*)",
        ),  # Android
    )
)
"""Each with a sign without which it need not be tried, for most messages have none."""
_DELETED = re.compile(
    r"(?:you deleted this message|this message was deleted(?: by .+)?|anda (?:telah )?menghapus pesan ini"
    r"|pesan ini (?:telah |sudah )?dihapus(?: oleh .+)?)\.?",
    re.IGNORECASE,
)
_EDITED = re.compile(r"\s*\u200e?<(?:this message was edited|pesan ini (?:telah |sudah )?diedit)>\s*$", re.IGNORECASE)
_REMARK = re.compile(
    r"(?:missed|silenced) (?:voice|video|group) call.*|panggilan (?:suara|video|grup).{0,20} (?:tak|tidak) terjawab.*"
    r"|waiting for this message.*|menunggu pesan ini.*"
    r"|messages .{0,60}end-to-end encrypted.*|pesan dan panggilan .{0,60}enkripsi.*",
    re.IGNORECASE | re.DOTALL,
)
_RENAMED = re.compile(
    r"\b(?:changed the (?:subject|group name|group description)|mengubah (?:nama|subjek|deskripsi) grup)\b",
    re.IGNORECASE,
)
_SAID_BY_MENU = re.compile(r"(?:live )?location\b|lokasi\b|poll\b|polling\b|jajak pendapat\b", re.IGNORECASE)
_MENTION = re.compile("@(?:\u2068[^\u2069]*\u2069|\\d{6,})")
_MENU = re.compile(r"^(?:location|lokasi): ")
_ISOLATES = re.compile("[\u2066-\u2069]")
_KINDS: tuple[tuple[tuple[str, ...], MediaKind], ...] = (
    ((".jpg", ".jpeg", ".png", ".heic", ".gif"), "photo"),
    ((".mp4", ".3gp", ".mov"), "video"),
    ((".opus",), "voice"),
    ((".m4a", ".mp3", ".aac", ".ogg", ".amr"), "audio"),
    ((".webp",), "sticker"),
    ((".vcf",), "contact"),
)


class Said(NamedTuple):
    """What a message is: its kind, its words without marks, and the attached file's name."""

    kind: ExportKind
    words: str
    file: str | None = None


def said(author: str, written: str) -> Said:
    """Sort one message; `written` still has its marks, for U+200E tells the phone's own remarks from people's words."""
    plain = bare(written)
    if not author:
        return Said("system", plain)
    if _RENAMED.search(author):  # a new name of the group may hold a colon
        return Said("system", f"{author}: {plain}")
    if _DELETED.fullmatch(plain):
        return Said("deleted", "")
    held = next((found for sign, form in _MEDIA if sign in written and (found := form.fullmatch(written))), None)
    if held:
        parts = {name: bare(part) for name, part in held.groupdict().items()}
        words = "\n".join(filter(None, (parts.get("before"), parts.get("after"))))
        return Said("media", words, parts.get("file") or None)
    remark = written.startswith("\u200e") and not _SAID_BY_MENU.match(plain)
    return Said("system" if remark or _REMARK.fullmatch(plain) else "message", plain)


def bare(words: str | None) -> str:
    """Strip the note of an edit, the marks, and white space at both ends."""
    held = words or ""
    held = _EDITED.sub("", held) if "<" in held else held
    return (held if held.isascii() else _ISOLATES.sub("", MARKS.sub("", held))).strip()


def normal(one: Said, written: str) -> str:
    """Give the words as every member's phone would export them: without names of those mentioned, of files, of the menu."""
    words = one.words if one.kind == "media" else written
    words = _MENTION.sub("@", words) if "@" in words else words
    plain = _MENU.sub("", unicodedata.normalize("NFKC", bare(words)).casefold())
    return f"{'media' if one.kind == 'media' else ''}\0{' '.join(plain.split())}"


def media_kind(file: str) -> MediaKind:
    """Give the kind of attachment by the ending that WhatsApp gives its files."""
    name = file.casefold()
    return next((kind for endings, kind in _KINDS if name.endswith(endings)), "document")
