"""The only settings module.

Everything an operator may set is read from the environment by `config.env` and named in
`.env.example`.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from inglenook.config import env, file_store, mail, service_urls, single_sign_on, static_headers
from inglenook.protocol.limits import FORM_BODY_BYTES

PACKAGE_DIR = Path(__file__).resolve().parent.parent
env.read_dotenv(Path.cwd())

DATA_DIR = Path(env.text("INGLENOOK_DATA_DIR", "data")).expanduser().resolve()
SECRET_KEY = env.secret_key("INGLENOOK_SECRET_KEY", DATA_DIR)
DEBUG = env.boolean("INGLENOOK_DEBUG", False)

BASE_URL = env.base_url("INGLENOOK_BASE_URL", "http://127.0.0.1:8000")
_HOST = urlsplit(BASE_URL).netloc.removesuffix(f":{urlsplit(BASE_URL).port}")
ALLOWED_HOSTS = env.hosts("INGLENOOK_ALLOWED_HOSTS", [_HOST, "localhost", "127.0.0.1", "[::1]"])
TRUSTED_PROXIES = env.networks("INGLENOOK_TRUSTED_PROXIES")
HELD_NETWORKS = env.networks("INGLENOOK_HELD_NETWORKS")
# For development: links to this machine have previews, too.
PREVIEWS_TO_LOOPBACK = env.boolean("INGLENOOK_PREVIEWS_TO_LOOPBACK", False)
IS_HTTPS = BASE_URL.startswith("https://")

LIMITS = env.limits()
# Rooms are shared out among all of them; what is counted for all processes is counted in the first.
REDIS_URLS = service_urls.redis_urls("REDIS_URL")
REDIS_URL = REDIS_URLS[0] if REDIS_URLS else None
REDIS_WAIT_MS = env.integer("INGLENOOK_REDIS_WAIT_MS", 100, most=10_000)
READY_FRAMES = env.boolean("INGLENOOK_READY_FRAMES", True)
DATABASES = {"default": service_urls.database("DATABASE_URL", DATA_DIR)}

# Pub/sub, with one subscription for each process and room: the core layer drops messages beyond 100
# unread. The client's timeout is switched off: redis-py 8 defaults to 5 s, which closes quiet
# subscriptions, and with any timeout it makes a task for each publish. The relay gives every call
# 2 s, and notices by its heartbeat when a subscription is dead.
CHANNEL_LAYERS = (
    {
        "default": {
            "BACKEND": "inglenook.realtime.relay.pubsub_layer.PubSubLayer",
            "CONFIG": {
                "hosts": [
                    {"address": url, "socket_timeout": None, "socket_connect_timeout": 2}
                    for url in REDIS_URLS
                ],
                "prefix": "inglenook",
            },
        }
    }
    if REDIS_URL
    else {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
)

INSTALLED_APPS = [
    "inglenook.config.daphne_app.DaphneAppConfig",  # first: its `runserver` serves sockets too
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
    "inglenook.config",
    "inglenook.sites",
    "inglenook.visitors",
    "inglenook.moderation",
    "inglenook.chat",
    "inglenook.jobs",
    "inglenook.realtime",
    "inglenook.api",
    "inglenook.pages",
    "inglenook.dashboard",
    "inglenook.ops",
]

MIDDLEWARE = [
    "inglenook.dashboard.own_address.own_address",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "inglenook.api.http.middleware.ApiErrorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "inglenook.dashboard.shell.languages.workspace_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "inglenook.config.urls"
ASGI_APPLICATION = "inglenook.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

AUTH_USER_MODEL = "sites.Account"
# One-time login links (sites/login_links.py): a token is 8 bytes of key, 4 of time and 18 of
# signature, which fill 40 characters of base64 to the last bit.
SESAME_TOKENS = ["sesame.tokens_v2"]
SESAME_MAX_AGE = 24 * 60 * 60
SESAME_ONE_TIME = True
SESAME_INVALIDATE_ON_EMAIL_CHANGE = True
SESAME_PACKER = "sesame.packers.LongLongPacker"
SESAME_SIGNATURE_SIZE = 18
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "inglenook.dashboard.accounts.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "inglenook.dashboard.account_forms.LoginForm",
    "signup": "inglenook.dashboard.account_forms.SignupForm",
    "reset_password": "inglenook.dashboard.account_forms.ForgottenPasswordForm",
    "reset_password_from_key": "inglenook.dashboard.account_forms.NewPasswordForm",
    "change_password": "inglenook.dashboard.account_forms.ChangePasswordForm",
    "set_password": "inglenook.dashboard.account_forms.FirstPasswordForm",
    "reauthenticate": "inglenook.dashboard.account_forms.PasswordAgainForm",
}
SOCIALACCOUNT_FORMS = {"signup": "inglenook.dashboard.account_forms.SignupElsewhereForm"}
OPENS_SIGNUP = env.boolean("INGLENOOK_SIGNUP", False)
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Two steps (dashboard/second_step.py). Where no mail is sent no address is ever proven.
MFA_ADAPTER = "inglenook.dashboard.second_step.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "inglenook.dashboard.second_step.CodeForm",
    "reauthenticate": "inglenook.dashboard.second_step.CodeAgainForm",
    "activate_totp": "inglenook.dashboard.second_step.FirstCodeForm",
    "authenticate_webauthn": "inglenook.dashboard.second_step.PasskeyForm",
    "reauthenticate_webauthn": "inglenook.dashboard.second_step.PasskeyAgainForm",
    "login_webauthn": "inglenook.dashboard.second_step.PasskeyLoginForm",
    "add_webauthn": "inglenook.dashboard.second_step.NewPasskeyForm",
}
# One provider of OpenID Connect, by the environment (docs/accounts.md).
SINGLE_SIGN_ON = single_sign_on.provider("INGLENOOK_OIDC")
OPENS_SIGNUP_BY_OIDC = env.boolean("INGLENOOK_OIDC_SIGNUP", False)
SOCIALACCOUNT_PROVIDERS = single_sign_on.allauth_settings(SINGLE_SIGN_ON)
SOCIALACCOUNT_ADAPTER = "inglenook.dashboard.single_sign_on.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
_MAIL = mail.mail_settings("EMAIL_URL")
# Mails hold links that sign people in, so without a server for them none is written anywhere.
globals().update(_MAIL)
# Whoever signs up proves the address, where a mail can reach it (dashboard/accounts.py).
ACCOUNT_EMAIL_VERIFICATION = "none" if _MAIL["EMAIL_BACKEND"] == mail.NO_MAIL else "mandatory"
DEFAULT_FROM_EMAIL = mail.sender("EMAIL_FROM", _HOST)
EMAIL_TIMEOUT = 10
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{_HOST}] "

SESSION_COOKIE_NAME = "inglenook_session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "inglenook_csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "inglenook.dashboard.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What BodyLimits lets through stays in memory where it is a form; a larger one brings a file, and
# becomes one without a name.
DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_BODY_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = FORM_BODY_BYTES
FILE_UPLOAD_HANDLERS = ["inglenook.files.spool.SpooledUpload"]
PICTURES_DIR = DATA_DIR / "pictures"
# Files that people send, where no bucket is named.
FILES_DIR = file_store.folder("INGLENOOK_FILES_DIR", DATA_DIR)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "connect-src": [SELF, BASE_URL.replace("http", "ws", 1)],
        # Browsers ask this of the redirect to a provider of accounts, too.
        "form-action": [SELF, *single_sign_on.origins(SINGLE_SIGN_ON)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ("accept", "authorization", "content-type", "last-event-id")
CORS_EXPOSE_HEADERS = ("etag", "retry-after", "inglenook-look")
CORS_PREFLIGHT_MAX_AGE = 600

# Jobs wait in the database, so that they are stored with what they follow from (jobs/).
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "previews"],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "files": file_store.store("INGLENOOK_S3", FILES_DIR),
}
STATICFILES_DIRS = [PACKAGE_DIR / "static"]
EMBED_DIR = PACKAGE_DIR / "embed_dist"
WHITENOISE_ROOT = EMBED_DIR
WHITENOISE_MAX_AGE = 300
# WhiteNoise reads each file whole, from a thread; ours have some kilobytes, and a proxy may serve
# them instead.
warnings.filterwarnings(
    "ignore", message="StreamingHttpResponse must consume synchronous iterators"
)
WHITENOISE_IMMUTABLE_FILE_TEST = static_headers.is_immutable
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers.add_headers

LANGUAGE_CODE = "en"
# Of the workspace. Each but English has a folder in LOCALE_PATHS; names are in their own language.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "inglenook_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DEFAULT_EXCEPTION_REPORTER_FILTER = "inglenook.ops.logs.SettingsFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "inglenook.ops.logs.LineFormatter"}},
    "filters": {
        "in_counts": {"()": "inglenook.ops.logs.InCounts"},
        "once_a_minute": {"()": "inglenook.ops.logs.OnceAMinute"},
        "not_that_somebody_left": {"()": "inglenook.ops.logs.NotThatSomebodyLeft"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "inglenook": {
            "level": env.choice(
                "INGLENOOK_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")
            )
        },
        # A refused Host or origin is the client's doing; it is counted, not shouted about.
        "django.security": {"level": "CRITICAL"},
        "django.request": {"level": "ERROR"},
        # A warning each for requests that are none, and for upgrades to what nobody here speaks.
        "uvicorn.error": {"filters": ["in_counts"]},
        # It tells of every try while Redis is away; the relay says when that begins and ends.
        "channels_redis.pubsub": {"filters": ["once_a_minute"]},
        "asyncio": {"filters": ["not_that_somebody_left"]},
    },
}
