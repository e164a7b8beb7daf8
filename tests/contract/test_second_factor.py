"""Setting up a second factor, signing in with it, and what happens to wrong and used codes."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.accounts import totp
from backend.accounts.models import AccountMail, ApiToken, RecoveryCode, SecondFactor, User
from backend.accounts.services.enrolment import second_factor_begin, second_factor_enable
from backend.accounts.services.tokens import TOKEN_LIFE, TOKENS_MAX
from backend.accounts.sessions import SessionStore
from tests.conftest import PASSWORD
from tests.contract.clients import Api, Browser, ask
from tests.parallel import in_parallel
from tests.problems import assert_problem
from tests.support.authenticator import Authenticator

FACTOR, RENEW = "auth/second-factor", "auth/second-factor/recovery-codes"


@pytest.fixture
def app(alice: User) -> Authenticator:
    """Alice's telephone: her second factor is on."""
    return Authenticator(alice, PASSWORD)


def sign_in(user: User, path: str = "auth/login", *, ip: str = "10.1.1.1", **more: Any) -> Any:
    body, headers = {"email": user.email, "password": PASSWORD, **more}, {"X-Forwarded-For": ip}
    if path == "auth/tokens":
        return ask("POST", f"/api/v1/{path}", body | {"name": "a bot"}, **headers)
    return Browser.at_the_page().send("POST", f"/api/v1/{path}", body, **headers)


def test_one_is_set_up_in_two_steps_and_counts_from_the_second_on(alice: User) -> None:
    api = Api(alice)
    assert api.get(FACTOR).json() == {"enabled": False, "required": False, "recovery_codes_left": 0}
    begun = api.post(FACTOR, {"password": PASSWORD})
    assert begun.status_code == 200 and set(begun.json()) == {"secret", "uri", "qr"}
    secret = begun.json()["secret"]
    assert f"secret={secret}" in begun.json()["uri"] and begun.json()["qr"].startswith("data:image/svg+xml")
    assert not api.get(FACTOR).json()["enabled"] and sign_in(alice).status_code == 200
    made = api.put(FACTOR, {"code": totp.code_of(secret, time.time())})
    assert made.status_code == 200 and set(made.json()) == {"recovery_codes"}
    assert len(set(made.json()["recovery_codes"])) == 10
    assert api.get(FACTOR).json() == {"enabled": True, "required": False, "recovery_codes_left": 10}
    assert_problem(sign_in(alice), 401, "second_factor_required")
    assert AccountMail.objects.get().kind == "second_factor_on"


def test_neither_secret_nor_recovery_code_can_be_read_in_the_database(app: Authenticator) -> None:
    rows = [*SecondFactor.objects.values_list("secret", flat=True)]
    rows += RecoveryCode.objects.values_list("digest", flat=True)
    assert len(rows) == 11
    for code in app.recovery_codes:
        assert not any(code in row or code.replace("-", "") in row for row in rows)
    assert not any(app.secret in row for row in rows)


def test_an_earlier_secret_that_waits_is_replaced(alice: User) -> None:
    api = Api(alice)
    first, second = (api.post(FACTOR, {"password": PASSWORD}).json()["secret"] for _ in range(2))
    assert_problem(api.put(FACTOR, {"code": totp.code_of(first, time.time())}), 401, "second_factor_invalid")
    assert api.put(FACTOR, {"code": totp.code_of(second, time.time())}).status_code == 200


def test_a_secret_does_not_wait_for_ever(alice: User) -> None:
    api = Api(alice)
    assert_problem(api.put(FACTOR, {"code": "123456"}), 409, "second_factor_not_started")
    secret = api.post(FACTOR, {"password": PASSWORD}).json()["secret"]
    SecondFactor.objects.update(created_at="2026-01-01T00:00:00Z")
    code = totp.code_of(secret, time.time())
    assert_problem(api.put(FACTOR, {"code": code}), 409, "second_factor_not_started")


