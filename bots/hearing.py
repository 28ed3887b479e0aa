"""Recognises what citizens type by rote: commands, yes and no, greetings and thanks, the wish to stay unnamed."""

from __future__ import annotations

import re
from typing import Literal

CommandName = Literal[
    "help",
    "start",
    "status",
    "withdraw",
    "mistake",
    "erase",
    "mine",
    "person",
    "anonim",
    "rahasia",
    "terbuka",
    "join",
    "apart",
    "reopen",
    "rate",
]
SmallTalk = Literal["", "greeting", "thanks", "nod", "test", "invite", "plea"]
Visibility = Literal["public", "anonim", "rahasia"]

_LONGEST = 160
"""Characters of a text above which it is no command and no small talk."""

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_MENTION = re.compile(r"@\w+")

_GROUPS = r"[0-9a-z]{4}[- ]?[0-9a-z]{4}[- ]?[0-9a-z]{4}"
_CODE = rf"[a-z]{{2,4}}[- ]?{_GROUPS}"
_BARE_CODE = rf"[a-z]{{2,4}}(?=\S*\d)[0-9a-z]{{12}}|[a-z]{{2,4}}-{_GROUPS}"
_WITH_CODE = rf"(?: {_CODE}| \S*\d\S*)?"
_MY = r"(?: (?:saya|aku|ulun|unda|kami))?"
_THING = r"(?:aduan|laporan|pengaduan|lapuran)"
_OFFICER = r"(?:petugas|admin|operator)(?:nya)?|orang|urang|manusia|cs"
_TALK = r"bicara|berbicara|bapandir|ngobrol|chat|sambungkan|hubungkan|hubungi|panggil|panggilkan|minta|mau|ingin|handak"

_DONE = r"(?:selesai|beres|tuntas|rampung|tuntung|baik|diperbaiki|dibaiki)"
_REOPEN = rf"(?:(?:{_THING}{_MY}|masih|magun|tolong|mohon|minta|handak) )*(?:(?:di)?buka(?:kan|akan)? (?:lagi|kembali|pulang)|(?:belum|blm|balum) {_DONE}(?: (?:juga|jua|jg|lagi))?)"  # fmt: skip

_PATTERNS: tuple[tuple[CommandName, str], ...] = (
    ("status", rf"(?:cek |lihat )?(?:status|cek|lacak|perkembangan)(?: kode)?(?: {_THING})?{_MY}{_WITH_CODE}"),
    ("status", rf"(?:mana |cek |lihat |kode )?{_THING} (?:saya|aku|ulun|unda|kami)"),
    ("status", _BARE_CODE),
    ("withdraw", rf"(?:batal|batalkan|tarik|cabut)(?: kode)?(?: {_THING})?{_MY}{_WITH_CODE}"),
    ("mistake", r"(?:maaf )?(?:pak |bu |min )?salah (?:kirim|nomor|numur|grup)(?: (?:pak|bu|min|maaf)){0,2}"),
    ("mistake", r"(?:tidak|gak|ga|nggak|kada|kd) jadi(?: (?:pak|bu|min|maaf|lapor))?"),
    ("mine", r"(?:lihat |cek |apa )?data (?:saya|aku|ulun|unda|diri)|apa yang (?:kalian |bot )?(?:disimpan|simpan) tentang (?:saya|aku|ulun)"),
    ("erase", rf"hapus (?:semua )?data(?: diri)?{_MY}"),
    ("person", rf"(?:(?:saya|ulun|tolong|bisa) )?(?:(?:{_TALK}) ){{0,3}}(?:(?:ke|dengan|lawan|wan|sama) )?(?:{_OFFICER})(?: (?:dong|pak|lah|saja|pang|bu|min)){{0,2}}"),
    ("help", r"bantuan|help|menu|panduan|petunjuk|info|perintah|cara(?:nya)?(?: (?:(?:me)?lapor|mengadu|pakai))?"),
    ("start", r"start(?: .*)?|mulai"),
    ("anonim", rf"(?:(?:di|jadi)?anonim(?:kan|akan)?|(?:sembunyikan|sambunyiakan) (?:nama|ngaran){_MY})(?: {_THING})?{_MY}(?: (?:saja|haja|lah|pak|bu|min)){{0,2}}{_WITH_CODE}"),
    ("rahasia", rf"(?:di)?rahasia(?:kan|akan)?(?: {_THING})?{_MY}(?: (?:saja|haja|lah|pak|bu|min)){{0,2}}{_WITH_CODE}"),
    ("terbuka", rf"(?:(?:jadi|jadikan|jadiakan) )?(?:terbuka|tabuka|tarbuka|(?:jangan|kada usah) (?:di)?(?:rahasia|anonim)(?:kan|akan)?)(?: {_THING})?{_MY}(?: (?:saja|haja|lah|pak|bu|min)){{0,2}}{_WITH_CODE}"),
    ("reopen", rf"{_REOPEN}(?: {_THING})?{_MY}(?: (?:pak|bu|min|lah|pang)){{0,2}}{_WITH_CODE}"),
    ("rate", rf"(?:nilai|rating)(?:nya)? [1-4]{_WITH_CODE}"),
    ("join", rf"(?:(?:saya|ulun|ikut|umpat|mau|handak) )?(?:di)?(?:gabung|bagabung|gabungkan|gabungakan|bergabung)(?: (?:saja|haja|lah|pak|bu|min)){{0,2}}{_WITH_CODE}"),
    ("apart", rf"(?:mau |handak )?(?:di)?(?:pisah|pisahkan|pisahakan|terpisah|tapisah|jangan (?:di)?gabung(?:kan|akan)?)(?: (?:saja|haja|lah|pak|bu|min)){{0,2}}{_WITH_CODE}"),
)  # fmt: skip
_END = r"stop|henti|hentikan|berhenti|mati|matikan|selesai|batal|ampih"
_DIGEST = re.compile(
    rf"(?:(?:tolong|minta|mohon|nyalakan|(?P<end>{_END})) )?rangkuman(?: (?:mingguan|minggu|pekanan))?(?: (?P<stop>{_END}))?"
)
_COMMANDS = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FILLERS = _set(
    "pak bu ibu bapak bpk min mimin kak kaka bang mas mbak om gan bos acil paman ya iya lah ai pang dong nih nah haja saja dulu"
)

