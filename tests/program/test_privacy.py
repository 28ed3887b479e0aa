"""Nobody's identity, no raw delivery and no text leaves the vault: every byte of the logs and the data folder is looked at."""

from __future__ import annotations

import base64
import itertools
import json
import re
import subprocess
import sys

import pytest
from feeds import MODELS

from aggregator.settings import ROOT

PUBLIC = {"E-LAPOR Barito Kuala", "elapor_batola_bot"}
"""Names that stand in the feed and are our own."""
_NUMBER = re.compile(r"\+?\d[\d\s.-]{8,}\d")


def walk(held):
    """Every object within a JSON value."""
    if isinstance(held, dict):
        yield held
    for value in held.values() if isinstance(held, dict) else held if isinstance(held, list) else ():
        yield from walk(value)


def deliveries(running):
    """What the platforms sent."""
    return [line["body"] for line in running.feed if "body" in line]


def exports(running):
    """The group exports that were imported, as text."""
    return [(running.data.parent / line["file"]).read_text("utf-8") for line in running.feed if "file" in line]


def authors(running):
    """Ids, names, user names and phone numbers of the people of the feed."""
    found = set()
    for held in itertools.chain.from_iterable(map(walk, deliveries(running))):
        people = [held[key] for key in ("from", "user", "profile", "sender") if isinstance(held.get(key), dict)]
        people += [held] if "wa_id" in held else []
        for person in people:
            whole = " ".join(str(person[part]) for part in ("first_name", "last_name") if part in person)
            found |= {str(person[key]) for key in ("id", "wa_id", "user_id", "username", "name") if key in person}
            found |= {whole} if " " in whole else set()
        found |= {str(held[key]) for key in ("from", "recipient_id", "from_user_id") if isinstance(held.get(key), str)}
    for chat in exports(running):
        found |= set(re.findall(r"^[^\n]{10,25} - ([^:\n]{6,30}): ", chat, re.MULTILINE))
    return {name for name in found if len(name) > 5} - PUBLIC - ours(running)


def ours(running):
    """Our own accounts' ids."""
    pages = {str(entry.get("id")) for body in deliveries(running) for entry in walk(body) if "changes" in entry}
    return pages | {"100200300400500", "17841400000000001", "109876543210987", "7000000001"}


def texts(running):
    """What people wrote."""
    keys = ("text", "caption", "message", "body")
    said = {
        str(held[key])
        for body in deliveries(running)
        for held in walk(body)
        for key in keys
        if isinstance(held.get(key), str)
    }
    said |= {line.partition(": ")[2] for chat in exports(running) for line in chat.splitlines()}
    return {words for words in said if len(words) > 15}


def encodings(words):
    """A string in every dress in which it might stand in a file, in bytes."""
    plain = words.encode()
    yield plain
    yield json.dumps(words)[1:-1].encode()
    yield words.encode("utf-16-le")
    yield plain.hex().encode()
    for lead in range(3):  # base64 depends on where it begins; what touches neighbours is cut off
        coded = base64.b64encode(b"\0" * lead + plain)
        inner = coded[4 if lead else 0 : len(coded) // 4 * 4 - 4]
        if len(inner) >= 8:
            yield inner


def standing_in(told, words):
    """Which of these words stand in `told`, in any dress."""
    return sorted(word for word in words if any(dress in told for dress in encodings(word)))


def numbers(names):
    """Phone numbers as people and platforms write them."""
    for name in names:
        if _NUMBER.fullmatch(name) and len(digits := re.sub(r"\D", "", name)) >= 10:
            local = digits.removeprefix("62")
            yield from (digits, f"0{local}", f"62 {local}", f"+62 {local[:3]}-{local[3:7]}-{local[7:]}")


def bytes_of(folder):
    """Every byte below a folder: database, write-ahead log, journals, whatever lies there."""
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def elapor(running, *argv):
    """A command beside the running program."""
    command = [sys.executable, "-m", "aggregator", "--data", str(running.data), *argv]
    env = {"PATH": "", "PYTHONPATH": str(ROOT), "ELAPOR_MODELS": str(MODELS)}
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


@pytest.fixture(scope="module")
def kept(running):
    """What stands in the data folder while the program runs."""
    return bytes_of(running.data)


def test_the_search_finds_what_is_there(running):
    people, said = authors(running), texts(running)
    assert len(people) > 30
    assert len(said) > 30
    assert {"6281255550140", "Farida", "suparno_kw", "5810110866"} <= people
    clear = b" ".join(json.dumps(line).encode() for line in running.feed)
    assert standing_in(clear, {"6281255550140", "Norhayati Fitri"}) == ["6281255550140", "Norhayati Fitri"]
    assert standing_in(base64.b64encode(b"\x1d\x18\r6281255550140\x15\x02"), people) == ["6281255550140"]


def test_no_identity_and_no_text_stands_in_the_logs(running):
    told = running.log.read_bytes()
    assert b"Peragaan selesai dimuat." in told
    people = authors(running)
    assert standing_in(told, people | set(numbers(people)) | texts(running)) == []


def test_no_identity_stands_in_the_data_folder(running, kept):
    people = authors(running)
    public = " ".join(texts(running)).encode()  # a name that somebody wrote in public is what was said
    found = standing_in(kept, people | set(numbers(people)))
    assert [name for name in found if name.encode() not in public] == []


def test_no_raw_delivery_stands_in_the_data_folder(running, kept):
    for body in deliveries(running):
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        pieces = {raw[place : place + 48] for place in range(0, len(raw) - 48, 24)}
        ids = [str(held["id"]) for held in walk(body) if str(held.get("id", "")).startswith("wamid.")]
        assert [piece for piece in pieces if b'":' in piece and piece in kept] == []  # words alone may be public
        assert standing_in(kept, set(ids)) == []
    for chat in exports(running):
        assert [line for line in chat.splitlines() if " - " in line and line.encode() in kept] == []


def test_after_erasure_nothing_of_a_person_is_left(running):
    """Farida wrote by WhatsApp; her words were public until she had herself erased."""
    words = "Murid terpaksa belajar bergantian"
    assert words.encode() in bytes_of(running.data)
    said = elapor(running, "erase", "--contact", "6281255550140")
    assert (said.returncode, said.stdout) == (0, "1 kontak dihapus datanya.\n")
    left = bytes_of(running.data)
    assert standing_in(left, {"6281255550140", "Farida", words, "dua ruang kelas tidak bisa dipakai"}) == []
    assert elapor(running, "erase", "--contact", "+6281255550140").returncode == 1
    assert standing_in(running.log.read_bytes(), {"6281255550140", "Farida"}) == []
