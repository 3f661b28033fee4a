"""What a stranger, or a clumsy system, sends: refused by name, with the headers that every answer has, and never a fault of ours."""

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db

SECURITY = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")


@pytest.mark.parametrize("address", ["/api/v1/areas", "/api/v1/schema/", "/api/v1/indicators/none"])
def test_more_parameters_than_are_read_are_refused(api, world, address):
    answer = api.get(f"{address}?" + "&".join(f"p{number}=1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)))

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "address",
    [
        "/tiles/lsoa21@%00/5/15/10.mvt",
        "/tiles/%00.json",
        "/values/%00/lsoa21/x/2020/all.arrow",
        "/values/x/lsoa21/%00/2020/all.json",
        "/values/x/lsoa21/%00/2020/all.estimates.arrow",
        "/layers/%00/sites.x/9/255/170.mvt",
        "/layers/x/sites.%00.json",
    ],
)
def test_a_nul_in_a_path_is_404(api, world, address):
    answer = api.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "address", "host"),
    [
        ("get", "/", "localhost"),
        ("get", "/healthz", "localhost"),
        ("get", "/nothing", "localhost"),
        ("get", "/styles/none.json", "localhost"),
        ("get", "/healthzz", "localhost"),
        ("get", "/tiles/%00.json", "localhost"),
        ("post", "/healthz", "localhost"),
        ("post", "/", "localhost"),
        ("get", "/", "evil.example"),
        ("get", "/api/v1/areas", "evil.example"),
    ],
)
def test_every_answer_has_the_security_headers(api, world, method, address, host):
    answer = getattr(api, method)(address, headers={"host": host})

    assert [name for name in SECURITY if name not in answer] == []


def test_preflight_answers_and_static_files_have_them_too(api, world):
    preflight = api.options("/api/v1/areas", headers={"origin": "http://a.example", "access-control-request-method": "GET"})
    order = settings.MIDDLEWARE

    assert [name for name in SECURITY if name not in preflight] == []
    static = order.index("whitenoise.middleware.WhiteNoiseMiddleware")
    for name in order:
        if name.endswith(("SecurityMiddleware", "CSPMiddleware", "XFrameOptionsMiddleware")):
            assert order.index(name) < static, name


@pytest.mark.parametrize("address", ["/", "/api/v1/areas", "/api/v1/schema/"])
@pytest.mark.parametrize("refusal", ["gzip;q=0", "gzip;q=0, *;q=1", "identity", "gzip;q=rubbish"])
def test_who_refuses_gzip_gets_none(api, world, address, refusal):
    assert "Content-Encoding" not in api.get(address, headers={"accept-encoding": refusal})


def test_who_takes_gzip_gets_it(api, world):
    for accepted in ("gzip", "GZIP", "*", "br, gzip;q=0.5"):
        assert api.get("/api/v1/schema/", headers={"accept-encoding": accepted})["Content-Encoding"] == "gzip"


def test_tags_are_compared_weakly(api, world):
    tag = api.get("/api/v1/areas")["ETag"]

    for held in ("*", tag, tag.removeprefix("W/"), f'"other", {tag}'):
        answer = api.get("/api/v1/areas", headers={"if-none-match": held})
        assert (answer.status_code, "Accept-Encoding" in answer.get("Vary", "")) == (304, True), held
    assert api.get("/api/v1/areas", headers={"if-none-match": '"other"'}).status_code == 200


def test_the_docs_page_is_for_reading_only(api, world):
    assert api.post("/api/docs/").status_code == 405


@pytest.mark.parametrize("address", ["/", "/about/", "/areas/E01000001/", "/names/lsoa21.json", "/labels/far.json", "/api/docs/"])
def test_pages_are_asked_after_each_time_for_a_release_can_be_withdrawn(api, world, address):
    assert "no-cache" in api.get(address)["Cache-Control"]
