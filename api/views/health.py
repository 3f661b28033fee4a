"""/healthz, /readyz, /metrics: for whoever watches over the service."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from api import errors, metrics
from geo.errors import NothingPublished
from geo.queries.holdings import check_readiness


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where the current release, its tiles and its value files answer; else 503 that names what is missing."""
    readiness = check_readiness()
    if not readiness.is_ready:
        return errors.answer(errors.problem_of(NothingPublished("Not ready: " + "; ".join(readiness.missing) + ".")))
    return JsonResponse({"status": "ready", "release": readiness.release})


@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Counts of this worker's answers and whether the service is ready, in Prometheus's text format."""
    gauges = {"hiid_ready": float(check_readiness().is_ready)}
    return HttpResponse(metrics.exposition(gauges), content_type="text/plain; version=0.0.4; charset=utf-8")
