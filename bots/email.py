"""The way out by e-mail: plain text over SMTP with TLS, which says that a machine wrote it (RFC 5321, 3834)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from bots.base import NO_ANSWER, Later, Outbound, Refused, SendError, Throttled, TokenDead, Unreachable
from bots.calls import NOT_CONNECTED, tls
from bots.limits import numbered
from bots.wording import render

_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,255}")
_ENHANCED = re.compile(rb"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_MAILBOX = {550, 551, 553, 556}
_SLOW_DOWN = 421
_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server as ELAPOR_SMTP_URL names it: smtp://user:password@host:587 (STARTTLS) or smtps://…:465."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    wrapped: bool = False
    """TLS from the first byte (smtps); otherwise STARTTLS, which only this machine's own server need not offer."""

    @classmethod
    def at(cls, url: str) -> Server:
        """Read the address; raises ValueError."""
        told = urlsplit(url)
        if told.scheme not in ("smtp", "smtps") or not told.hostname:
            raise ValueError("an SMTP address is written like smtp://user:password@host:587")
        wrapped = told.scheme == "smtps"
        port = told.port or (465 if wrapped else 587)
        return cls(told.hostname, port, unquote(told.username or ""), unquote(told.password or ""), wrapped)

    @property
    def own(self) -> bool:
        """Whether it stands on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class EmailBot:
    """Sends as `sender` (an address, with a name or without) by `server`; `timeout` is in seconds for each step."""

    channel = "email"

    def __init__(self, server: Server, sender: str, timeout: float = 20, context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._sender = sender
        self._timeout = timeout
        self._context = context

    async def send(self, out: Outbound) -> str:
        """Send and return the Message-ID, the same at every try, so that mailboxes know a repetition."""
        letter = self._letter(out)
        await asyncio.to_thread(self._deliver, letter)
        return str(letter["Message-ID"]).strip("<>")

    async def close(self) -> None:
        """Nothing stays open between two letters."""

    def _letter(self, out: Outbound) -> EmailMessage:
        letter, to = EmailMessage(), out.thread or out.to
        if not _ADDRESS.fullmatch(to):
            raise Unreachable("not an address")
        letter["From"], letter["To"] = self._sender, to
        letter["Subject"] = render("mail_subject" if out.code else "mail_subject_plain", {"code": out.code}, "id")
        letter["Message-ID"] = f"<{self._identity(out.ref)}>"
        if out.reply_to:
            letter["In-Reply-To"] = letter["References"] = f"<{out.reply_to}>"
        letter["Date"] = formatdate()
        letter["Auto-Submitted"] = "auto-replied" if out.reply_to else "auto-generated"
        letter["X-Auto-Response-Suppress"] = "All"
        letter.set_content(numbered(out.text, out.buttons))
        return letter

    def _identity(self, ref: str) -> str:
        """A Message-ID that nobody can guess: a bounce is believed by it."""
        key = f"{self._server.user}\0{self._server.password}".encode()
        domain = parseaddr(self._sender)[1].rpartition("@")[2]
        return f"{hmac.new(key, ref.encode(), hashlib.sha256).hexdigest()[:32]}@{domain}"

    def _deliver(self, letter: EmailMessage) -> None:
        try:
            link = self._connected()
        except smtplib.SMTPResponseException as why:  # it greets nobody now: that says nothing of this letter
            raise Later(_reason(why.smtp_code, _bytes(why.smtp_error))) from None
        except (OSError, smtplib.SMTPException):
            raise Later(NOT_CONNECTED) from None
        try:
            self._enter(link)
            link.send_message(letter)
        except (OSError, smtplib.SMTPException) as why:
            raise failure(why) from None
        finally:
            link.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server.wrapped:
            context = self._context or tls()
            return smtplib.SMTP_SSL(self._server.host, self._server.port, timeout=self._timeout, context=context)
        return smtplib.SMTP(self._server.host, self._server.port, timeout=self._timeout)

    def _enter(self, link: smtplib.SMTP) -> None:
        """Make the line private and say who we are."""
        link.ehlo()
        if not self._server.wrapped and link.has_extn("starttls"):
            link.starttls(context=self._context or tls())
        elif not self._server.wrapped and not self._server.own:
            raise TokenDead("the server offers no TLS")
        if self._server.user:
            link.login(self._server.user, self._server.password)


def failure(why: Exception) -> SendError:
    """Tell what an exception of smtplib means for the reply."""
    if isinstance(why, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused) and why.smtp_code >= _PERMANENT:
        return TokenDead(_reason(why.smtp_code, _bytes(why.smtp_error)))
    if isinstance(why, smtplib.SMTPRecipientsRefused) and why.recipients:
        code, words = next(iter(why.recipients.values()))
        return by_code(code, words)
    if isinstance(why, smtplib.SMTPResponseException) and why.smtp_code > 0:
        return by_code(why.smtp_code, why.smtp_error)
    if isinstance(why, smtplib.SMTPNotSupportedError):  # an address beyond ASCII, and a server without SMTPUTF8
        return Unreachable("address not supported")
    return Later(NO_ANSWER)


def by_code(code: int, words: bytes | str) -> SendError:
    """Judge a reply code and the enhanced one before its words (RFC 5321 4.2, RFC 3463)."""
    told = _bytes(words)
    found = _ENHANCED.match(told)
    sort = int(found[2]) if found else 0
    reason = _reason(code, told)
    if code < _PERMANENT:
        return Throttled(reason) if code == _SLOW_DOWN or sort == 7 else Later(reason)  # 4.7.x: policy
    if sort in (1, 2) or (not found and code in _NO_MAILBOX):
        return Unreachable(reason)
    return Refused(reason)


def _reason(code: int, words: bytes) -> str:
    """The codes without their words, which may hold the address."""
    found = _ENHANCED.match(words)
    return f"smtp {code}{' ' + found[0].decode().strip() if found else ''}"


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode("utf-8", "replace")
