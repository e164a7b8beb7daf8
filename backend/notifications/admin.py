from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.notifications.models import Burst, Delivery, DeliveryItem, LogEntry, PushSubscription, Suppression
from backend.notifications.services.deliveries import deliveries_replay


class ReadOnly:
    """To read only: workers write it."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class LogInline(ReadOnly, admin.TabularInline):
    """What was decided about a burst, in its order."""

    model = LogEntry
    readonly_fields = ["created_at", "channel", "verdict", "count", "until", "detail"]
    fields = [*readonly_fields]
    ordering = ["id"]


class ItemInline(ReadOnly, admin.TabularInline):
    """What a delivery tells of."""

    model = DeliveryItem
    fields = ["burst", "first_seq", "last_seq"]


@admin.register(Burst)
class BurstAdmin(ReadOnly, admin.ModelAdmin):
    """Why somebody was told, or not."""

    list_display = ["id", "recipient", "conversation", "state", "first_seq", "last_seq", "due_at", "closed_at"]
    list_filter = ["state"]
    list_select_related = ["recipient", "conversation"]
    search_fields = ["recipient__email", "recipient__name", "conversation__title"]
    inlines = [LogInline]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):
    """Mails and pushes; dead ones can be sent once more."""

    list_display = ["id", "channel", "address", "recipient", "state", "attempt", "error", "due_at", "finished_at"]
    list_filter = ["state", "channel"]
    list_select_related = ["recipient"]
    search_fields = ["recipient__email", "recipient__name", "key", "error"]
    exclude = ["lease_token"]
    inlines = [ItemInline]
    actions = ["replay"]

    @admin.action(description="Replay dead letters (what was read meanwhile is not sent)")
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        self.message_user(request, f"{deliveries_replay(queryset)} will be tried again.", messages.SUCCESS)


@admin.register(PushSubscription)
class PushSubscriptionAdmin(ReadOnly, admin.ModelAdmin):
    """Browsers that take pushes."""

    list_display = ["id", "user", "name", "created_at", "seen_at", "failures"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    exclude = ["p256dh", "auth", "session"]


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """Addresses that get no mail; deleting one lets mail go there again."""

    list_display = ["email", "reason", "created_at"]
    search_fields = ["email"]
