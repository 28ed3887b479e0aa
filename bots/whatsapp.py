"""WhatsApp's way out: pywa's client of the Cloud API, with the approved template where free text is not taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from pywa.errors import WhatsAppError
from pywa.types.callback import Button as ReplyButton
from pywa.types.callback import Section, SectionList, SectionRow
from pywa.types.templates import TemplateLanguage
from pywa_async.client import WhatsApp

from bots.base import (
    NO_ANSWER,
    Later,
    Outbound,
    Refused,
    SendError,
    TemplateRefused,
    Throttled,
    TokenDead,
    Unreachable,
    WindowShut,
)
from bots.calls import by_network, by_status, hush, seconds, tls
from bots.limits import Sequel, numbered, split

BASE_URL = "https://graph.facebook.com"
VERSION = "26.0"
LONGEST = 4096  # characters of a text message (Meta, WhatsApp Cloud API: Text messages)
LONGEST_WITH_BUTTONS = 1024  # of an interactive one's body, safe for reply buttons and lists (Interactive messages)
_FEW, _SHORT = 3, 20  # reply buttons a message and characters of a title
_MANY, _LONGER = 10, 24  # rows of a list and characters of a title

_THROTTLED = {4, 80007, 130429, 131048, 131056, 131064, 133016}
_LATER = {1, 2, 131000, 131016, 131057, 133004, 133005}
_SHUT = {131047}
_GONE = {130472, 130497, 131020, 131021, 131026, 131030, 131041, 131049, 131050, 131062, 131207, 131212}
"""Undeliverable, not on WhatsApp, of a country or experiment without delivery, or a group that is gone."""
_DEAD = {0, 3, 10, 190, 368, 131005, 131031, 131042, 131045, 133010} | set(range(200, 300))
"""Token, permission, account locked or restricted, payment, number not registered: a person must mend it."""
_NO_TEMPLATE = {"132000", "132001", "132007", "132012", "132015", "132016"}
"""The template is missing, paused, disabled, against policy, or holds other placeholders than we fill in."""
_NO_OBJECT = 33  # subcode of 100: no such phone number id for this token
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template whose body holds {{1}} for the submission's code and {{2}} for its status."""

    name: str
    language: str = "id"


