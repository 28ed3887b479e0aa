"""What the self-tests of Meta's channels ask of the Graph API: the token's life and permissions, and who is subscribed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from connectors.check import UNANSWERED, Check
from connectors.door_check import clock, meta_door, quiet_client
from connectors.graph import BASE_URL, GraphClient, GraphError, GraphTokenDead
from connectors.payload import Json, ident, part, rows, text

Look = Callable[[], Sequence[Check]]
"""One thing to ask; raises GraphError."""
SOON = timedelta(days=14)
"""How long before its end a token is said to expire."""
_PATIENCE = (5, 10)


@dataclass(frozen=True, slots=True)
class Access:
    """By what a channel of Meta is asked; without `app_id` nothing can be asked of the app itself."""

    token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)
    app_id: str = ""
    base_url: str = BASE_URL

    @contextmanager
    def own(self) -> Iterator[GraphClient]:
        """A client with the channel's token."""
        yield from _open(GraphClient(self.token, self.app_secret, self.base_url, timeout=_PATIENCE))

    @contextmanager
    def app(self) -> Iterator[GraphClient]:
        """A client with the app's own token (Meta, Access tokens: App access tokens)."""
        token = f"{self.app_id}|{self.app_secret}"
        yield from _open(GraphClient(token, self.app_secret, self.base_url, timeout=_PATIENCE))

    @property
    def knows_app(self) -> bool:
        """Whether the app can be asked."""
        return bool(self.app_id and self.app_secret)


def _open(client: GraphClient) -> Iterator[GraphClient]:
    try:
        yield client
    finally:
        client.close()


@dataclass(frozen=True, slots=True)
class Needs:
    """The permissions of a channel; each is a tuple of names of which one suffices."""

    hearing: tuple[tuple[str, ...], ...]
    speaking: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the app must be subscribed to, and the addresses to which it may be delivered ("" unknown)."""

    object: str
    needed: tuple[str, ...]
    wanted: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


async def everything(
    access: Access, steps: Sequence[Look], now: datetime, public_url: str, channel: str, verify_token: str
) -> tuple[Check, ...]:
    """Ask the Graph API all of `steps`, then whether the clocks agree and the channel's own door answers; never raises."""
    found = await asyncio.to_thread(looked, steps)
    async with quiet_client() as client:
        found += await clock(client, access.base_url, now)
        found += await meta_door(client, public_url, channel, verify_token)
    return tuple(found)


def looked(steps: Sequence[Look]) -> list[Check]:
    """Do one look after the other; a token that is refused ends it, any other failure is said once."""
    found: list[Check] = []
    for step in steps:
        try:
            found += step()
        except GraphTokenDead as dead:
            return [*(one for one in found if one.name != "token"), _dead(dead)]
        except GraphError as error:
            if all(one.name != UNANSWERED for one in found):
                found.append(_no_answer(error))
    return found


def token(access: Access, needs: Needs, now: datetime) -> list[Check]:
    """Until when the token lives and what it permits (Meta, Graph API: debug_token); raises GraphError."""
    facts = _facts(access)
    if facts.get("is_valid") is False:
        return [_dead(GraphTokenDead(code=_code(part(facts, "error"))))]
    return [_life(facts, now), *_permissions({text(one) for one in rows(facts.get("scopes"))}, needs)]


def _facts(access: Access) -> Json:
    if access.knows_app:
        try:
            with access.app() as client:
                return _debug(client, access.token)
        except GraphError:
            pass  # the app's id or secret is another's: the token may be asked about by itself
    with access.own() as client:
        return _debug(client, access.token)


def _debug(client: GraphClient, examined: str) -> Json:
    """Ask in a batch, whose form carries the token: debug_token itself would have it in the address."""
    asked = [{"method": "GET", "relative_url": f"debug_token?{urlencode({'input_token': examined})}"}]
    answers = rows(client.request(f"{client.version}/", post_args={"batch": json.dumps(asked)}))
    try:
        body = json.loads(text(part({"first": answers[0]}, "first").get("body")))
    except (LookupError, ValueError, RecursionError):
        raise GraphError from None
    code = _code(part(body, "error"))
    facts = part(body, "data")
    if code or "is_valid" not in facts:
        raise (GraphTokenDead if code in (102, 190) else GraphError)(code=code)
    return facts


def _life(facts: Json, now: datetime) -> Check:
    """The first end of the token itself and of its access to people's data; 0 means never."""
    ends = [_moment(facts.get(name)) for name in ("expires_at", "data_access_expires_at")]
    end = min((one for one in ends if one), default=None)
    if end is None:
        return Check("token", "good", "Token diterima dan tidak ada batas waktunya.")
    if end <= now:
        return Check("token", "bad", f"Token kedaluwarsa sejak {end:%d-%m-%Y}. {_RENEW}", end)
    if end - now < SOON:
        return Check("token", "warn", f"Token kedaluwarsa {(end - now).days} hari lagi. {_RENEW}", end)
    return Check("token", "good", f"Token diterima, berlaku sampai {end:%d-%m-%Y}.", end)


