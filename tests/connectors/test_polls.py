"""Polling Facebook and Instagram against the stand-ins: what webhook and poll bring is one, and nothing is lost."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from channels import RECEIVED, connectors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.demo.platforms.server import serving
from connectors.base import Pointer
from connectors.facebook_poll import FacebookPoller
from connectors.instagram_poll import InstagramPoller
from connectors.poll import AskLater, NotAllowed, PollError

NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)
PAGE, POST, VISIT = "61000", "61000_801", "61000_850"
ACCOUNT, MEDIUM = "178400", "9001"
US = {"facebook": (PAGE, "Pemkab"), "instagram": (ACCOUNT, "elapor.peraga")}
WARGA = ("7201", "Norhayati")
THREAD = {"facebook": POST, "instagram": MEDIUM}
OURS = {"facebook": PAGE, "instagram": ACCOUNT}
BOTH = pytest.mark.parametrize("channel", ["facebook", "instagram"])


class Known(Mapping):
    """As the store tells it: what was removed is found when asked for, and named by no iteration."""

    def __init__(self, texts):
        self.texts = texts

    def __getitem__(self, key):
        return self.texts[key]

    def __iter__(self):
        return (key for key, words in self.texts.items() if words is not None)

    def __len__(self):
        return len(list(iter(self)))


class Model:
    """A store in small: each key once, the newest edition by time, and tombstones."""

    def __init__(self):
        self.keys, self.editions, self.asked = set(), {}, []

    def take(self, channel, *bodies):
        for content in bodies:
            parsed = connectors()[channel].parse(content, RECEIVED)
            assert not parsed.malformed
            for item in parsed.items:
                ref = (item.account, item.thread, item.external_id)
                if (ref, item.kind, item.revision) not in self.keys:
                    self.keys.add((ref, item.kind, item.revision))
                    self.editions.setdefault(ref, []).append((item.kind == "edit", item.sent_at, item))
        return self

    def text(self, ref):
        told = self.editions[ref]
        removed = any(item.kind == "removal" for _, _, item in told)
        return None if removed else max(told, key=lambda one: one[:2])[2].text

    def texts(self):
        return {ref[2]: self.text(ref) for ref in self.editions}

    def known(self, account, threads):
        self.asked.append((account, tuple(threads)))
        return Known({ref[1:]: self.text(ref) for ref in self.editions if ref[0] == account and ref[1] in threads})

    def of_kind(self, kind):
        return {ref[2] for ref, found, _ in self.keys if found == kind}


class Rounds:
    """A poller, its store and its cursor."""

    def __init__(self, channel, platforms):
        self.channel, self.wall, self.model, self.cursor = channel, platforms.wall, Model(), {}
        made = {"facebook": FacebookPoller, "instagram": InstagramPoller}[channel]
        self.poller = made("rahasia", OURS[channel], platforms.base_url, "rahasia-app")

    def poll(self, now=NOW):
        self.wall.reads.clear()
        polled = self.poller.poll(self.cursor, self.model.known, now)
        self.cursor = json.loads(json.dumps(polled.cursor))
        self.model.take(self.channel, *polled.bodies)
        return [change["value"] for one in polled.bodies for change in json.loads(one)["entry"][0]["changes"]]

    def comment(self, identity, text="Lampu mati", at=NOW - timedelta(hours=1), by=WARGA, **more):
        self.wall.comment(THREAD[self.channel], identity, text, by, at, **more)


@pytest.fixture(scope="module")
def server():
    with serving() as platforms:
        yield platforms


@pytest.fixture
def platforms(server):
    server.reset()
    server.wall.post(PAGE, POST, "Perbaikan jembatan", US["facebook"], NOW - timedelta(days=1))
    server.wall.medium(ACCOUNT, MEDIUM, "Taman kota", US["instagram"], NOW - timedelta(days=1))
    return server


@pytest.fixture
def rounds(channel, platforms):
    made = Rounds(channel, platforms)
    yield made
    made.poller.close()


def webhook(channel, verb, identity, text, at, parent=""):
    """A delivery as Meta sends it."""
    if channel == "instagram":
        value = {"id": identity, "text": text, "from": {"id": WARGA[0], "username": WARGA[1]}, "media": {"id": MEDIUM}}
        value |= {"parent_id": parent} if parent else {}
        change = {"field": "comments", "value": value}
    else:
        value = {"item": "comment", "verb": verb, "post_id": POST, "comment_id": identity, "message": text}
        value |= {"from": {"id": WARGA[0], "name": WARGA[1]}, "parent_id": parent or POST}
        change = {"field": "feed", "value": value | {"created_time": int(at.timestamp())}}
    entry = {"id": OURS[channel], "time": int(at.timestamp()), "changes": [change]}
    return json.dumps({"object": "page" if channel == "facebook" else "instagram", "entry": [entry]}).encode()


def verbs(values):
    return sorted((value["verb"], value.get("comment_id") or value.get("id") or value["post_id"]) for value in values)


@BOTH
def test_webhook_and_poll_bring_the_same_message(channel, rounds):
    at = NOW - timedelta(hours=1)
    rounds.comment("801_901", at=at)
    rounds.comment("801_902", "sama", at=at, parent="801_901")
    rounds.poll()
    by_poll, by_hook = rounds.model, Model()
    by_hook.take(channel, webhook(channel, "add", "801_901", "Lampu mati", at))
    by_hook.take(channel, webhook(channel, "add", "801_902", "sama", at, "801_901"))
    assert by_poll.keys == by_hook.keys
    for ref, ((_, sent_at, item),) in by_hook.editions.items():
        ((_, polled_at, polled),) = by_poll.editions[ref]
        assert (polled_at, polled.text, polled.author, polled.reply_to) == (
            sent_at,
            item.text,
            item.author,
            item.reply_to,
        )
        assert polled.permalink.startswith("https://www.")
        assert polled.thread_name in ("Perbaikan jembatan", "Taman kota")


@BOTH
def test_what_a_webhook_told_is_not_told_again(channel, rounds):
    rounds.comment("801_901")
    rounds.model.take(channel, webhook(channel, "add", "801_901", "Lampu mati", NOW))
    assert rounds.poll() == []
    assert rounds.poll(NOW + timedelta(hours=2)) == []


@BOTH
def test_new_changed_and_gone(channel, rounds):
    rounds.comment("801_901")
    rounds.comment("801_902", "dua")
    rounds.comment("801_903", "tiga")
    assert verbs(rounds.poll()) == [("add", "801_901"), ("add", "801_902"), ("add", "801_903")]
    rounds.wall.edit("801_902", "dua kali")
    rounds.wall.remove("801_903")
    rounds.comment("801_904", "empat", NOW)
    later = NOW + timedelta(minutes=2)
    assert verbs(rounds.poll(later)) == [("add", "801_904"), ("edited", "801_902"), ("remove", "801_903")]
    assert rounds.poll(later + timedelta(minutes=2)) == []
    texts = {"801_901": "Lampu mati", "801_902": "dua kali", "801_903": None, "801_904": "empat"}
    assert rounds.model.texts() == texts


@BOTH
def test_edit_found_by_a_poll_carries_the_time_of_its_round(channel, rounds):
    rounds.comment("801_901")
    rounds.poll()
    rounds.wall.edit("801_901", "Lampu menyala")
    later = NOW + timedelta(minutes=2, milliseconds=700)
    rounds.poll(later)
    ((edited, sent_at, _),) = [
        one for one in rounds.model.editions[OURS[channel], THREAD[channel], "801_901"] if one[0]
    ]
    assert edited
    assert sent_at == later.replace(microsecond=0)


@BOTH
def test_our_own_words_are_never_told(channel, rounds):
    rounds.comment("801_901", "Terima kasih", by=US[channel])
    by = US[channel] if channel == "facebook" else ("", US[channel][1])  # Instagram may tell the handle only
    rounds.comment("801_902", "Sudah diteruskan", by=by, parent="801_901")
    rounds.comment("801_903", "Ditandai", by=US[channel], **{"from": {"id": OURS[channel], "self_ig_scoped_id": "99"}})
    assert rounds.poll() == []


@pytest.mark.parametrize("channel", ["facebook"])
def test_post_of_a_visitor_is_a_complaint_with_its_comments(rounds):
    rounds.wall.post(
        PAGE, VISIT, "Jalan putus", WARGA, NOW - timedelta(hours=3), full_picture="https://contoh.id/1.jpg"
    )
    rounds.wall.comment(VISIT, "850_1", "benar", ("7202", "Rahmadi"), NOW - timedelta(hours=1))
    assert verbs(rounds.poll()) == [("add", "61000_850"), ("add", "850_1")]
    ((_, _, post),) = rounds.model.editions[PAGE, VISIT, VISIT]
    assert (post.text, post.author.name, post.media[0].ref) == ("Jalan putus", "Norhayati", "https://contoh.id/1.jpg")
    rounds.wall.edit(VISIT, "Jalan putus di Handil 3")
    assert verbs(rounds.poll(NOW + timedelta(minutes=2))) == [("edited", VISIT)]
    rounds.comment("801_901")
    rounds.wall.remove(VISIT)
    assert verbs(rounds.poll(NOW + timedelta(hours=2))) == [("add", "801_901"), ("remove", VISIT), ("remove", "850_1")]


@pytest.mark.parametrize("channel", ["facebook"])
def test_files_of_a_comment_come_along(rounds):
    photo = {"type": "photo", "media": {"image": {"src": "https://contoh.id/1.jpg"}}}
    video = {"type": "video_inline", "media": {"source": "https://contoh.id/1.mp4"}}
    rounds.comment("801_901", attachment=photo)
    rounds.comment("801_902", attachment=video)
    rounds.comment("801_903", attachment={"type": "share", "url": "https://contoh.id/"})
    rounds.poll()
    media = {ref[2]: [(one.kind, one.ref) for one in told[0][2].media] for ref, told in rounds.model.editions.items()}
    photo, video = [("photo", "https://contoh.id/1.jpg")], [("video", "https://contoh.id/1.mp4")]
    assert media == {"801_901": photo, "801_902": video, "801_903": []}


@BOTH
def test_a_quiet_round_is_one_call_and_the_hourly_one_lists_all(channel, rounds):
    for n in range(130):
        rounds.comment(f"801_{900 + n}", f"komentar {n}", NOW - timedelta(hours=2, minutes=n))
    assert len(rounds.poll()) == 130
    assert len(rounds.wall.reads) > 1
    assert rounds.poll(NOW + timedelta(minutes=2)) == []
    assert len(rounds.wall.reads) == 1
    rounds.wall.edit("801_1029", "yang paling lama")
    assert rounds.poll(NOW + timedelta(minutes=4)) == []
    assert verbs(rounds.poll(NOW + timedelta(minutes=61))) == [("edited", "801_1029")]


@BOTH
def test_a_round_goes_deeper_where_more_is_new_than_the_first_call_shows(channel, rounds):
    rounds.comment("801_900")
    rounds.poll()
    for n in range(90):
        rounds.comment(f"801_{901 + n}", f"komentar {n}", NOW + timedelta(seconds=n))
    assert len(rounds.poll(NOW + timedelta(minutes=2))) == 90
    assert len(rounds.model.texts()) == 91


@BOTH
def test_a_comment_listed_late_is_found_within_the_overlap(channel, rounds):
    rounds.poll()
    for n in range(80):
        rounds.comment(f"801_{900 + n}", f"komentar {n}", NOW + timedelta(seconds=n))
    rounds.poll(NOW + timedelta(minutes=2))
    rounds.comment("801_800", at=NOW - timedelta(minutes=8))
    assert verbs(rounds.poll(NOW + timedelta(minutes=4))) == [("add", "801_800")]


@pytest.mark.parametrize("channel", ["instagram"])
def test_a_thread_with_more_replies_than_shown_is_not_listed_whole(rounds):
    rounds.comment("801_900")
    for n in range(60):
        rounds.comment(f"801_{901 + n}", f"jawaban {n}", NOW - timedelta(seconds=60 - n), parent="801_900")
    assert len(rounds.poll()) == 61
    rounds.wall.remove("801_960")
    assert rounds.poll(NOW + timedelta(minutes=2)) == []
    assert verbs(rounds.poll(NOW + timedelta(hours=2))) == [("remove", "801_960")]


@BOTH
def test_first_round_takes_only_the_last_days(channel, rounds):
    wall = rounds.wall
    make, old = (wall.post, "61000_700") if channel == "facebook" else (wall.medium, "9000")
    make(OURS[channel], old, "Lama", US[channel], NOW - timedelta(days=15))
    wall.comment(old, "700_1", "lama sekali", WARGA, NOW - timedelta(days=15))
    rounds.comment("801_901")
    assert verbs(rounds.poll()) == [("add", "801_901")]


@BOTH
def test_many_threads_are_all_listed_by_the_full_round(channel, rounds):
    for n in range(60):
        make = rounds.wall.post if channel == "facebook" else rounds.wall.medium
        make(OURS[channel], f"61000_{n}", "Kabar", US[channel], NOW - timedelta(hours=2, minutes=n))
        rounds.wall.comment(f"61000_{n}", f"{n}_1", "keluhan", WARGA, NOW - timedelta(hours=1))
    assert len(rounds.poll()) == 60
    assert rounds.poll(NOW + timedelta(minutes=2)) == []
    rounds.wall.remove("40_1")
    rounds.wall.remove("61000_50")
    assert verbs(rounds.poll(NOW + timedelta(hours=2))) == [("remove", "40_1"), ("remove", "50_1")]


@BOTH
def test_bodies_hold_at_most_200_changes(channel, rounds):
    for n in range(450):
        rounds.comment(f"801_{n}", f"komentar {n}", NOW - timedelta(hours=1, seconds=n))
    polled = rounds.poller.poll({}, rounds.model.known, NOW)
    assert [len(json.loads(one)["entry"][0]["changes"]) for one in polled.bodies] == [200, 200, 50]


REFUSALS = {
    "no permission": {"status": 403, "code": 200},
    "permission missing": {"status": 400, "code": 10},
    "not supported": {"status": 400, "code": 100},
    "platform fails": {"status": 500},
    "throttled": {"status": 400, "code": 32},
    "token dead": {"status": 400, "code": 190},
}


@BOTH
@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_of_the_single_comment_never_means_removal(channel, rounds, refusal):
    for identity in ("801_901", "801_902"):
        rounds.comment(identity)
    rounds.poll()
    rounds.wall.remove("801_901")
    rounds.wall.refuse("801_901", **refusal)
    assert rounds.poll(NOW + timedelta(minutes=2)) == []
    assert verbs(rounds.poll(NOW + timedelta(minutes=4))) == [("remove", "801_901")]


@BOTH
def test_a_comment_that_is_only_not_listed_stays(channel, rounds):
    rounds.comment("801_901")
    rounds.comment("801_902")
    rounds.poll()
    rounds.wall.said["801_901"].within = "lain"
    assert rounds.poll(NOW + timedelta(minutes=2)) == []
    assert rounds.poll(NOW + timedelta(hours=2)) == []


@BOTH
def test_not_found_by_http_means_removal_too(channel, rounds):
    rounds.comment("801_901")
    rounds.comment("801_902")
    rounds.poll()
    rounds.wall.remove("801_901")
    rounds.wall.refuse("801_901", status=404)
    assert verbs(rounds.poll(NOW + timedelta(minutes=2))) == [("remove", "801_901")]


@BOTH
def test_what_became_known_during_the_round_is_not_asked_for(channel, rounds):
    rounds.comment("801_901")
    rounds.model.take(channel, webhook(channel, "add", "801_999", "dari webhook", NOW))
    assert verbs(rounds.poll()) == [("add", "801_901")]
    assert rounds.model.texts()["801_999"] == "dari webhook"


@BOTH
def test_a_lost_permission_that_shows_nothing_removes_nothing(channel, rounds):
    for identity in ("801_901", "801_902"):
        rounds.comment(identity)
    rounds.poll()
    for identity in ("801_901", "801_902"):
        rounds.wall.remove(identity)
    assert rounds.poll(NOW + timedelta(hours=2)) == []


@BOTH
def test_removed_is_never_brought_back(channel, rounds):
    rounds.comment("801_901")
    rounds.poll()
    removal = {"item": "comment", "verb": "remove", "post_id": POST, "comment_id": "801_901"}
    if channel == "instagram":
        removal = {"id": "801_901", "media": {"id": MEDIUM}, "verb": "remove"}
    field, object_ = ("feed", "page") if channel == "facebook" else ("comments", "instagram")
    entry = {"id": OURS[channel], "time": 1790000000, "changes": [{"field": field, "value": removal}]}
    rounds.model.take(channel, json.dumps({"object": object_, "entry": [entry]}).encode())
    assert rounds.poll(NOW + timedelta(hours=2)) == []
    assert rounds.model.texts() == {"801_901": None}


ERRORS = [
    ({"code": 190}, NotAllowed, "190", None),
    ({"code": 190, "subcode": 463}, NotAllowed, "190/463", None),
    ({"code": 32, "retry_after": 70}, AskLater, "32", 70),
    ({"status": 500}, AskLater, "http 500", None),
    ({"status": 403, "code": 200}, AskLater, "200", None),
]


@BOTH
@pytest.mark.parametrize(("refusal", "kind", "reason", "wait"), ERRORS)
def test_errors_of_the_listing_are_a_polls(channel, rounds, refusal, kind, reason, wait):
    rounds.comment("801_901")
    rounds.wall.refuse("feed" if channel == "facebook" else ACCOUNT, **refusal)
    with pytest.raises(PollError) as raised:
        rounds.poll()
    assert (type(raised.value), raised.value.reason, raised.value.retry_after) == (kind, reason, wait)
    assert verbs(rounds.poll()) == [("add", "801_901")]


@BOTH
def test_a_page_that_fails_in_the_middle_loses_nothing(channel, rounds):
    for n in range(130):
        rounds.comment(f"801_{900 + n}", f"komentar {n}", NOW - timedelta(minutes=n))
    rounds.wall.refuse("comments", status=500)
    with pytest.raises(AskLater):
        rounds.poll()
    assert rounds.cursor == {}
    assert len(rounds.poll()) == 130


@BOTH
def test_no_answer_is_asked_later(channel):
    made = {"facebook": FacebookPoller, "instagram": InstagramPoller}[channel]("t", "1", "http://127.0.0.1:9")
    with pytest.raises(AskLater) as raised:
        made.poll({}, lambda *_: {}, NOW)
    made.close()
    assert raised.value.reason == "no answer"


@BOTH
@pytest.mark.parametrize(("minutes", "wait"), [(12, 720), (0, 300)])
def test_heavy_use_pauses_the_next_round_once(channel, rounds, minutes, wait):
    rounds.comment("801_901")
    rounds.wall.usage, rounds.wall.regain_minutes = 81, minutes
    assert verbs(rounds.poll()) == [("add", "801_901")]
    with pytest.raises(AskLater) as raised:
        rounds.poll()
    assert raised.value.retry_after == wait
    rounds.wall.usage = 80
    rounds.poll()
    rounds.poll()


def look_up(channel, rounds, kind, identity, within=""):
    content = rounds.poller.look_up(Pointer(channel, OURS[channel], kind, identity, within), NOW)
    return content and connectors()[channel].parse(content, RECEIVED)


@BOTH
def test_a_comment_that_was_pointed_at_is_fetched(channel, rounds):
    rounds.comment("801_901", at=NOW - timedelta(hours=1))
    rounds.poll()
    (item,) = look_up(channel, rounds, "comment", "801_901", THREAD[channel]).items
    assert (item.text, item.sent_at, item.author is not None) == ("Lampu mati", NOW - timedelta(hours=1), True)
    assert ((OURS[channel], THREAD[channel], "801_901"), "message", "") in rounds.model.keys


@pytest.mark.parametrize(("channel", "kind", "identity"), [("facebook", "post", VISIT), ("instagram", "media", "9500")])
def test_a_post_or_caption_that_mentions_us_is_fetched(channel, kind, identity, rounds):
    make = rounds.wall.post if channel == "facebook" else rounds.wall.medium
    make("88000", identity, "@pemkab tolong jembatan", WARGA, NOW - timedelta(hours=1))
    rounds.wall.handles[ACCOUNT] = "elapor.peraga"
    (item,) = look_up(channel, rounds, kind, identity, identity).items
    assert (item.account, item.thread, item.external_id) == (OURS[channel], identity, identity)
    assert (item.text, item.author is not None) == ("@pemkab tolong jembatan", True)


@BOTH
def test_what_was_pointed_at_and_is_gone(channel, rounds):
    assert look_up(channel, rounds, "comment", "801_999", THREAD[channel]) is None
    assert look_up(channel, rounds, "comment", "../me?x={}", THREAD[channel]) is None


@BOTH
def test_a_look_up_that_fails_is_asked_later(channel, rounds):
    rounds.comment("801_901")
    rounds.wall.refuse("801_901" if channel == "facebook" else ACCOUNT, status=400, code=200)
    with pytest.raises(AskLater):
        look_up(channel, rounds, "comment", "801_901", THREAD[channel])


@pytest.mark.parametrize("channel", ["instagram"])
def test_a_mention_whose_handle_is_not_given_is_fetched_without_it(rounds):
    rounds.comment("801_901")
    rounds.wall.refuse(ACCOUNT, status=400, code=100)
    (item,) = look_up("instagram", rounds, "comment", "801_901", MEDIUM).items
    assert (item.text, item.author) == ("Lampu mati", None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "id", "message", "text", "comments", "media", "from", "paging", "replies", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@BOTH
@given(answers=st.lists(JSON, min_size=1, max_size=4), cursor=JSON)
@settings(max_examples=40, deadline=None, database=None)
def test_odd_answers_and_cursors_raise_nothing_else(channel, answers, cursor):
    poller = {"facebook": FacebookPoller, "instagram": InstagramPoller}[channel]("t", "1", "http://127.0.0.1:9")
    poller.client.request = lambda *_args, **_more: answers[0] if len(answers) == 1 else answers.pop(0)
    polled = poller.poll(cursor if isinstance(cursor, dict) else {}, lambda *_: {}, NOW)
    poller.close()
    for content in polled.bodies:
        assert "unforeseen" not in " ".join(connectors()[channel].parse(content, RECEIVED).malformed)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "reply", "edit", "back", "remove", "poll"]), st.integers(0, 3), st.integers(0, 3)
    ),
    min_size=3,
    max_size=12,
)


class History:
    """Acts on the stand-in's wall, and the webhooks that tell of them."""

    def __init__(self, rounds):
        self.rounds, self.now, self.texts, self.gone, self.told = rounds, NOW, {}, set(), []

    def act(self, act, n, wait):
        self.now += timedelta(seconds=wait, milliseconds=100)
        identity = f"801_{n}"
        if act == "poll":
            self.rounds.poll(self.now)
        elif act in ("add", "reply"):
            self.add(identity, "801_neighbour" if act == "reply" else "")
        elif identity in self.texts and identity not in self.gone:
            self.change(act, identity)

    def add(self, identity, parent):
        if identity not in self.texts:
            self.texts[identity] = ["Lampu mati"]
            self.rounds.comment(identity, "Lampu mati", self.now, parent=parent)
            self.tell("add", identity, parent)

    def change(self, act, identity):
        if act == "remove":
            self.gone.add(identity)
            self.rounds.wall.remove(identity)
            self.tell("remove", identity)
            return
        past = self.texts[identity]
        past.append(past[-2] if act == "back" and len(past) > 1 else f"Lampu mati {len(past)}")
        self.rounds.wall.edit(identity, past[-1])
        self.tell("edited", identity)

    def tell(self, verb, identity, parent=""):
        if verb == "add" or self.rounds.channel == "facebook":  # Instagram tells neither edits nor removals
            text = self.texts[identity][-1]
            self.told.append(webhook(self.rounds.channel, verb, identity, text, self.now, parent))


