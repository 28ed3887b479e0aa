"""Pictures that a form of ours brings: how many, how large, of what kind, and under which names they are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.datastructures import FormData, UploadFile

MOST = 3
LARGEST = 10 * 1024 * 1024
"""Bytes of one picture."""
ROOM = MOST * LARGEST + 256 * 1024
"""Bytes of a whole form with its pictures."""

TOO_MANY = f"Paling banyak {MOST} foto. Pilih lagi yang paling jelas."
TOO_LARGE = "Ada foto yang lebih besar dari 10 MB. Pilih yang lebih kecil."
NO_PICTURE = "Ada berkas yang bukan foto (JPEG, PNG, WebP, atau HEIC). Pilih lagi fotonya."
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


class BadPictureError(Exception):
    """A picture cannot be taken; its argument says why, in Indonesian."""


async def sent_pictures(form: FormData, field: str = "photos") -> list[bytes]:
    """The pictures of a form; raises BadPictureError. Browsers send one empty file where none was chosen."""
    files = [one for one in form.getlist(field) if isinstance(one, UploadFile) and one.size]
    if len(files) > MOST:
        raise BadPictureError(TOO_MANY)
    if any((one.size or 0) > LARGEST for one in files):
        raise BadPictureError(TOO_LARGE)
    pictures = [await one.read() for one in files]
    if not all(map(_is_picture, pictures)):
        raise BadPictureError(NO_PICTURE)
    return pictures


def keep_pictures(keep: Callable[[bytes], str] | None, pictures: Sequence[bytes]) -> list[str]:
    """Keep pictures and give their names; raises BadPictureError where one cannot be read after all."""
    if keep is None:
        return []
    try:
        return [keep(one) for one in pictures]
    except ValueError:
        raise BadPictureError(NO_PICTURE) from None


def _is_picture(content: bytes) -> bool:
    """Whether the first bytes are those of a kind that phones make."""
    webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    heic = content[4:8] == b"ftyp" and content[8:12] in _HEIC
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or webp or heic
