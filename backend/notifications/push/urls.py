from django.urls import path

from backend.notifications.push import api

urlpatterns = [
    path("key", api.KeyApi.as_view()),
    path("subscriptions", api.SubscriptionsApi.as_view()),
    path("subscriptions/<int:subscription_id>", api.SubscriptionApi.as_view()),
]