@BOTH
@given(acts=ACTS, data=st.data())
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_webhooks_and_rounds_ends_alike(channel, platforms, acts, data):
    """Webhooks late, repeated and in any order among the rounds: the same messages, removals and newest words."""
    platforms.wall.clear()
    platforms.wall.post(PAGE, POST, "Perbaikan jembatan", US["facebook"], NOW - timedelta(days=1))
    platforms.wall.medium(ACCOUNT, MEDIUM, "Taman kota", US["instagram"], NOW - timedelta(days=1))
    rounds = Rounds(channel, platforms)
    rounds.comment("801_neighbour", "tetap", NOW - timedelta(hours=1))
    history = History(rounds)
    for act in acts:
        history.act(*act)
        if data.draw(st.booleans()) and history.told:
            rounds.model.take(channel, data.draw(st.sampled_from(history.told)))
    rounds.model.take(channel, *data.draw(st.permutations(history.told)))
    for hours in (2, 4):
        rounds.poll(history.now + timedelta(hours=hours))
    rounds.poller.close()
    newest = {one: None if one in history.gone else past[-1] for one, past in history.texts.items()}
    assert rounds.model.texts() == newest | {"801_neighbour": "tetap"}
    assert rounds.model.of_kind("message") == {*newest, "801_neighbour"}
    assert sorted(ref[2] for ref, kind, _ in rounds.model.keys if kind == "removal") == sorted(history.gone)
