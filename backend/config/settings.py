"""Settings, all from the environment (the table is in docs/operations.md).

Nothing here guesses a secret or an address: what is missing or unsafe is named by the system checks
(`checks.py`), and `startup.py` refuses to serve with it.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ

from backend.config.days import days_read
from backend.config.headers import add_static_headers

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
HARK_VAR = Path(env.str("HARK_VAR", default="") or BASE_DIR / "var").resolve()
# Written by bin/run while it is up, so that manage.py finds the same databases. The real environment wins.
environ.Env.read_env(HARK_VAR / "env", overwrite=False)

DEBUG = False
HARK_DEMO = env.bool("HARK_DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
FORWARDED_ALLOW_IPS = env.list("FORWARDED_ALLOW_IPS", default=["127.0.0.1"])  # proxies
HARK_PROXIES = env.int("HARK_PROXIES", default=1)  # that vouch for who asks, where FORWARDED_ALLOW_IPS names no address
HARK_SIGNUP = env.str("HARK_SIGNUP", default="closed")
HARK_STAFF_2FA = env.str("HARK_STAFF_2FA", default="off")  # on: staff must have a second factor
HARK_LIMITS = env.str("HARK_LIMITS", default="on")  # off: members may do what they like; strangers and guesses may not
HARK_LIMIT_RATES = env.list("HARK_LIMIT_RATES", default=[])  # category=units/seconds, like send=180/60
HARK_CONSENT = env.str("HARK_CONSENT", default="strangers")  # who must be asked: strangers, always or never
HARK_DIRECTORY = env.str("HARK_DIRECTORY", default="contacts")  # who can be found: contacts, all or staff
HARK_PUSH_DELAY = env.int("HARK_PUSH_DELAY", default=20)  # seconds from the first unread message
HARK_EMAIL_DELAY = env.int("HARK_EMAIL_DELAY", default=120)  # seconds from the first unread message
HARK_AWAY_AFTER = env.int("HARK_AWAY_AFTER", default=60)  # seconds without a visible poll
HARK_RETENTION_DAYS = days_read(env.str("HARK_RETENTION_DAYS", default=""))  # 0: messages are kept for ever
HARK_AUDIT_DAYS = days_read(env.str("HARK_AUDIT_DAYS", default=""))  # 0: the audit log is kept for ever
HARK_INBOUND_DOMAIN = env.str("HARK_INBOUND_DOMAIN", default="").lower()  # of reply and bounce addresses; empty: none
HARK_INBOUND_LISTEN = env.str("HARK_INBOUND_LISTEN", default="127.0.0.1:8025")
HARK_INBOUND_AUTHSERV = env.str(
    "HARK_INBOUND_AUTHSERV", default=""
).lower()  # whose Authentication-Results are believed
HARK_INBOUND_PROTOCOL = env.str("HARK_INBOUND_PROTOCOL", default="smtp")
# The push services that pushes are sent to: host, *.host (any subdomain) or host:port.
HARK_PUSH_HOSTS = env.list(
    "HARK_PUSH_HOSTS",
    default=[
        "fcm.googleapis.com",
        "jmt17.google.com",
        "updates.push.services.mozilla.com",
        "*.push.apple.com",
        "*.notify.windows.com",
    ],
)
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")  # empty: HARK_VAR/vapid.pem, made when it is needed
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default="")  # empty: mailto: and the address of DEFAULT_FROM_EMAIL

INSTALLED_APPS = [
    "backend.config.apps.OperatorsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "backend.config",
    "backend.api",
    "backend.accounts",
    "backend.live",
    "backend.chat",
    "backend.notifications",
    "backend.privacy",
]
if HARK_DEMO:
    INSTALLED_APPS.append("backend.demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backend.config.policies.PolicyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "backend.accounts.sessions.BrowserSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "backend.config.cross_site.CrossSiteMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "backend.accounts.sessions.SessionUserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backend.api.problems.ProblemMiddleware",
]

ROOT_URLCONF = "backend.config.urls"
CSRF_FAILURE_VIEW = "backend.api.problems.csrf_failure"
WSGI_APPLICATION = "backend.config.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend_static"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# The database is the only truth. Transactions are short; the timeouts bound what a stuck one can hold up.
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql://127.0.0.1/hark")}
DATABASES["default"].update(
    ENGINE="backend.database",
    CONN_MAX_AGE=None,
    CONN_HEALTH_CHECKS=True,
    OPTIONS={
        "connect_timeout": 5,
        "options": "-c statement_timeout=15s -c lock_timeout=10s -c idle_in_transaction_session_timeout=15s"
        # What is prepared is planned once for all parameters (backend/database). In other
        # statements only the texts of people are parameters (database/binding.py). Search wants a plan for each text,
        # and sets the mode itself (chat/search.py). The others compare for equality, or by LIKE without an index.
        " -c plan_cache_mode=force_generic_plan",
    },
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["backend.accounts.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "backend.accounts.validators.UnlikeTheOwner",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "backend.accounts.validators.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "backend.accounts.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # seconds
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]  # bin/messages keeps them complete
LOCALE_PATHS = [BASE_DIR / "backend" / "locale"]

_https = urlsplit(PUBLIC_URL).scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
# No other host of the same site can set a cookie with this prefix (RFC 6265bis, 4.1.3.2). It needs https.
_cookie_prefix = "__Host-" if _https else ""
SESSION_COOKIE_NAME = f"{_cookie_prefix}sessionid"
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrftoken"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        **dict.fromkeys(
            (
                "script-src",
                "style-src",
                "connect-src",
                "font-src",
                "manifest-src",
                "worker-src",
                "form-action",
            ),
            ["'self'"],
        ),
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["hark-service-worker"],  # one policy, which knows one address: /sw.js
    }
}
# Other sites use bearer tokens, never our cookies.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_CREDENTIALS = False
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Poll-Interval"]

STATIC_URL = "/static/"
STATIC_ROOT = HARK_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend_static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "backend.config.static.HashedStaticFiles"},
}

environ.Env.EMAIL_SCHEMES["maildir"] = "backend.demo.maildir.MaildirBackend"
# EMAIL_URL=anymail+postmark:// and the like: mail by the API of a provider (docs/operations.md), an optional extra.
for _provider in (
    *("amazon_ses", "brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill"),
    *("postal", "postmark", "resend", "scaleway", "sendgrid", "sparkpost", "unisender_go"),
):
    _scheme = f"anymail+{_provider.replace('_', '-')}"
    environ.Env.EMAIL_SCHEMES[_scheme] = f"anymail.backends.{_provider}.EmailBackend"
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
EMAIL_TIMEOUT = 20  # seconds for one command of SMTP; Django's default would wait for ever
ANYMAIL = {
    "REQUESTS_TIMEOUT": (10, 20),  # seconds to connect and to answer
    "IGNORE_UNSUPPORTED_FEATURES": True,  # most providers have bounce addresses of their own
    **{name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")},
}
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default=f"Hark <hark@{urlsplit(PUBLIC_URL).hostname or 'localhost'}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.accounts.authentication.BearerAuthentication",
        "backend.accounts.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["backend.api.throttling.CategoryThrottle"],
    "DEFAULT_PARSER_CLASSES": ["backend.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["backend.api.rendering.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "backend.api.rendering.LenientNegotiation",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "backend.api.schema.Schema",
    "EXCEPTION_HANDLER": "backend.api.problems.problem_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hark",
    "VERSION": "1",
    "DESCRIPTION": "Chat over plain HTTP. The protocol in prose: docs/protocol.md.",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"keys": {"()": "backend.config.logs.KeysFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "INFO"},
        "django.request": {"level": "ERROR"},  # a 401 or 404 is an answer, not a fault of ours
        "django.security": {"level": "CRITICAL"},  # nor is a 400; anybody could fill the log with them
        "mail.log": {
            "level": "CRITICAL"
        },  # aiosmtpd's: every command, so whatever a stranger says, and signed addresses
    },
}
