"""Places: names and their spellings, homonyms by context, everyday words, detail and slots."""

import pytest

from nlu.gazetteer import Gazetteer
from nlu.normalise import tokens
from nlu.places import Places, Reading

HOME = "63.04"


def read(places: Places, text: str, thread: str = "", region: str = HOME) -> Reading:
    return places.read(text, tokens(text), thread, region)


def code(reading: Reading) -> str | None:
    return reading.location.code if reading.location else None


NAMED = [
    ("lampu mati di Marabahan", "63.04.15"),
    ("warga marabahn minta lampu", "63.04.15"),
    ("titian patah di Sei Lumbah", "63.04.05.2007"),
    ("titian patah di sungai lumbah", "63.04.05.2007"),
    ("gelap di anjir psr", "63.04.03"),
    ("jalan ke Rtu Badauh licin", "63.04.07"),
    ("mrbhn mati lampu", "63.04.15"),
    ("di Handil Bhakti banjir", "63.04.05.1003"),
    ("ka mekar sari", "63.04.13"),
    ("jembatan basit retak", "63.04.05"),
    ("komplek persada permai baru 2 banjir", "63.04.05.2014"),
    ("lampu terminal handil bakti mati", "63.04.05.1003"),
    ("jl veteran marabahan gelap", "63.04.15"),
    ("Kel. Berangas calap", "63.04.05.1002"),
    ("purwosari 2 titian patah", "63.04.02.2001"),
    ("ulu banteng air mati", "63.04.15.1002"),
    ("Muara Teweh padam", "62.05.05"),
    ("sampah di Sangatta Utara", "64.08.04"),
    ("pulaulaut utara jalan rusak", "63.02.06"),
    ("se kabupaten Barito Kuala padam", "63.04"),
    # kecamatan and village of one name: the kecamatan, unless the village is cued
    ("air mati di Barambai", "63.04.14"),
    ("air mati di desa Barambai", "63.04.14.2001"),
    # the finest region
    ("desa Jejangkit Pasar kecamatan Jejangkit calap", "63.04.17.2006"),
    # homonyms settled by what is named beside
    ("desa Karya Baru kec Barambai gelap", "63.04.14.2008"),
    ("Karya Baru Tabunganen gelap", "63.04.01.2006"),
    ("di sidomulyo kec kombeng becek", "64.08.08.2004"),
    ("di sidomulyo becek", "63.04.16.2009"),
    # everyday words only where they are cued
    ("desa Bagus air mati", "63.04.15.2004"),
    ("jalan di desa jambu rusak", "63.04.11.2002"),
    ("bagus marabahan gelap", "63.04.15.2004"),
    ("Karya Maju RT 4 gelap", "63.04.15.2010"),
    # without the generic word before the name, where it is plain that a place is meant
    ("di serapat baru amblas", "63.04.04.2006"),
    ("sewangi RT 4 asin", "63.04.05.2005"),
    # an agency's name does not hide where its pipe broke
    ("pdam mati di Sebatung", "63.02.22.2001"),
]

UNNAMED = [
    "bagus sekali pelayanannya",
    "anjir parah banget jalannya",
    "tambang liar makin banyak",
    "beli batik dan jambu di pasar",
    "dia melayu, kalian penghulu",
    "melodi sejahtera, sandal karangan bunga",
    "Dinas PUPR kab Batola lambat",
    "Bupati Barito Kuala mana",
    "jl. Veteran berlubang",
    "gang mawar sidomulyo sempit",
    "harapan baru di mata air kehidupan",
    "kampung kerendam, kampung pedalaman",
    "beli paku di pasar, palu dan tagal",
]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_named(places: Places, text: str, expected: str) -> None:
    assert code(read(places, text)) == expected


@pytest.mark.parametrize("text", UNNAMED)
def test_unnamed(places: Places, text: str) -> None:
    assert code(read(places, text)) is None


def test_an_unsettled_homonym_gives_the_lowest_code_and_the_others(places: Places) -> None:
    location = read(places, "di Karya Baru gelap").location
    assert location is not None
    assert (location.code, location.alternatives) == ("63.04.01.2006", ("63.04.14.2008",))
    assert location.confidence < 0.5


def test_home_goes_before_other_regions(places: Places) -> None:
    assert code(read(places, "desa Berangas banjir")) == "63.04.05.1002"
    assert code(read(places, "desa Berangas banjir", region="63.02")) == "63.02.04.2007"


def test_the_thread_speaks_where_the_text_does_not(places: Places) -> None:
    assert code(read(places, "air keruh", "Info Warga Handil Bakti")) == "63.04.05.1003"
    assert code(read(places, "air keruh di Tumih", "Info Warga Handil Bakti")) == "63.04.16.2004"
    assert read(places, "air keruh", "Info Batola").location is None
    assert code(read(places, "desa Karya Baru gelap", "Warga Tabunganen")) == "63.04.01.2006"
    assert code(read(places, "ramania calap", "Mandastana Raya")) == "63.04.06.2015"
    assert code(read(places, "ramania calap")) is None


def test_a_thread_settles_which_kabupaten_is_meant(places: Places) -> None:
    assert code(read(places, "desa Berangas banjir", "Kotabaru Info")) == "63.02.04.2007"


def test_a_place_elsewhere_has_no_code_but_its_words(places: Places) -> None:
    reading = read(places, "banjir di Banjarmasin parah")
    assert reading.location is not None
    assert (reading.location.code, reading.location.name, reading.place) == (None, "Banjarmasin", "Banjarmasin")
    assert code(read(places, "kebakaran di Alalak Utara")) is None


DETAILS = [
    ("Jl. Veteran RT.08/RW.03 lubang", {"jalan": "vataran", "rt": "8", "rw": "3"}, "Jl. Veteran RT.08/RW.03"),
    ("titian handil 5 rt2 patah", {"handil": "5", "rt": "2"}, "handil 5 rt2"),
    ("gelap di km 17,5 jalan trans", {"km": "17,5", "jalan": "trans kalimantan"}, "km 17,5 jalan trans"),
    ("depan masjid gelap", {}, "depan masjid"),
    ("atap SDN 2 bocor", {"sekolah": "2"}, "SDN 2"),
    ("jambatan basit retak", {"jembatan": "sungai alalak"}, "jambatan basit"),
    ("jembatan Sungai Alalak retak", {"jembatan": "sungai alalak"}, "jembatan Sungai Alalak"),
    ("jalan rusak parah", {}, None),
]


@pytest.mark.parametrize(("text", "slots", "phrase"), DETAILS)
def test_detail(places: Places, text: str, slots: dict[str, str], phrase: str | None) -> None:
    reading = read(places, text)
    values = {detail.slot: detail.value for detail in reading.details if detail.value}
    assert values == slots
    assert reading.place == phrase


def test_a_shared_point_is_in_the_nearest_village(gazetteer: Gazetteer) -> None:
    village = gazetteer.regions["63.04.16.2002"]
    nearest = gazetteer.nearest(village.lat + 0.001, village.lon - 0.001)
    assert nearest == village
    assert gazetteer.nearest(-7.25, 112.75) is None


@pytest.mark.parametrize("often", ["al", "nurul"])
def test_a_mosque_keeps_its_name_however_often_its_words_are_met(often: str) -> None:
    places = Places(Gazetteer({}), frozenset([often, "jalan", "dekat"]))
    read_of = read(places, f"jalan dekat masjid {often} falah")
    assert read_of.place == f"masjid {often} falah"
