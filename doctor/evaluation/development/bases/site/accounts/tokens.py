"""Signed tokens: JSON web tokens with HS256."""

import base64
import hashlib
import hmac
import json
import time

from django.conf import settings


class InvalidToken(Exception):
    pass


def decode(token):
    """Return the claims of a token; InvalidToken says that it must not be trusted."""
    try:
        signed, signature = token.rsplit(".", 1)
        key = settings.SECRET_KEY.encode()
        expected = hmac.new(key, signed.encode(), hashlib.sha256).digest()
        claims = json.loads(_bytes(signed.split(".")[1]))
        if not hmac.compare_digest(expected, _bytes(signature)) or claims["exp"] < time.time():
            raise InvalidToken
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise InvalidToken from error
    return claims


def _bytes(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
