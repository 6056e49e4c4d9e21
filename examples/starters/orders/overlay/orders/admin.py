from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from orders.models import Order


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """Orders. They are not deleted, because the sockets would not be notified."""

    list_display = ("number", "state")
    list_filter = ("state",)
    actions = ("advance",)

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    @admin.action(description="Move to the next state", permissions=["change"])
    def advance(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        moved = sum(order.advance() for order in queryset)
        messages.success(request, f"Moved {moved} of {len(queryset)} orders.")
