"""Log a new user in, for routes that refuse anonymous users."""

from __future__ import annotations

from importlib import import_module
from typing import Any

USERNAME = "doctor"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
SESSION_SECONDS = 600


def login_cookie() -> str:
    """Return the session cookie of a new user; "" when the project does not allow one."""
    from django.conf import settings

    apps = set(settings.INSTALLED_APPS)
    if not {"django.contrib.auth", "django.contrib.sessions"} <= apps:
        return ""
    try:
        return f"{settings.SESSION_COOKIE_NAME}={_open_session(_create_user())}"
    except Exception:  # a user model with more required fields, a session store that is down
        return ""


def _create_user() -> Any:
    from django.contrib.auth import get_user_model
    from django.db import transaction

    model: Any = get_user_model()
    fields = {field.name for field in model._meta.get_fields()}
    has_email = model.get_email_field_name() == model.USERNAME_FIELD
    username = f"{USERNAME}@example.com" if has_email else USERNAME
    rights = {key: True for key in ("is_active", "is_staff", "is_superuser") if key in fields}
    user = model(**{model.USERNAME_FIELD: username}, **rights)
    user.set_unusable_password()
    with transaction.atomic():
        user.save()
    return user


def _open_session(user: Any) -> str:
    """Return the key of a session with the contents that Django's login() writes."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    backends = list(settings.AUTHENTICATION_BACKENDS)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[BACKEND_SESSION_KEY] = MODEL_BACKEND if MODEL_BACKEND in backends else backends[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(SESSION_SECONDS)
    session.save()
    return str(session.session_key)
