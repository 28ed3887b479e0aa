"""Instagram's private way with an invented client: slow, read only, every exception named, nothing told twice."""

import json
import logging
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
import requests
from instagrapi import exceptions

from connectors import instagram_session
from connectors.instagram import InstagramConnector
from connectors.instagram_private import MEDIA, PAGES, REFUSED_FOR, PrivateInstagramPoller
from connectors.instagram_session import THROTTLED_S, Timed, connect, keep_session, kept_session
from connectors.poll import AskLater, NotAllowed

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OWN, WRITTEN = 2555010, int(NOW.timestamp()) - 3600
NAME = "dinas_rekaan"
EVERY = 1800.0


def comment(pk, text="lampu taman mati", who=6601, **more):
    user = {"pk": who, "username": f"warga_{who}"}
    return {"pk": str(pk), "text": text, "user": user, "created_at_utc": WRITTEN, **more}


def page(*comments, count=None, **more):
    return {"comments": list(comments), "comment_count": len(comments) if count is None else count, **more}


def medium(pk="31", days=1, **more):
    caption = {"text": "Perbaikan taman kota"}
    return {"pk": int(pk), "code": "Cabc", "caption": caption, "taken_at": WRITTEN - days * 86400, **more}


class Library:
    """What of instagrapi's client is used; `answers` says by address what it reads, or raises."""

    def __init__(self, answers, session=None, login=None):
        self.answers = {f"feed/user/{OWN}/": {"items": [medium()]}} | answers
        self.session = session
        self.failure = login
        self.user_id = None
        self.asked = []
        self.logins = []

    def login(self, username, password):
        self.logins.append((username, password))
        if self.failure:
            raise self.failure
        self.user_id = OWN
        return True

    def get_settings(self):
        return {"uuids": {"phone_id": "rekaan"}, "cookies": {"sessionid": "rahasia"}}

    def private_request(self, endpoint, params=None):
        self.asked.append((endpoint, dict(params or {})))
        answer = self.answers[endpoint]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class World:
    """A poller with its library, and what we know."""

    def __init__(self, folder):
        self.file = folder / "instagram-session.json"
        self.known = {}
        self.asked_known = []
        self.made = []

    def poller(self, answers=None, login=None, **more):
        def make(session):
            self.made.append(Library(answers or {}, session, login))
            return self.made[-1]

        return PrivateInstagramPoller(NAME, "kata-sandi-rekaan", self.file, connect=make, **more)

    def tell(self, account, threads):
        self.asked_known.append((account, list(threads)))
        return {key: words for key, words in self.known.items() if key[0] in threads}

    def poll(self, poller, now=NOW):
        return poller.poll({}, self.tell, now)

    def items(self, poller, now=NOW):
        read = InstagramConnector("", "", "").parse
        parsed = [read(body, now) for body in self.poll(poller, now).bodies]
        assert not [one for one in parsed if one.malformed or one.ignored]
        return [item for one in parsed for item in one.items]


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "var")


COMMENTS = "media/31/comments/"


def test_comments_and_replies_come_in_the_shape_of_webhooks(world):
    reply = comment(12, "betul", who=6602)
    told = page(comment(11, preview_child_comments=[reply], child_comment_count=1), comment(13, who=OWN), count=3)
    first, second = world.items(world.poller({COMMENTS: told}))
    assert (first.account, first.thread, first.external_id, first.revision) == (str(OWN), "31", "11", "")
    assert (first.text, first.author.id, first.author.username) == ("lampu taman mati", "6601", "warga_6601")
    assert first.sent_at == datetime.fromtimestamp(WRITTEN, UTC)
    assert first.thread_name == "Perbaikan taman kota"
    assert first.permalink == "https://www.instagram.com/p/Cabc/"
    assert (second.external_id, second.reply_to, second.text) == ("12", "11", "betul")


def test_the_account_is_called_as_officially_where_that_is_known(world):
    (item,) = world.items(world.poller({COMMENTS: page(comment(11))}, account_id="17841400000000001"))
    assert item.account == "17841400000000001"
    assert world.asked_known == [("17841400000000001", ["31"])]


