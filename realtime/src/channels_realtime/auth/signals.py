"""Connect the signals of everything that can take rights away."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from channels_realtime.auth.revocation import recheck


def connect() -> None:
    """Recheck a user's sockets after a logout, and after a change of the user or of rights."""
    model = get_user_model()
    user_logged_out.connect(_user_logged_out)
    post_save.connect(_user_saved, sender=model)
    post_delete.connect(_user_deleted, sender=model)
    pre_delete.connect(_group_deleted, sender=Group)
    m2m_changed.connect(_membership_changed, sender=Group.permissions.through)
    for name in ("groups", "user_permissions"):  # a user model may have neither
        if hasattr(model, name):
            m2m_changed.connect(_membership_changed, sender=getattr(model, name).through)


def _user_saved(instance: Any, created: bool, update_fields: Any, **kwargs: Any) -> None:
    # Logging in saves the time and nothing else.
    if not created and set(update_fields or ()) != {"last_login"}:
        recheck(instance.pk)


def _user_deleted(instance: Any, **kwargs: Any) -> None:
    recheck(instance.pk)


def _user_logged_out(user: Any, **kwargs: Any) -> None:
    if user is not None:
        recheck(user.pk)


def _membership_changed(instance: Any, action: str, **kwargs: Any) -> None:
    if action.startswith("post_"):
        # A change from the group's side, or of a group's permissions, may concern any user.
        recheck(instance.pk if isinstance(instance, get_user_model()) else None)


def _group_deleted(**kwargs: Any) -> None:
    recheck()
