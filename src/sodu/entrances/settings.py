"""Django's settings: made from the configuration of the home that SODU_HOME names. Nothing else reads either."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

import sodu
from sodu.entrances.configuration import Configuration
from sodu.entrances.database import cache, database, own_part
from sodu.entrances.single_sign_on import providers
from sodu.values import limits

PACKAGE = Path(sodu.__file__).parent
CONFIGURATION = Configuration.read(Path(os.environ.get("SODU_HOME") or "sodu-data").resolve())

SECRET_KEY = CONFIGURATION.secret_key
DEBUG = False
ALLOWED_HOSTS = [CONFIGURATION.host, *(["localhost", "127.0.0.1", "[::1]"] if not CONFIGURATION.is_secure else [])]
ROOT_URLCONF = "sodu.entrances.web.urls"
WSGI_APPLICATION = "sodu.entrances.web.wsgi.application"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_htmx",
    "sodu.people.accounts",
    "sodu.people.tenants",
    "sodu.people.saved",
    "sodu.people.audit",
    "sodu.people.loads",
    "sodu.people.servers",
    "sodu.entrances.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "sodu.entrances.web.middleware.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sodu.entrances.web.middleware.people.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sodu.entrances.web.middleware.people.ActivityMiddleware",
    "sodu.entrances.web.middleware.people.SignedInMiddleware",
    "sodu.entrances.web.middleware.people.SecondFactorMiddleware",
    "sodu.entrances.web.middleware.errors.ErrorMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "DIRS": [PACKAGE / "entrances" / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["sodu.entrances.web.templatetags.sodu"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sodu.entrances.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database(CONFIGURATION.home)}
CACHES = {"default": cache()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"

ACCOUNT_ADAPTER = "sodu.entrances.web.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_USER_DISPLAY = "sodu.entrances.web.adapters.user_display"
MFA_ADAPTER = "sodu.entrances.web.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Sodu"
MFA_ALLOW_UNVERIFIED_EMAIL = True
"""Addresses come from invitations, not from who signs up: a factor needs no further proof of them."""
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CONFIGURATION.is_secure
USERSESSIONS_TRACK_ACTIVITY = True
SOCIALACCOUNT_ADAPTER = "sodu.entrances.web.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = providers(CONFIGURATION.single_sign_on, CONFIGURATION.home)

SESSION_COOKIE_NAME = "__Host-sid" if CONFIGURATION.is_secure else "sid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = CONFIGURATION.is_secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if CONFIGURATION.is_secure else "csrf"
CSRF_TRUSTED_ORIGINS = [CONFIGURATION.url]
SESSION_COOKIE_AGE = limits.SESSION_SECONDS_MAX
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if CONFIGURATION.is_secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = CONFIGURATION.is_secure
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if CONFIGURATION.is_secure and CONFIGURATION.proxies else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.REQUEST_BYTES_MAX
FILE_UPLOAD_TEMP_DIR = str(CONFIGURATION.home / "tmp")

USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("vi", "Tiếng Việt")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = CONFIGURATION.home / "static" / own_part(CONFIGURATION.bind)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "sodu.entrances.web.static_files.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

if CONFIGURATION.smtp:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = CONFIGURATION.smtp.host, CONFIGURATION.smtp.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = CONFIGURATION.smtp.user, CONFIGURATION.smtp.password
    EMAIL_USE_TLS = CONFIGURATION.smtp.encryption == "starttls"
    EMAIL_USE_SSL = CONFIGURATION.smtp.encryption == "tls"
    EMAIL_TIMEOUT = 20
    DEFAULT_FROM_EMAIL = CONFIGURATION.mail_from
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LOGGING_CONFIG = None
"""structlog writes the log; `web.logs` sets it up."""
