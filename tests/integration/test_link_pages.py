"""The pages behind the links of mails about an account: they work without JavaScript, and their addresses are keys."""

import base64
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.accounts.models import AccountMail, Signup, User
from backend.accounts.services import email_change_token, reset_token, signup_token, token_create
from tests.conftest import PASSWORD, Api
from tests.parallel import in_parallel
from tests.support.authenticator import Authenticator
from tests.support.owed import device_of

NEW = "another horse battery"
ISOLATED = re.compile(r'<bdi dir="ltr">[\w.]+@example\.com</bdi>')
MADE_UP = ["x", "a:b:c", "x" * 2000, "%00", "%F0%9F%91%8D"]


def reset_link(user: User) -> str:
    return f"/password/reset/{reset_token(user)}"


def email_link(user: User, email: str = "new@example.com") -> str:
    return f"/email/confirm/{email_change_token(user, email)}"


def signup_link(user: User) -> str:
    signup = Signup.objects.create(email="new@example.com", name=user.name, created_at=timezone.now())
    return f"/signup/confirm/{signup_token(signup)}"


def submit(address: str, browser: Client | None = None, **fields: str) -> Any:
    """The form of the page, sent as a browser does."""
    browser = browser or Client(enforce_csrf_checks=True)
    browser.get(address)
    return browser.post(address, {**fields, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value})


def words(response: Any) -> str:
    text: str = response.content.decode()
    return text


def can_sign_in(email: str, password: str, **more: str) -> bool:
    return bool(Api().post("auth/login", {"email": email, "password": password, **more}).status_code == 200)


@pytest.mark.parametrize("link", [reset_link, email_link, signup_link])
def test_an_address_of_a_person_keeps_to_itself_in_a_sentence_from_right_to_left(link: Any, alice: User) -> None:
    address = link(alice)
    User.objects.filter(pk=alice.pk).update(language="ar")
    Signup.objects.update(language="ar")
    html = words(Client().get(address, headers={"Accept-Language": "ar"}))
    text = re.sub(r"<(?!/?bdi)[^>]*>", "", html)
    assert '<html lang="ar" dir="rtl">' in html
    assert len(re.findall(r"[\w.]+@example\.com", text)) == len(ISOLATED.findall(text)) > 0


@pytest.mark.parametrize("link", [reset_link, email_link, signup_link])
def test_no_address_is_kept_or_told_to_another_site(link: Any, alice: User) -> None:
    for address in (link(alice), link(alice)[:-1]):
        page = Client().get(address)
        assert "no-store" in page["Cache-Control"] and "private" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "strict-origin"
        assert 'name="robots" content="noindex"' in words(page) or page.status_code == 404


