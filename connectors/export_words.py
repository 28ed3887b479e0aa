"""Tells what a message of a chat export is: words, media, a deleted message or a remark of the phone (Indonesian, English)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from connectors.base import MediaKind
from connectors.export_headers import MARKS

ExportKind = Literal["message", "media", "deleted", "system"]

_THING = (
    r"(?:image|photo|video(?: note)?|voice message|audio|sticker|document|gif|contact card"
    r"|gambar|foto|pesan video|pesan suara|catatan video|stiker|dokumen|kartu kontak)"
)
_ABSENT = r"(?:omitted|(?:tidak|tak) disertakan|diabaikan|dihilangkan)"
_ONCE = r"(?:view once (?:voice |video )?message|pesan (?:suara |video )?sekali lihat)"
_OTHER_ABSENT = (
    r"(?:multimedia omitido|m\u00eddia oculta|multim\u00e9dia omitido|medien ausgeschlossen|m\u00e9dias omis|media omessi"
    r"|media weggelaten|media dikecualikan)"
)
_ATTACHED = (
    r"(?:(?:file|berkas|fail) (?:attached|terlampir|dilampirkan)|archivo adjunto|arquivo anexado|datei angeh\u00e4ngt)"
)
_WITH = r"(?:attached|terlampir|lampiran|dilampirkan|adjunto|anexado|anhang)"
_MEDIA = tuple(
    (sign, re.compile(form, re.IGNORECASE | re.DOTALL))
    for sign, form in (
        ("\u200e", rf"(?P<before>.*?)\u200e{_THING} {_ABSENT}"),  # iOS, without files
        ("", rf"{_THING} {_ABSENT}|null"),  # the same, its mark lost; "null" is what can be seen only once
        (
            "<",
            rf"\u200e?<(?:media {_ABSENT}|{_ONCE} {_ABSENT}|{_OTHER_ABSENT})>(?P<after>.*)",
        ),  # Android, without files
        ("<", rf"(?P<before>.*?)\u200e?<{_WITH}: (?P<file>[^<>\n]+)>(?P<after>.*)"),  # iOS
        (" (", rf"\u200e?(?P<file>[^\n]+\.\w{{2,5}}) \({_ATTACHED}\)(?P<after>.*)"),  # Android
        ("\u200e", r"\u200e(?P<file>[^\n]+\.\w{2,5}) \([^\W\d][^()\n]{3,40}\)(?P<after>.*)"),  # Android, any language
        ("\u200e<", r"(?P<before>.*?)\u200e<[^\W\d][^<>:\n]{1,20}: (?P<file>[^<>\n]+\.\w{2,5})>(?P<after>.*)"),  # iOS
    )
)
"""Each with a sign without which it need not be tried, for most messages have none."""
_DELETED = re.compile(
    r"(?:you deleted this message|this message was deleted(?: by .+)?|message deleted"
    r"|anda (?:telah )?menghapus pesan ini|pesan (?:ini )?(?:telah |sudah )?dihapus(?: oleh .+)?)\.?",
    re.IGNORECASE,
)
_EDITED = re.compile(
    r"\s*\u200e?<(?:this message was edited|pesan (?:ini )?(?:telah |sudah )?diedit)\.?>\s*$", re.IGNORECASE
)
_REMARK = re.compile(
    r"(?:missed|silenced) (?:voice|video|group)(?: voice| video)? call.*"
    r"|panggilan (?:suara|video|grup).{0,20} (?:tak|tidak) (?:terjawab|dijawab).*"
    r"|waiting for this message.*|menunggu pesan ini.*",
    re.IGNORECASE | re.DOTALL,
)
_ENCRYPTED = re.compile(
    r"(?:.{1,100}: )?(?:messages .{0,60}end-to-end encrypted|pesan dan (?:panggilan|telepon) .{0,60}enkripsi).*",
    re.IGNORECASE | re.DOTALL,
)
_RENAMED = re.compile(
    r"\b(?:changed the (?:subject|group name|group description)|(?:mengubah|mengganti) (?:nama|subjek|deskripsi) grup"
    r"|(?:created (?:the )?group|membuat grup) [\"\u201c\u201d])",
    re.IGNORECASE,
)
_SAID_BY_MENU = re.compile(r"(?:live )?location\b|lokasi\b|poll\b|polling\b|jajak pendapat\b", re.IGNORECASE)
_MENTION = re.compile("@(?:\u2068[^\u2069]*\u2069|\\d{6,})")
_MENU = re.compile(r"^(?:location|lokasi): ")
_MENUS = ("lo", "po", "jajak")
_POLL = re.compile(r"(?:poll|polling|jajak pendapat):\s*\n")
_CHOICE = re.compile(r"^(?:option|opsi|pilihan): |\s*\(\d+ \w+\)$", re.MULTILINE)
_KINDS: tuple[tuple[tuple[str, ...], MediaKind], ...] = (
    ((".jpg", ".jpeg", ".png", ".heic", ".gif"), "photo"),
    ((".mp4", ".3gp", ".mov", ".webm"), "video"),
    ((".opus",), "voice"),
    ((".m4a", ".mp3", ".aac", ".ogg", ".amr", ".wav"), "audio"),
    ((".webp",), "sticker"),
    ((".vcf",), "contact"),
)


class Said(NamedTuple):
    """What a message is: its kind, its words without marks, the attached file's name, and what the person wrote of it."""

    kind: ExportKind
    words: str
    file: str | None = None
    raw: str = ""
    """The words with their marks."""


