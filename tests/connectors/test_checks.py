"""The self-tests against stand-ins of the platforms: what is well, what is not, and that each says what to do."""

from __future__ import annotations

import logging
import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.demo.platforms.server import serving
from connectors.graph_check import Access
from connectors.meta_check import FacebookChecker, InstagramChecker
from connectors.telegram_check import TelegramChecker
from connectors.whatsapp_check import WhatsAppChecker
from connectors.whatsapp_templates import submit, wanted_templates

APP, SECRET, VERIFY = "990011", "rahasia-aplikasi-rekaan", "kata-periksa-rekaan"
TOKENS = {"telegram": "7000000001:token-telegram-rekaan", "meta": "token-meta-rekaan"}
NOWHERE = "http://127.0.0.1:9"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def server():
    with serving() as platforms:
        yield platforms


@pytest.fixture
def account(server):
    """Our account as the platforms tell of it: healthy, until a test says otherwise."""
    server.reset()
    server.account.webhook = {"url": "https://elapor.example/hooks/telegram"}
    return server.account


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def look(server, account, now):
    """Check a channel: `await look("telegram")` gives its checks by name."""

    async def check(channel, base_url="", app=APP, **more):
        access = Access(TOKENS["meta"], SECRET, app, base_url or server.base_url)
        made = {
            "telegram": lambda: TelegramChecker(TOKENS["telegram"], base_url=base_url or server.base_url, **more),
            "facebook": lambda: FacebookChecker(access, "100200300", VERIFY, **more),
            "instagram": lambda: InstagramChecker(access, "178400001", VERIFY, **more),
            "whatsapp": lambda: WhatsAppChecker(
                access, "109876", VERIFY, **{"account_id": "1020304", "templates": NEEDED} | more
            ),
        }[channel]()
        found = await made.check(now)
        assert len({one.name for one in found}) == len(found), found
        return {one.name: one for one in found}

    return check


NEEDED = wanted_templates(Path(__file__).parents[2] / "data", "kabar_aduan")
CHANNELS = ("telegram", "facebook", "instagram", "whatsapp")


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_healthy_channel_has_nothing_but_its_untried_door(look, channel):
    found = await look(channel)
    assert {name for name, one in found.items() if one.level != "good"} == {"door"}
    assert found["door"].level == "warn"
    assert "ELAPOR_PUBLIC_URL" in found["door"].words


def days(number):
    return int((datetime.now(UTC) + number * DAY).timestamp())


def scopes(*without):
    def change(account):
        account.token["scopes"] = [one for one in account.token["scopes"] if one not in without]

    return change


def token(**changes):
    return lambda account: account.token.update(changes)


def put(name, value):
    return lambda account: setattr(account, name, value)


def fields(object_, *names):
    def change(account):
        of = next(one for one in account.subscriptions if one["object"] == object_)
        of["fields"] = [{"name": name} for name in names]

    return change


def template(**changes):
    return lambda account: account.template.update(changes)


def number(**changes):
    return lambda account: account.number.update(changes)


def body(text):
    return [{"type": "HEADER", "text": "E-LAPOR"}, {"type": "BODY", "text": text}]


def erred(pending, minutes_ago=5):
    def change(account):
        at = int(datetime.now(UTC).timestamp()) - 60 * minutes_ago
        told = {"pending_update_count": pending, "last_error_date": at, "last_error_message": "502 Bad Gateway"}
        account.webhook |= told

    return change


