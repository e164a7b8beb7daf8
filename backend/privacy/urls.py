from django.urls import path

from backend.privacy.api import views

urlpatterns = [
    path("me/audit", views.AuditApi.as_view()),
    path("me/exports", views.ExportsApi.as_view()),
    path("me/erase", views.EraseApi.as_view()),
]
