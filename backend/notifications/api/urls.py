from django.urls import path

from backend.notifications.api import preferences, told

urlpatterns = [
    path("notification-settings", preferences.SettingsApi.as_view()),
    path("notification-settings/email-suppression", preferences.EmailSuppressionApi.as_view()),
    path("notification-settings/test", preferences.TestApi.as_view()),
    path("notification-settings/muted", preferences.MutedApi.as_view()),
    path("notifications/log", told.LogApi.as_view()),
    path("conversations/<int:conversation_id>/reach", told.ReachApi.as_view()),
]
