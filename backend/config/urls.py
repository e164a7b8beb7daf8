"""Every address Hark answers to."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from backend.accounts.link_pages import email_confirm_page, password_reset_page
from backend.accounts.views import signup_confirm_page
from backend.config import health, views
from backend.privacy.views import export_download

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.page),
    path("c/<int:conversation_id>", views.page),
    path("c/<int:conversation_id>/<int:seq>", views.page),
    path("settings", views.page),
    path("accessibility", views.accessibility),
    path("manifest.webmanifest", views.manifest),
    path("sw.js", views.service_worker),
    path("api/v1/", include("backend.accounts.urls")),
    path("api/v1/", include("backend.chat.urls")),
    path("api/v1/push/", include("backend.notifications.push.urls")),
    path("api/v1/", include("backend.notifications.api.urls")),
    path("api/v1/", include("backend.privacy.urls")),
    path("api/v1/schema", views.SchemaApi.as_view(), name="schema"),
    path("api/docs", views.docs),
    path("signup/confirm/<str:token>", signup_confirm_page),
    path("password/reset/<str:token>", password_reset_page),
    path("email/confirm/<str:token>", email_confirm_page),
    path("exports/<str:token>", export_download),
    path("n/", include("backend.notifications.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
]
if settings.HARK_DEMO:
    urlpatterns.append(path("demo/", include("backend.demo.urls")))
# Without a secret anybody could report that anybody's mail bounces.
if settings.EMAIL_BACKEND.startswith("anymail.") and settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns.append(path("anymail/", include("backend.notifications.providers")))

handler400 = "backend.api.problems.bad_request"
handler404 = "backend.api.problems.not_found"
handler500 = "backend.api.problems.server_error"
