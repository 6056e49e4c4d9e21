"""Create logged-in users: `python -m bench.people COUNT` prints their session keys as JSON.

They are in the order of the names user0, user1 and so on.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import django

django.setup()

from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

BACKEND = "django.contrib.auth.backends.ModelBackend"


def session_of(user: AbstractBaseUser) -> Session:
    """Return an unsaved session of a logged-in user, valid for a day."""
    store = SessionStore()
    text = store.encode(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    tomorrow = timezone.now() + timedelta(days=1)
    return Session(
        session_key=store._get_new_session_key(), session_data=text, expire_date=tomorrow
    )


def main() -> None:
    """Store the users and their sessions, without hashing passwords, which would take minutes."""
    users = get_user_model()
    users.objects.bulk_create(
        users(username=f"user{n}", password="!") for n in range(int(sys.argv[1]))
    )
    sessions = Session.objects.bulk_create(
        map(session_of, users.objects.filter(username__startswith="user").order_by("pk"))
    )
    print(json.dumps([session.session_key for session in sessions]))


if __name__ == "__main__":
    main()
