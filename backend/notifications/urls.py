from django.urls import path

from backend.notifications.views import unsubscribe_page

urlpatterns = [path("unsubscribe/<str:token>", unsubscribe_page)]
