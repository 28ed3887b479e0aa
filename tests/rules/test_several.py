"""Two problems in one message are told apart by how people go on to something else, and one is never made two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.rules.several import LONGEST, problems, read_whole
from nlu.base import Extraction, Location, PersonalData

KINDS = {"jalan": "jalan", "lampu": "lampu_jalan", "got": "drainase_banjir", "ktp": "adminduk", "api": "bencana_kebakaran", "sampah": "sampah", "pungli": "korupsi_pungli"}  # fmt: skip
PLACES = {"alalak": "63.04.05", "berangas": "63.04.05.1001", "marabahan": "63.04.01"}


def read(text):
    """A report of the first kind that is named; hardly one without any."""
    words = text.lower().replace(",", " ").replace(".", " ").split()
    kind = next((KINDS[word] for word in words if word in KINDS), None)
    code = next((PLACES[word] for word in words if word in PLACES), None)
    where = Location(code, "", "desa", 0.9) if code else None
    sure = (0.55 if len(words) < 6 else 0.9) if kind else 0.1
    urgency = "darurat" if kind == "bencana_kebakaran" else "normal"
    told = (kind is not None, sure, kind or "lainnya", 0.9, "pengaduan", kind == "korupsi_pungli", urgency, where)
    return Extraction(*told, None, "id", (), "test")


TWO = {
    "oh iya": ("jalan rusak di alalak, oh iya lampu jua mati", "jalan rusak di alalak", "oh iya lampu jua mati"),
    "also": ("jalan rusak di alalak, lampu juga mati", "jalan rusak di alalak", "lampu juga mati"),
    "besides": ("jalan rusak di alalak. Selain itu ktp belum jadi", "jalan rusak di alalak.", "Selain itu ktp belum jadi"),
    "a list": ("1. jalan rusak di alalak\n2. lampu mati", "1. jalan rusak di alalak", "2. lampu mati"),
    "a list in one line": ("1. jalan rusak 2. lampu mati", "1. jalan rusak", "2. lampu mati"),
    "what tells nothing by itself stays where it was said": (
        "Pak, jalan rusak. tolong diperbaiki. Oh iya lampu mati. terima kasih",
        "Pak, jalan rusak. tolong diperbaiki.",
        "Oh iya lampu mati. terima kasih",
    ),
    "a sentence that names its own place": (
        "jalan di alalak rusak. ktp warga di marabahan belum juga jadi", "jalan di alalak rusak.", "ktp warga di marabahan belum juga jadi",
    ),
    "the same kind elsewhere": ("jalan alalak rusak, jalan marabahan juga rusak", "jalan alalak rusak", "jalan marabahan juga rusak"),
    "kinds easily mistaken, said to be another": ("jalan rusak, oh iya got mampet", "jalan rusak", "oh iya got mampet"),
}  # fmt: skip
ONE = {
    "a list of one trouble's sides": "jalan rusak dan berlubang, becek, jalan hancur",
    "what follows from it": "jalan rusak parah sudah lama sekali. sampah warga tidak dapat diangkut lewat sana lagi",
    "a comma alone": "jalan rusak, lampu mati",
    "easily mistaken for each other": "jalan rusak, got juga mampet",
    "the same at a place within the other": "jalan alalak rusak, jalan berangas juga rusak",
    "an abbreviation is no end": "Jl. alalak rusak, lampu mati",
    "three problems are a letter": "jalan rusak, oh iya lampu mati, oh iya ktp belum jadi",
    "nothing": "halo pak, apa kabar juga",
    "no words": "",
    "too long": "jalan rusak. " + "dan seterusnya begitu saja. " * LONGEST + "oh iya lampu mati",
}


@pytest.mark.parametrize("name", TWO)
def test_two(name):
    text, first, second = TWO[name]
    assert [part.text for part in problems(text, read)] == [first, second]
    assert first in text
    assert second in text


@pytest.mark.parametrize("name", ONE)
def test_one(name):
    assert problems(ONE[name], read) == ()


def test_the_whole_is_as_grave_as_its_graver_part():
    whole = read_whole("jalan rusak di alalak, oh iya ada api besar, pungli", read)
    assert (whole.urgency, whole.category) == ("darurat", "jalan")
    assert read_whole("jalan rusak, oh iya pungli di kantor", read).supervised
    assert read_whole("jalan rusak", read) == read("jalan rusak")


def test_personal_data_is_found_in_the_parts_words():
    def phone(text):
        at = text.find("0001")
        return replace(read(text), personal_data=(PersonalData("phone", at, at + 4),) if at >= 0 else ())

    _, second = problems("jalan rusak di alalak, oh iya lampu jua mati, 0001", phone)
    (found,) = second.read.personal_data
    assert second.text[found.start : found.end] == "0001"
