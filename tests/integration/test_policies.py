"""The content security policy: one for all, but where a view changes it."""

from contextlib import closing

import pytest
from django.templatetags.static import static
from django.test import Client

POLICY = "Content-Security-Policy"
STRICT = ("/", "/healthz", "/api/v1/me", "/nothing")

pytestmark = pytest.mark.django_db


def directives(path: str) -> dict[str, str]:
    policy = Client().get(path)[POLICY]
    return dict(directive.strip().partition(" ")[::2] for directive in policy.split(";"))


def test_the_policy_is_strict_and_the_same_everywhere() -> None:
    policies = [directives(path) for path in STRICT]
    assert all(policy == policies[0] for policy in policies)
    assert policies[0]["default-src"] == policies[0]["frame-ancestors"] == "'none'"
    assert policies[0]["script-src"] == policies[0]["style-src"] == policies[0]["worker-src"] == "'self'"
    assert policies[0]["require-trusted-types-for"] == "'script'"
    assert policies[0]["trusted-types"] == "hark-service-worker", "one policy, which may be made once"


def test_where_it_gives_way_it_does_so_for_that_page_alone() -> None:
    strict = directives("/api/v1/me")
    docs = directives("/api/docs")
    assert "'unsafe-inline'" in docs["style-src"]
    assert "trusted-types" not in docs
    assert directives("/api/v1/me") == directives("/") == strict


@pytest.mark.parametrize("path", STRICT)
def test_no_other_site_may_embed_an_answer_and_no_answer_may_use_the_camera(path: str) -> None:
    response = Client().get(path)
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_other_site_may_use_the_page_s_files() -> None:
    with closing(Client().get(static("app.js"))) as response:
        assert response.status_code == 200
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response
