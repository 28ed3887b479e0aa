"""What a person wrote in an e-mail: the text part without what is quoted, signed, or only mark-up."""

from __future__ import annotations

import re
from email.message import Message
from html.parser import HTMLParser

_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_ATTRIBUTION = re.compile(
    r"^(?:Pada|On)\b[^\n]{0,300}(?:\n[^\n]{0,300})?(?:menulis|wrote)\s*:\s*$", re.MULTILINE | re.IGNORECASE
)
_END = re.compile(
    r"^(?:-- ?$|_{10,}\s*$|-{2,}\s*(?:Original Message|Pesan Asli|Pesan asli|Forwarded message|Pesan terusan)\b"
    r"|(?:From|Dari)\s*:[^\n]+\n(?:Sent|Date|Dikirim|Tanggal|To|Kepada)\s*:"
    r"|(?:Sent from my|Dikirim dari|Get Outlook for)\b)",
    re.MULTILINE | re.IGNORECASE,
)
"""From here on nothing was written for us: a signature (RFC 3676, 4.3) or the letter that is answered."""
_BLANK = re.compile(r"\n\s*\n\s*\n+")


def words_of(letter: Message) -> str:
    """The words of a letter, "" where it holds no text."""
    return own_words(_body(letter))


def own_words(text: str) -> str:
    """A text without quoted lines, the line that introduces them, and all behind a signature's or an older letter's begin."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    end = _END.search(plain)
    kept = plain[: end.start()] if end else plain
    return _BLANK.sub("\n\n", _QUOTED.sub("", _ATTRIBUTION.sub("", kept))).strip()


def _body(letter: Message) -> str:
    for sort in ("text/plain", "text/html"):
        for part in letter.walk():
            if part.get_content_type() == sort and part.get_content_disposition() != "attachment":
                return content_of(part) if sort == "text/plain" else _plain(content_of(part))
    return ""


def content_of(part: Message) -> str:
    """The text of a part, whatever character set it claims."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


class _Text(HTMLParser):
    """Collects what a reader sees of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNSEEN
        self.pieces.append("\n" if tag in _LINES else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN and self._hidden > 0
        self.pieces.append("\n" if tag in _LINES - {"br"} else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


_UNSEEN = {"style", "script", "head", "title", "blockquote"}
_LINES = {"br", "p", "div", "tr", "li", "h1", "h2", "h3"}


def _plain(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return "\n".join(lines)
