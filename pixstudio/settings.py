"""All settings in one file; what differs between set-ups comes from the environment.

docs/running.md lists every name. The defaults are safe and run on one machine with SQLite.
"""

from math import ceil
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP
from environs import env

from pixstudio.secrets import new_key, new_secret, secret, told

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("PIXSTUDIO_DATA", str(BASE_DIR / "data"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secret("SECRET_KEY", DATA_DIR / "secret_key", new_secret)
# Encrypts the providers' keys at rest. Several, separated by commas, rotate: the first encrypts.
FIELD_KEYS = secret("FIELD_KEYS", DATA_DIR / "field_key", new_key).split(",")

# Where browsers and providers reach us. Empty: this machine only, and polling serves.
PUBLIC_URL = env.str("PUBLIC_URL", "").rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
if _public.hostname:
    ALLOWED_HOSTS.append(_public.hostname)
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if _public.hostname else []
# How this machine's sandbox reaches us; see LOCAL_URL below.
ALLOWED_HOSTS += [h for h in [urlsplit(env.str("LOCAL_URL", "")).hostname] if h]
# Where the sandbox of this set-up listens; empty where there is none.
SANDBOX_URL = env.str("SANDBOX_URL", "").rstrip("/")
# How the sandbox, on this machine, reaches us; it fetches pictures and sends webhooks here.
LOCAL_URL = env.str("LOCAL_URL", "").rstrip("/")

INSTALLED_APPS = [
    "accounts",
    "generations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_q",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "accounts.middleware.FirstStartMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pixstudio.middleware.HtmxWayMiddleware",
    "pixstudio.middleware.FreshPagesMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "pixstudio.urls"
WSGI_APPLICATION = "pixstudio.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pixstudio.context.place",
            ],
            "builtins": ["generations.templatetags.studio"],
        },
    }
]

DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'pixstudio.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a transaction that will write waits at its start, never fails in its middle.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
            "PRAGMA cache_size=-20000; PRAGMA mmap_size=134217728;"
        ),
    }
    # Tests run several connections (threads, workers): an in-memory database cannot be shared so.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # PostgreSQL compiles what it takes for dear: tens of milliseconds for queries that take two.
    # It shares what is long among workers that have to be started: no page is so long.
    # It tries all orders of joins: of eight, which only fetch names, that takes ten times as long
    # as the query. Of more than four it takes those behind as they are written.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c jit=off -c max_parallel_workers_per_gather=0 -c join_collapse_limit=4"
    )
# Opening SQLite with its PRAGMAs costs a quarter of a small request, and every look of the queue.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
        }
    }
else:
    # Shared by all processes, as sign-in throttling needs; a memory cache would not be.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
        }
    }