_TALKS: tuple[tuple[SmallTalk, frozenset[str], frozenset[str]], ...] = (
    # kind, words of which one makes it, words that may stand beside them
    ("plea", _set("tolong tulung tolongin sos"), frozenset()),
    ("test", _set("tes test testing coba mencoba mancuba 123"), _set("1 2 3 bot")),
    ("greeting", _set("halo hallo hai hay hi hello p ping pagi siang sore malam petang morning afternoon evening sugeng assalamualaikum assalamu'alaikum assalamu asslm aslm ass salam permisi punten misi shalom kamarian baisukan"), _set("selamat salamat alaikum wr wb warahmatullahi wabarakatuh admin semua good enjing siyang sonten dalu")),
    ("thanks", _set("terimakasih kasih makasih makasi mksh trims trimakasih tks thx thanks thank suwun nuwun tarimakasih sama-sama"), _set("terima tarima you banyak sekali banar matur very much so atas bantuannya infonya responnya ok oke siap")),
    ("nod", _set("ok oke okey okay siap baik sip noted mantap y yes betul benar bujur inggih hiih iih oh ooh oo hmm hm wkwk wkwkwk haha hehe"), _set("sudah")),
    ("invite", _set("lapor melapor laporan mengadu ngadu pengaduan aduan malapur maadu mangadu"), _set("saya aku ulun kami mau ingin handak minta bisa kawa boleh di sini kah satu ada")),
)  # fmt: skip

_GREETING = next(makers | companions for kind, makers, companions in _TALKS if kind == "greeting")
_WHERE = re.compile(
    r"\s*(?:di|dekat|parak|depan|muka|belakang|samping|sebelah|sabalah|desa|kelurahan|kampung|rt|rw|sdn?|smpn?|masjid|langgar|nomor|no)\b"
)
_LONGEST_PLACE = 8
"""Words of a place; more tell what happens there."""
_INSULTS = _set("anjing bangsat goblok goblog tolol bodoh babi bajingan kampret brengsek asu bungul kontol memek tai taik jancok bego")  # fmt: skip

_YES = _set("1 y ya iya iyaa iye yes yup yoi betul benar bujur inggih hiih iih ih heeh ok oke okay sip setuju lanjut lanjutkan")  # fmt: skip
_NO = _set("2 t n no bukan tidak tdk tak ga gak gk nggak enggak engga ngga kada kd kadada lain jangan urung")
_MERE_NODS = _set("ok oke okay sip")
_SATISFIED = {
    **dict.fromkeys(("tidak puas", "tdk puas", "gak puas", "kada puas"), 1),
    **dict.fromkeys(("kurang puas", "kurang pang puas"), 2),
    **dict.fromkeys(("puas", "cukup puas"), 3),
    **dict.fromkeys(("sangat puas", "puas sekali", "puas banar"), 4),
}
_AFTER = _FILLERS | _set("ini itu betul benar bujur banar laporan lapor melapor usah perlu jadi lain hapus tarik buang saya ulun mau handak jua")  # fmt: skip

