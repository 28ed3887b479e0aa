"""Compares what a caller shows with a secret, telling nothing by the time that it takes."""

from __future__ import annotations

import hmac


def same(shown: str, secret: str) -> bool:
    """Whether both are equal, in constant time; an empty secret is met by nothing."""
    return bool(secret) and hmac.compare_digest(shown.encode(errors="replace"), secret.encode(errors="replace"))