# The queue only rings the bell; truth is in rows (design.md section 4). Why each figure:
# docs/architecture.md. pixstudio/checks.py asserts that they fit each other.
QUEUE = env.str("QUEUE", "orm")
WORKERS = env.int("WORKERS", 4)
_task_s, _prefetch, _bulk = 300, 2, 1
Q_CLUSTER = {
    "name": "pixstudio",
    "workers": WORKERS,
    "timeout": _task_s,
    # The broker's lock starts when a task is prefetched, not when it starts (measured: duplicates).
    "retry": _task_s * (1 + ceil((_prefetch + _bulk) / WORKERS)) + 60,
    "queue_limit": _prefetch,
    "bulk": _bulk,
    "poll": 0.04,
    "save_limit": -1,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "recycle": 500,
    "label": "Queue",
    **({"redis": REDIS_URL} if QUEUE == "redis" else {"orm": "default"}),
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "accounts.allauth.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# Links to join: how often one address may open or press them, and one link be tried.
ACCOUNT_RATE_LIMITS = {
    "join": "40/m/ip",
    "join_try": "10/h/key",
    # Links for guests: passphrases tried, and what one address may say.
    "guest_pass": "20/m/ip,20/h/key",
    "guest_say": "40/m/ip",
    # Programs: requests with one token, and tries with none of ours from one address.
    "api": "120/m/key",
    "api_wrong": "30/m/ip",
}
# Sign-in at a team's own identity provider, where all four are told (docs/people.md).
OIDC_NAME = env.str("OIDC_NAME", "Single sign-on")
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", "").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "") or told("OIDC_CLIENT_SECRET")
# Whoever signs in there joins this team (its name in addresses); empty: only the invited come in.
OIDC_TEAM = env.str("OIDC_TEAM", "")
OIDC_ON = bool(OIDC_SERVER_URL and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET)
SOCIALACCOUNT_ADAPTER = "generations.single_sign_on.Adapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_ON
        else [],
    }
}
# By a link, not by a form: a form may post to no other host here, and be led to none (CSP).
SOCIALACCOUNT_LOGIN_ON_GET = True
MFA_ADAPTER = "accounts.allauth.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.keys.AddKeyForm",
    "authenticate_webauthn": "accounts.keys.UseKeyForm",
    "reauthenticate_webauthn": "accounts.keys.ProveKeyForm",
    "login_webauthn": "accounts.keys.SignInKeyForm",
}
MFA_TOTP_ISSUER = "PixStudio"
# One step to both sides: clocks of phones are not exact.
MFA_TOTP_TOLERANCE = 1
# Most studios send no mail, so no address is ever confirmed by one.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# How many proxies of ours stand before us: throttles then count the address that came to the first.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# "smtp+tls://user:password@host:587"; by default mail is printed in the terminal.
_mail = env.dj_email_url("EMAIL_URL", "console://")
_options = {
    "host": _mail["EMAIL_HOST"],
    "port": _mail["EMAIL_PORT"],
    "username": _mail["EMAIL_HOST_USER"],
    "password": _mail["EMAIL_HOST_PASSWORD"],
    "use_tls": _mail["EMAIL_USE_TLS"],
    "use_ssl": _mail["EMAIL_USE_SSL"],
    # Somebody waits for the page that sends it.
    "timeout": 10,
}
_backend = _mail.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
MAILERS = {
    "default": {
        "BACKEND": _backend,
        "OPTIONS": _options if _backend.endswith("smtp.EmailBackend") else {},
    }
}

# Does mail reach people? If not, a page shows what would have been sent.
SENDS_MAIL = _backend.endswith("smtp.EmailBackend")

LANGUAGE_CODE = "en"
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = False

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    # Private: nothing serves this folder but generations.views.files, which asks who may see.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "media")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# On the disk of the media, so that a large upload is moved there and not copied. Swept with it.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000

# Security. Inline scripts and styles are refused; whatever is needed stands in a file.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "media-src": [CSP.SELF, "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
_secure = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _secure
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
# The health check and this machine's sandbox come without the proxy that speaks https.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^in/", r"^hooks/"]
SESSION_COOKIE_NAME = env.str("SESSION_COOKIE_NAME", "pixstudio_session")
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATABASE_ROUTERS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "pixstudio.logging.Redact"}},
    "formatters": {
        "line": {
            "()": "pixstudio.logging.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}

# What the studio itself allows. Sizes in bytes, sides in pixels, times in seconds.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 20_000_000)
UPLOAD_MAX_SIDE = env.int("UPLOAD_MAX_SIDE", 10_000)
# The largest that any provider takes but useapi.net, which names 5 GB and means far less.
UPLOAD_MEDIA_MAX_BYTES = env.int("UPLOAD_MEDIA_MAX_BYTES", 200_000_000)
UPLOAD_MEDIA_MAX_SECONDS = env.int("UPLOAD_MEDIA_MAX_SECONDS", 600)
RESULT_MAX_BYTES = env.int("RESULT_MAX_BYTES", 2_000_000_000)
# How many poll tasks may run at once over all workers, and how many looks each has in the air.
POLLERS = env.int("POLLERS", 1)
POLL_THREADS = env.int("POLL_THREADS", 96)
POLL_TASK_S = env.float("POLL_TASK_S", 20.0)
# A base URL or a media link on a private address is refused, but for the sandbox of this set-up.
ALLOW_PRIVATE_ADDRESSES = env.bool("ALLOW_PRIVATE_ADDRESSES", False)
# How long a worker may take between claiming a clip and the provider's answer; longer than the
# transport's own time-outs, or an answer under way would be called lost.
SUBMIT_LEASE_S = env.float("SUBMIT_LEASE_S", 90.0)
ARCHIVE_LEASE_S = env.float("ARCHIVE_LEASE_S", 330.0)
# One try at a download ends by itself after this, before the queue would end its worker.
DOWNLOAD_S = env.float("DOWNLOAD_S", 200.0)
# How long deleted results lie in the bin, in days, before their files are removed.
BIN_DAYS = max(1, env.int("BIN_DAYS", 30))
