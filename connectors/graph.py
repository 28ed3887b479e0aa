"""Meta's Graph API for Facebook and Instagram: facebook-sdk's client, made fit for today in this one place."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import warnings
from collections.abc import Iterator
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore"
    )  # facebook-sdk 3.1.0 holds an invalid escape, of which Python warns when compiling it
    from facebook import GraphAPI

VERSION = "v26.0"  # of 29 July 2026 (Meta, Graph API: Changelog)
BASE_URL = "https://graph.facebook.com"
_THROTTLED = (4, 17, 32, 613, 80001, 80002, 80006)
_DEAD = (102, 190)
_USAGE = ("x-business-use-case-usage", "x-app-usage", "x-page-usage")
_SHARES = ("call_count", "total_cputime", "total_time")


class GraphError(Exception):
    """The Graph API did not do what was asked; it carries the platform's numbers and never its words."""

    def __init__(self, status: int = 0, code: int = 0, subcode: int = 0, retry_after: float | None = None) -> None:
        super().__init__(f"graph status={status} code={code} subcode={subcode}")
        self.status = status
        """HTTP status, 0 where no answer came."""
        self.code = code
        """Meta's error code, 0 where the answer held none."""
        self.subcode = subcode
        self.retry_after = retry_after
        """Seconds after which the platform takes calls again, where it says so."""


class GraphUnavailable(GraphError):
    """No answer, or one of a platform that fails by itself (5xx, codes 1 and 2): try again."""

    maybe_done = False
    """Whether the call may have had its effect, its answer being lost."""


class GraphThrottled(GraphError):
    """Too many calls (Meta, Graph API: Rate limiting): try again later."""


class GraphTokenDead(GraphError):
    """The access token is refused: a person must renew it."""


class GraphClient(GraphAPI):  # type: ignore[misc]
    """facebook-sdk's GraphAPI with today's version and any base address, whose token stands in a header.

    `timeout` is in seconds for connecting and for reading. Synchronous: call it in a thread. Raises GraphError and its
    kinds.
    """

    def __init__(
        self,
        token: str,
        app_secret: str = "",
        base_url: str = BASE_URL,
        version: str = VERSION,
        timeout: tuple[float, float] = (5, 20),
    ) -> None:
        super().__init__(access_token=token, timeout=timeout)
        self.version = version  # the constructor knows versions up to 3.1 only
        self.base_url = base_url.rstrip("/")
        self.app_secret = app_secret
        self.usage = 0.0
        """How much of what Meta allows us is used, in per cent, as the last good answer told (Graph API: Rate limits)."""
        self.regain_after: float | None = None
        """Seconds after which more is allowed, as the last answer estimated."""

    def request(
        self,
        path: str,
        args: dict[str, Any] | None = None,
        post_args: dict[str, Any] | None = None,
        files: dict[str, Any] | None = None,
        method: str | None = None,
    ) -> Any:
        """Call `path` (which begins with the version) and give its JSON; all other methods come through here."""
        verb = "POST" if post_args is not None else method or "GET"
        query, form = dict(args or {}), dict(post_args or {})
        (form if verb == "POST" else query).update(self._proof())
        try:
            answer = self.session.request(
                verb,
                f"{self.base_url}/{path}",
                params=query,
                data=form or None,
                files=files,
                auth=self._sign,
                timeout=self.timeout,
                allow_redirects=False,
            )
        except requests.RequestException as why:
            raise _no_answer(why) from None  # its words hold the address
        found = _content(answer)
        self.usage = max((_number(part.get(name)) for part in _usages(answer) for name in _SHARES), default=0)
        self.regain_after = _regain(answer)
        return found

    def get_all_connections(self, id: str, connection_name: str, **args: Any) -> Iterator[Any]:  # noqa: A002
        """Give all elements of a list, page by page; facebook-sdk's own way would read the token from the next address."""
        while True:
            page = self.get_connections(id, connection_name, **args)
            yield from page.get("data", ())
            cursor = page.get("paging", {}).get("cursors", {}).get("after")
            if not cursor or "next" not in page["paging"]:
                return
            args["after"] = cursor

    def get_version(self) -> str:
        """Give the version that is called; facebook-sdk's own way would put the token into an address."""
        return str(self.version)

    def close(self) -> None:
        """Give back connections."""
        self.session.close()

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.access_token}"
        return request

    def _proof(self) -> dict[str, str]:
        """Prove that the caller has the app's secret (Meta, Graph API: Secure requests)."""
        if not self.app_secret:
            return {}
        proof = hmac.new(self.app_secret.encode(), str(self.access_token).encode(), hashlib.sha256)
        return {"appsecret_proof": proof.hexdigest()}


def _no_answer(why: requests.RequestException) -> GraphUnavailable:
    found = GraphUnavailable()
    reason = getattr(why.args[0], "reason", None) if why.args else None
    found.maybe_done = not isinstance(why, requests.ConnectTimeout) and not isinstance(reason, NewConnectionError)
    return found


def _content(answer: requests.Response) -> Any:
    try:
        held = answer.json()
    except (ValueError, RecursionError):
        held = None
    error = held.get("error") if isinstance(held, dict) else None
    if answer.ok and held is not None and not error:
        return held
    raise _error(answer, error if isinstance(error, dict) else {})


def _error(answer: requests.Response, error: dict[str, Any]) -> GraphError:
    code, subcode = int(_number(error.get("code"))), int(_number(error.get("error_subcode")))
    kind = _kind(answer.status_code, code)
    return kind(answer.status_code, code, subcode, _wait(answer))


def _kind(status: int, code: int) -> type[GraphError]:
    if code in _DEAD or (status == 401 and not code):
        return GraphTokenDead
    if code in _THROTTLED or status == 429:
        return GraphThrottled
    return GraphUnavailable if status >= 500 or code in (1, 2) or (status < 400 and not code) else GraphError


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) and math.isfinite(value) else 0


def _wait(answer: requests.Response) -> float | None:
    """Give the seconds to wait: Retry-After, or the minutes that Meta's usage headers estimate."""
    after = answer.headers.get("retry-after", "")
    return float(after) if after.isdecimal() else _regain(answer)


def _regain(answer: requests.Response) -> float | None:
    minutes = (_number(part.get("estimated_time_to_regain_access")) for part in _usages(answer))
    return max(minutes, default=0) * 60 or None


def _usages(answer: requests.Response) -> list[dict[str, Any]]:
    """Give what the headers say: one object, or of the business use cases a list for each id."""
    found = []
    for name in _USAGE:
        try:
            held = json.loads(answer.headers.get(name, "{}"))
        except ValueError:
            continue
        groups = [held, *held.values()] if isinstance(held, dict) else []
        found += [part for group in groups for part in (group if isinstance(group, list) else [group])]
    return [part for part in found if isinstance(part, dict)]
