"""Links that people copy out of apps, made canonical: the same post or comment gives the same key, however it was copied."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

LONGEST = 2_000
"""Characters of a link."""
Query = dict[str, str]
_TRACKERS = re.compile(
    r"utm_\w+|fbclid|gclid|igsh|igshid|si|feature|mibextid|ref|refid|refsrc|_rdr|_rdc|rdid|share_url|__cft__.*|__tn__|"
    r"__xts__.*|locale|paipv|eav|notif_\w+|sfnsn|wtsid|_r|_t|is_from_webapp|sender_device|web_id|pp|img_index"
)
_HOSTS = {
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "fb.watch": "facebook",
    "instagram.com": "instagram",
    "x.com": "x",
    "twitter.com": "x",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "threads.net": "threads",
    "threads.com": "threads",
    "whatsapp.com": "whatsapp",
    "wa.me": "whatsapp",
}
_DOORS = re.compile(r"(?:www|m|web|mobile|mbasic|touch|free|vm|vt|[a-z]{2}-[a-z]{2})\.")
"""What stands before a platform's name without meaning another thing (`vm` and `vt` lead to short links)."""
_ID = re.compile(r"\d{1,25}")
_PFBID = re.compile(r"\d{1,25}|pfbid\w{10,200}")


class NotALink(ValueError):
    """What was pasted is no web address."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link names. `key` is the same for every way of copying it; `thread` is the post in which a comment stands."""

    platform: str
    """Facebook, instagram, x, tiktok, youtube, telegram, threads, whatsapp, or "" for any other site; in lower case."""
    link: str
    """The address without what only follows people."""
    key: str
    thread: str
    native: tuple[str, str, str] | None = None
    """(account, thread, external_id) under which the platform's own connector would know it."""

    @property
    def needles(self) -> tuple[str, ...]:
        """The parts of the key that every other way of writing the same link holds too."""
        parts = re.split(r"[/=?&]", self.key.rstrip("/"))
        return tuple(parts[-2:]) if self.platform == "telegram" else (parts[-1],)


def read_link(pasted: str) -> Linked:
    """Make a pasted link canonical; raises NotALink."""
    host, path, query = _parts(pasted)
    if host in ("l.facebook.com", "lm.facebook.com", "l.instagram.com") and query.get("u"):
        host, path, query = _parts(query["u"])
    bare = _bare(host)
    kept = {name: value for name, value in sorted(query.items()) if not _TRACKERS.fullmatch(name)}
    address = f"https://{bare}{quote(path.rstrip('/'), safe='/@:+,;=!$&()*~')}" + (
        f"?{urlencode(kept)}" if kept else ""
    )
    plain = Linked(_HOSTS.get(bare, ""), address, address, address)
    read = _READERS.get(plain.platform)
    found = read([piece for piece in path.split("/") if piece], query) if read else None
    if plain.platform == "youtube" and bare == "youtu.be":
        found = _youtube(["embed", *[piece for piece in path.split("/") if piece]], query)
    return replace(plain, key=found[0], thread=found[1], native=found[2]) if found else plain


_Found = tuple[str, str, tuple[str, str, str] | None]


def _parts(pasted: str) -> tuple[str, str, Query]:
    words = pasted.strip()
    if re.match(r"[\w-]+(\.[\w-]+)+/", words):  # copied without its scheme
        words = f"https://{words}"
    try:
        split = urlsplit(words)
        host, port = (split.hostname or "").rstrip("."), split.port
    except ValueError:
        raise NotALink(NotALink.__doc__) from None
    wrong = split.scheme not in ("http", "https") or not re.fullmatch(r"[\w-]+(\.[\w-]+)+", host) or "@" in split.netloc
    if (
        wrong
        or len(words) > LONGEST
        or re.search(r"[\s<>\"\\\x00-\x1f\ud800-\udfff]", words)
        or port not in (None, 80, 443)
    ):
        raise NotALink(NotALink.__doc__)
    return host, unquote(split.path), dict(parse_qsl(split.query, keep_blank_values=True))


def _bare(host: str) -> str:
    """Give a platform's own name; other sites only lose their `www.`."""
    bare = _DOORS.sub("", host, count=1) if _DOORS.match(host) else host
    return bare if bare in _HOSTS else host.removeprefix("www.")


def _facebook(pieces: Sequence[str], query: Query) -> _Found | None:
    """Read a post or comment; every object of Facebook has a number of its own, whoever owns it."""
    owner, post = _facebook_post(pieces, query)
    comment = _comment(query.get("reply_comment_id", "")) or _comment(query.get("comment_id", ""))
    if not post and not comment:
        return None
    thread = f"https://www.facebook.com/{post or comment}"
    native = None
    if _ID.fullmatch(owner) and _ID.fullmatch(post):
        native = owner, f"{owner}_{post}", f"{post}_{comment}" if comment else f"{owner}_{post}"
    return f"https://www.facebook.com/{comment}" if comment else thread, thread, native