_NAMELESS = re.compile(
    r"\banonim\b"
    r"|\b(?:nama|identitas|ngaran)\b[^.!?\n]{0,30}\b(?:dirahasiakan|dirahasiaakan|rahasiakan|disembunyikan|jangan (?:disebut|disambat)\w*)"
    r"|\b(?:rahasiakan|sembunyikan|jangan (?:di)?se?but\w*|jangan (?:di)?sambat\w*)\b[^.!?\n]{0,20}\b(?:nama|identitas|ngaran)"
)
_SECRET = re.compile(
    r"\b(?:mohon|tolong|minta|aduan|laporan|pesan)\b[^.!?\n]{0,20}\bd?i?rahasiakan\b|^\W*rahasia\s*(?:[.,:;!\n-]|$)"
)


def command(text: str) -> CommandName | None:
    """The command that a text is as a whole (any case, with or without a slash), or None."""
    whole = " ".join(_words(text))
    return next((name for name, pattern in _COMMANDS if pattern.fullmatch(whole)), None)


def small_talk(text: str) -> SmallTalk:
    """The small talk that a text is as a whole, or "" where it says more than that."""
    words = _words(text)
    said = frozenset(words) - _FILLERS
    for rest in (said, said - _GREETING):
        for kind, makers, companions in _TALKS:
            if rest & makers and rest <= makers | companions:
                return kind
    if not words and len(text) <= _LONGEST:
        return "invite" if "?" in text else "nod"  # signs alone: a question mark wants something, a smile does not
    return "nod" if words and not said else ""


def bare_place(text: str) -> bool:
    """Whether a short text only says where something is."""
    return _WHERE.match(text.casefold()) is not None and len(_WORD.findall(text)) <= _LONGEST_PLACE


def insult(text: str) -> bool:
    """Whether a short text scolds; only to be asked where it tells no trouble."""
    return not _INSULTS.isdisjoint(_words(text))


def digest_wish(text: str) -> bool | None:
    """Whether a text as a whole asks for the weekly digest in a group (True) or for its end (False); else None."""
    found = _DIGEST.fullmatch(" ".join(_words(text)))
    return None if found is None else not (found["end"] or found["stop"])


def yes_or_no(text: str) -> bool | None:
    """True for a plain yes, False for a plain no (also 1 and 2, Banjar), None for all that says more."""
    said = _words(text)
    if not said or not _AFTER.issuperset(said[1:]) or (said[0] not in _YES and said[0] not in _NO):
        return None
    return said[0] in _YES


def consent(text: str) -> bool | None:
    """Yes or no like `yes_or_no`, but for the "ok" by which people only say that they read something."""
    said = _words(text)
    return None if said and said[0] in _MERE_NODS else yes_or_no(text)


def rating(text: str) -> int:
    """How satisfied a text as a whole says to be, 1 to 4 (a bare number, NILAI 3, the words of the scale), else 0."""
    said = [word for word in _words(text) if word not in _FILLERS]
    if command(text) == "rate":
        return int(said[1])
    whole = " ".join(said)
    return int(whole) if re.fullmatch("[1-4]", whole) else _SATISFIED.get(whole, 0)


def begins_reopening(text: str) -> bool:
    """Whether a text begins with the wish to have something done worked on again; why may follow."""
    return re.match(rf"{_REOPEN}\b", " ".join(_WORD.findall(text[:_LONGEST].casefold()))) is not None


def wanted_visibility(text: str) -> Visibility:
    """What a complaint's own words ask for: no name shown (`anonim`), nothing shown (`rahasia`), else `public`."""
    lower = text.casefold()
    if _NAMELESS.search(lower):
        return "anonim"
    return "rahasia" if _SECRET.search(lower) else "public"


def beside_code(text: str, code: str) -> int:
    """How many words stand beside a code (any spelling of it) in a text."""
    prefix = re.escape(code.partition("-")[0].casefold())
    return len(_WORD.findall(re.sub(rf"\b{prefix}[- ]?{_GROUPS}\b", " ", text.casefold(), count=1)))


def _words(text: str) -> list[str]:
    """The lower-case words of a short text, without mentions; none where the text is long."""
    if len(text) > _LONGEST:
        return []
    plain = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return [_LONG_RUN.sub(r"\1", word) for word in _WORD.findall(_MENTION.sub(" ", plain))]
