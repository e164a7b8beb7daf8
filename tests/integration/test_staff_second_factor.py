"""The operator's pages and the metrics behind a second factor, and HARK_STAFF_2FA."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from backend.accounts.models import AccountMail, SecondFactor, User
from backend.accounts.services import token_create, user_create
from tests.conftest import PASSWORD, Api
from tests.support.authenticator import Authenticator

LOGIN = "/admin/login/?next=/admin/"


@pytest.fixture
def ops(db: None) -> User:
    return user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_staff=True)


def sign_in(browser: Client, user: User, **more: str) -> Any:
    """The admin's form, filled in and sent."""
    browser.get(LOGIN)
    return browser.post(LOGIN, {"username": user.email, "password": PASSWORD, "next": "/admin/", **more})


def is_in(browser: Client) -> bool:
    return bool(browser.get("/admin/").status_code == 200)


def metrics_by(token: str) -> int:
    return int(Client().get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code)


def test_without_a_second_factor_the_password_is_enough(ops: User) -> None:
    browser = Client()
    assert sign_in(browser, ops).status_code == 302
    assert is_in(browser) and browser.get("/metrics").status_code == 200


def test_the_form_takes_the_code(ops: User) -> None:
    app = Authenticator(ops, PASSWORD)
    for code, said in [("", "also needs a code"), (app.wrong(), "This code is wrong")]:
        browser = Client()
        page = sign_in(browser, ops, code=code)
        assert (page.status_code, said in page.content.decode()) == (200, True)
        assert not is_in(browser)
    browser = Client()
    assert sign_in(browser, ops, code=app.code()).status_code == 302
    assert is_in(browser) and browser.get("/metrics").status_code == 200
    assert sign_in(Client(), ops, code=app.recovery_codes[0]).status_code == 302


def test_wrong_codes_are_counted_with_those_of_the_api(ops: User) -> None:
    app = Authenticator(ops, PASSWORD)
    for number in range(10):
        if number % 2:
            sign_in(Client(REMOTE_ADDR=f"10.0.0.{number}"), ops, code=app.wrong())
        else:
            body = {"email": ops.email, "password": PASSWORD, "code": app.wrong()}
            Client(REMOTE_ADDR=f"10.0.0.{number}").post("/api/v1/auth/tokens", body | {"name": "x"}, "application/json")
    browser = Client(REMOTE_ADDR="10.3.3.3")
    assert "Too many attempts" in sign_in(browser, ops, code=app.code()).content.decode()
    assert not is_in(browser)


def test_a_session_without_the_code_opens_nothing_of_staff(ops: User) -> None:
    before = Client()
    sign_in(before, ops)
    app = Authenticator(ops, PASSWORD)
    assert not is_in(before) and before.get("/metrics").status_code == 404
    assert "take the code of a second factor" in before.get(LOGIN).content.decode()
    assert before.get("/api/v1/me").status_code == 200, "chat goes on"
    assert sign_in(before, ops, code=app.code()).status_code == 302
    assert is_in(before)


def test_the_session_in_which_it_is_set_up_counts(ops: User) -> None:
    import time

    from backend.accounts import totp

    browser = Client()
    sign_in(browser, ops)
    begun = browser.post("/api/v1/auth/second-factor", {"password": PASSWORD}, "application/json").json()
    code = totp.code_of(begun["secret"], time.time())
    assert browser.put("/api/v1/auth/second-factor", {"code": code}, "application/json").status_code == 200
    assert is_in(browser)


def test_a_second_factor_of_before_counts_no_more(ops: User) -> None:
    app, browser = Authenticator(ops, PASSWORD), Client()
    sign_in(browser, ops, code=app.code())
    assert is_in(browser)
    call_command("second_factor_reset", ops.email, stdout=StringIO())
    Authenticator(ops, PASSWORD)
    assert not is_in(browser)


def test_a_token_counts_if_it_was_made_with_the_code(ops: User) -> None:
    before = token_create(user=ops, name="before")[1]
    assert metrics_by(before) == 200
    Authenticator(ops, PASSWORD)
    after = token_create(user=ops, name="after")[1]
    assert (metrics_by(before), metrics_by(after)) == (404, 200)
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {before}"}).status_code == 200


def test_where_it_is_required_staff_can_sign_in_and_do_nothing_of_staff_before(ops: User, settings: Any) -> None:
    settings.HARK_STAFF_2FA = "on"
    browser, token = Client(), token_create(user=ops, name="a bot")[1]
    assert sign_in(browser, ops).status_code == 302
    page = browser.get("/admin/", follow=True)
    assert (page.status_code, 'href="/settings#security"' in page.content.decode()) == (403, True)
    assert browser.get("/metrics").status_code == metrics_by(token) == 404
    assert browser.get("/api/v1/me").status_code == 200
    assert browser.get("/api/v1/auth/second-factor").json()["required"]
    app = Authenticator(ops, PASSWORD)
    assert not is_in(browser) and metrics_by(token) == 404
    assert sign_in(browser, ops, code=app.code()).status_code == 302
    assert is_in(browser)


def test_it_is_required_of_staff_only(alice: User, settings: Any) -> None:
    settings.HARK_STAFF_2FA = "on"
    assert not Api(alice).get("auth/second-factor").json()["required"]


def test_an_operator_takes_it_off_for_who_lost_everything(alice: User) -> None:
    Authenticator(alice, PASSWORD)
    AccountMail.objects.all().delete()
    out = StringIO()
    call_command("second_factor_reset", "Alice@Example.com", stdout=out)
    assert "alice@example.com" in out.getvalue()
    assert not SecondFactor.objects.exists() and not alice.recovery_codes.exists()
    assert AccountMail.objects.get().kind == "second_factor_off"
    for email, said in (("alice@example.com", "no second factor"), ("nobody@example.com", "no account")):
        with pytest.raises(CommandError, match=said):
            call_command("second_factor_reset", email)


def test_a_changed_secret_key_leaves_the_recovery_codes(alice: User, settings: Any) -> None:
    app = Authenticator(alice, PASSWORD)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    body = {"email": alice.email, "password": PASSWORD}
    assert Api().post("auth/login", body | {"code": app.code()}).status_code == 401
    assert Api().post("auth/login", body | {"code": app.recovery_codes[0]}).status_code == 200
    settings.SECRET_KEY_FALLBACKS = [former]
    assert Api().post("auth/login", body | {"code": app.code()}).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert Api().post("auth/login", body | {"code": app.code()}).status_code == 200, "the secret moved to the new key"
