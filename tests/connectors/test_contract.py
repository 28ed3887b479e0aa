"""What holds for every way in alike, so that a new channel is checked like all others."""

import copy
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from channels import PROOFS, RECEIVED, SECRET, body, cases, connectors
from hypothesis import given, settings
from hypothesis import strategies as st

CHANNELS = sorted(connectors())
CASED = [channel for channel in CHANNELS if channel != "meta"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("channel", CHANNELS)
def test_unsigned_is_refused(channel):
    assert not connectors()[channel].verify({}, b"{}")


@pytest.mark.parametrize("channel", sorted(PROOFS))
@pytest.mark.parametrize("content", [b"{}", b"", b"\xff\x00", b'{"a": "\xc3\xa9"}'])
def test_right_proof_is_taken(channel, content):
    assert connectors()[channel].verify(PROOFS[channel](SECRET, content), content)


@pytest.mark.parametrize("channel", sorted(PROOFS))
@pytest.mark.parametrize("wrong", ["", "salah", SECRET + "x", SECRET.upper(), "\u00e9\ud800"])
def test_wrong_proof_is_refused(channel, wrong):
    headers = {name: value.replace(SECRET, wrong) for name, value in PROOFS[channel](SECRET, b"{}").items()}
    forged = PROOFS[channel]("lain", b"{}") if headers == PROOFS[channel](SECRET, b"{}") else headers
    assert not connectors()[channel].verify(forged, b"{}")
    assert not connectors()[channel].verify(dict.fromkeys(headers, wrong), b"{}")


@pytest.mark.parametrize("channel", ["facebook", "instagram", "meta", "whatsapp"])
def test_signature_is_over_the_raw_bytes(channel):
    proof = PROOFS[channel](SECRET, b'{"a":1}')
    assert connectors()[channel].verify(proof, b'{"a":1}')
    assert not connectors()[channel].verify(proof, b'{"a": 1}')


@pytest.mark.parametrize("channel", sorted(PROOFS))
def test_channel_without_its_secret_refuses_all(channel):
    assert not connectors("")[channel].verify(PROOFS[channel]("", b"{}"), b"{}")


@pytest.mark.parametrize("channel", ["facebook", "instagram", "meta", "whatsapp"])
def test_handshake_answers_the_challenge_to_who_knows_the_token(channel):
    query = {"hub.mode": "subscribe", "hub.verify_token": "sandi", "hub.challenge": "12345"}
    connector = connectors()[channel]
    assert connector.handshake(query) == "12345"
    assert connector.handshake(query | {"hub.verify_token": "salah"}) is None
    assert connector.handshake(query | {"hub.mode": "unsubscribe"}) is None
    assert connector.handshake({}) is None


@pytest.mark.parametrize("channel", ["sms", "telegram", "whatsapp_export", "email"])
def test_no_handshake_elsewhere(channel):
    assert connectors()[channel].handshake({"hub.mode": "subscribe", "hub.challenge": "1"}) is None


def test_handshake_without_token_is_refused():
    query = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}
    blank = type(connectors()["whatsapp"])(SECRET, "")
    assert blank.handshake(query) is None


@pytest.mark.parametrize("channel", CASED)
def test_cases_of_each_outcome_exist(channel):
    outcomes = {
        connectors()[channel].parse(body(case["delivery"]), RECEIVED).outcome for case in cases(channel).values()
    }
    wanted = {"accepted", "malformed"} if channel == "sms" else {"accepted", "ignored", "malformed"}
    assert outcomes >= wanted


@pytest.mark.parametrize("channel", [channel for channel in CASED if "batch" in cases(channel)])
def test_batch_is_read_whole(channel):
    case = cases(channel)["batch"]
    assert len(case["items"]) > 1
    assert len(connectors()[channel].parse(body(case["delivery"]), RECEIVED).items) == len(case["items"])


def test_telegram_and_mailboxes_alone_send_no_batches():
    assert [channel for channel in CASED if "batch" not in cases(channel)] == ["email", "telegram"]


@pytest.mark.parametrize("channel", CASED)
def test_same_delivery_gives_the_same_keys(channel):
    for case in cases(channel).values():
        first, second = (connectors()[channel].parse(body(case["delivery"]), RECEIVED) for _ in range(2))
        assert first == second


GARBAGE = [
    b"",
    b"\x00\xff\xfe",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b"[[[]]]",
    b'"x"',
    b"NaN",
    b"[" * 100_000,
    b"9" * 10_000,
    b'{"entry":[{"changes":[{"value":{"messages":[{"timestamp":1e999}]}}]}]}',
]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_a_named_outcome(channel, garbage):
    parsed = connectors()[channel].parse(garbage, RECEIVED)
    assert parsed.items == ()
    assert foreseen(parsed)


@pytest.mark.parametrize("channel", CHANNELS)
@given(content=st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=40, deadline=None, database=None)
def test_random_bytes_and_json_are_a_named_outcome(channel, content):
    parsed = connectors()[channel].parse(content, RECEIVED)
    assert foreseen(parsed)


@pytest.mark.parametrize("channel", CASED)
@given(data=st.data())
@settings(max_examples=60, deadline=None, database=None)
def test_retyped_fields_are_a_named_outcome(channel, data):
    case = data.draw(st.sampled_from(sorted(cases(channel).values(), key=str)))
    delivery = copy.deepcopy(case["delivery"])
    spoil(delivery, data)
    parsed = connectors()[channel].parse(body(delivery), RECEIVED)
    assert foreseen(parsed)
    for held in map(asdict, parsed.items):
        "".join(strings(held)).encode()  # half of a surrogate pair would reach the database


