"""The login of clients that send a token of the tests' site."""

from typing import Any, Self

from channels_realtime.auth.logins import Login
from channels_realtime.auth.native import bearer_token
from people.models import Token


class TokenLogin(Login):
    """The right of a token."""

    @classmethod
    async def load(cls, key: str) -> Self | None:
        """Return the login of the token with the key."""
        token = await Token.objects.select_related("user").filter(pk=key).afirst()
        return None if token is None else cls(token.user, key, token.expires)


async def authenticate(scope: dict[str, Any]) -> TokenLogin | None:
    """Return the login of the token in the handshake's Authorization header."""
    token = bearer_token(scope)
    return await TokenLogin.load(token) if token else None
