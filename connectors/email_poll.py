"""E-mail is asked for: a mailbox by IMAP (RFC 9051), which is only read, never changed."""

from __future__ import annotations

import imaplib
import ipaddress
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors.email import CHANNEL, attachments
from connectors.fetch import Fetched, FetchGone, FetchLater, FetchRefused
from connectors.poll import AskLater, NotAllowed, Polled, TellKnown

LARGEST = 8 << 20
"""Bytes of a letter that are taken in; what stands behind them (large attachments) is fetched by itself or not at all."""
_AT_ONCE = 20
_ANEW = timedelta(days=3)
"""How far back is looked where the mailbox numbers anew."""
_REFUSED = "kotak surat menolak ELAPOR_IMAP_URL: periksa nama dan sandinya"
_NO_TLS = "server kotak surat tidak menawarkan TLS: pakai imaps:// di ELAPOR_IMAP_URL"
_FAILURES = (imaplib.IMAP4.error, OSError)


class Mailbox:
    """The mailbox of ELAPOR_IMAP_URL: imaps://user:password@host[:993][/folder], or imap:// with STARTTLS."""

    def __init__(self, url: str, timeout: float = 20, context: ssl.SSLContext | None = None) -> None:
        told = urlsplit(url)
        if told.scheme not in ("imap", "imaps") or not told.hostname:
            raise ValueError("an IMAP address is written like imaps://user:password@host/INBOX")
        self._wrapped = told.scheme == "imaps"
        self._host, self._port = told.hostname, told.port or (993 if self._wrapped else 143)
        self._user, self._password = unquote(told.username or ""), unquote(told.password or "")
        self._folder = unquote(told.path.strip("/")) or "INBOX"
        self._timeout, self._context = timeout, context

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """The folder, to be read; raises NotAllowed and what imaplib raises."""
        link = self._connected()
        try:
            self._enter(link)
            quoted = self._folder.replace("\\", "\\\\").replace('"', '\\"')
            _good(link.select(f'"{quoted}"', readonly=True))
            yield link
        finally:
            link.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        if self._wrapped:
            context = self._context or ssl.create_default_context()
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=self._timeout)
        return imaplib.IMAP4(self._host, self._port, timeout=self._timeout)

    def _enter(self, link: imaplib.IMAP4) -> None:
        if not self._wrapped and "STARTTLS" in link.capabilities:
            link.starttls(self._context or ssl.create_default_context())
        elif not self._wrapped and not _own(self._host):
            raise NotAllowed(_NO_TLS)
        try:
            link.login(self._user, self._password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:  # its words hold the name
            raise NotAllowed(_REFUSED) from None


class EmailPoller:
    """Asks `mailbox` every `every` seconds; what stood there before the first round is left alone."""

    channel = CHANNEL

    def __init__(self, mailbox: Mailbox, every: float = 60) -> None:
        self._mailbox = mailbox
        self.every = every

    def poll(self, cursor: Mapping[str, Any], known: TellKnown, now: datetime) -> Polled:
        """Take the letters behind the cursor, the oldest first; raises PollError."""
        del known  # letters are neither edited nor removed
        try:
            with self._mailbox.opened() as link:
                return _round(link, cursor, now)
        except _FAILURES as why:
            raise AskLater(type(why).__name__) from None

    def close(self) -> None:
        """Nothing stays open between two rounds."""


def _round(link: imaplib.IMAP4, cursor: Mapping[str, Any], now: datetime) -> Polled:
    validity, following = _number(link, "UIDVALIDITY"), _number(link, "UIDNEXT")
    if not cursor:
        return Polled((), {"validity": validity, "uid": following - 1})
    last = cursor["uid"] if cursor["validity"] == validity else 0
    criteria = f"UID {last + 1}:*" if last else f"SINCE {(now - _ANEW):%d-%b-%Y}"
    found = _good(link.uid("SEARCH", criteria))[0] or b""
    uids = sorted(uid for uid in map(int, found.split()) if uid > last)[:_AT_ONCE]  # "*" alone names the last one, too
    bodies = tuple(body for uid in uids if (body := _letter(link, str(uid), f"<0.{LARGEST}>")))
    reached = uids[-1] if uids else last or following - 1
    return Polled(bodies, {"validity": validity, "uid": reached})


class EmailFetcher:
    """Gets an attachment again from the mailbox; `ref` is "message id, space, place"."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def fetch(self, ref: str, limit: int) -> Fetched:
        """Get one attachment; raises FetchErrors."""
        identity, _, place = ref.rpartition(" ")
        if not re.fullmatch(r"[^\s\"\\()]+", identity) or not place.isdecimal():
            raise FetchRefused("request")
        try:
            with self._mailbox.opened() as link:
                whole = _by_identity(link, identity)
        except (*_FAILURES, NotAllowed) as why:
            raise FetchLater(type(why).__name__) from None
        parts = list(attachments(message_from_bytes(whole)))
        content = parts[int(place)].get_payload(decode=True) if int(place) < len(parts) else None
        if not isinstance(content, bytes):
            raise FetchGone("gone")
        if len(content) > limit:
            raise FetchRefused("size")
        return Fetched(content, parts[int(place)].get_content_type())


def _by_identity(link: imaplib.IMAP4, identity: str) -> bytes:
    found = (_good(link.uid("SEARCH", f'HEADER Message-ID "<{identity}>"'))[0] or b"").split()
    whole = _letter(link, found[0].decode()) if found else b""
    if not whole:
        raise FetchGone("gone")
    return whole


def _letter(link: imaplib.IMAP4, uid: str, span: str = "") -> bytes:
    """A letter's bytes, without marking it as seen; empty where it is gone."""
    told = _good(link.uid("FETCH", uid, f"(BODY.PEEK[]{span})"))
    return next((bytes(one[1]) for one in told if isinstance(one, tuple)), b"")


def _good(answer: tuple[str, list[Any]]) -> list[Any]:
    status, told = answer
    if status != "OK":
        raise imaplib.IMAP4.error("refused")
    return told


def _number(link: imaplib.IMAP4, name: str) -> int:
    """What SELECT told of the folder."""
    told = link.response(name)[1]
    return int(told[0]) if told and isinstance(told[0], bytes) else 0


def _own(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
