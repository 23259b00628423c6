"""Secrets of others that must be read again, such as the key a webhook is signed with: encrypted where they are kept.

AES-256-GCM under a key of its own, derived from the installation's secret. What a text belongs to is part of the seal:
copied to another row, it does not open.
"""

import base64
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cairn.kernel.errors import CairnError

VERSION: Final = "v1."
NONCE_BYTES: Final = 12


class CannotOpen(CairnError):
    """The text is damaged, belongs elsewhere, or was sealed with another installation's secret."""


class Vault:
    """Seals and opens texts. `owner` names what a text belongs to."""

    def __init__(self, secret_key: str) -> None:
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cairn sealed texts")
        self._cipher = AESGCM(derivation.derive(secret_key.encode()))

    def seal(self, text: str, *, owner: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())
        return VERSION + base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, *, owner: str) -> str:
        """Raises CannotOpen."""
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(VERSION))
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
        except (ValueError, InvalidTag):
            raise CannotOpen("A sealed text cannot be opened: CAIRN_SECRET_KEY has changed.") from None
