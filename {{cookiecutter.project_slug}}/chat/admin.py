"""An admin action that reaches open sockets."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import UserAdmin
from accounts.models import User
from chat.notices import send_notice


@admin.action(description="Send a notice to the selected users", permissions=["change"])
def notify_users(model_admin: UserAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    send_notice(request.user.get_username(), queryset, "An administrator says hello.")
    messages.success(request, f"Notified {queryset.count()} users.")


UserAdmin.actions = [notify_users]  # type: ignore[misc]
