from channels.db import database_sync_to_async
from channels.middleware import BaseMiddleware
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from accounts import tokens


@database_sync_to_async
def get_user(token):
    try:
        return get_user_model().objects.get(pk=tokens.decode(token)["sub"], is_active=True)
    except (tokens.InvalidToken, KeyError, get_user_model().DoesNotExist):
        return AnonymousUser()


class JWTAuthMiddleware(BaseMiddleware):
    """Authenticates clients without a session by a token among the offered subprotocols."""

    async def __call__(self, scope, receive, send):
        scope = dict(scope)
        for offered in scope.get("subprotocols", []):
            if offered.startswith("token."):
                scope["user"] = await get_user(offered.removeprefix("token."))
        return await super().__call__(scope, receive, send)
