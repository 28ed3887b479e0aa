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
    # everyday words only where they are cued, or typed as names
    ("kami di Penghulu padam", "63.04.15.2003"),
    ("desa Bagus air mati", "63.04.15.2004"),
    ("jalan di desa jambu rusak", "63.04.11.2002"),
    ("bagus marabahan gelap", "63.04.15.2004"),
    ("Karya Maju RT 4 gelap", "63.04.15.2010"),
    # without the generic word before the name, where it is plain that a place is meant
    ("di serapat baru amblas", "63.04.04.2006"),
    ("sewangi RT 4 asin", "63.04.05.2005"),
    # a name that goes on behind a landmark's
    ("parit pasar marabahan kota mampet", "63.04.15.1001"),
    ("ray 7 jejangkit timur licin", "63.04.17.2004"),
    # spellings of one name
    ("Sengata calap", "64.08.04"),
    # an estate of several, by the village that most of them are in
    ("parit persada permai baru mampet", "63.04.05.2014"),
    # the place that a landmark is in goes before one that lies ahead
    ("antre di PKM Tabukan, tarus dirujuk ke marabahan", "63.04.12"),
    ("petani Samuda kakurangan pupuk", "63.04.08.2007"),
    # all of it
    ("mati lampu setamban", "63.04.02"),
    ("padam se-anjir pasar", "63.04.03"),
    # one name behind another
    ("feri alalak berangas timur mogok", "63.04.05.2008"),
    # not what it says that it does not mean
    ("tiang miring di Tumih, bukan yang di Dwipasari", "63.04.16.2004"),
    # the first of several scenes, of which one settles what the other means
    ("jalan Sidomulyo - Roham Raya hancur", "63.04.16.2009"),
    ("jalan dari Tumih sampai Dwipasari licak", "63.04.16.2004"),
    ("kolam kanan putus, lewat barambai haja, wanaraya kada kawa", "63.04.16.2008"),
    # villages without the word behind their name, where it is plain that a place is meant
    ("asap di tinggiran II", "63.04.02.2006"),
    # names of settlers behind "di"
    ("saluran di cahaya baru buntu", "63.04.17.2005"),
    # what every village has, called after it
    ("lapangan sidomulyo becek", "63.04.16.2009"),
    # a road called after a village of another kecamatan
    ("jalan kolam kanan wanaraya balubang", "63.04.16.2008"),
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
    "PJU di jalan A. Yani km 9 Gambut mati",
    "blanko ktp batola habis kah",
    "min disnaker batola ada pelatihan kah",
    "di kayu tangi macet, lain batola",
    "umpan di mata air segar",
    "kami di penghulu padam",
    "ulun sekarang semangat",
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


def test_a_name_of_many_villages_of_one_kecamatan_is_the_kecamatan(places: Places) -> None:
    location = read(places, "jalan ke benangin putus", region="62.05").location
    assert location is not None
    assert (location.code, len(location.alternatives)) == ("62.05.04", 4)
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


THREADS = [
    # kecamatan and village of one name, in its thread: the kecamatan
    ("sinyal hilang di kuripan", "Kuripan Update", "63.04.11"),
    ("pupuk kosong di belawang", "Belawang Kita", "63.04.08"),
    ("titian di desa kuripan patah", "Kuripan Update", "63.04.11.2006"),
    # groups called after an estate
    ("sampah balum diangkut", "Persada Baru 2 RT 31", "63.04.05.2014"),
    ("lampu gang pajah", "Jati Wangi Rukun", "63.04.05.2014"),
    # a landmark of which only the kecamatan is known, in the village of the thread
    ("komplek keruing indah calap", "Info Semangat Dalam", "63.04.05.2014"),
    ("rsud abdul aziz antre", "Marabahan Kota Kita", "63.04.15"),
    # landmarks of other kecamatan
    ("siring muka langgar rumbih", "Warga Bantuil Cerbon", "63.04.09.2005"),
    ("ray 5 licak", "Jejangkit Bersatu", "63.04.17"),
    # what is named beside it stands in the landmark's own name
    ("km 7 longsor", "Kabar Sangatta", "64.08.12"),
    # shortened names of people
    ("jl syarkawi gelap", "Kabar Batola", "63.04.05.2014"),
    # everyday words in the thread of their kecamatan
    ("di jambu kadada bidan", "Kuripan Kita", "63.04.11.2002"),
    ("pustu jambu tutup", "Kuripan Kita", "63.04.11.2002"),
    ("jambu larang di pasar", "Kuripan Kita", "63.04.11"),
    ("gandaria padam jua", "Forum Anjir Pasar", "63.04.03.2006"),
    ("amblas muka balai desa barunai", "Forum Anjir Pasar", "63.04.03.2014"),
    ("makasih infonya", "Forum Desa se-Jejangkit", "63.04.17"),
    # names that a hyphen joins
    ("jalan Roham-Sidomulyo licak", "Wanaraya Kita", "63.04.16.2009"),
    # homonyms by the kecamatan of the thread
    ("pipa bocor di kolam kiri", "Barambai Kita", "63.04.14.2009"),
    ("pipa bocor di kolam kiri", "Wanaraya Kita", "63.04.16.2001"),
    # where somebody went, called, or comes from, is not where the trouble of a village's group is
    ("nelpon ka marabahan kada kawa", "Warga Jambu Kuripan", "63.04.11.2002"),
    ("minta mesin sedot matan marabahan lakas", "Info Lepasan", "63.04.10.1001"),
    ("hati-hati lewat Tumih, jembatan lapas", "Info Lepasan", "63.04.16.2004"),
    ("obat kosong, disuruh ke marabahan", "Info Warga", "63.04.15"),
    # an office is no place
    ("banyu mati", "Info PDAM Batola", None),
]


