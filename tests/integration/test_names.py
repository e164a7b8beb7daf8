"""Names at every other door: the command line, the admin, and rows of before."""

import importlib
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client

from backend.accounts.models import User
from backend.accounts.names import skeleton
from backend.accounts.services import leftovers_purge, me_update, user_create
from backend.api.errors import InvalidParameter
from tests.conftest import PASSWORD, make_staff

UNCLEAR = ["a\u202eb", "\u200b", "a\r\nb", "Admin", "\u0410dmin", "Hark Support", "Alice ✓"]


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    user = user_create(email="ops@example.com", name="Admin", password=PASSWORD, is_staff=True)
    make_staff(user, superuser=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", UNCLEAR)
def test_adduser_refuses_such_a_name(name: str, db: None) -> None:
    with pytest.raises(CommandError, match="^name: "):
        call_command("adduser", "x@example.com", name=name, password=PASSWORD, stdout=StringIO())
    assert not User.objects.exists()


def test_adduser_lets_staff_be_called_so(db: None) -> None:
    call_command("adduser", "x@example.com", name="Hark Support", password=PASSWORD, staff=True, stdout=StringIO())
    assert User.objects.get().name == "Hark Support"


@pytest.mark.parametrize("name", UNCLEAR)
def test_the_admin_refuses_such_a_name(name: str, operator: Client, alice: User) -> None:
    fields = {"email": alice.email, "name": name, "timezone": "UTC", "language": "en", "is_active": "on"}
    page = operator.post(f"/admin/accounts/user/{alice.id}/change/", fields)
    assert page.status_code == 200 and page.context["errors"]
    new = {"email": "n@example.com", "name": name, "password1": PASSWORD, "password2": PASSWORD}
    assert operator.post("/admin/accounts/user/add/", new).status_code == 200
    alice.refresh_from_db()
    assert alice.name == "Alice" and not User.objects.filter(email="n@example.com").exists()


def test_whoever_has_such_a_name_from_before_keeps_it_and_can_change_the_rest(alice: User) -> None:
    User.objects.filter(id=alice.id).update(name="Admin\u200b")
    alice.refresh_from_db()
    assert me_update(user=alice, changes={"timezone": "Europe/Berlin"}).name == "Admin\u200b"


def test_the_migration_fills_what_names_look_like_and_leaves_the_names(alice: User, bob: User) -> None:
    User.objects.filter(id=alice.id).update(name="Adm\u0456n\u200b", name_skeleton="")
    User.objects.filter(id=bob.id).update(name_skeleton="")
    importlib.import_module("backend.accounts.migrations.0010_name_skeletons").fill(apps, None)
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.name, alice.name_skeleton) == ("Adm\u0456n\u200b", skeleton("Admin"))
    assert (bob.name, bob.name_skeleton) == ("Bob", skeleton("Bob"))


def test_a_new_name_looks_like_itself_at_once(alice: User) -> None:
    me_update(user=alice, changes={"name": "Zoë"})
    alice.refresh_from_db()
    assert alice.name_skeleton == skeleton("Zoë") != skeleton("Alice")


def test_a_name_that_grows_when_it_is_spelled_is_measured_as_it_is_kept(db: None) -> None:
    with pytest.raises(InvalidParameter, match="100"):
        user_create(email="n@example.com", name="\u0958" * 100, password=PASSWORD)
    with pytest.raises(InvalidParameter):
        user_create(email="\u0130" * 60 + "@example.com", name="Nora", password=PASSWORD)


def test_the_migration_spells_addresses_and_leaves_those_that_are_taken(alice: User, bob: User, carol: User) -> None:
    User.objects.filter(id=alice.id).update(email="alice@b\u00fccher.example")
    User.objects.filter(id=bob.id).update(email='"carol"@example.com')
    importlib.import_module("backend.accounts.migrations.0013_mailboxes").spell(apps, None)
    emails = User.objects.order_by("id").values_list("email", flat=True)
    assert list(emails) == ["alice@xn--bcher-kva.example", '"carol"@example.com', "carol@example.com"]


def test_a_name_of_a_process_of_the_release_before_is_filled_in(alice: User) -> None:
    User.objects.filter(id=alice.id).update(name_skeleton="")
    leftovers_purge()
    alice.refresh_from_db()
    assert alice.name_skeleton == skeleton("Alice")