def test_only_what_differs_is_told(world):
    world.known = {("31", "11"): "lampu taman mati", ("31", "12"): "dulu", ("31", "13"): None, ("31", "14"): "hilang"}
    told = page(comment(11), comment(12, "sekarang"), comment(13, "kembali"), comment(15))
    items = world.items(world.poller({COMMENTS: told}))
    assert [(one.external_id, one.kind, one.text) for one in items] == [
        ("12", "edit", "sekarang"),
        ("15", "message", "lampu taman mati"),
        ("14", "removal", ""),
    ]
    assert {one.sent_at for one in items if one.kind != "message"} == {NOW}


NOT_WHOLE = {
    "more is counted than was shown": {COMMENTS: page(comment(11), count=2)},
    "more replies than are given": {
        COMMENTS: page(comment(11, child_comment_count=3), count=4),
        "media/31/comments/11/inline_child_comments/": {"child_comments": [comment(12)]},
    },
    "pages without end": {COMMENTS: [page(comment(n), has_more_comments=True, next_max_id="x") for n in range(9)]},
    "no list": {COMMENTS: {"status": "ok", "comment_count": 0}},
    "comments are off": {COMMENTS: exceptions.CommentsDisabled()},
    "the medium is gone": {COMMENTS: exceptions.MediaUnavailable()},
    "nothing is shown": {COMMENTS: page()},
}


@pytest.mark.parametrize("answers", NOT_WHOLE.values(), ids=NOT_WHOLE.keys())
def test_nothing_is_taken_for_removed_unless_all_was_listed(world, answers):
    world.known = {("31", "98"): "masih ada", ("31", "99"): "masih ada juga"}
    poller = world.poller({name: list(one) if isinstance(one, list) else one for name, one in answers.items()})
    assert [item for item in world.items(poller) if item.kind == "removal"] == []


def test_a_round_has_an_end(world):
    feed = {"items": [medium(str(n)) for n in range(100, 120)] + [medium("31", days=15)]}
    endless = {
        f"media/{n}/comments/": [page(comment(n * 10 + k), has_more_comments=True, next_max_id="x") for k in range(99)]
        for n in range(100, 120)
    }
    poller = world.poller({f"feed/user/{OWN}/": feed, **endless})
    assert len(world.items(poller)) == MEDIA * PAGES
    assert len(world.made[0].asked) == 1 + MEDIA * PAGES


def test_old_media_are_left_alone(world):
    poller = world.poller({f"feed/user/{OWN}/": {"items": [medium(days=15)]}})
    assert world.poll(poller).bodies == ()
    assert len(world.made[0].asked) == 1


@pytest.mark.parametrize(
    ("more", "then"),
    [
        ({"has_more_comments": True, "next_max_id": "a"}, {"max_id": "a"}),
        ({"has_more_headload_comments": True, "next_min_id": "b"}, {"min_id": "b"}),
    ],
)
def test_further_pages_are_asked_for(world, more, then):
    pages = [page(comment(11), count=2, **more), page(comment(12), count=2)]
    assert len(world.items(world.poller({COMMENTS: pages}))) == 2
    assert then.items() <= world.made[0].asked[-1][1].items()


def test_replies_that_are_not_shown_are_asked_for(world):
    told = page(comment(11, child_comment_count=2, preview_child_comments=[comment(12)]), count=3)
    answers = {
        COMMENTS: told,
        "media/31/comments/11/inline_child_comments/": {"child_comments": [comment(12), comment(13)]},
    }
    assert [item.external_id for item in world.items(world.poller(answers))] == ["11", "12", "13"]


def test_many_changes_come_in_parts(world):
    told = page(*(comment(n) for n in range(1000, 1450)))
    bodies = world.poll(world.poller({COMMENTS: told})).bodies
    assert [len(json.loads(body)["entry"][0]["changes"]) for body in bodies] == [200, 200, 50]


BROKEN = [None, "x", {"pk": None}, {"pk": [1]}, {"pk": 12, "user": "x", "created_at_utc": "y", "text": 5}]


def test_a_broken_comment_loses_no_neighbour(world):
    told = page(*BROKEN, comment(11))
    assert "11" in [item.external_id for item in world.items(world.poller({COMMENTS: told}))]


