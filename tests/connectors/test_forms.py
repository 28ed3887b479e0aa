"""Our own ways in: the web form, the reviewer's notes, and the links that people copy out of apps."""

import json
from datetime import UTC, datetime

import pytest
from channels import RECEIVED
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Author, Form, Media
from connectors.links import NotALink, read_link
from connectors.noted import NotedConnector, source
from connectors.web import WebConnector

FORM = {
    "id": "a1", "code": "BTL-7Q4M-2XPH-9K3R", "text": "Jalan berlubang", "place": "RT 3", "location": "63.04.05.2008",
    "category": "jalan", "visibility": "anonim", "name": "Siti Rekaan", "contact": "6281255550101", "lat": "-3.2",
    "lon": 114.6, "photos": ["0a1b.jpg", "../x"], "consent": "2026-11",
}  # fmt: skip
NOTE = {
    "id": "n1", "platform": "tiktok", "link": "", "text": "Lampu mati semua", "name": "Budi Rekaan",
    "sent_at": "2026-09-30T08:00:00+08:00", "thread_name": "Info Karangan", "photos": ["0a1b.jpg"], "by": "Rina",
}  # fmt: skip
CONNECTORS = {"web": (WebConnector(), FORM), "catatan": (NotedConnector("61000"), NOTE)}


def read(channel, **changes):
    connector, held = CONNECTORS[channel]
    return connector.parse(json.dumps(held | changes).encode(), RECEIVED)


def one(channel, **changes):
    (item,) = read(channel, **changes).items
    return item


def key(**changes):
    item = one("catatan", **changes)
    return item.channel, item.account, item.thread, item.external_id


def test_a_form_is_one_private_message_with_all_that_was_chosen():
    item = one("web")
    assert (item.channel, item.account, item.thread, item.external_id, item.direct) == (
        "web",
        "lapor",
        "a1",
        "a1",
        True,
    )
    assert item.form == Form("BTL-7Q4M-2XPH-9K3R", "anonim", "jalan", "63.04.05.2008", "RT 3", "2026-11")
    assert item.author == Author("6281255550101", "Siti Rekaan", phone="6281255550101")
    assert (item.point, item.media, item.sent_at) == ((-3.2, 114.6), (Media("photo", "0a1b.jpg"),), RECEIVED)


ANSWER = {
    "id": "j1", "answers": "BTL-7Q4M-2XPH-9K3R", "thread": "a1", "author": "6281255550101", "name": "Siti Rekaan",
    "phone": "6281255550101", "text": "Di RT 3", "photos": ["0a1b.jpg"],
}  # fmt: skip


def test_an_answer_stands_in_the_thread_of_its_form_by_the_same_person():
    (item,) = WebConnector().parse(json.dumps(ANSWER).encode(), RECEIVED).items
    form = one("web")
    assert (item.channel, item.account, item.thread, item.author) == (
        form.channel,
        form.account,
        form.thread,
        form.author,
    )
    assert (item.external_id, item.text, item.direct, item.media) == ("j1", "Di RT 3", True, form.media)
    assert item.form == Form(answers="BTL-7Q4M-2XPH-9K3R")


@pytest.mark.parametrize("changes", [{"text": "", "photos": []}, {"thread": ""}, {"author": None}, {"answers": ""}])
def test_an_answer_of_nothing_or_of_nobody_is_malformed(changes):
    assert WebConnector().parse(json.dumps(ANSWER | changes).encode(), RECEIVED).outcome == "malformed"


@pytest.mark.parametrize(
    ("contact", "expected"),
    [("", Author("form:a1", "Siti Rekaan")), ("warga@contoh.example", Author("warga@contoh.example", "Siti Rekaan"))],
)
def test_who_leaves_no_number_is_somebody_of_this_form(contact, expected):
    assert one("web", contact=contact).author == expected


@pytest.mark.parametrize("empty", [{"lat": "", "lon": ""}, {"lat": None, "lon": None}, {"lat": "-3.2", "lon": ""}])
def test_a_form_without_a_shared_location_is_nowhere(empty):
    assert one("web", **empty).point is None


@pytest.mark.parametrize("wrong", [{"id": ""}, {"code": None}, {"text": " "}, {"visibility": "terbuka"}])
def test_a_form_that_cannot_be_filed_is_malformed(wrong):
    assert read("web", **wrong).outcome == "malformed"


@pytest.mark.parametrize("channel", CONNECTORS)
def test_nothing_comes_in_over_http(channel):
    connector, _ = CONNECTORS[channel]
    assert not connector.verify({"authorization": "Bearer "}, b"{}")
    assert connector.handshake({"hub.challenge": "1"}) is None


