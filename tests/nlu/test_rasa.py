"""Rasa as the engine: against a stand-in with Rasa's recorded answers, or the real server at ELAPOR_TEST_RASA_URL (`make rasa-test`)."""

from __future__ import annotations

import json
import os
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nlu.breaker import Breaker
from nlu.categories import load_categories
from nlu.rasa import RasaEngine, Server, chosen

ANSWERS = Path(__file__).with_name("rasa_answers.json")
REAL = os.environ.get("ELAPOR_TEST_RASA_URL", "")
HOLES = "jalan di muka pasar rusak parah, banyak lubang, tolong diperbaiki"
SAID = [  # text, whether it is a report, category (for chatter: any)
    (HOLES, True, "jalan"),
    ("jembatan kayu di desa kami lapuk, papannya copot, takut ambruk", True, "jembatan"),
    ("lampu jalan di gang kami mati sudah seminggu, gelap banget kalau malam", True, "lampu_jalan"),
    ("air PDAM kada mangalir sudah tiga hari, mandi kayapa", True, "air_bersih"),
    ("sampah menumpuk di pinggir jalan kada diangkut-angkut, baunya ampun", True, "sampah"),
    ("listrik padam terus tiap malam, kapan PLN memperbaiki", True, "listrik"),
    ("KTP elektronik dan kartu keluarga saya belum dicetak dukcapil, sudah dua bulan menunggu", True, "adminduk"),
    ("guru SD di desa kami kurang, satu guru mengajar dua kelas, mohon dinas pendidikan menambah guru", True, "pendidikan"),
    ("harga gabah jatuh dan pupuk subsidi tidak ada di kios, petani bingung", True, "pertanian_perikanan"),
    ("halo min selamat pagi", False, None),
    ("terima kasih banyak", False, None),
    ("wkwkwk lucu banar videonya", False, None),
    ("dijual motor bekas mulus, surat lengkap, minat inbox", False, None),
    ("alhamdulillah jalannya sudah mulus, terima kasih pak bupati", False, None),
    (f"/bukan_laporan {HOLES}", True, "jalan"),
    ('\x00jalan\x1b[31m di muka pasar\r\nrusak [parah](jalan){"role": "x"} tolong\u200b diperbaiki', True, "jalan"),
    ("jalan di muka pasar rusak parah. " * 700, True, "jalan"),
]  # fmt: skip


