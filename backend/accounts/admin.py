"""People and their tokens. What a role may do: docs/operations.md; who may touch whom: `roles.may_touch`."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from backend.accounts.audit_admin import AuditEntryAdmin  # noqa: F401  (registers on import)
from backend.accounts.models import ApiToken, User
from backend.accounts.roles import may_touch
from backend.accounts.services import token_revoke
from backend.accounts.services.enrolment import second_factor_reset

RIGHTS: Any = ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]})
ACTIVE: Any = ("Rights", {"fields": ["is_active"]})


def staff_of(request: HttpRequest) -> User:
    """Who looks at the page: the admin lets nobody else in."""
    return cast(User, request.user)


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Find people, make them, switch them off. Only a superuser gives rights, passwords and addresses, or deletes."""

    list_display = ["email", "name", "is_active", "is_staff", "last_login", "created_at"]
    list_filter = ["is_active", "is_staff", "self_registered"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["created_at", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Settings", {"fields": ["timezone", "language", "findable"]}),
        ("Consent", {"fields": ["self_registered"]}),
        RIGHTS,
        ("Dates", {"fields": ["created_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    actions = ["switch_off", "switch_on", "reset_second_factor"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or staff_of(request).is_superuser:
            return fieldsets
        person = (None, {"fields": ["email", "name"]})
        return [person, *(ACTIVE if part is RIGHTS else part for part in fieldsets[1:])]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Whoever could change the address could have a new password sent to it, and read what is not theirs. Whether
        strangers find a person is that person's to say. Who is erased comes back never."""
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None and not staff_of(request).is_superuser:
            fields += ["email", "findable", "self_registered"]
        return [*fields, "is_active"] if obj is not None and obj.is_erased else fields

    def save_model(self, request: HttpRequest, obj: User, form: "ModelForm[User]", change: bool) -> None:
        """Only what was changed in the form: the row may have moved since the page was opened."""
        columns = {field.name for field in User._meta.concrete_fields}
        obj.save(update_fields=columns & set(form.changed_data) if change else None)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and may_touch(staff_of(request), obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and staff_of(request).is_superuser

    def has_switch_permission(self, request: HttpRequest) -> bool:
        """Django asks for it before it shows or runs an action with `permissions=["switch"]`."""
        return staff_of(request).has_perm("accounts.switch_user")

    def has_reset_permission(self, request: HttpRequest) -> bool:
        """The same for `permissions=["reset"]`."""
        return staff_of(request).has_perm("accounts.reset_second_factor")

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """For superusers: whoever sets a password can sign in as that person."""
        if not staff_of(request).is_superuser:
            self.message_user(request, "Only a superuser may set somebody's password.", messages.ERROR)
            return HttpResponse(status=403)
        return super().user_change_password(request, id, form_url)

    @admin.action(description="Switch off: signed out everywhere, and nobody can sign in", permissions=["switch"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, on=False)

    @admin.action(description="Switch on", permissions=["switch"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, on=True)

    @admin.action(description="Take the second factor off: make sure who is asking", permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = [person for person in queryset if may_touch(staff_of(request), person)]
        done = sum(second_factor_reset(user=person, actor=staff_of(request)) for person in people)
        self.message_user(request, f"{done} have no second factor any more.", messages.SUCCESS)

    def _switch(self, request: HttpRequest, queryset: QuerySet[User], *, on: bool) -> None:
        people = [person for person in queryset if may_touch(staff_of(request), person) and not person.is_erased]
        for person in people:
            person.is_active = on
            person.save(update_fields=["is_active"])
        self.message_user(request, f"{len(people)} switched {'on' if on else 'off'}.", messages.SUCCESS)
        if refused := queryset.count() - len(people):
            words = f"{refused} left as they are: staff, or erased. Only a superuser may touch staff."
            self.message_user(request, words, messages.ERROR)


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """See and revoke tokens; the secrets are not here. Those of staff are for superusers."""

    list_display = ["name", "user", "created_at", "expires_at"]
    search_fields = ["name", "user__email"]
    readonly_fields = ["name", "user", "created_at", "expires_at"]
    exclude = ["digest"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        token_revoke(user=obj.user, token_id=obj.pk, actor=staff_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset.select_related("user"):
            self.delete_model(request, token)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        tokens = super().get_queryset(request)
        return tokens if staff_of(request).is_superuser else tokens.filter(user__is_staff=False)


class SuperuserOnly:
    """Whoever may change this could give themselves any right."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return staff_of(request).is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return staff_of(request).is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return staff_of(request).is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return staff_of(request).is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return staff_of(request).is_superuser


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(SuperuserOnly, GroupAdmin):
    """Groups are roles."""