def test_a_note_is_harvested_from_where_it_was_said():
    item = one("catatan", link="https://www.tiktok.com/@siapa/video/77?_t=abc&is_from_webapp=1")
    assert (item.channel, item.account, item.external_id) == ("catatan", "tiktok", "https://www.tiktok.com/@/video/77")
    assert (item.direct, item.thread_name, item.author.name) == (False, "Info Karangan", "Budi Rekaan")
    assert item.sent_at == datetime(2026, 9, 30, 0, 0, tzinfo=UTC)
    assert item.permalink == "https://tiktok.com/@siapa/video/77"
    assert item.media == (Media("photo", "0a1b.jpg"),)


FB, IG, TG, YT = (
    "https://www.facebook.com/",
    "https://www.instagram.com/p/",
    "https://t.me/",
    "https://www.youtube.com/watch?v=",
)
PFBID = "pfbid02AbCdEfGhIjKlMnOpQrStUvWxYz"
LINKS = [
    ("https://www.facebook.com/groups/77/posts/801/?comment_id=901", FB + "901"),
    ("https://m.facebook.com/groups/77/permalink/801/?comment_id=901&fbclid=IwAR1", FB + "901"),
    ("https://web.facebook.com/permalink.php?story_fbid=801&id=61000&comment_id=901", FB + "901"),
    ("https://www.facebook.com/61000/posts/801?comment_id=Y29tbWVudDo4MDFfOTAx&__cft__[0]=x", FB + "901"),
    ("https://www.facebook.com/61000/posts/801?comment_id=901&reply_comment_id=955", FB + "955"),
    ("https://www.facebook.com/801_901", FB + "901"),
    ("facebook.com/story.php?story_fbid=801&id=61000", FB + "801"),
    ("https://mbasic.facebook.com/story.php?story_fbid=801&id=61000&refid=17", FB + "801"),
    ("https://id-id.facebook.com/kab.karangan/posts/judul-pos/801/", FB + "801"),
    (f"https://www.facebook.com/kab/posts/{PFBID}?mibextid=Z", FB + PFBID),
    (f"https://www.facebook.com/permalink.php?story_fbid={PFBID}&id=61000", FB + PFBID),
    ("https://www.facebook.com/photo/?fbid=801&set=a.5", FB + "801"),
    ("https://www.facebook.com/photo.php?fbid=801&set=a.5&type=3", FB + "801"),
    ("https://www.facebook.com/kab/photos/a.5/801/", FB + "801"),
    ("https://www.facebook.com/watch/?v=801", FB + "801"),
    ("https://www.facebook.com/kab/videos/judul/801/", FB + "801"),
    ("https://www.facebook.com/reel/801?s=fb_shorts", FB + "801"),
    ("https://www.facebook.com/groups/karangan/?multi_permalinks=801%2C802&notif_id=1", FB + "801"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fx.com%2Fa%2Fstatus%2F5%3Fs%3D20&h=AT0", "https://x.com/i/status/5"),
    ("https://www.instagram.com/p/CxAbC_d-1/?igsh=MQ==&img_index=2", IG + "CxAbC_d-1"),
    ("https://instagram.com/siapa/reel/CxAbC_d-1/", IG + "CxAbC_d-1"),
    ("https://www.instagram.com/p/CxAbC_d-1/c/1790/", IG + "CxAbC_d-1/c/1790"),
    ("https://www.instagram.com/p/CxAbC_d-1/c/1790/r/1791/", IG + "CxAbC_d-1/c/1791"),
    ("https://t.me/c/55/7", TG + "c/55/7"),
    ("https://t.me/c/55/3/7?single", TG + "c/55/7"),
    ("https://t.me/InfoKarangan/7", TG + "infokarangan/7"),
    ("https://t.me/s/InfoKarangan/7", TG + "infokarangan/7"),
    ("https://telegram.me/infokarangan/3/7", TG + "infokarangan/7"),
    ("https://t.me/infokarangan/7?comment=12", TG + "infokarangan/7?comment=12"),
    ("https://x.com/siapa/status/55?s=20&t=abc", "https://x.com/i/status/55"),
    ("http://mobile.twitter.com/lain/status/55/photo/1", "https://x.com/i/status/55"),
    ("https://twitter.com/i/web/status/55", "https://x.com/i/status/55"),
    ("https://www.tiktok.com/@siapa/video/77?_r=1&_t=x", "https://www.tiktok.com/@/video/77"),
    ("https://m.tiktok.com/v/77.html", "https://www.tiktok.com/@/video/77"),
    ("https://www.youtube.com/watch?v=Ab-1_c&t=10s&si=x", YT + "Ab-1_c"),
    ("https://youtu.be/Ab-1_c?si=x", YT + "Ab-1_c"),
    ("https://m.youtube.com/shorts/Ab-1_c", YT + "Ab-1_c"),
    ("https://www.youtube.com/watch?v=Ab-1_c&lc=Ugx1&feature=share", YT + "Ab-1_c&lc=Ugx1"),
    ("https://www.threads.net/@siapa/post/Cx1?xmt=A", "https://www.threads.net/t/Cx1"),
    ("HTTPS://WWW.Kabar.Example/Berita/1/?utm_source=wa&b=2&a=1#isi", "https://kabar.example/Berita/1?a=1&b=2"),
]


@pytest.mark.parametrize(("link", "expected"), LINKS)
def test_every_way_of_copying_a_link_gives_one_key(link, expected):
    _, canonical, needles = source(link)
    assert canonical == expected
    assert source(expected)[1] == expected
    assert all(needle.lower() in link.lower() or needle in expected for needle in needles)


@pytest.mark.parametrize(
    ("link", "platform"),
    [("https://fb.watch/abc/", "facebook"), ("https://vm.tiktok.com/ZS1/", "tiktok"), ("https://wa.me/62812", "whatsapp"),
     ("https://whatsapp.com/channel/0029/9", "whatsapp"), ("https://notfacebook.com/1", ""), ("https://facebook.com.jahat.example/1", "")],
)  # fmt: skip
def test_the_platform_is_told_by_the_host_alone(link, platform):
    assert source(link)[0] == platform


@pytest.mark.parametrize(
    "wrong",
    ["", "halo", "javascript:alert(1)", "ftp://x.com/a", "https://user@x.com/a", "https://x.com:8443/a", "https://localhost/a",
     "https://x.com/a b", 'https://x.com/"', "https://[::1", "https://x.com/" + "a" * 2000, "data:text/html,x", "tg://resolve"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(wrong):
    with pytest.raises(NotALink):
        read_link(wrong)


@given(
    st.text(max_size=60)
    | st.from_regex(r"https://(www\.)?(facebook|t|youtube|instagram)\.(com|me)/[\w/?=&%.]{0,40}", fullmatch=True)
)
@settings(max_examples=300, deadline=None, database=None)
def test_any_text_is_a_link_with_a_stable_key_or_none(words):
    try:
        linked = read_link(words)
    except NotALink:
        return
    assert read_link(linked.key).key == linked.key
    assert linked.link.startswith("https://")


NATIVE = [
    ("https://t.me/c/55/7", ("telegram", "bot", "-10055", "7")),
    ("https://t.me/c/55/3/7", ("telegram", "bot", "-10055/3", "7")),
    ("https://www.facebook.com/61000/posts/801?comment_id=901", ("facebook", "61000", "61000_801", "801_901")),
    ("https://www.facebook.com/permalink.php?story_fbid=801&id=61000", ("facebook", "61000", "61000_801", "61000_801")),
    ("https://www.facebook.com/61000_801", ("facebook", "61000", "61000_801", "61000_801")),
    ("https://www.facebook.com/99/posts/801?comment_id=901", ("catatan", "facebook", FB + "801", FB + "901")),
    ("https://t.me/infokarangan/7", ("catatan", "telegram", TG + "infokarangan", TG + "infokarangan/7")),
    ("https://kabar.example/1", ("catatan", "web", "https://kabar.example/1", "https://kabar.example/1")),
]


@pytest.mark.parametrize(("link", "expected"), NATIVE)
def test_the_key_is_the_connectors_own_where_the_link_tells_it(link, expected):
    assert key(link=link) == expected


def test_without_a_link_the_words_and_who_said_them_are_the_key():
    assert key() == key(text="  LAMPU mati\nsemua ", name="budi  rekaan", id="n2", thread_name="Lain")
    assert len({key(), key(text="lain"), key(name="lain"), key(platform="x")}) == 4
    assert key(text="", id="n1") != key(text="", id="n2")


def test_a_very_long_link_has_a_key_that_an_index_takes():
    first, second = (key(link=f"https://kabar.example/{'a' * 400}{n}")[3] for n in (1, 2))
    assert len(first) < 300
    assert first != second


@pytest.mark.parametrize("wrong", [{"text": "", "photos": []}, {"link": "javascript:1"}])
def test_a_note_of_nothing_is_malformed(wrong):
    assert read("catatan", **wrong).outcome == "malformed"


JSON = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.lists(st.text(max_size=3), max_size=2)
)


@pytest.mark.parametrize("channel", CONNECTORS)
@given(data=st.data())
@settings(max_examples=150, deadline=None, database=None)
def test_retyped_fields_are_a_named_outcome(channel, data):
    connector, held = CONNECTORS[channel]
    field = data.draw(st.sampled_from(sorted(held)))
    changed = held | {field: data.draw(JSON | st.just("\ud800") | st.just("x" * 5000))}
    parsed = connector.parse(json.dumps(changed).encode(), RECEIVED)
    assert "unforeseen" not in " ".join(parsed.malformed)
    assert parsed.items or parsed.ignored or parsed.malformed


@pytest.mark.parametrize("channel", CONNECTORS)
@given(content=st.binary(max_size=40))
@settings(max_examples=60, deadline=None, database=None)
def test_random_bytes_are_a_named_outcome(channel, content):
    parsed = CONNECTORS[channel][0].parse(content, RECEIVED)
    assert "unforeseen" not in " ".join(parsed.malformed)
