"""How each channel hands out the files of its messages; a token goes only where its platform may be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connectors.fetch import Fetched, FetchGone, FetchLater, FetchRefused
from connectors.safe_get import Answer, Resolve, Rules, ask, by_status, resolve, safe_get

TELEGRAM = "https://api.telegram.org"
GRAPH = "https://graph.facebook.com"
META_FILES = (".fbcdn.net", ".cdninstagram.com", "lookaside.fbsbx.com", "lookaside.instagram.com")
"""Where Meta keeps files: scontent….fbcdn.net and its like, and the addresses that the Cloud API and webhooks give."""
_WHATSAPP = ("graph.facebook.com", "lookaside.fbsbx.com")  # Meta, Cloud API: Download media
_API = 64 * 1024  # bytes of an answer that only tells about a file
_TOKEN_WAIT = 300.0  # seconds until a refused token is tried again: a person must renew it
_ID = re.compile(r"[\w-]{1,200}", re.ASCII)
_PATH = re.compile(r"[\w/.-]{1,500}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TelegramFetcher:
    """Bot API: getFile, then /file/bot<token>/<path> (core.telegram.org/bots/api#getfile; files of up to 20 MB)."""

    token: str
    base_url: str = TELEGRAM
    resolve: Resolve = resolve

    def fetch(self, ref: str, limit: int) -> Fetched:
        """Get a file by its file_id."""
        rules = Rules(("api.telegram.org",), self.base_url, self.resolve)
        base = self.base_url.rstrip("/")
        answer = ask(f"{base}/bot{self.token}/getFile?file_id={quote(ref, safe='')}", rules, _API)
        file = _telegram_file(answer)
        if _number(file.get("file_size")) > limit:
            raise FetchRefused("size")
        path = str(file.get("file_path", ""))
        if not _PATH.fullmatch(path) or ".." in path:
            raise FetchRefused("request")
        return _file(safe_get(f"{base}/file/bot{self.token}/{path}", rules, limit))


@dataclass(frozen=True, slots=True)
class WhatsAppFetcher:
    """Cloud API: GET /<version>/<media id>, then the address that it names, both with the token (good for 5 minutes)."""

    token: str
    version: str
    """Of the Graph API, e.g. v26.0."""
    base_url: str = GRAPH
    resolve: Resolve = resolve

    def fetch(self, ref: str, limit: int) -> Fetched:
        """Get a file by its media id."""
        if not _ID.fullmatch(ref):
            raise FetchRefused("request")
        rules = Rules(_WHATSAPP, self.base_url, self.resolve)
        bearer = {"Authorization": f"Bearer {self.token}"}
        answer = ask(f"{self.base_url.rstrip('/')}/{self.version}/{ref}", rules, _API, bearer)
        file = _graph_file(answer)
        if _number(file.get("file_size")) > limit:
            raise FetchRefused("size")
        return _file(safe_get(str(file.get("url", "")), rules, limit, bearer))


@dataclass(frozen=True, slots=True)
class AddressFetcher:
    """Facebook and Instagram name files by signed addresses, which need no token and run out after days."""

    base_url: str = ""
    """A stand-in's, where one is configured."""
    resolve: Resolve = resolve

    def fetch(self, ref: str, limit: int) -> Fetched:
        """Get a file by its address."""
        return _file(safe_get(ref, Rules(META_FILES, self.base_url, self.resolve), limit))


def _file(answer: Answer) -> Fetched:
    return Fetched(answer.content, answer.headers.get("content-type", "").partition(";")[0].strip().lower())


def _telegram_file(answer: Answer) -> dict[str, Any]:
    """The File of an answer to getFile, or why there is none."""
    told = _json(answer)
    if answer.status == 200 and isinstance(told.get("result"), dict):
        return dict(told["result"])
    if answer.status in (401, 404):  # Telegram's words for a token that it doesn't know
        raise FetchLater("token", _TOKEN_WAIT)
    if answer.status == 429:
        held = told.get("parameters")
        raise FetchLater("http 429", _number(held.get("retry_after")) if isinstance(held, dict) else None)
    if answer.status == 400:
        raise FetchRefused("size") if "too big" in str(told.get("description")) else FetchGone("gone")
    raise by_status(answer) if answer.status != 200 else FetchLater("odd answer")


def _graph_file(answer: Answer) -> dict[str, Any]:
    """What the Graph API tells of a media id, or why there is nothing."""
    told = _json(answer)
    error = told.get("error")
    code = _number(error.get("code")) if isinstance(error, dict) else 0
    if code in (102, 190) or answer.status == 401:
        raise FetchLater("token", _TOKEN_WAIT)
    if code in (1, 2, 4, 17, 32, 613, 80007, 130429):  # its own failures, and too many calls
        raise FetchLater(f"code {code}", answer.retry_after)
    if code:
        raise FetchGone("gone")  # 100 with subcode 33: no such object any more
    if answer.status != 200:
        raise by_status(answer)
    if not told:
        raise FetchLater("odd answer")
    return told


def _json(answer: Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else int(value) if isinstance(value, str) and value.isdecimal() else 0
