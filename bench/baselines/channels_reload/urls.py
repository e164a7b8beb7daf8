from django.urls import path

from bench.baselines.channels_reload.chat import views

urlpatterns = [
    path("", views.conversations),
    path("conversations/<int:conversation_id>/", views.conversation),
    path("conversations/<int:conversation_id>/messages/", views.send),
]
