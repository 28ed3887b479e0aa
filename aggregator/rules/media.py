"""What files may be kept: types known by their content, sizes, and pictures without what they tell of their taking."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MB = 1024 * 1024
PHOTO, AUDIO, DOCUMENT, VIDEO = 10 * MB, 16 * MB, 20 * MB, 25 * MB
"""Bytes, as the platform hands them out."""
LIMITS = {"image": PHOTO, "audio": AUDIO, "video": VIDEO, "application": DOCUMENT}
_BY_KIND = {"photo": PHOTO, "sticker": PHOTO, "audio": AUDIO, "voice": AUDIO, "video": VIDEO}
SIDE = 1600
"""Pixels of the longer side of a picture as we keep it."""
MAX_PIXELS = 40_000_000
"""Of a picture as it comes: a decoder takes 4 bytes for each."""
_QUALITY = 85


class UnfitError(ValueError):
    """A file is not kept; the reason is `type`, `size` or `picture` (one that cannot be read)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fit:
    """A file as it is kept."""

    content: bytes
    mime: str


def limit_of(kind: str) -> int:
    """How many bytes are fetched of a file that a message calls a `kind` (MediaKind)."""
    return _BY_KIND.get(kind, DOCUMENT)


def made_fit(content: bytes) -> Fit:
    """A file as we keep it: a picture decoded and written anew, others as they are; raises UnfitError.

    What a name or a platform says of the type counts for nothing.
    """
    mime = mime_of(content)
    if mime is None:
        raise UnfitError("type")
    if len(content) > LIMITS[mime.partition("/")[0]]:
        raise UnfitError("size")
    return clean_picture(content) if mime.startswith("image/") else Fit(content, mime)


def mime_of(content: bytes) -> str | None:
    """The type of a file by its first bytes, None for one that we don't keep."""
    return next((mime for mime, fits in _SIGNATURES if fits(content)), None)


def clean_picture(content: bytes) -> Fit:
    """A picture upright, at most SIDE pixels, with nothing but its pixels (no EXIF, XMP, comment, profile, thumbnail).

    WebP where it is transparent, else JPEG; of an animation the first picture. Raises UnfitError.
    """
    from PIL import Image  # noqa: PLC0415  # what only those who take in pictures pay

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
            bare = _bare(picture)
    except Exception as why:  # whatever a decoder fails of, the picture cannot be read
        raise UnfitError("picture") from why
    out, form = io.BytesIO(), "WEBP" if bare.mode == "RGBA" else "JPEG"
    bare.save(out, form, quality=_QUALITY)
    return Fit(out.getvalue(), f"image/{form.lower()}")


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels of a picture in a new one, which holds nothing else."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    if picture.width * picture.height > MAX_PIXELS:
        raise UnfitError("picture")
    picture.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded at a fraction of its size
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((SIDE, SIDE))
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    bare = Image.new(mode, upright.size)
    bare.paste(upright.convert(mode))
    return bare


def _starts(*with_: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(with_)


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    """ISO base media files (ISO/IEC 14496-12) by their major brand."""
    return lambda content: content[4:8] == b"ftyp" and content[8:12].startswith(brands)


def _sync(mask: int, bits: int) -> Callable[[bytes], bool]:
    """MPEG audio frames: eleven set bits, then version and layer."""
    return lambda content: content[:1] == b"\xff" and len(content) > 1 and content[1] & mask == bits


_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("image/jpeg", _starts(b"\xff\xd8\xff")),
    ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    ("image/gif", _starts(b"GIF87a", b"GIF89a")),
    ("image/webp", lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP"),
    ("audio/mp4", _brand(b"M4A ", b"M4B ")),
    ("video/3gpp", _brand(b"3gp", b"3g2")),
    (
        "video/mp4",
        _brand(b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"),
    ),
    ("video/webm", lambda content: content[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in content[:64]),
    ("audio/ogg", _starts(b"OggS")),
    ("audio/amr", _starts(b"#!AMR")),
    ("audio/aac", _sync(0xF6, 0xF0)),
    ("audio/mpeg", lambda content: content[:3] == b"ID3" or _sync(0xE6, 0xE2)(content)),
    ("application/pdf", _starts(b"%PDF-")),
)
