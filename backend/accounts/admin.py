from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from backend.accounts.models import ApiToken, User


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Find people, change their password, switch them off."""

    list_display = ["email", "name", "is_active", "is_staff", "last_login", "created_at"]
    list_filter = ["is_active", "is_staff", "self_registered"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["created_at", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Settings", {"fields": ["timezone", "language", "findable"]}),
        ("Consent", {"fields": ["self_registered"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        ("Dates", {"fields": ["created_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "password1", "password2"]})]


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """See and revoke tokens; the secrets are not here."""

    list_display = ["name", "user", "created_at", "expires_at"]
    search_fields = ["name", "user__email"]
    readonly_fields = ["name", "user", "created_at", "expires_at"]
    exclude = ["digest"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
