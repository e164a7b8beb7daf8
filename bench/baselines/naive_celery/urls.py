from django.urls import include, path
from rest_framework.routers import DefaultRouter

from bench.baselines.naive_celery.notifications.views import NotifyingMessageViewSet

router = DefaultRouter()
router.register("messages", NotifyingMessageViewSet, basename="message")
urlpatterns = [path("api/", include(router.urls))]