TELEGRAM = {
    "a token that Telegram refuses": (put("refused", {"telegram"}), "token", "bad", "BotFather"),
    "privacy mode": (put("bot", {"can_read_all_group_messages": False}), "privacy_mode", "warn", "/setprivacy"),
    "not to be added to groups": (put("bot", {"can_join_groups": False}), "groups", "warn", "/setjoingroups"),
    "no webhook": (put("webhook", {"url": ""}), "webhook", "bad", "setWebhook"),
    "deliveries that fail": (erred(7), "backlog", "bad", "502 Bad Gateway"),
    "deliveries that failed": (erred(0), "backlog", "warn", "pulih"),
    "deliveries that failed long ago": (erred(3, 600), "backlog", "good", ""),
    "very many pending": (erred(500, 600), "backlog", "warn", "500"),
    "no edits": (
        lambda account: account.webhook.update(allowed_updates=["message", "callback_query"]),
        "updates",
        "warn",
        "edited_message, channel_post",
    ),
}
META = {
    "a token of five days": (token(expires_at=days(5)), "token", "warn", "4 hari lagi"),
    "a token of sixty days": (token(expires_at=days(60)), "token", "good", "berlaku sampai"),
    "a token that has ended": (token(expires_at=days(-1)), "token", "bad", "kedaluwarsa"),
    "data access that ends": (
        token(expires_at=days(60), data_access_expires_at=days(3)),
        "token",
        "warn",
        "2 hari lagi",
    ),
    "a dead token": (put("refused", {"token"}), "token", "bad", "ditolak Meta"),
    "a revoked token": (token(is_valid=False), "token", "bad", "ditolak Meta"),
    "Meta that fails": (put("unavailable", True), "answer", "warn", "Dicoba lagi"),
    "an app of another secret": (put("refused", {"app"}), "app", "warn", "ELAPOR_META_APP_ID"),
    "no subscription of the app": (put("subscriptions", []), "subscription", "bad", "menu Webhooks"),
}
FACEBOOK = META | {
    "no permission to read": (scopes("pages_read_user_content"), "permission", "bad", "pages_read_user_content"),
    "no permission to answer": (scopes("pages_messaging"), "reply_permission", "bad", "pages_messaging"),
    "a page that tells nobody": (put("subscribed", []), "subscribed_app", "bad", "feed"),
    "a page that tells another app": (
        put("subscribed", [{"id": "4711", "subscribed_fields": ["feed"]}]),
        "subscribed_app",
        "bad",
        "feed",
    ),
    "a page that tells no comments": (
        put("subscribed", [{"id": APP, "subscribed_fields": ["messages"]}]),
        "subscribed_app",
        "bad",
        "feed",
    ),
    "an app that hears no comments": (fields("page", "messages"), "subscription", "bad", "feed"),
    "an app that hears no mentions": (fields("page", "feed", "messages"), "subscription", "warn", "mention"),
}
INSTAGRAM = META | {
    "no permission to read": (scopes("instagram_manage_comments"), "permission", "bad", "instagram_manage_comments"),
    "an app that hears no comments": (fields("instagram", "mentions"), "subscription", "bad", "comments"),
    "an app that hears only comments": (fields("instagram", "comments"), "subscription", "warn", "live_comments"),
    "the permission of the other login": (
        token(
            scopes=[
                "instagram_business_basic",
                "instagram_business_manage_comments",
                "instagram_business_manage_messages",
            ]
        ),
        "permission",
        "good",
        "",
    ),
}
WHATSAPP = META | {
    "no permission": (scopes("whatsapp_business_messaging"), "permission", "bad", "whatsapp_business_messaging"),
    "an account that tells nobody": (put("subscribed", []), "subscribed_app", "bad", "subscribed_apps"),
    "a banned number": (number(status="BANNED"), "number", "bad", "BANNED"),
    "a number of bad repute": (number(quality_rating="RED"), "number", "warn", "merah"),
    "a refused name": (number(name_status="DECLINED"), "number", "warn", "Nama tampilan"),
    "an unverified number": (number(code_verification_status="NOT_VERIFIED"), "number", "warn", "diverifikasi"),
    "a paused template": (template(status="PAUSED"), "template", "bad", "WhatsApp Manager"),
    "a template under examination": (template(status="PENDING"), "template", "bad", "tunggu"),
    "a rejected template": (template(status="REJECTED"), "template", "bad", "ajukan lagi"),
    "a disabled template": (template(status="DISABLED"), "template", "bad", "ELAPOR_WHATSAPP_TEMPLATE"),
    "a template that is not there": (lambda account: account.template.clear(), "template", "bad", "--create-templates"),
    "a template in another language": (template(language="en_US"), "template", "bad", "bahasa id"),
    "a template without the status": (template(components=body("Aduan {{1}}")), "template", "bad", "{{2}}"),
    "a template with names": (template(components=body("{{kode}} {{status}}")), "template", "bad", "{{1}}"),
    "a template without a body": (template(components=[]), "template", "bad", "{{1}}"),
}
CASES = [
    pytest.param(channel, *case, id=f"{channel}: {name}")
    for channel, table in zip(CHANNELS, (TELEGRAM, FACEBOOK, INSTAGRAM, WHATSAPP), strict=True)
    for name, case in table.items()
]


@pytest.mark.parametrize(("channel", "change", "name", "level", "words"), CASES)
async def test_what_is_not_well_is_said_with_what_to_do(look, account, channel, change, name, level, words):
    change(account)
    one = (await look(channel))[name]
    assert (one.level, words in one.words) == (level, True), one


async def test_the_end_of_a_token_is_told_as_a_time(look, account):
    account.token["expires_at"] = end = days(60)
    assert (await look("facebook"))["token"].expires_at == datetime.fromtimestamp(end, UTC)


async def test_a_dead_token_is_all_that_is_said_of_the_account(look, account):
    account.refused = {"token", "app"}
    assert {name for name, one in (await look("whatsapp")).items() if one.level == "bad"} == {"token"}


async def test_a_webhook_that_leads_elsewhere_is_bad(look, account):
    account.webhook["url"] = "https://lain.example/hooks/telegram"
    assert (await look("telegram", public_url=NOWHERE))["webhook"].level == "bad"
    account.subscriptions[0]["callback_url"] = "https://lain.example/hooks/facebook"
    assert (await look("facebook", public_url=NOWHERE))["subscription"].level == "bad"


async def test_polling_needs_that_there_is_no_webhook(look, account):
    assert (await look("telegram", mode="poll"))["webhook"].level == "bad"
    account.webhook["url"] = ""
    found = await look("telegram", mode="poll")
    assert (found["webhook"].level, "door" in found) == ("good", False)


