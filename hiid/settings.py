"""Settings, all from the environment through hiid.env. There is one set: production's. Tests change what they must in conftest."""

from csp.constants import NONE, SELF

from hiid import env

SECRET_KEY = env.secret("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "geo",
    "api",
    "hiid.pages",
]
MIDDLEWARE = [
    # What writes headers of security stands outermost, so that errors, preflight answers and static files carry them too.
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "api.middleware.Negotiation",
    "api.middleware.OpenReading",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "hiid.urls"
WSGI_APPLICATION = "hiid.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {"default": env.database()}
# Long work waits in PostgreSQL until `manage.py work` takes it up; each queue is named by what is made.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["plans"]}}
# The room that makes plans, by its name: the worker loads it, and web processes only when they are asked what a moved stop would mean.
PLAN_MAKER = "geo.operations.siting"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH = env.spatial_libraries()
# GDAL before 3.9 cannot refuse files that point elsewhere; it reads only sources of our own registry here.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.data_folder() / "static"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# MapLibre starts its worker from a file of ours and reads images it has drawn itself through blob: addresses.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Health inequality in England, by neighbourhood",
    "DESCRIPTION": "Areas, indicators, observations and gradients by deprivation, each from an immutable release.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "EmptyReason": "api.serializers.base.REASONS",
        "AbsenceReason": "api.serializers.figures.ABSENCES",
        "Status": "api.serializers.figures.STATUSES",
        "LoadState": "api.serializers.catalogue.LOAD_STATES",
        "ReleaseState": "api.serializers.catalogue.RELEASE_STATES",
        "HitKind": "api.serializers.areas.HIT_KINDS",
        "LinkKind": "api.serializers.areas.LINK_KINDS",
        "FindingKind": "geo.queries.findings.KINDS",
        "Adjustment": "geo.queries.findings.ADJUSTMENTS",
        "PlanStatus": "api.serializers.plans.STATUSES",
        "DetectionState": "api.serializers.findings.STATES",
    },
    "PREPROCESSING_HOOKS": ["api.schema.without_slash_twins"],
}

# A site's own engine for routes (docs/how-to/travel-times.md); none is asked where none is named.
TRAVEL_ENGINE = env.text("TRAVEL_ENGINE", " ").strip()
TRAVEL_ENGINE_URL = env.text("TRAVEL_ENGINE_URL", " ").strip()
TRAVEL_ENGINE_PROFILE = env.text("TRAVEL_ENGINE_PROFILE", " ").strip()
TRAVEL_ENGINE_KEY = env.text("TRAVEL_ENGINE_KEY", " ").strip()

# Local state and the folder of published files; rooms take them as arguments, commands read them here.
HIID_DATA = env.data_folder()
HIID_MIRROR = env.mirror_folder()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