class WhatsAppBot:
    """Sends from the number `phone_id`, or from the number that the citizen wrote to where the reply names it.

    Without `template` whatever is owed after the 24 hours raises WindowShut. `choose` is what the button says that opens
    a list of choices. `timeout` is in seconds for each step of a call.
    """

    channel = "whatsapp"

    def __init__(
        self,
        token: str,
        phone_id: str,
        base_url: str = BASE_URL,
        template: Template | None = None,
        choose: str = "Pilih",
        version: str = VERSION,
        timeout: float = 15,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._token = token
        self._phone_id = phone_id
        self._address = f"{base_url.rstrip('/')}/v{version}"
        self._version = version
        self._template = template
        self._choose = choose
        self._timeout = timeout
        self._clock = clock
        self._session: httpx.AsyncClient | None = None
        self._client: WhatsApp | None = None
        self._sequel = Sequel()

    async def send(self, out: Outbound) -> str:
        """Send and return the message's id (of a split text, the last part's).

        Free text is not tried when the window is known to be shut, for Meta may accept it and refuse it later. Where we
        don't know, any refusal but a passing one or a dead token leads to the template.
        """
        if not self._token:
            raise TokenDead("no token")
        if out.late(self._clock()):
            return await self._notify(out)
        try:
            return await self._say(out)
        except WindowShut:
            return await self._notify(out)
        except (Refused, Unreachable):
            if out.window_until or not self._fills(out):
                raise
            return await self._notify(out)

    async def close(self) -> None:
        """Give back connections."""
        if self._session:
            await self._session.aclose()
        self._session = self._client = None

    async def _say(self, out: Outbound) -> str:
        """Send free text."""
        choices = self._choices(out) if out.direct else None  # groups take texts, media and templates only
        text = out.text if choices else numbered(out.text, out.buttons)
        parts = split(text, LONGEST_WITH_BUTTONS if choices else LONGEST)

        async def one(part: str, last: bool) -> str:
            return await self._sent(out, part, choices if last else None, last=last)

        return await self._sequel.send(out.ref, parts, one)

    async def _sent(
        self, out: Outbound, text: str, choices: list[ReplyButton] | SectionList | None, *, last: bool
    ) -> str:
        try:
            sent = await self._connected().send_message(
                to=_address(out),
                text=text,
                buttons=choices,
                reply_to_message_id=out.reply_to or None,
                tracker=out.ref if last else None,  # it comes back in statuses: what has it has arrived whole
                sender=out.account or self._phone_id,
            )
        except (WhatsAppError, httpx.RequestError, *_UNREADABLE) as why:
            raise failure(why) from None
        return sent.id

    async def _notify(self, out: Outbound) -> str:
        """Send the approved template; where there is none, or it is refused, this way is shut."""
        if not self._template or not self._fills(out):
            raise WindowShut("131047 without template")
        if out.without_template:
            raise WindowShut("131047, template not usable")
        values = [{"type": "text", "text": " ".join(value.split())} for value in (out.code, out.status)]
        try:
            sent = await self._connected().send_template(
                to=_address(out),
                name=self._template.name,
                language=TemplateLanguage(self._template.language),
                params=[{"type": "body", "parameters": values}],
                tracker=out.ref,
                sender=out.account or self._phone_id,
            )
        except (WhatsAppError, httpx.RequestError, *_UNREADABLE) as why:
            raise _of_template(failure(why)) from None
        return sent.id

    def _fills(self, out: Outbound) -> bool:
        """Whether there is a template and all that stands in it."""
        return bool(self._template and out.code and out.status)

    def _choices(self, out: Outbound) -> list[ReplyButton] | SectionList | None:
        """Give reply buttons, else a list, or None where the choices fit neither."""
        labels = {button.label for button in out.buttons}
        if not labels or len(labels) < len(out.buttons):
            return None
        longest = max(map(len, labels))
        if len(labels) <= _FEW and longest <= _SHORT:
            return [ReplyButton(title=button.label, callback_data=button.payload) for button in out.buttons]
        if len(labels) <= _MANY and longest <= _LONGER:
            rows = [SectionRow(title=button.label, callback_data=button.payload) for button in out.buttons]
            return SectionList(self._choose, [Section(title=self._choose, rows=rows)])
        return None

    def _connected(self) -> WhatsApp:
        """Give the client, made at the first call; without a server it listens to nothing."""
        if self._client is None:
            hush("pywa")
            self._session = httpx.AsyncClient(timeout=self._timeout, verify=tls())
            self._client = WhatsApp(self._phone_id, self._token, session=self._session, api_version=self._version)
            self._session.base_url = httpx.URL(self._address)  # pywa sets Meta's own
        return self._client


def _of_template(found: SendError) -> SendError:
    """Tell what the refusal of a template means: nothing else could be sent to this person now."""
    if not isinstance(found, Refused):
        return found
    sort = TemplateRefused if found.reason in _NO_TEMPLATE else WindowShut
    return sort(f"template {found.reason}")


def failure(why: Exception) -> SendError:
    """Tell what an exception of pywa means for the reply (Meta, WhatsApp Cloud API: Error codes)."""
    if isinstance(why, httpx.RequestError):
        return by_network(why)
    if not isinstance(why, WhatsAppError):
        return Later(NO_ANSWER)
    answer = why.raw_response
    wait = seconds(answer.headers) if answer is not None else None
    return _by_code(why.code, why.subcode or 0, wait) or _by_answer(why, wait)


def _by_answer(why: WhatsAppError, wait: float | None) -> SendError:
    """Judge an error of unknown code; pywa gives the HTTP status as code where the answer held none."""
    status = why.status_code or 0
    if status in (why.code, httpx.codes.TOO_MANY_REQUESTS) or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return by_status(status, wait)
    return Refused(str(why.code))


def _by_code(code: int, subcode: int, wait: float | None) -> SendError | None:
    if code in _THROTTLED:
        return Throttled(str(code), wait)
    if code in _LATER:
        return Later(str(code), wait)
    if code in _SHUT:
        return WindowShut(str(code))
    if code in _GONE:
        return Unreachable(str(code))
    if code in _DEAD or (code, subcode) == (100, _NO_OBJECT):
        return TokenDead(str(code))
    return None


def _address(out: Outbound) -> str:
    """Give the group, phone number or business-scoped id to send to."""
    to = out.thread or out.to
    if not to:
        raise Refused("no address")
    return to