async def test_a_backlog_is_told_when_it_grows(server, account, now):
    checker = TelegramChecker("1:rekaan", base_url=server.base_url)
    levels = []
    for pending in (5, 9, 4, 4):
        account.webhook["pending_update_count"] = pending
        levels.append(next(one for one in await checker.check(now) if one.name == "backlog").level)
    assert levels == ["good", "warn", "good", "good"]


async def test_without_the_apps_id_the_rest_is_still_looked_at(look, account):
    found = await look("facebook", app="")
    assert (found["token"].level, found["subscription"].level) == ("good", "warn")
    assert "ELAPOR_META_APP_ID" in found["subscription"].words


async def test_without_a_template_or_an_account_whatsapp_says_so(look):
    found = await look("whatsapp", account_id="", templates=())
    assert [found[name].level for name in ("template", "subscribed_app")] == ["warn", "warn"]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("address", [NOWHERE, "bukan alamat"])
async def test_a_platform_that_cannot_be_reached_is_a_check(look, channel, address):
    found = await look(channel, address)
    assert found["answer"].level == "warn"
    assert not [one for one in found.values() if one.level == "bad"]


ODD = (
    b"",
    b"null",
    b"[]",
    b"[[]]",
    b'{"data": 7}',
    b'{"ok": true, "result": []}',
    b"[" * 100_000,
    b"\xff",
    b'[{"body": 3}]',
)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_whatever_a_platform_answers_is_a_check(look, channel):
    for odd in ODD:
        with answering(lambda *_, said=odd: (200, said)) as address:
            assert await look(channel, address)


async def test_a_clock_that_is_off_is_told(server, account):
    for off, level in ((0, "good"), (90, "warn"), (-90, "warn")):
        checker = TelegramChecker("1:rekaan", base_url=server.base_url)
        found = await checker.check(datetime.now(UTC) + timedelta(seconds=off))
        assert next(one for one in found if one.name == "clock").level == level


async def test_no_token_stands_in_an_address_or_a_log(look, account, caplog):
    caplog.set_level(logging.DEBUG)
    for channel in CHANNELS:
        await look(channel, **({} if channel == "telegram" else {"public_url": NOWHERE}))
    assert account.asked
    written = [*account.asked, caplog.text]
    assert not [line for line in written for secret in (*TOKENS.values(), SECRET) if secret in line]


@contextmanager
def answering(answer):
    """A server of our own: `answer(method, path, headers)` gives status and body."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self):
            self.rfile.read(int(self.headers.get("content-length", 0)))
            status, said = answer(self.command, self.path, self.headers)
            self.send_response(status)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said if self.command != "HEAD" else b"")

        do_GET = do_POST = do_HEAD = _any  # noqa: N815  # as the base class asks

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def our_door(method, path, headers):
    """What our own door answers."""
    asked = parse_qs(urlsplit(path).query)
    if method == "GET" and asked.get("hub.verify_token") == [VERIFY]:
        return 200, asked["hub.challenge"][0].encode()
    return 403, b""


DOORS = {
    "ours": (our_door, "good", "good"),
    "another program": (lambda *_: (200, b"ok"), "bad", "bad"),
    "one that takes everything": (lambda *a: (200, our_door(*a)[1]), "bad", "bad"),
    "a proxy without us behind": (lambda *_: (502, b""), "bad", "bad"),
    "another path": (lambda *_: (404, b""), "bad", "bad"),
}


@pytest.mark.parametrize(("answer", "telegram", "meta"), DOORS.values(), ids=DOORS)
async def test_our_door_is_tried_from_outside(look, answer, telegram, meta):
    with answering(answer) as public:
        levels = [(await look(channel, public_url=public))["door"].level for channel in CHANNELS]
    assert levels == [telegram, meta, meta, meta]


async def test_a_door_that_cannot_be_reached_is_bad(look):
    for channel in CHANNELS:
        assert (await look(channel, public_url=NOWHERE))["door"].level == "bad"


def test_a_template_is_submitted_once(server, account):
    access, (wanted,) = Access(TOKENS["meta"], SECRET, APP, server.base_url), NEEDED
    assert submit(access, "1020304", wanted).level == "good"
    assert account.submitted == []  # it is there already
    account.template.clear()
    assert "diajukan" in submit(access, "1020304", wanted).words
    (told,) = account.submitted
    (body,) = told["components"]
    assert (told["name"], told["language"], told["category"]) == ("kabar_aduan", "id", "UTILITY")
    assert (body["text"], body["example"]) == (wanted.body, {"body_text": [list(wanted.example)]})
    account.refused = {"token"}
    assert submit(access, "1020304", wanted).level == "bad"


def test_what_is_submitted_keeps_metas_rules():
    for wanted in NEEDED:
        assert wanted.placeholders == {"1", "2"}
        assert len(wanted.example) == len(wanted.placeholders)
        assert re.fullmatch(r"[a-z0-9_]{1,512}", wanted.name)
        assert len(wanted.body) <= 1024
        assert not re.search(r"^\W*\{\{|\}\}\W*$", wanted.body)  # no placeholder at either end
