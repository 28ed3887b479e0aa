"""Photo-like scenes made of numbers: noise, shapes, a road, a shore, a page; each number gives another one."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

HIGH, WIDE = 240, 320


def scene(number):
    """One of endlessly many different pictures."""
    rng = np.random.default_rng(number)
    return (_noise, _shapes, _road, _shore, _page)[number % 5](rng)


def jpeg(picture, quality=85):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def sent_on(picture, quality=85):
    """The picture as it looks after a JPEG."""
    return Image.open(io.BytesIO(jpeg(picture, quality))).convert("RGB")


def resized(picture, share):
    return picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS)


def cropped(picture, left=0.0, top=0.0, right=0.0, bottom=0.0):
    wide, high = picture.size
    return picture.crop((round(wide * left), round(high * top), round(wide * (1 - right)), round(high * (1 - bottom))))


def brighter(picture, share):
    return ImageEnhance.Brightness(picture).enhance(share)


def _noise(rng):
    return _grained(_clouds(rng, 5)[..., None] * 150 + np.stack([_clouds(rng, 4) for _ in "rgb"], -1) * 100, rng)


def _shapes(rng):
    picture = _grained(np.full((HIGH, WIDE, 3), rng.uniform(40, 210, 3)), rng)
    draw = ImageDraw.Draw(picture)
    for _ in range(rng.integers(6, 14)):
        x, y, w, h = rng.uniform((-0.1, -0.1, 0.1, 0.1), (0.9, 0.9, 0.5, 0.5)) * (WIDE, HIGH, WIDE, HIGH)
        fill = tuple(int(c) for c in rng.integers(0, 255, 3))
        (draw.rectangle if rng.random() < 0.5 else draw.ellipse)((x, y, x + w, y + h), fill=fill)
    return picture.filter(ImageFilter.GaussianBlur(1))


def _road(rng):
    """All of one composition: sky, fields, a road that runs away, holes in it, trees."""
    horizon = rng.uniform(0.35, 0.5) * HIGH
    ground = _clouds(rng, 6)[..., None] * 40 + rng.normal(90, 15, 3)
    ground[: int(horizon)] = rng.normal(180, 10, 3)
    picture = _grained(ground, rng)
    draw = ImageDraw.Draw(picture)
    away, left, right = rng.uniform((0.4, -0.1, 0.8), (0.6, 0.2, 1.1)) * WIDE
    draw.polygon([(away, horizon), (left, HIGH), (right, HIGH)], fill=(110, 110, 112))
    for _ in range(rng.integers(1, 5)):
        near = rng.uniform(0.2, 0.95)
        x, y, w = away + rng.uniform(-0.4, 0.4) * near * WIDE, horizon + near * (HIGH - horizon), near * WIDE * 0.2
        draw.ellipse((x - w / 2, y - w / 6, x + w / 2, y + w / 6), fill=(50, 45, 40))
    for _ in range(rng.integers(1, 6)):
        x, w, h = rng.uniform((0, 0.04, 0.2), (1, 0.14, 0.5)) * (WIDE, WIDE, HIGH)
        draw.ellipse((x - w, horizon - h, x + w, horizon + 8), fill=(40, 80, 35))
    return picture.filter(ImageFilter.GaussianBlur(1))


def _shore(rng):
    horizon = int(rng.uniform(0.25, 0.45) * HIGH)
    water = _clouds(rng, 6)[..., None] * 60 + rng.normal(100, 12, 3)
    water[:horizon] = rng.normal(195, 8, 3)
    picture = _grained(water, rng)
    draw = ImageDraw.Draw(picture)
    for _ in range(rng.integers(2, 7)):
        x, w, h = rng.uniform((0, 0.06, 0.1), (1, 0.25, 0.3)) * (WIDE, WIDE, HIGH)
        draw.rectangle((x, horizon - h, x + w, horizon + 15), fill=tuple(int(c) for c in rng.uniform(60, 200, 3)))
    return picture.filter(ImageFilter.GaussianBlur(1))


def _page(rng):
    """A letter: lines of words on paper."""
    picture = Image.new("RGB", (WIDE, HIGH), (240, 240, 238))
    draw, y = ImageDraw.Draw(picture), rng.uniform(8, 20)
    while y < HIGH - 10:
        x, end = rng.uniform(15, 40), WIDE - rng.uniform(15, 150)
        while x < end and rng.random() > 0.02:
            w = rng.uniform(5, 22)
            draw.rectangle((x, y, x + w, y + 3), fill=(50, 50, 50))
            x += w + 4
        y += 7 if rng.random() < 0.8 else 16
    return picture


def _clouds(rng, steps):
    """Smooth noise of several sizes, 0 to 1."""
    layers = []
    for step in range(1, steps + 1):
        grid = rng.normal(size=(3 * 2 ** (step - 1) + 1, 2 ** (step + 1) + 1)).astype(np.float32)
        layers.append(np.asarray(Image.fromarray(grid).resize((WIDE, HIGH), Image.Resampling.BICUBIC)) / step)
    whole = np.sum(layers, axis=0)
    return (whole - whole.min()) / np.ptp(whole)


def _grained(pixels, rng):
    return Image.fromarray(np.clip(pixels + rng.normal(0, 6, (HIGH, WIDE, 3)), 0, 255).astype(np.uint8))