def said(author: str, written: str) -> Said:
    """Sort one message; `written` still has its marks, for U+200E tells the phone's own remarks from people's words."""
    plain = bare(written)
    if not author:
        return Said("system", plain)
    if _renamed(author):  # a new name of the group may hold a colon
        return Said("system", f"{author}: {plain}")
    if _DELETED.fullmatch(plain):
        return Said("deleted", "")
    held = next((found for sign, form in _MEDIA if sign in written and (found := form.fullmatch(written))), None)
    if held:
        return _media(held.groupdict())
    marked = written.startswith("\u200e") and not _SAID_BY_MENU.match(plain)
    remark = marked or _REMARK.fullmatch(plain) or ("end-to-end" in plain and _ENCRYPTED.fullmatch(plain))
    return Said("system" if remark else "message", plain, raw=written)


@lru_cache(maxsize=2_000)
def _renamed(author: str) -> bool:
    return _RENAMED.search(author) is not None


def _media(parts: dict[str, str | None]) -> Said:
    around = [part for name in ("before", "after") if bare(part := parts.get(name) or "")]
    return Said("media", "\n".join(map(bare, around)), bare(parts.get("file")) or None, "\n".join(around))


def bare(words: str | None) -> str:
    """Strip the note of an edit, the marks, and white space at both ends."""
    held = words or ""
    held = _EDITED.sub("", held) if "<" in held else held
    return (held if held.isascii() else MARKS.sub("", held)).strip()


def normal(one: Said) -> str:
    """Give the words as every member's phone would export them.

    Without names of those mentioned, of files, and of the menu's things; without the votes of a poll, which grow.
    """
    words = _MENTION.sub("@", one.raw) if "@" in one.raw else one.raw
    plain = unicodedata.normalize("NFKC", bare(words)).casefold()
    if plain.startswith(_MENUS):
        plain = _CHOICE.sub("", _POLL.sub("poll:\n", plain)) if _POLL.match(plain) else _MENU.sub("", plain)
    return f"{'media' if one.kind == 'media' else ''}\0{' '.join(plain.split())}"


def media_kind(file: str) -> MediaKind:
    """Give the kind of attachment by the ending that WhatsApp gives its files."""
    name = file.casefold()
    return next((kind for endings, kind in _KINDS if name.endswith(endings)), "document")