def test_it_is_changed_by_who_knows_the_password_and_has_the_device(alice: User, app: Authenticator) -> None:
    api = Api(alice)
    assert_problem(api.post(FACTOR, {"password": PASSWORD}), 409, "second_factor_enabled")
    for path, method in ((FACTOR, "DELETE"), (RENEW, "POST")):
        wrong = {"password": "wrong", "code": app.code()}
        assert_problem(api.request(method, path, wrong), 401, "invalid_credentials")
        wrong = {"password": PASSWORD, "code": app.wrong()}
        assert_problem(api.request(method, path, wrong), 401, "second_factor_invalid")
    renewed = api.post(RENEW, {"password": PASSWORD, "code": app.code()}).json()["recovery_codes"]
    assert len(renewed) == 10 and not set(renewed) & set(app.recovery_codes)
    assert_problem(sign_in(alice, code=app.recovery_codes[0]), 401, "second_factor_invalid")
    assert api.request("DELETE", FACTOR, {"password": PASSWORD, "code": renewed[0]}).status_code == 204
    assert api.get(FACTOR).json() == {"enabled": False, "required": False, "recovery_codes_left": 0}
    assert sign_in(alice).status_code == 200
    for path, method in ((FACTOR, "DELETE"), (RENEW, "POST")):
        again = api.request(method, path, {"password": PASSWORD, "code": app.wrong()})
        assert_problem(again, 409, "second_factor_not_enabled")


@pytest.mark.parametrize("path", ["auth/login", "auth/tokens"])
def test_both_ways_in_take_the_code(path: str, alice: User, app: Authenticator) -> None:
    assert_problem(sign_in(alice, path), 401, "second_factor_required")
    assert_problem(sign_in(alice, path, code=app.wrong()), 401, "second_factor_invalid")
    assert_problem(sign_in(alice, path, code=app.code(), password="wrong"), 401, "invalid_credentials")
    assert sign_in(alice, path, code=app.code()).status_code in {200, 201}
    assert sign_in(alice, path, code=f"{app.code()[:3]} {app.code()[3:]}").status_code in {200, 201}


def test_a_code_is_good_once_and_so_are_those_before_it(alice: User, app: Authenticator) -> None:
    code = app.code()
    assert sign_in(alice, code=code).status_code == 200
    assert_problem(sign_in(alice, code=code), 401, "second_factor_invalid")
    before = totp.code_of(app.secret, time.time() - totp.STEP)
    assert_problem(sign_in(alice, code=before), 401, "second_factor_invalid")


@pytest.mark.parametrize("kind", ["code of the app", "recovery code"])
def test_of_many_with_the_same_code_one_gets_in(kind: str, alice: User, app: Authenticator) -> None:
    code = app.code() if kind == "code of the app" else app.recovery_codes[0]
    answers = in_parallel(6, lambda number: sign_in(alice, "auth/tokens", code=code, ip=f"10.0.0.{number}").status_code)
    assert answers.count(201) == 1
    assert set(answers) <= {201, 401, 429}


def test_a_recovery_code_stands_in_once_and_its_owner_is_told(alice: User, app: Authenticator) -> None:
    code = app.recovery_codes[3]
    assert sign_in(alice, code=f" {code.upper().replace('-', ' ')}").status_code == 200
    assert_problem(sign_in(alice, code=code), 401, "second_factor_invalid")
    assert Api(alice).get(FACTOR).json()["recovery_codes_left"] == 9
    told = AccountMail.objects.get(kind="recovery_code_used")
    assert (told.user, told.email, told.facts) == (alice, alice.email, {"left": 9})


def test_wrong_codes_are_counted_wherever_they_are_typed(alice: User, app: Authenticator) -> None:
    api = Api(alice)
    answers = [sign_in(alice, code=app.wrong(), ip=f"10.0.0.{number}").status_code for number in range(8)]
    wrong = {"password": PASSWORD, "code": app.wrong()}
    answers += [api.request("DELETE", FACTOR, wrong).status_code for _ in range(4)]
    assert answers == [401] * 10 + [429] * 2
    assert_problem(sign_in(alice, code=app.code(), ip="10.3.3.3"), 429, "too_many_attempts")
    assert sign_in(alice, code=app.recovery_codes[0], ip="10.3.3.3").status_code == 200, "the owner is not shut out"


