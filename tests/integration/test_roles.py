"""Staff are not superusers: what a role allows, and that nobody gets further by a forged form."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, Permission
from django.test import Client, RequestFactory

from backend.accounts.admin import PersonAdmin
from backend.accounts.audit import AuditEntry
from backend.accounts.models import ApiToken, User
from backend.accounts.services import token_create, user_create
from backend.chat.models import Message, Report
from backend.privacy.services.account import account_erase
from tests.conftest import PASSWORD, Api, make_staff

Login = Callable[..., Client]


def staff(role: str, key: str = "mod") -> User:
    user = user_create(email=f"{key}@example.com", name=key.title(), password=PASSWORD, is_staff=True)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rights(user: User) -> tuple[Any, ...]:
    user = User.objects.get(id=user.id)
    groups = sorted(user.groups.values_list("name", flat=True))
    own = list(user.user_permissions.values_list("codename", flat=True))
    return user.is_staff, user.is_superuser, groups, own, user.password, user.email, user.is_active


ROLES = ["Moderators", "People managers", "Auditors", ""]
BY_ROLE = pytest.mark.parametrize("role", ROLES)
FORM = {"name": "N", "timezone": "UTC", "language": "en", "is_active": "on", "_save": "Save"}


def forged(user: User) -> dict[str, Any]:
    """A change form with everything that gives rights."""
    groups = list(Group.objects.values_list("pk", flat=True))
    permissions = list(Permission.objects.values_list("pk", flat=True)[:50])
    return {
        **FORM,
        "email": "taken.over@example.com",
        "is_staff": "on",
        "is_superuser": "on",
        "groups": groups,
        "user_permissions": permissions,
        "password": "pbkdf2_sha256$1$x$x",
        "password1": "another horse battery",
        "password2": "another horse battery",
    }


@BY_ROLE
@pytest.mark.parametrize("whom", ["self", "person", "staff", "superuser"])
def test_a_forged_form_gives_no_rights(role: str, whom: str, alice: User) -> None:
    me = staff(role)
    chief = user_create(email="chief@example.com", name="Chief", password=PASSWORD, is_superuser=True)
    target = {"self": me, "person": alice, "staff": staff("Moderators", "other"), "superuser": chief}[whom]
    before, client = rights(target), signed_in(me)
    pages = [f"/admin/accounts/user/{target.id}/{page}" for page in ("change/", "password/", "delete/")]
    for page in pages:
        assert client.post(page, {**forged(target), "post": "yes"}).status_code in {302, 403}
    client.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [target.id], "post": "yes"})
    assert rights(target) == before
    assert not AuditEntry.objects.filter(event="roles_changed", actor=me.id).exists()


@BY_ROLE
def test_a_forged_form_makes_no_staff_and_no_role(role: str, db: None) -> None:
    me = staff(role)
    client = signed_in(me)
    made = {**forged(me), "email": "new@example.com"}
    client.post("/admin/accounts/user/add/", made)
    if new := User.objects.filter(email="new@example.com").first():
        assert role == "People managers"
        assert rights(new)[:4] == (False, False, [], [])
    for page in ("", "add/", f"{Group.objects.all()[0].pk}/change/"):
        answer = client.post(f"/admin/auth/group/{page}", {"name": "mine", "permissions": [1, 2, 3]})
        assert answer.status_code == 403
    assert sorted(Group.objects.values_list("name", flat=True)) == ["Auditors", "Moderators", "People managers"]


@pytest.mark.parametrize("role", ["Moderators", "People managers"])
def test_a_role_switches_people_off_and_on_but_no_staff(role: str, alice: User) -> None:
    me, other = staff(role), staff("", "other")
    api, client = Api(alice), signed_in(me)
    chosen = {"action": "switch_off", "_selected_action": [alice.id, other.id, me.id]}
    page = client.post("/admin/accounts/user/", chosen, follow=True).content.decode()
    assert "1 switched off." in page and "2 left as they are" in page
    assert [User.objects.get(id=one.id).is_active for one in (alice, other, me)] == [False, True, True]
    assert api.get("me").status_code == 401
    entry = AuditEntry.objects.get(event="roles_changed", actor=me.id)
    assert (entry.subjects, entry.detail) == ([alice.id], {"is_active": False})
    client.post("/admin/accounts/user/", {**chosen, "action": "switch_on"})
    assert User.objects.get(id=alice.id).is_active
    assert api.get("me").status_code == 401, "the token is dead for ever"


def test_others_switch_nobody_off(alice: User) -> None:
    for role, key in (("Auditors", "one"), ("", "two")):
        client = signed_in(staff(role, key))
        client.post("/admin/accounts/user/", {"action": "switch_off", "_selected_action": [alice.id]})
        assert User.objects.get(id=alice.id).is_active


def test_a_people_manager_changes_a_name_and_makes_a_person(alice: User) -> None:
    client = signed_in(staff("People managers"))
    page = client.get(f"/admin/accounts/user/{alice.id}/change/").content.decode()
    assert 'name="is_superuser"' not in page and 'name="groups"' not in page and 'name="email"' not in page
    assert client.post(f"/admin/accounts/user/{alice.id}/change/", {**FORM, "name": "Alicia"}).status_code == 302
    assert User.objects.get(id=alice.id).name == "Alicia"
    new = {"email": "new@example.com", "name": "New", "usable_password": "true"}
    new |= {"password1": "correct horse battery", "password2": "correct horse battery"}
    assert client.post("/admin/accounts/user/add/", new).status_code == 302
    assert User.objects.filter(email="new@example.com", is_staff=False).exists()


def test_a_people_manager_revokes_tokens_of_people_but_not_of_staff(alice: User) -> None:
    me, other = staff("People managers"), staff("", "other")
    client = signed_in(me)
    hers, theirs = token_create(user=alice, name="hers")[0], token_create(user=other, name="theirs")[0]
    for token in (hers, theirs):
        client.post(f"/admin/accounts/apitoken/{token.id}/delete/", {"post": "yes"})
    client.post(
        "/admin/accounts/apitoken/",
        {"action": "delete_selected", "_selected_action": [hers.id, theirs.id], "post": "yes"},
    )
    assert list(ApiToken.objects.filter(id__in=[hers.id, theirs.id])) == [theirs]


def test_a_superuser_gives_rights_and_the_audit_log_says_so(alice: User) -> None:
    chief = user_create(email="chief@example.com", name="Chief", password=PASSWORD, is_superuser=True)
    group = Group.objects.get(name="Moderators")
    form = {**FORM, "email": alice.email, "is_staff": "on", "groups": [group.pk]}
    assert signed_in(chief).post(f"/admin/accounts/user/{alice.id}/change/", form).status_code == 302
    assert rights(alice)[:3] == (True, False, ["Moderators"])
    entries = AuditEntry.objects.filter(event="roles_changed", subjects__contains=[alice.id]).order_by("id")
    assert [(entry.actor, entry.detail) for entry in entries] == [
        (chief.id, {"is_staff": True}),
        (chief.id, {"groups": "added", "names": ["Moderators"]}),
    ]
    permission = Permission.objects.get(codename="view_auditentry")
    group.permissions.add(permission)
    assert AuditEntry.objects.get(event="group_changed").detail["ids"] == [permission.pk]


def test_rights_are_changed_by_nothing_that_the_audit_log_does_not_see(alice: User) -> None:
    for field in ("is_staff", "is_superuser", "is_active"):
        with pytest.raises(TypeError, match=field):
            User.objects.filter(id=alice.id).update(**{field: True})


@BY_ROLE
def test_the_audit_log_is_for_auditors(role: str, alice: User) -> None:
    client = signed_in(staff(role))
    expected = 200 if role == "Auditors" else 403
    assert client.get("/admin/accounts/auditentry/").status_code == expected
    assert client.get(f"/admin/accounts/auditentry/?q=user:{alice.id}").status_code == expected
    assert client.get("/admin/accounts/auditentry/?event=sign_in").status_code == expected
    entry = AuditEntry.objects.latest("id")
    for action in ("change", "delete"):
        answer = client.post(f"/admin/accounts/auditentry/{entry.id}/{action}/", {"event": "x", "post": "yes"})
        assert answer.status_code == 403
    assert AuditEntry.objects.get(id=entry.id).event == entry.event


def test_a_moderator_closes_a_report_and_those_concerned_see_it(alice: User, bob: User, group: int) -> None:
    seq = Api(bob).say(group, "Buy my boats")["seq"]
    assert Api(alice).post(f"conversations/{group}/messages/{seq}/report", {"reason": "spam"}).status_code == 201
    me, report = staff("Moderators"), Report.objects.get()
    client = signed_in(me)
    assert "Buy my boats" in client.get(f"/admin/chat/report/{report.id}/change/").content.decode()
    answer = client.post(f"/admin/chat/report/{report.id}/change/", {"action": "both", "action_note": "Sold nothing"})
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(event="report_handled")
    assert (entry.actor, entry.subjects) == (me.id, sorted([alice.id, bob.id]))
    assert entry.detail == {"report": report.id, "conversation": group, "seq": seq, "action": "both"}
    assert not User.objects.get(id=bob.id).is_active
    for role, key in (("People managers", "one"), ("Auditors", "two"), ("", "three")):
        other = signed_in(staff(role, key))
        assert other.get("/admin/chat/report/").status_code == 403
        assert other.post(f"/admin/chat/report/{report.id}/change/", {"action": "dismissed"}).status_code == 403


def test_a_report_switches_no_staff_off_by_a_moderator(alice: User, bob: User, group: int) -> None:
    seq = Api(bob).say(group, "I am staff")["seq"]
    Api(alice).post(f"conversations/{group}/messages/{seq}/report", {"reason": "abuse"})
    make_staff(bob)
    report = Report.objects.get()
    path = f"/admin/chat/report/{report.id}/change/"
    assert signed_in(staff("Moderators")).post(path, {"action": "both", "action_note": ""}).status_code == 403
    assert User.objects.get(id=bob.id).is_active and Report.objects.get().state == "open"
    assert Message.objects.get(conversation_id=group, seq=seq).deleted_at is None


def test_what_is_a_persons_own_choice_is_not_staffs(alice: User) -> None:
    form = {**FORM, "email": alice.email, "findable": "on", "self_registered": "on"}
    assert signed_in(staff("People managers")).post(f"/admin/accounts/user/{alice.id}/change/", form).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.findable, alice.self_registered) == ("N", False, False)


def test_who_is_erased_is_not_switched_on_again(alice: User) -> None:
    account_erase(alice.id)
    chief = user_create(email="chief@example.com", name="Chief", password=PASSWORD, is_superuser=True)
    alice.refresh_from_db()
    form = {**FORM, "email": alice.email}
    assert signed_in(chief).post(f"/admin/accounts/user/{alice.id}/change/", form).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.is_active) == ("N", False)


def test_a_form_saves_what_was_changed_in_it_only(alice: User) -> None:
    person = PersonAdmin(User, site)
    request = RequestFactory().post("/")
    request.user = user_create(email="chief@example.com", name="Chief", password=PASSWORD, is_superuser=True)
    form = person.get_form(request, alice, change=True)({**FORM, "email": alice.email, "name": "Ann"}, instance=alice)
    assert form.is_valid(), form.errors
    User.objects.filter(id=alice.id).update(language="es", findable=True)
    person.save_model(request, form.save(commit=False), form, change=True)
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.findable) == ("Ann", "es", True)