@pytest.mark.parametrize("link", [reset_link, email_link])
def test_opening_a_page_changes_nothing_and_its_form_needs_its_token(link: Any, alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert browser.get(link(alice)).status_code == 200
    assert browser.post(link(alice), {"password": NEW}).status_code == 403
    alice.refresh_from_db()
    assert alice.email == "alice@example.com" and can_sign_in(alice.email, PASSWORD)
    assert Client().put(link(alice)).status_code == 405


@pytest.mark.parametrize("token", MADE_UP)
@pytest.mark.parametrize("path", ["password/reset", "email/confirm"])
def test_a_link_that_is_made_up_opens_nothing(path: str, token: str, alice: User) -> None:
    page = Client().get(f"/{path}/{token}")
    assert (page.status_code, "not good any more" in words(page)) == (404, True)
    assert Client().post(f"/{path}/{token}", {"password": NEW}).status_code == 404


@pytest.mark.parametrize(("link", "life"), [(reset_link, timedelta(minutes=30)), (email_link, timedelta(hours=24))])
def test_a_link_grows_old(link: Any, life: timedelta, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    address = link(alice)
    for age, status in ((life - timedelta(seconds=5), 200), (life + timedelta(seconds=5), 404)):
        monkeypatch.setattr("django.core.signing.time.time", (timezone.now() + age).timestamp)
        assert Client().get(address).status_code == status


@pytest.mark.parametrize("link", [reset_link, email_link])
def test_a_link_of_another_kind_or_of_a_closed_account_is_dead(link: Any, alice: User) -> None:
    address = link(alice)
    other = {"password/reset": "email/confirm", "email/confirm": "password/reset"}
    path, token = address[1:].rsplit("/", 1)
    assert Client().get(f"/{other[path]}/{token}").status_code == 404
    alice.is_active = False
    alice.save()
    assert Client().get(address).status_code == 404


def test_a_new_password_by_mail_ends_all_that_was_signed_in(alice: User, bob: User) -> None:
    there, his, secret = Client(), Client(), token_create(user=alice, name="a bot")[1]
    there.force_login(alice)
    his.force_login(bob)
    device_of(alice)
    address, another = reset_link(alice), email_link(alice)
    done = submit(address, password=NEW)
    assert (done.status_code, "Your password was changed" in words(done)) == (200, True)
    assert can_sign_in(alice.email, NEW) and not can_sign_in(alice.email, PASSWORD)
    assert there.get("/api/v1/me").status_code == 401
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert not alice.push_subscriptions.exists()
    assert his.get("/api/v1/me").status_code == 200
    assert AccountMail.objects.get().kind == "password_changed"
    assert Client().get(address).status_code == Client().get(another).status_code == 404, "all links are dead"


def test_a_link_sets_one_password_however_many_use_it(transactional_db: None, alice: User) -> None:
    address = reset_link(alice)
    passwords = [f"{NEW} {number}" for number in range(4)]

    def attempt(number: int) -> int:
        status: int = submit(address, password=passwords[number]).status_code
        return status

    answers = in_parallel(4, attempt)
    assert answers.count(200) == 1
    assert can_sign_in(alice.email, passwords[answers.index(200)])


@pytest.mark.parametrize("password", ["", "short", "alice@example.com", "password1234", "x" * 1025])
def test_a_weak_password_is_refused_in_words_and_the_link_goes_on(password: str, alice: User) -> None:
    address = reset_link(alice)
    refused = submit(address, password=password)
    assert refused.status_code == 400
    assert '<p class="form-error" id="error" role="alert">' in words(refused)
    assert '<p class="form-error" id="error" role="alert"></p>' not in words(refused)
    assert submit(address, password=NEW).status_code == 200


def test_a_forgotten_password_does_not_get_around_the_second_factor(alice: User) -> None:
    app = Authenticator(alice, PASSWORD)
    address = reset_link(alice)
    assert 'name="code"' in words(Client().get(address))
    for code in ("", app.wrong()):
        assert submit(address, password=NEW, code=code).status_code == 401
    assert not can_sign_in(alice.email, NEW, code=app.code())
    assert submit(address, password=NEW, code=app.recovery_codes[0]).status_code == 200
    assert can_sign_in(alice.email, NEW, code=app.code())
    wrong = [submit(reset_link(User.objects.get(id=alice.id)), password=NEW, code=app.wrong()) for _ in range(10)]
    assert wrong[-1].status_code == 429, "counted with all other codes"


def test_the_password_is_not_told_in_the_form(alice: User) -> None:
    Authenticator(alice, PASSWORD)
    assert NEW not in words(submit(reset_link(alice), password=NEW, code="1"))


def test_who_uses_the_link_is_no_stranger_afterwards(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    submit(reset_link(alice), browser, password=NEW)
    assert "hark_device" in browser.cookies


def browser_of(user: User) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    return browser


def test_a_new_address_is_confirmed_once(alice: User) -> None:
    address = email_link(alice)
    page = browser_of(alice).get(address)
    assert "new@example.com" in words(page) and 'name="password"' not in words(page)
    done = submit(address, browser_of(alice))
    assert (done.status_code, "Your address was changed" in words(done)) == (200, True)
    assert can_sign_in("new@example.com", PASSWORD) and not can_sign_in("alice@example.com", PASSWORD)
    assert Client().get(address).status_code == 404
    assert set(AccountMail.objects.values_list("kind", "email")) == {
        ("email_changed", "alice@example.com"),
        ("email_changed", "new@example.com"),
    }


def test_who_is_not_signed_in_confirms_it_with_the_password(alice: User, bob: User) -> None:
    address = email_link(alice)
    for browser in (Client(enforce_csrf_checks=True), browser_of(bob)):
        for given in ({}, {"password": "wrong"}):
            refused = submit(address, browser, **given)
            assert (refused.status_code, "The password is wrong" in words(refused)) == (401, True)
    assert can_sign_in("alice@example.com", PASSWORD)
    for _ in range(6):
        submit(address, password="wrong")
    assert submit(address, password=PASSWORD).status_code == 429, "counted as anywhere else"
    assert submit(address, browser_of(alice)).status_code == 200
    assert can_sign_in("new@example.com", PASSWORD)


@pytest.mark.parametrize("link", [reset_link, email_link])
def test_a_link_does_not_tell_the_present_address(link: Any, alice: User) -> None:
    token = link(alice).rsplit("/", 1)[1]
    payload = base64.urlsafe_b64decode(token.partition(":")[0] + "==")
    assert b"alice" not in payload


def test_an_address_that_is_taken_by_now_changes_nothing(alice: User, bob: User) -> None:
    page = submit(email_link(alice, bob.email), browser_of(alice))
    assert (page.status_code, "This address is taken" in words(page)) == (409, True)
    alice.refresh_from_db()
    assert alice.email == "alice@example.com" and not AccountMail.objects.exists()


def test_a_new_password_voids_a_new_address_that_waits(alice: User) -> None:
    address = email_link(alice)
    assert Api(alice).put("auth/password", {"current": PASSWORD, "new": NEW}).status_code == 204
    assert Client().get(address).status_code == 404


def test_a_new_address_voids_the_links_that_went_to_the_former_one(alice: User) -> None:
    address, other = reset_link(alice), email_link(alice, "other@example.com")
    submit(email_link(alice), browser_of(alice))
    assert Client().get(address).status_code == Client().get(other).status_code == 404


@pytest.mark.parametrize(("language", "title"), [("es", "Elige una contraseña nueva"), ("ar", "اختر كلمة مرور جديدة")])
def test_the_page_is_in_the_language_of_the_account(language: str, title: str, alice: User) -> None:
    User.objects.filter(id=alice.id).update(language=language)
    page = words(Client().get(reset_link(alice), headers={"Accept-Language": "en"}))
    assert title in page and f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page


def test_no_link_stands_in_the_log(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        address = reset_link(alice)
        submit(address, password="short")
        Client().post(address)
        Client().get(address[:-1])
    assert address.rsplit("/", 1)[1][:20] not in caplog.text
