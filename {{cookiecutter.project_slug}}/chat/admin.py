"""Rooms and messages in the admin, and an action that publishes to open sockets."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import UserAdmin
from accounts.models import User
from chat.models import Message, Room
from chat.services import send_notice


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    """Rooms. Open sockets depend on them, so they are neither renamed nor deleted."""

    list_display = ("name", "staff_only", "last_seq")
    list_filter = ("staff_only",)
    search_fields = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Room | None = None) -> tuple[str, ...]:
        return ("last_seq",) if obj is None else ("name", "last_seq")

    def has_delete_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """Messages, to read and delete. Only post_message() creates them, because it numbers them."""

    list_display = ("room", "seq", "user", "text", "at")
    list_filter = ("room", "at")
    search_fields = ("text", "user__username")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False


@admin.action(description="Send a notice to the selected users", permissions=["change"])
def notify_users(model_admin: UserAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    send_notice(request.user.get_username(), queryset, "An administrator says hello.")
    messages.success(request, f"Notified {queryset.count()} users.")


UserAdmin.actions = [notify_users]  # type: ignore[misc]
