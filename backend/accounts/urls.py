from django.urls import path

from backend.accounts import api
from backend.accounts.api import passwords, second_factor, sessions

urlpatterns = [
    path("auth/login", api.LoginApi.as_view()),
    path("auth/logout", api.LogoutApi.as_view()),
    path("auth/signup", api.SignupApi.as_view()),
    path("auth/tokens", api.TokensApi.as_view()),
    path("auth/tokens/<int:token_id>", api.TokenApi.as_view()),
    path("auth/password", passwords.PasswordApi.as_view()),
    path("auth/password/forgot", passwords.ForgotApi.as_view()),
    path("auth/email", passwords.EmailApi.as_view()),
    path("auth/sessions", sessions.SessionsApi.as_view()),
    path("auth/sessions/<str:session_id>", sessions.SessionApi.as_view()),
    path("auth/second-factor", second_factor.SecondFactorApi.as_view()),
    path("auth/second-factor/recovery-codes", second_factor.RecoveryCodesApi.as_view()),
    path("me", api.MeApi.as_view()),
]
