from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from backend.chat.models import Conversation, Message, Participant
from backend.chat.reading_admin import ReadingMixin


class ReadOnly:
    """The log is written by its services only: a row changed here would reach no reader."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ParticipantInline(ReadOnly, admin.TabularInline):
    model = Participant
    readonly_fields = [
        "user",
        "joined_at",
        "left_at",
        "read_seq",
        "seen_seq",
        "unread",
        "waiting_since",
        "level",
        "muted_until",
    ]
    fields = [*readonly_fields]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        return super().get_queryset(request).select_related("user")


@admin.register(Conversation)
class ConversationAdmin(ReadingMixin, ReadOnly, admin.ModelAdmin):
    """Find a conversation by its title or its people. Its messages are on a page of their own (`reading_admin`)."""

    list_display = ["id", "kind", "title", "owner", "last_seq", "rev", "updated_at"]
    list_filter = ["kind"]
    list_select_related = ["owner"]
    search_fields = ["title", "participants__user__email", "participants__user__name"]
    ordering = ["-id"]
    inlines = [ParticipantInline]
    change_form_template = "admin/chat/conversation/change_form.html"
    show_full_result_count = False


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    """That there are messages, and from whom. Their texts are read in their conversation, for a reason."""

    list_display = ["conversation_id", "seq", "sender", "created_at", "edited_at", "deleted_at"]
    list_select_related = ["sender"]
    search_fields = ["=conversation__id", "=sender__email"]
    search_help_text = "The number of a conversation, or the address of a sender. Nobody searches texts here."
    ordering = ["-id"]
    exclude = ["sent_digest", "text", "reactions"]
    show_full_result_count = False
