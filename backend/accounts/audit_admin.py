"""The audit log in the admin: to read only, for superusers and for the role "Auditors"."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.accounts.audit import AuditEntry, Event


class EventFilter(admin.SimpleListFilter):
    """By event, without looking through the table for those that there are."""

    title = "event"
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(event.value, event.label) for event in Event]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Nobody changes or deletes an entry here, and PostgreSQL refuses it everywhere."""

    list_display = ["at", "event", "actor", "subjects", "detail"]
    list_filter = [EventFilter]
    search_fields = ["=actor"]
    search_help_text = "The id of who did it, or user:<id> for whom it is about."
    ordering = ["-id"]
    show_full_result_count = False
    actions = None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        prefix, _, number = search_term.partition(":")
        if prefix == "user" and number.isdecimal() and number.isascii() and len(number) < 19:
            return queryset.filter(subjects__contains=[int(number)]), False
        return super().get_search_results(request, queryset, search_term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