class StandIn(ThreadingHTTPServer):
    """Rasa's `/model/parse` on loopback: recorded answers, or whatever `reply` is set to (status, body)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.recorded = json.loads(ANSWERS.read_text("utf-8"))
        self.asked = []
        self.reply = None
        self.drip_s = 0.0
        self.url = f"http://127.0.0.1:{self.server_port}"

    def answers(self, intent, *ranking):
        """Answer everything with this intent and (name, confidence) pairs."""
        ranked = [{"name": name, "confidence": share} for name, share in ranking]
        self.reply = 200, json.dumps({"intent": {"name": intent, "confidence": 0.5}, "intent_ranking": ranked})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        self.server.asked.append((self.path, text))
        status, body = self.server.reply or (200, json.dumps(self.server.recorded[text]))
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for number in range(len(content)) if self.server.drip_s else ():
            time.sleep(self.server.drip_s)
            self.wfile.write(content[number : number + 1])
        if not self.server.drip_s:
            self.wfile.write(content)

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:  # who asked has gone
            self.close_connection = True


@pytest.fixture
def stand_in():
    with StandIn() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def real():
    """The real server, once it answers."""
    until = time.monotonic() + 300
    while True:
        try:
            return urllib.request.urlopen(REAL, timeout=5).url
        except (urllib.error.URLError, TimeoutError):
            assert time.monotonic() < until, "Rasa does not answer"
            time.sleep(1)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def told():
    return []


@pytest.fixture
def build(engine, clock, told):
    """`build(url)`: the engine on a server."""
    made = []

    def rasa(url, timeout_s=5.0):
        categories = load_categories(Path(__file__).parents[2] / "data" / "categories.yml")
        made.append(RasaEngine(Server(url, timeout_s), engine, categories, Breaker(3, 30, clock), told.append))
        return made[-1]

    yield rasa
    for one in made:
        one.close()


@pytest.fixture
def rasa(build, stand_in):
    return build(stand_in.url)


@pytest.mark.parametrize(("text", "is_report", "category"), SAID, ids=lambda value: str(value)[:24])
def test_rasa_says_what_is_a_report_and_which(build, request, engine, told, text, is_report, category):
    reader = build(request.getfixturevalue("real") if REAL else request.getfixturevalue("stand_in").url, timeout_s=20)
    read, own = reader.read(text, "Info Warga Handil Bakti"), engine.read(text, "Info Warga Handil Bakti")
    assert (told, read.engine, read.is_report) == ([], "rasa", is_report)
    assert category in (None, read.category)
    assert 0 <= read.report_confidence <= 1
    assert 0 < read.category_confidence <= 1
    assert _rest(read) == _rest(own)


def test_the_stand_in_speaks_as_the_real_server_does(stand_in):
    for answer in stand_in.recorded.values():
        assert answer["intent"] == answer["intent_ranking"][0]
        assert sum(one["confidence"] for one in answer["intent_ranking"]) <= 1.001


def test_a_message_cannot_name_its_intent_or_hold_markup(rasa, stand_in):
    stand_in.answers("jalan", ("jalan", 0.9))
    for text in ("/jalan", " \t//jalan", "\x00/ \u00a0/jalan", "[jalan](x)\n{y}\u202e", "x" * 20_000, "\ud800jalan"):
        assert rasa.read(text).engine == "rasa"
    asked = [text for _, text in stand_in.asked]
    assert asked == ["jalan", "jalan", "jalan", "(jalan)(x) (y)", "x" * 2_000, "jalan"]
    assert {path for path, _ in stand_in.asked} == {"/model/parse"}


@pytest.mark.parametrize("text", ["", "/", " // /\n/ ", "\x00\x07\u200b", "   "])
def test_what_has_no_words_is_not_asked(rasa, stand_in, engine, told, text):
    assert rasa.read(text) == engine.read(text)
    assert (stand_in.asked, told) == ([], [])


WRONG = {
    "500": (500, "{}"),
    "409, no model": (409, '{"status": "failure", "reason": "Conflict"}'),
    "moved": (302, ""),
    "no JSON": (200, "<html>"),
    "half": (200, '{"intent": {"name": "jal'),
    "not UTF-8": (200, "\udcff"),
    "deep": (200, "[" * 100_000),
    "long": (200, json.dumps({"text": "x" * (1 << 20)})),
    "list": (200, "[]"),
    "null": (200, "null"),
    "empty": (200, "{}"),
    "no ranking": (200, '{"intent": {"name": "jalan", "confidence": 0.9}}'),
    "intent is text": (200, '{"intent": "jalan", "intent_ranking": []}'),
    "name is a list": (200, '{"intent": {"name": ["jalan"]}, "intent_ranking": []}'),
    "confidence is a word": (200, '{"intent": {"name": "jalan", "confidence": "tinggi"}, "intent_ranking": []}'),
    "confidence is none": (200, '{"intent": {"name": "jalan"}, "intent_ranking": [{"name": "jalan"}]}'),
    "not a number": (200, '{"intent": {"name": "jalan", "confidence": NaN}, "intent_ranking": []}'),
    "over one": (200, '{"intent": {"name": "jalan", "confidence": 7}, "intent_ranking": []}'),
    "unknown intent": (200, '{"intent": {"name": "pesan_pizza", "confidence": 0.9}, "intent_ranking": []}'),
}


@pytest.mark.parametrize("reply", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_leaves_the_built_in_reading(rasa, stand_in, engine, told, reply):
    stand_in.reply = reply if reply[1] != "\udcff" else (200, "\x80")
    assert [rasa.read(HOLES), rasa.read(HOLES)] == [engine.read(HOLES)] * 2
    assert len(told) == 1
    assert "mesin bawaan" in told[0]
    assert "pasar" not in told[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "", "rasa", "ftp://127.0.0.1", "http://127.0.0.1:x", "http://é"])
def test_a_server_that_is_not_there_leaves_the_built_in_reading(build, engine, told, url):
    assert build(url, 0.5).read(HOLES) == engine.read(HOLES)
    assert len(told) == 1


def test_a_slow_server_is_not_waited_for(build, stand_in, engine, told):
    stand_in.answers("jalan", ("jalan", 0.9))
    stand_in.drip_s = 0.03  # each byte comes in time, all of them do not
    reader = build(stand_in.url, 0.2)
    assert reader.read(HOLES) == engine.read(HOLES)
    assert told == ["Rasa tidak dapat dipakai (terlalu lambat); mesin bawaan membaca sebagai gantinya."]
    stand_in.drip_s = 0.5  # not even the first byte
    assert reader.read(HOLES) == engine.read(HOLES)


@pytest.mark.parametrize("name", [None, "", "nlu_fallback"])
def test_no_opinion_is_no_failure(rasa, stand_in, engine, told, name):
    stand_in.answers(name, ("jalan", 0.2))
    assert [rasa.read(HOLES) for _ in range(5)] == [engine.read(HOLES)] * 5
    assert (len(stand_in.asked), told) == (5, [])


def test_low_confidence_is_told_as_it_is(rasa, stand_in):
    stand_in.answers("bukan_laporan", ("bukan_laporan", 0.4), ("jembatan", 0.3), ("lampu_jalan", 0.1), ("baru", 0.01))
    read = rasa.read(HOLES)
    assert (read.is_report, read.category, read.words) == (True, "jembatan", ())  # other words than those that decided
    assert (read.report_confidence, read.category_confidence) == pytest.approx((0.6, 0.5))
    stand_in.answers("bukan_laporan", ("bukan_laporan", 0.6), ("jalan", 0.4))
    assert (rasa.read(HOLES).is_report, rasa.read(HOLES).category_confidence) == (False, pytest.approx(1))


def test_surely_chatter_keeps_the_built_in_guess_of_a_category(rasa, stand_in, engine):
    stand_in.answers("bukan_laporan", ("bukan_laporan", 1.0000001))
    read, own = rasa.read(HOLES), engine.read(HOLES)
    assert (read.engine, read.is_report, read.report_confidence) == ("rasa", False, 0)
    assert (read.category, read.category_confidence, read.words) == (own.category, own.category_confidence, own.words)


def test_a_failing_server_is_left_alone_then_tried_once(rasa, stand_in, told, clock):
    stand_in.reply = 500, ""
    assert {one.engine for one in rasa.read_many([(HOLES, "")] * 10)} == {"builtin"}
    assert (len(stand_in.asked), len(told)) == (3, 1)
    clock.now = 29.9
    rasa.read(HOLES)
    assert len(stand_in.asked) == 3
    clock.now = 30
    assert {one.engine for one in rasa.read_many([(HOLES, "")] * 5)} == {"builtin"}
    assert (len(stand_in.asked), len(told)) == (4, 1)
    clock.now, stand_in.reply = 60, None
    assert {one.engine for one in rasa.read_many([(HOLES, "")] * 5)} == {"rasa"}
    assert (len(stand_in.asked), len(told)) == (9, 1)
    stand_in.reply = 500, ""
    rasa.read_many([(HOLES, "")] * 10)
    assert (len(stand_in.asked), len(told)) == (12, 2)


def test_one_tries_while_the_others_wait(clock):
    breaker = Breaker(2, 10, clock)
    breaker.failed()
    assert not breaker.succeeded()
    for _ in range(2):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    clock.now = 10
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    clock.now = 20  # it never told
    assert breaker.allows()
    assert breaker.succeeded()
    assert [breaker.allows() for _ in range(3)] == [True] * 3


def test_the_engine_is_chosen_by_name(engine):
    assert chosen("builtin", engine, {"jalan"}) is engine
    rasa = chosen("rasa", engine, {"jalan"})
    assert rasa.name == "rasa"
    assert rasa.gazetteer is engine.gazetteer
    assert rasa.nearest(-3.0, 114.6) == engine.nearest(-3.0, 114.6)


def _rest(read):
    """What Rasa does not judge."""
    kept = read.as_record()
    for own in ("is_report", "report_confidence", "category", "category_confidence", "engine", "words"):
        kept.pop(own)
    return kept