def _facebook_post(pieces: Sequence[str], query: Query) -> tuple[str, str]:
    """Give the owner, where it stands there, and the post."""
    first, last = (pieces[0], pieces[-1]) if pieces else ("", "")
    if first in ("permalink.php", "story.php"):
        return query.get("id", ""), _object(query.get("story_fbid", ""))
    if first in ("photo.php", "photo", "watch", "video.php"):
        return "", _object(query.get("fbid", "") or query.get("v", ""))
    if first == "groups":
        shown = query.get("multi_permalinks", "").split(",")[0]
        return "", _object(last if len(pieces) > 2 else shown)
    if first == "reel" or (len(pieces) > 2 and pieces[1] in ("posts", "videos", "photos")):
        return ("" if first == "reel" else first), _object(last)
    pair = re.fullmatch(r"(\d+)_(\d+)", last) if len(pieces) == 1 else None
    return (pair[1], pair[2]) if pair else ("", _object(last) if len(pieces) == 1 else "")


def _object(written: str) -> str:
    return written if _PFBID.fullmatch(written) else ""


def _comment(written: str) -> str:
    """Give a comment's number; newer links write `comment:<post>_<comment>` in base64."""
    if not _ID.fullmatch(written):
        try:
            written = base64.b64decode(written + "=" * (-len(written) % 4)).decode("ascii")
        except (binascii.Error, ValueError):
            return ""
    number = written.rpartition("_")[2]
    return number if _ID.fullmatch(number) else ""


def _instagram(pieces: Sequence[str], _query: Query) -> _Found | None:
    at = next((n for n, piece in enumerate(pieces) if piece in ("p", "reel", "reels", "tv")), None)
    if at is None or len(pieces) < at + 2:
        return None
    thread = f"https://www.instagram.com/p/{pieces[at + 1]}"
    rest = dict(zip(pieces[at + 2 :: 2], pieces[at + 3 :: 2], strict=False))
    comment = rest.get("r") or rest.get("c")
    return f"{thread}/c/{comment}" if comment else thread, thread, None


def _x(pieces: Sequence[str], _query: Query) -> _Found | None:
    number = _after(pieces, "status", "statuses")
    return _alone(f"https://x.com/i/status/{number}") if _ID.fullmatch(number) else None


def _tiktok(pieces: Sequence[str], query: Query) -> _Found | None:
    number = _after(pieces, "video", "photo", "v").removesuffix(".html")
    if not _ID.fullmatch(number):
        return None
    thread, comment = f"https://www.tiktok.com/@/video/{number}", query.get("share_comment_id", "")
    return f"{thread}?share_comment_id={comment}" if comment else thread, thread, None


def _youtube(pieces: Sequence[str], query: Query) -> _Found | None:
    video, comment = query.get("v") or _after(pieces, "shorts", "live", "embed"), query.get("lc")
    thread = f"https://www.youtube.com/watch?v={video}"
    return (f"{thread}&lc={comment}" if comment else thread, thread, None) if video else None


def _telegram(pieces: Sequence[str], query: Query) -> _Found | None:
    """Read a message; in a chat without a public name the link holds its number (core.telegram.org/api/links)."""
    if len(pieces) < 2 or not _ID.fullmatch(pieces[-1]):
        return None
    if pieces[0] == "c":
        return _private_telegram(pieces[1:], query)
    name = (pieces[1] if pieces[0] == "s" else pieces[0]).lower()
    thread, comment = f"https://t.me/{name}", query.get("comment", "")
    post = f"{thread}/{pieces[-1]}"
    return (f"{post}?comment={comment}", post, None) if _ID.fullmatch(comment) else (post, thread, None)


def _private_telegram(pieces: Sequence[str], query: Query) -> _Found | None:
    chat, topic, message = pieces[0], pieces[1] if len(pieces) > 2 else "", pieces[-1]
    if len(pieces) < 2 or not _ID.fullmatch(chat):
        return None
    thread, comment = f"https://t.me/c/{chat}", query.get("comment", "")
    if _ID.fullmatch(comment):  # it stands in the linked group, whose number the link does not tell
        return f"{thread}/{message}?comment={comment}", f"{thread}/{message}", None
    own = f"-100{chat}/{topic}" if topic else f"-100{chat}"
    return f"{thread}/{message}", thread, ("bot", own, message)


def _threads(pieces: Sequence[str], _query: Query) -> _Found | None:
    code = _after(pieces, "post", "t")
    return _alone(f"https://www.threads.net/t/{code}") if code else None


def _after(pieces: Sequence[str], *names: str) -> str:
    """Give the piece that follows one of these."""
    return next((later for piece, later in pairwise(pieces) if piece in names), "")


def _alone(key: str) -> _Found:
    return key, key, None


_READERS: dict[str, Callable[[Sequence[str], Query], _Found | None]] = {
    "facebook": _facebook,
    "instagram": _instagram,
    "x": _x,
    "tiktok": _tiktok,
    "youtube": _youtube,
    "telegram": _telegram,
    "threads": _threads,
}
