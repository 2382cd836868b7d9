"""One settings module. Each environment variable is read once, here; what production needs and lacks stops the start.

The demo's launcher writes its values to `$DATA_DIR/env`, so that commands in another shell find the running demo. The
real environment wins over that file. Demo switches are off unless DEMO=1 asks for them.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
DATA_DIR = Path(env.str("DATA_DIR", default="") or BASE_DIR / ".data")
if (DATA_DIR / "env").is_file():
    env.read_env(DATA_DIR / "env")

# --- what the machine says -------------------------------------------------------------------------------------------
DEMO = env.bool("DEMO", default=False)
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
FIELD_KEY = env.str("FIELD_KEY")
BASE_DOMAIN = env.str("BASE_DOMAIN")
PORT = env.str("PORT", default="")
SIMULATOR_URL = env.str("SIMULATOR_URL", default="")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")
PG_BIN = env.str("PG_BIN", default="")
BROKER_URL = env.str("CELERY_BROKER_URL")
CACHE_URL = env.str("CACHE_URL", default="") or urlunsplit(urlsplit(BROKER_URL)._replace(path="/1"))
VOLATILE_URL = env.str("VOLATILE_URL")  # a Valkey or Redis that writes nothing to disk
STATIC_MANIFEST = env.bool("STATIC_MANIFEST", default=True)  # off in tests: pages without collectstatic

if not DEMO and (SIMULATOR_URL or DEMO_PASSWORD):
    raise ImproperlyConfigured(
        "SIMULATOR_URL and DEMO_PASSWORD are demo switches. Set DEMO=1 with them, or remove them."
    )

# --- addresses -------------------------------------------------------------------------------------------------------
PUBLIC_HOSTS = [BASE_DOMAIN]
SITE_SCHEME = "http" if DEMO else "https"
SITE_PORT = f":{PORT}" if PORT else ""
ALLOWED_HOSTS = ["*"]  # the tenant middleware is the gate: a host that no factory has is answered 404
ROOT_URLCONF = "config.urls_tenant"
PUBLIC_SCHEMA_URLCONF = "config.urls_public"
WSGI_APPLICATION = "config.wsgi.application"
WECHAT_API_BASE = SIMULATOR_URL or "https://api.weixin.qq.com"
WECHAT_OAUTH_BASE = SIMULATOR_URL or "https://open.weixin.qq.com"

# --- rooms -----------------------------------------------------------------------------------------------------------
# Installed in public and in every factory: who signs in to an admin site and what they did, lessons (DESIGN section 2), and
# the vault: in public it holds the cases sent to CCR CSR's ombudsmen.
_BOTH = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.admin",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "tenants.staff",
    "tenants.audit",
    "lessons",
    "grievances",
]
SHARED_APPS = ["django_tenants", "tenants", *_BOTH]
TENANT_APPS = [*_BOTH, "workers", "wechat", "progress", "announcements"]
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    *dict.fromkeys([*SHARED_APPS, *TENANT_APPS]),
    "config",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_prose_editor",
    "import_export",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
]
TENANT_MODEL = "tenants.Factory"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
SKIP_PG_EXTRA_VALIDATION = True  # it would ask the database at every start; a schema of ours begins with "f_"
TENANT_COLOR_ADMIN_APPS = False

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "tenants.middleware.FactoryMiddleware",
    "grievances.voice.middleware.VoiceMiddleware",
    "wechat.middleware.WebhookMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.request_log.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tenants.middleware.LanguageMiddleware",
    "workers.sessions.VisitorMiddleware",
    "wechat.middleware.RecogniseMiddleware",
    "config.api.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenants.support.middleware.SupportMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    *([] if DEMO else ["django.middleware.clickjacking.XFrameOptionsMiddleware"]),  # the simulator shows pages framed
    "config.csp.ConstantCSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "tenants.staff.middleware.SignInMiddleware",
]
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
            ],
        },
    },
]

# --- database, cache, queue ------------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "ENGINE": "tenants.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
PG_EXTRA_SEARCH_PATHS = ["extensions"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_CACHE = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "KEY_FUNCTION": "django_tenants.cache.make_key",
    "OPTIONS": {"socket_timeout": 3, "socket_connect_timeout": 3},
}
CACHES = {"default": {**_CACHE, "LOCATION": CACHE_URL}, "volatile": {**_CACHE, "LOCATION": VOLATILE_URL}}
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Above the longest task and countdown; a killed worker's task comes back after it.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_throttle": 1,
    "unacked_restore_interval": 5,
    "socket_timeout": 10,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "library-reconcile": {"task": "lessons.tasks.library_reconcile_task", "schedule": 300.0},
    "messages-sweep": {"task": "wechat.tasks.messages_sweep_task", "schedule": 60.0},
    "callbacks-sweep": {"task": "wechat.tasks.callbacks_sweep_task", "schedule": 60.0},
    "announcements-sweep": {"task": "announcements.tasks.announcements_sweep_task", "schedule": 60.0},
    "tags-read": {"task": "wechat.tasks.tags_read_task", "schedule": crontab(hour=4, minute=20)},
    "sign-ins-clean": {"task": "tenants.staff.tasks.sign_ins_clean_task", "schedule": crontab(hour=4, minute=50)},
    "sessions-clean": {"task": "workers.tasks.sessions_clean_task", "schedule": 86_400.0},
    "retention-sweep": {"task": "workers.tasks.retention_sweep_task", "schedule": crontab(hour=4, minute=20)},
    "visits-flush": {"task": "progress.tasks.visits_flush_task", "schedule": 10.0},
    "support-close": {"task": "tenants.support.tasks.support_close_task", "schedule": 300.0},
    "audit-heads": {"task": "tenants.audit.tasks.heads_task", "schedule": crontab(minute=50)},
    "voice-nightly": {"task": "grievances.tasks.nightly_task", "schedule": crontab(hour=3, minute=10)},
    "voice-blur": {"task": "grievances.tasks.blur_task", "schedule": crontab(hour=3, minute=40)},
    "voice-carry": {"task": "grievances.tasks.carry_task", "schedule": 10.0 if DEMO else 600.0},
    "voice-reminders": {"task": "grievances.tasks.reminders_task", "schedule": crontab(hour=8, minute=20)},
    # On one day of the week and no other (grievances.services.notice).
    "voice-notices": {
        "task": "grievances.tasks.notices_task",
        "schedule": crontab(day_of_week="fri", hour=12, minute=10),
    },
}

# --- people who sign in to an admin site -----------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "tenants.support.backends.SupportBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tenants.staff.validators.UnlikeTheirNames"},
    {"NAME": "tenants.staff.validators.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Sessions are rows of the schema they were opened in: another factory's cookie finds nothing.
SESSION_ENGINE = "tenants.staff.session_store"  # which keeps no cookie, only its hash
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
SIGN_IN_URL = "/wechat/oauth/"  # workers: the channel that recognises them; takes ?next=
SERVER_IP = env.str("SERVER_IP", default="")  # the address WeChat sees us call from: for its whitelist
BEHIND_PROXY = not DEMO  # the last hop of X-Forwarded-For is then the visitor's address
# Whoever sees personal data or hands out rights (tenants.roles) signs in with a second factor, days after it was first asked.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)
SECOND_FACTOR_GRACE_DAYS = env.int("SECOND_FACTOR_GRACE_DAYS", default=7)
OTP_TOTP_ISSUER = "WeSupport"
OTP_STATIC_THROTTLE_FACTOR = 0  # tenants.staff.lockout counts wrong codes
ADMIN_IDLE_TIME = timedelta(minutes=env.int("ADMIN_IDLE_MINUTES", default=720 if DEMO else 30))
ADMIN_SESSION_TIME = timedelta(hours=12)
SESSION_COOKIE_AGE = int(ADMIN_SESSION_TIME.total_seconds())
AXES_HANDLER = "tenants.staff.lockout.GrowingWaits"  # keys carry the schema; nothing of it is kept
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_CALLABLE = "config.views.locked_out"
AXES_ENABLE_ADMIN = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # what is refused unseen makes no wait longer
AXES_VERBOSE = False

# --- safety ----------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = None if DEMO else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "admin_session"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
ROSTER_INLINE_ROWS = env.int(
    "ROSTER_INLINE_ROWS", default=500
)  # longer rosters are checked and saved in the background
# Workers' pages: own files only. The admin's scripts (Alpine) evaluate expressions, so it is left out of the policy.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/", "/api/docs/"),
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        # The simulator's phone shows pages in a frame; nobody else may.
        "frame-ancestors": ["http://localhost:*", "http://*.localhost:*"] if DEMO else [NONE],
    },
}

# --- language, time --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = not DEMO
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
CELERY_TIMEZONE = TIME_ZONE  # of the hours in the beat's schedule

# --- e-mail to people who sign in: one-time links, reminders of counts; nothing of any case ---------------------------
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))  # without a server the pages say that none was sent
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or f"WeSupport <no-reply@{BASE_DOMAIN}>"

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    (name, folder)
    for name, folder in [
        ("", BASE_DIR / "node_modules" / ".bundles"),  # grievances/web/vault/main.js is grievances/vault.js
        ("weui", BASE_DIR / "node_modules" / "weui" / "dist" / "style"),
        ("htmx", BASE_DIR / "node_modules" / "htmx.org" / "dist"),
    ]
    if folder.is_dir()
]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django_tenants.files.storage.TenantFileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 3600

# --- binding ---------------------------------------------------------------------------------------------------------
BIND_CODE_DAYS = 30  # that the code on a printed slip is good for

# --- the vault -------------------------------------------------------------------------------------------------------
VAULT_LEAST_OFFICERS = 2  # with one alone, a forgotten passphrase would lose every case

# --- personal data (docs/privacy.md) ---------------------------------------------------------------------------------
PRIVACY_LEFT_MONTHS = env.int("PRIVACY_LEFT_MONTHS", default=24)  # then an employee who has left is erased
PRIVACY_ANSWER_DAYS = env.int(
    "PRIVACY_ANSWER_DAYS", default=15
)  # what a worker asks of their data is due after so many

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.PlainJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 20,
    "EXCEPTION_HANDLER": "config.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is no parameter; the framework would answer 404
}
API_TOKEN_RATE = "120/min"  # of one token
API_FAILED_TOKEN_RATE = "30/min"  # wrong tokens from one address, then they are not even looked at
SPECTACULAR_SETTINGS = {
    "TITLE": "WeSupport",
    "DESCRIPTION": "The API of one factory, under its own host. Its guide (in Chinese) stands in the admin, beside the tokens.",
    "VERSION": "1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "workers.api.schema.inputs_close",
        "config.api.problems_add",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
EXPORT_MAX_ROWS = 100_000  # of one Excel file: what is written in about ten seconds

from config.admin_sites import UNFOLD_FACTORY, UNFOLD_LIBRARY  # noqa: E402, F401  how the two admin sites look
from config.logs import LOGGING  # noqa: E402, F401  the format of every log line
