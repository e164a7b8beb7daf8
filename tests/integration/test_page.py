"""The shell of the page, and its service worker."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db

SOURCE: Path = settings.BASE_DIR / "frontend_static" / "service-worker.js"


@pytest.mark.parametrize("path", ["/", "/c/7", "/settings"])
def test_the_shell_is_the_same_at_every_address_of_the_page(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-cache"
    assert response.content == Client().get("/").content


@pytest.mark.parametrize("path", ["/settings/", "/settings/devices", "/c/bob", "/sw.js/"])
def test_no_other_address_is_the_page(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/settings", "/sw.js"])
def test_the_page_and_its_worker_are_only_read(path: str) -> None:
    assert Client().post(path).status_code == 405


def test_the_service_worker_may_have_the_whole_site_and_is_asked_for_anew() -> None:
    response = Client().get("/sw.js")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Cache-Control"] == "no-cache"
    assert not response.cookies
    assert response.content == SOURCE.read_bytes()


def test_the_service_worker_is_one_file_whose_pictures_are_there() -> None:
    text = SOURCE.read_text()
    assert not re.search(r"\bimport\b|importScripts", text.replace("without imports", ""))
    pictures = re.findall(r'"/static/([^"]+)"', text)
    assert len(pictures) == 2
    for picture in pictures:
        assert (settings.BASE_DIR / "frontend_static" / picture).is_file()