def test_what_no_database_takes_is_left_out():
    delivery = {"from": "6281255550101", "text": "jalan\x00 rusak\ud800", "id": "1"}
    (item,) = connectors()["sms"].parse(body(delivery), RECEIVED).items
    assert item.text == "jalan rusak"


def test_id_that_no_index_takes_is_malformed():
    long = {"from": "6281255550101", "text": "x", "id": "x" * 5_000}
    assert connectors()["sms"].parse(body(long), RECEIVED).malformed == ("no id",)


def strings(value):
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [found for one in inner for found in strings(one)]


def foreseen(parsed):
    return (parsed.items or parsed.ignored or parsed.malformed) and "unforeseen" not in " ".join(parsed.malformed)


def spoil(node, data):
    """Retype or remove one field somewhere below."""
    while isinstance(node, dict | list) and node:
        keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        node[key] = data.draw(JSON | st.just("\ud800") | st.just(10**400) | st.just("x" * 5000))
        return


PAYLOADS = Path(os.environ.get("ELAPOR_EXTRA_FIXTURES") or Path(__file__).parent / "fixtures")
"""Other payloads can be tried the same way: a folder with one folder a channel."""


@pytest.mark.parametrize("channel", ["facebook", "instagram", "telegram", "whatsapp"])
def test_every_payload_of_a_folder_is_a_named_outcome(channel):
    paths = sorted((PAYLOADS / channel).glob("*.json"))
    assert paths
    for path in paths:
        assert foreseen(connectors()[channel].parse(path.read_bytes(), RECEIVED)), path.name


WRONG = (None, "", 0, [], {}, True)
"""What may stand where something else is expected."""


@pytest.mark.parametrize("channel", CASED)
def test_each_field_missing_or_retyped_in_turn_is_a_named_outcome(channel):
    for name, case in cases(channel).items():
        for where, delivery in spoilt(case["delivery"]):
            assert foreseen(connectors()[channel].parse(body(delivery), RECEIVED)), f"{name}: {where}"


def spoilt(delivery):
    """The delivery with each single field removed, and replaced by each wrong value: (what was done, delivery) pairs."""
    for holder, key, where in fields_of(delivery):
        right = holder[key]
        for wrong in WRONG:
            holder[key] = wrong
            yield f"{where} = {wrong!r}", delivery
        holder[key] = right
        if isinstance(holder, dict):
            order = list(holder.items())
            del holder[key]
            yield f"without {where}", delivery
            holder.clear()
            holder.update(order)


def fields_of(node, where=""):
    """Every field and element below: (what holds it, key, path)."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield from fields_of(node[key], f"{where}/{key}")
        yield node, key, f"{where}/{key}"


def deep(levels):
    """JSON objects within each other below the field that each channel reads first."""
    return (b'{"entry":[{"changes":[{"field":"messages","value":' * levels) + b"1" + (b"}]}]}" * levels)


HOSTILE = {
    "deep arrays": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"message":' * 100_000 + b"1" + b"}" * 100_000,
    "deep envelopes": deep(2_000),
    "duplicate keys": b'{"message":{},"message":{"chat":{"id":1},"chat":[]},"object":"page","object":7,"entry":[],"entry":{}}',
    "not UTF-8": b'{"message":{"text":"\xff\xfe jal\xe9n"},"entry":[{"id":"\xc3"}],"text":"\xc3"}',
    "byte order mark": b"\xef\xbb\xbf" + b'{"entry":[]}',
    "UTF-16": '{"entry":[]}'.encode("utf-16"),
    "UTF-32": '{"entry":[]}'.encode("utf-32"),
    "wide numbers": b'{"update_id":1e400,"message":{"message_id":-0.0,"date":1E+999,"chat":{"id":Infinity}}}',
    "only white space": b" \r\n\t",
    "two values": b"{}{}",
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_is_a_named_outcome(channel, content):
    assert foreseen(connectors()[channel].parse(content, RECEIVED))


def many(channel, count):
    """A delivery of a channel's own batch with its messages repeated under new ids; how many it should hold."""
    delivery = copy.deepcopy(cases(channel)["batch"]["delivery"])
    listed, name = next((holder, key) for holder, key, _ in fields_of(delivery) if key in ("messages", "changes"))
    one = listed[name][0]
    listed[name] = [json.loads(json.dumps(one).replace("wamid.A1", f"wamid.M{n}")) for n in range(count)]
    return delivery


@pytest.mark.parametrize("channel", ["facebook", "instagram", "whatsapp"])
def test_a_huge_batch_is_read_whole(channel):
    small, huge = (connectors()[channel].parse(body(many(channel, n)), RECEIVED) for n in (1, 10_000))
    assert len(huge.items) - len(small.items) == 9_999
    assert huge.malformed == ()


def test_a_huge_batch_of_as_many_people_is_read_whole():
    delivery = many("whatsapp", 10_000)
    value = delivery["entry"][0]["changes"][0]["value"]
    for n, message in enumerate(value["messages"]):
        message["from"] = str(62_812_5555_0000 + n)
    value["contacts"] = [{"wa_id": one["from"], "profile": {"name": one["from"]}} for one in value["messages"]]
    parsed = connectors()["whatsapp"].parse(body(delivery), RECEIVED)
    written = [item for item in parsed.items if getattr(item, "author", None)][:10_000]
    assert all(item.author.name == item.author.phone for item in written)