@pytest.mark.parametrize(("text", "thread", "expected"), THREADS)
def test_what_is_named_is_understood_within_its_thread(
    places: Places, text: str, thread: str, expected: str | None
) -> None:
    assert code(read(places, text, thread)) == expected


SCENES = [
    ("jalan poros Sidomulyo - Roham Raya - Dwipasari hancur", "", ("63.04.16.2002", "63.04.16.2013")),
    ("gelap dari Tumih sampai Dwipasari", "", ("63.04.16.2013",)),
    ("Tumih dan Dwipasari padam", "Wanaraya Kita", ("63.04.16.2013",)),
    # what lies ahead, what holds the place, and what is no place of home
    ("jalan Tumih ke Marabahan putus", "", ()),
    ("desa Tumih kecamatan Wanaraya padam", "", ()),
    ("jalan Tumih putus, Banjarmasin jua", "", ()),
    ("air keruh", "Tumih Dwipasari", ()),
]


@pytest.mark.parametrize(("text", "thread", "also"), SCENES)
def test_other_scenes_are_told_beside_the_first(places: Places, text: str, thread: str, also: tuple[str, ...]) -> None:
    assert read(places, text, thread).also == also


def test_of_a_text_of_a_thousand_names_the_first_hundreds_are_read(places: Places) -> None:
    """They are compared with each other: twice as many would take four times as long."""
    assert read(places, "padam di Tumih, " + "Marabahan " * 400 + "Dwipasari").also == ("63.04.15", "63.04.16.2013")
    assert read(places, "padam di Tumih, " + "Marabahan " * 1000 + "Dwipasari").also == ("63.04.15",)


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
    ("atap SDN 2 bocor", {"sekolah": "sd 2"}, "SDN 2"),
    ("atap SMP Negeri 2 bocor", {"sekolah": "smp 2"}, "SMP Negeri 2"),
    ("gelap di muka SMA", {"sekolah": "sma"}, "muka SMA"),
    ("gelap di muka SD Bantuil", {"sekolah": "sd bantuil"}, "SD Bantuil"),
    ("lubang muka MIN 2", {"sekolah": "mi 2"}, "MIN 2"),
    # what is no school
    ("pju sdh 3 malam mati", {}, None),
    ("min 2 tiang mati", {}, None),
    ("antre dari 8 sd 10", {}, None),
    ("padam smp 3 hari", {}, None),
    ("anak sakolah mancucul sapatu", {}, None),
    # what it says that it does not mean
    ("titian RT 3 patah, lain nang parak SMP", {"rt": "3"}, "RT 3"),
    ("jalan lain dekat SMP gelap", {"sekolah": "smp"}, "dekat SMP"),
    # numbers in words
    ("pohon rabah di km tujuh", {"km": "7"}, "km tujuh"),
    ("calap di RT lima", {"rt": "5"}, "RT lima"),
    # a village's name ends another's, and says nothing more in a road's
    ("titian gang melati lepasan patah", {"gang": "malati"}, "gang melati"),
    ("jalan lepasan RT 4 gelap", {"rt": "4"}, "RT 4"),
    ("jalan Kuripan-Marabahan putus", {"jalan": "kuripan marabahan"}, "jalan Kuripan-Marabahan"),
    # words that are no names
    ("sampah dibuang ka sungai hujungnya babau", {}, None),
    ("urang di jambatan siang-siang", {}, None),
    # the whole name
    ("titian langgar Darul Aman patah", {"masjid": "darul aman"}, "langgar Darul Aman"),
    ("jalan muka langgar Al-Hidayah", {"masjid": "al hidaiah"}, "langgar Al-Hidayah"),
    ("gang citra sangatta gelap", {"gang": "citra"}, "gang citra"),
    ("ray 5 handil bakti gelap", {"ray": "5"}, "ray 5 handil bakti"),
    ("siring di trinsing retak", {}, "siring"),
    ("persada permai baru calap", {"komplek": "parsada parmai baru"}, "persada permai baru"),
    ("jl hasan basri km 11 gelap", {"jalan": "brigjan h hasan basri", "km": "11"}, "jl hasan basri km 11"),
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
