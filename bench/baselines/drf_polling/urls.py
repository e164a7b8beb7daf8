from django.urls import include, path
from rest_framework.routers import DefaultRouter

from bench.baselines.drf_polling.chat.views import MessageViewSet

router = DefaultRouter()
router.register("messages", MessageViewSet, basename="message")
urlpatterns = [path("api/", include(router.urls))]