def test_a_feed_of_another_shape_is_asked_again_later(world):
    for feed in ([], {"status": "ok"}, None, {"items": "x"}):
        poller = world.poller({f"feed/user/{OWN}/": [feed]})
        with pytest.raises(AskLater) as failed:
            world.poll(poller)
        assert failed.value.retry_after == EVERY


REFUSALS = {
    exceptions.TwoFactorRequired: "dua langkah",
    exceptions.ChallengeRequired: "konfirmasi",
    exceptions.ChallengeSelfieCaptcha: "konfirmasi",
    exceptions.ChallengeUnknownStep: "konfirmasi",
    exceptions.RecaptchaChallengeForm: "konfirmasi",
    exceptions.CaptchaChallengeRequired: "konfirmasi",
    exceptions.AccountSuspended: "dibekukan",
    exceptions.BadPassword: "kata sandi",
    exceptions.BadCredentials: "kata sandi",
    exceptions.LoginRequired: "mengeluarkan",
    exceptions.ClientLoginRequired: "mengeluarkan",
    exceptions.ReloginAttemptExceeded: "mengeluarkan",
    exceptions.ClientUnauthorizedError: "mengeluarkan",
    exceptions.FeedbackRequired: "membatasi",
    exceptions.SentryBlock: "memblokir akun",
    exceptions.ProxyAddressIsBlocked: "memblokir alamat",
    exceptions.ClientForbiddenError: "menolak",
    exceptions.ClientNeedsUpgradeError: "perbarui",
}
WAITS = {
    exceptions.PleaseWaitFewMinutes: THROTTLED_S,
    exceptions.RateLimitError: THROTTLED_S,
    exceptions.ClientThrottledError: THROTTLED_S,
    exceptions.ClientConnectionError: EVERY,
    exceptions.ClientRequestTimeout: EVERY,
    exceptions.ClientIncompleteReadError: EVERY,
    exceptions.ClientJSONDecodeError: EVERY,
    exceptions.ClientNotFoundError: EVERY,
    exceptions.UnknownError: EVERY,
    exceptions.ClientError: EVERY,
    requests.ConnectionError: EVERY,
    requests.Timeout: EVERY,
    KeyError: EVERY,
    TypeError: EVERY,
}
SECRET = "pesan rahasia Siti Rekaan"


@pytest.mark.parametrize("at_login", [True, False], ids=["at log-in", "while reading"])
@pytest.mark.parametrize(("kind", "words"), REFUSALS.items(), ids=lambda one: getattr(one, "__name__", None))
def test_a_refusal_is_told_in_words_and_nothing_more_is_asked(world, kind, words, at_login):
    answers = {f"feed/user/{OWN}/": [kind(SECRET), {"items": []}]}
    poller = world.poller({} if at_login else answers, login=kind(SECRET) if at_login else None)
    with pytest.raises(NotAllowed, match=words) as failed:
        world.poll(poller)
    assert SECRET not in failed.value.reason
    with pytest.raises(NotAllowed, match=words):
        world.poll(poller, NOW + REFUSED_FOR - timedelta(seconds=1))
    assert sum(len(library.logins) for library in world.made) == 1
    if not at_login:
        return
    world.made[0].failure = None
    with pytest.raises(NotAllowed):
        world.poll(poller, NOW + REFUSED_FOR)  # it tries again, once
    assert len(world.made) == 2


@pytest.mark.parametrize(("kind", "wait"), WAITS.items(), ids=lambda one: getattr(one, "__name__", None))
def test_a_failure_is_tried_again_slowly(world, kind, wait):
    poller = world.poller({f"feed/user/{OWN}/": [kind(SECRET), {"items": []}]})
    with pytest.raises(AskLater) as failed:
        world.poll(poller)
    assert failed.value.retry_after == wait
    assert SECRET not in failed.value.reason
    assert world.poll(poller).bodies == ()
    assert len(world.made[0].logins) == 1  # still logged in


def test_a_poll_is_never_quicker_than_half_an_hour(world):
    assert world.poller(every=60).every == EVERY
    assert world.poller(every=7200).every == 7200


