"""The vault: seals what identifies a person (AES-GCM), and finds it again by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class WrongKeyError(Exception):
    """ELAPOR_SECRET_KEY bukan kunci yang dipakai untuk menyandikan data ini."""


class Vault:
    """Seals and opens bytes and JSON with keys derived from one secret (HKDF-SHA-256)."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("ELAPOR_SECRET_KEY terlalu pendek: sedikitnya 16 karakter.")
        self._aead = AESGCM(_derive(secret, b"seal"))
        self._hash_key = _derive(secret, b"fingerprint")
        self.cookie_key = _derive(secret, b"cookie").hex()

    def seal(self, plain: bytes) -> bytes:
        """Encrypt: a fresh 12-byte nonce, then the ciphertext."""
        nonce = os.urandom(12)
        return nonce + self._aead.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt what `seal` made; raises WrongKeyError under another key or upon changed bytes."""
        try:
            return self._aead.decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag as error:
            raise WrongKeyError(WrongKeyError.__doc__) from error

    def seal_json(self, value: Any) -> bytes:
        """Seal a JSON value."""
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def open_json(self, sealed: bytes | None) -> Any:
        """Open what `seal_json` made; an erased column (None) is an empty dict."""
        return {} if sealed is None else json.loads(self.open(sealed))

    def fingerprint(self, *parts: str) -> str:
        """A keyed hash of the parts (32 hex digits): equal for equal parts, telling nothing without the key."""
        joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._hash_key, joined, hashlib.sha256).hexdigest()[:32]


def secret_of(data: Path, configured: str) -> str:
    """The configured secret, else the one kept in the data folder (made at first, mode 0600)."""
    if configured:
        return configured
    path = data / "secret.key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(32).hex())
            file.flush()
            os.fsync(file.fileno())
    return path.read_text().strip()


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, b"elapor", purpose).derive(secret.encode())
