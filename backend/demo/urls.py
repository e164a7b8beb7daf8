from django.urls import path

from backend.demo import views

urlpatterns = [
    path("mail", views.mail_list),
    path("mail/<str:key>", views.mail_page),
    path("mail/<str:key>/html", views.mail_html),
    path("mail/<str:key>/reply", views.mail_reply),
]
