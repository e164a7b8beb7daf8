from django.urls import path

from backend.accounts import api

urlpatterns = [
    path("auth/login", api.LoginApi.as_view()),
    path("auth/logout", api.LogoutApi.as_view()),
    path("auth/signup", api.SignupApi.as_view()),
    path("auth/tokens", api.TokensApi.as_view()),
    path("auth/tokens/<int:token_id>", api.TokenApi.as_view()),
    path("me", api.MeApi.as_view()),
]
