"""Somebody who is signed in, for routes that refuse strangers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

NAME = "doctor"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in() -> str:
    """Return the cookie of a new user in the throw-away database; "" when the project has it otherwise."""
    from django.conf import settings

    apps = set(settings.INSTALLED_APPS)
    if not {"django.contrib.auth", "django.contrib.sessions"} <= apps:
        return ""
    try:
        return f"{settings.SESSION_COOKIE_NAME}={_open_session(_make_user())}"
    except Exception:
        # A model that wants more than a name, a session store that is away: then as a stranger.
        return ""


def _make_user() -> Any:
    from django.contrib.auth import get_user_model
    from django.db import transaction

    model: Any = get_user_model()
    fields = {field.name for field in model._meta.get_fields()}
    name = NAME if model.get_email_field_name() != model.USERNAME_FIELD else f"{NAME}@example.com"
    rights = {key: True for key in ("is_active", "is_staff", "is_superuser") if key in fields}
    user = model(**{model.USERNAME_FIELD: name}, **rights)
    user.set_unusable_password()
    with transaction.atomic():
        user.save()
    return user


def _open_session(user: Any) -> str:
    """Return the key of a session as Django's own login() leaves it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    backends = list(settings.AUTHENTICATION_BACKENDS)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[BACKEND_SESSION_KEY] = MODEL_BACKEND if MODEL_BACKEND in backends else backends[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(600)
    session.save()
    return str(session.session_key)