def test_a_stop_is_passed_on(world):
    def stopping(_account, _threads):
        raise AskLater("stopping")

    with pytest.raises(AskLater, match="stopping"):
        world.poller({COMMENTS: page(comment(11))}).poll({}, stopping, NOW)


def test_the_session_is_kept_for_the_next_start_where_nobody_else_reads_it(world, monkeypatch):
    seen = []
    real = os.fdopen
    monkeypatch.setattr(
        instagram_session.os,
        "fdopen",
        lambda number, *a, **k: seen.append(stat.S_IMODE(os.fstat(number).st_mode)) or real(number, *a, **k),
    )
    old = os.umask(0)
    try:
        world.poll(world.poller({COMMENTS: page()}))
    finally:
        os.umask(old)
    assert seen == [0o600]
    assert stat.S_IMODE(world.file.stat().st_mode) == 0o600
    assert [one.name for one in world.file.parent.iterdir()] == [world.file.name]
    world.poll(world.poller({COMMENTS: page()}))
    assert [library.session and library.session["cookies"] for library in world.made] == [
        None,
        {"sessionid": "rahasia"},
    ]


def test_the_device_is_kept_when_a_log_in_meets_a_challenge(world):
    with pytest.raises(NotAllowed):
        world.poll(world.poller(login=exceptions.ChallengeRequired()))
    assert kept_session(world.file, NAME)["uuids"] == {"phone_id": "rekaan"}


def test_a_session_that_cannot_be_written_leaves_the_old_one(world, monkeypatch):
    keep_session(world.file, NAME, {"n": 1})
    with pytest.raises(TypeError):
        keep_session(world.file, NAME, {"n": object()})
    assert kept_session(world.file, NAME) == {"n": 1}
    assert [one.name for one in world.file.parent.iterdir()] == [world.file.name]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"username": "dinas_rekaan"}', b'{"session": {}}'])
def test_a_broken_session_file_is_a_log_in_anew(world, content):
    world.file.parent.mkdir()
    world.file.write_bytes(content)
    assert not kept_session(world.file, NAME)
    assert kept_session(world.file.parent / "none", NAME) is None


def test_another_account_takes_up_no_session_and_a_loose_file_is_closed(world):
    keep_session(world.file, "akun_lama", {"n": 1})
    world.file.chmod(0o644)
    assert kept_session(world.file, NAME) is None
    assert stat.S_IMODE(world.file.stat().st_mode) == 0o600


def test_the_real_client_is_slow_timed_and_solves_nothing(monkeypatch):
    client = connect({"uuids": {"phone_id": "rekaan"}})
    assert client.delay_range == [2, 6]
    assert client.with_challenge_flow is False
    assert client.phone_id == "rekaan"
    for ask in (client.challenge_code_handler, client.change_password_handler):
        with pytest.raises(NotAllowed):
            ask(NAME)
    for session in (client.private, client.public, client.graphql):
        assert set(session.adapters) == {"https://", "http://"}
        assert all(isinstance(adapter, Timed) for adapter in session.adapters.values())
    assert not any(logging.getLogger(name).isEnabledFor(logging.ERROR) for name in ("instagrapi", "private_request"))
    assert client.user_id is None
    poller = PrivateInstagramPoller(NAME, "x", None, connect=lambda _: client)
    poller._client = client
    poller.close()


def test_every_call_of_the_real_client_has_a_time_out(monkeypatch):
    seen = []
    client = connect(None)
    for adapter in set(client.private.adapters.values()):
        monkeypatch.setattr(adapter.inner, "send", lambda _request, **named: seen.append(named) or answer())

    def answer():
        made = requests.Response()
        made.status_code, made._content, made.url = 200, b'{"status": "ok"}', ""
        made.request = requests.Request("GET", "https://contoh.invalid").prepare()
        return made

    client.delay_range, client.request_timeout = None, 0
    assert client.private_request("feed/user/1/", params={"count": 8}) == {"status": "ok"}
    assert [named["timeout"] for named in seen] == [instagram_session.TIMEOUT_S]
    for name in ("private", "public", "graphql"):
        getattr(client, name).close()