def test_wrong_codes_at_the_same_time_are_counted_one_by_one(alice: User, app: Authenticator) -> None:
    wrong = app.wrong()
    answers = in_parallel(16, lambda n: sign_in(alice, "auth/tokens", code=wrong, ip=f"10.0.0.{n}").json()["code"])
    assert answers.count("second_factor_invalid") <= 10
    assert not set(answers) - {"second_factor_invalid", "too_many_attempts", "too_many_requests"}


def test_a_wrong_code_counts_as_a_wrong_password(alice: User, app: Authenticator) -> None:
    answers = [sign_in(alice, code=f"{n:x<16}", ip="10.4.4.4").status_code for n in range(11)]
    assert answers == [401] * 10 + [429]
    assert sign_in(alice, code=app.code(), ip="10.5.5.5").status_code == 200
    assert_problem(sign_in(alice, code=app.code(), ip="10.4.4.4"), 429, "too_many_attempts")


def test_right_codes_are_not_counted(alice: User, app: Authenticator) -> None:
    assert [sign_in(alice, code=app.code()).status_code for _ in range(12)] == [200] * 12


def test_a_code_is_nothing_to_who_has_no_second_factor(bob: User) -> None:
    assert sign_in(bob, code="123456").status_code == 200


def test_a_person_sees_and_changes_their_own_only(alice: User, bob: User, app: Authenticator) -> None:
    assert not Api(bob).get(FACTOR).json()["enabled"]
    body = {"password": PASSWORD, "code": app.code()}
    assert_problem(Api(bob).request("DELETE", FACTOR, body), 409, "second_factor_not_enabled")
    assert Api(alice).get(FACTOR).json()["enabled"]


def test_a_copy_of_the_cookie_does_not_get_the_factor_that_is_set_up(alice: User) -> None:
    browser = Browser(alice)
    former = browser.cookies["sessionid"]
    secret = browser.send("POST", f"/api/v1/{FACTOR}", {"password": PASSWORD}).json()["secret"]
    assert browser.send("PUT", f"/api/v1/{FACTOR}", {"code": totp.code_of(secret, time.time())}).status_code == 200
    assert browser.cookies["sessionid"] != former
    factor = SecondFactor.objects.get()
    assert SessionStore(browser.cookies["sessionid"]).second_factor_id == factor.id
    assert SessionStore(former).second_factor_id is None


def test_what_is_refused_anyway_costs_no_recovery_code(app: Authenticator, alice: User) -> None:
    ApiToken.objects.bulk_create(
        ApiToken(user=alice, name="a", digest=str(number), expires_at=timezone.now() + TOKEN_LIFE)
        for number in range(TOKENS_MAX - 1)
    )
    assert sign_in(alice, "auth/tokens", code=app.recovery_codes[0]).status_code == 201
    assert_problem(sign_in(alice, "auth/tokens", code=app.recovery_codes[1]), 409, "too_many_tokens")
    assert RecoveryCode.objects.count() == 9
    ApiToken.objects.all().delete()
    api = Api(alice)
    body = {"password": PASSWORD, "code": app.recovery_codes[1]}
    assert api.post("me/exports", body).status_code == 202
    assert_problem(api.post("me/exports", body | {"code": app.recovery_codes[2]}), 409, "export_pending")
    assert RecoveryCode.objects.count() == 8


def test_new_recovery_codes_are_told_by_mail(app: Authenticator, alice: User) -> None:
    AccountMail.objects.all().delete()
    assert Api(alice).post(RENEW, {"password": PASSWORD, "code": app.code()}).status_code == 200
    assert AccountMail.objects.get().kind == "recovery_codes_made"


def test_whoever_changes_a_factor_locks_its_person_first(alice: User) -> None:
    secret = second_factor_begin(user=alice, password=PASSWORD).secret
    with CaptureQueriesContext(connection) as asked:
        second_factor_enable(user=alice, code=totp.code_of(secret, time.time()))
    asked_first = [query["sql"] for query in asked if "FOR NO KEY" in query["sql"] or "UPDATE" in query["sql"]]
    of_accounts = [statement for statement in asked_first if '"accounts_' in statement]
    assert "FOR NO KEY UPDATE" in of_accounts[0] and '"accounts_user"' in of_accounts[0]
