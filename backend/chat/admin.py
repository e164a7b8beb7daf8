from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import User
from backend.chat.models import NOTE_MAX, Conversation, Message, Participant, Report
from backend.chat.reading_admin import ReadingMixin
from backend.chat.reports import report_close, report_note_read


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
        "requested_by",
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
        return super().get_queryset(request).select_related("user", "requested_by")


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


class ReportForm(forms.ModelForm):
    """What was done about a report."""

    class Meta:
        model = Report
        fields = ["action", "action_note"]
        widgets = {"action_note": forms.Textarea(attrs={"rows": 3, "maxlength": NOTE_MAX})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "action" in self.fields:
            self.fields["action"].required = True


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """The queue of reported messages, without their texts. To save a report closes it, and does what was chosen."""

    form = ReportForm
    list_display = ["created_at", "state", "reason", "sender", "reporter", "action", "handled_by"]
    list_filter = ["state", "reason", "action"]
    list_select_related = ["sender", "reporter", "handled_by"]
    search_fields = ["sender__email", "reporter__email"]
    ordering = ["-id"]
    show_full_result_count = False
    readonly_fields = [
        "created_at",
        "state",
        "reporter",
        "reason",
        "note",
        "conversation",
        "seq",
        "sender",
        "text",
        "handled_by",
        "handled_at",
    ]
    fields = [*readonly_fields, "action", "action_note"]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Report | None = None,
    ) -> HttpResponse:
        """The page shows the text, so the audit log says who opened it."""
        if obj is not None:
            report_note_read(report=obj, staff=cast(User, request.user))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Report, form: ReportForm, change: bool) -> None:
        assert isinstance(request.user, User)  # noqa: S101  (the admin let nobody else in)
        report_close(report=obj, staff=request.user, action=obj.action, note=obj.action_note)
