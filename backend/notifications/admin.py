from django.contrib import admin
from django.http import HttpRequest

from backend.notifications.models import Burst, Delivery


class DeliveryInline(admin.TabularInline):
    """How a burst was delivered."""

    model = Delivery
    readonly_fields = ["channel", "address", "state", "error", "message_id", "created_at", "finished_at"]
    fields = [*readonly_fields]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Burst | None = None) -> bool:
        return False


@admin.register(Burst)
class BurstAdmin(admin.ModelAdmin):
    """Why somebody was told, or not. To read only: workers write it."""

    list_display = ["id", "recipient", "conversation", "state", "verdict", "attempt", "due_at", "closed_at"]
    list_filter = ["state", "verdict", "deliveries__state"]
    list_select_related = ["recipient", "conversation"]
    search_fields = ["recipient__email", "recipient__name", "conversation__title", "deliveries__message_id"]
    inlines = [DeliveryInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Burst | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Burst | None = None) -> bool:
        return False