_RENEW = "Buat token baru di Meta Business (pengguna sistem, tanpa batas waktu) dan setel ulang di pengaturan."


def _permissions(granted: set[str], needs: Needs) -> list[Check]:
    lacking = [one[0] for one in needs.hearing if not granted & set(one)]
    mute = [one[0] for one in needs.speaking if not granted & set(one)]
    if lacking:
        words = f"Izin kurang: {', '.join(lacking + mute)}. Tanpa itu pesan tidak terdengar."
        return [Check("permission", "bad", f"{words} Tambahkan izinnya di Meta, lalu buat token baru.")]
    if mute:
        words = f"Izin kurang: {', '.join(mute)}. Tanpa itu balasan tidak terkirim."
        return [Check("reply_permission", "bad", f"{words} Tambahkan izinnya di Meta, lalu buat token baru.")]
    return [Check("permission", "good", "Semua izin yang diperlukan ada.")]


def app_side(access: Access, wish: Subscription) -> list[Check]:
    """Whether the app itself is subscribed: without it nothing comes, however healthy the page's side looks.

    (Meta, Graph API: Application subscriptions.) Asked by the app's token; raises GraphError.
    """
    if not access.knows_app:
        words = "Langganan webhook di sisi aplikasi belum dapat diperiksa: setel ELAPOR_META_APP_ID."
        return [Check("subscription", "warn", words)]
    try:
        with access.app() as client:
            told = client.request(f"{client.version}/{access.app_id}/subscriptions")
    except GraphTokenDead:
        words = (
            "Meta menolak ELAPOR_META_APP_ID dengan rahasia aplikasi kanal ini. Periksa keduanya di dasbor aplikasi."
        )
        return [Check("app", "warn", words)]
    ours = [one for one in _data(told) if one.get("object") == wish.object]
    return [_subscribed(ours[0] if ours else {}, wish)]


def _subscribed(held: Json, wish: Subscription) -> Check:
    where = f"Di dasbor aplikasi Meta, menu Webhooks, objek {wish.object}:"
    fields = {text(one if isinstance(one, str) else part(one).get("name")) for one in rows(held.get("fields"))}
    missing = [name for name in wish.needed if name not in fields]
    if not held or held.get("active") is False:
        return Check("subscription", "bad", f"Aplikasi tidak berlangganan webhook. {where} daftarkan alamat kita.")
    if missing:
        return Check("subscription", "bad", f"Aplikasi tidak menerima {', '.join(missing)}. {where} langgani itu.")
    if wish.addresses and text(held.get("callback_url")) not in wish.addresses:
        return Check("subscription", "bad", f"Webhook mengarah ke alamat lain. {where} setel {wish.addresses[0]}.")
    unheard = [name for name in wish.wanted if name not in fields]
    if unheard:
        return Check("subscription", "warn", f"Belum dilanggani: {', '.join(unheard)}. {where} langgani juga itu.")
    return Check("subscription", "good", "Aplikasi berlangganan webhook.")


def listed(access: Access, path: str, **args: str) -> list[Json]:
    """The elements of an edge's first page; raises GraphError."""
    with access.own() as client:
        return _data(client.request(f"{client.version}/{path}", args))


def fields_of(access: Access, path: str, fields: str) -> Json:
    """These fields of one object; raises GraphError."""
    with access.own() as client:
        held = client.request(f"{client.version}/{path}", {"fields": fields})
    return held if isinstance(held, dict) else {}


def is_ours(app: Json, access: Access) -> bool:
    """Whether an app that is told of is ours, where we know which that is."""
    return not access.app_id or ident(app.get("id")) == access.app_id


def _data(held: Any) -> list[Json]:
    return [one for one in rows(part({"held": held}, "held").get("data")) if isinstance(one, dict)]


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and 0 < value < 1 << 36 else None


def _code(error: Json) -> int:
    code = error.get("code")
    return code if isinstance(code, int) else 0


def _dead(error: GraphError) -> Check:
    code = f" (kode {error.code})" if error.code else ""
    return Check("token", "bad", f"Token ditolak Meta{code}. {_RENEW}")


def _no_answer(error: GraphError) -> Check:
    why = f"kode {error.code}" if error.code else f"status {error.status}" if error.status else "tidak ada jawaban"
    words = f"Sebagian belum dapat ditanyakan kepada Meta ({why}). Dicoba lagi nanti; periksa sambungan dan id akun."
    return Check(UNANSWERED, "warn", words)
