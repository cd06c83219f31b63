"""The hosts of the how-to guides that are no ASGI frameworks of ours: Flask, Django and Litestar, as they are shown."""

import importlib
import runpy
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboard_integrations import ConfigCipher
from dashboard_integrations.testing.app_repository import AppRepositoryContract

HOSTS = Path(__file__).parents[2] / "docs" / "hosts"
TOKEN = {"authorization": "Bearer of good news"}
API = "/api/integrations"


@pytest.fixture
def environment(monkeypatch, tmp_path):
    monkeypatch.setenv("INTEGRATION_ENCRYPTION_KEY", ConfigCipher.generate_key())
    monkeypatch.setenv("TOKEN", "of good news")
    monkeypatch.setenv("DATABASE", str(tmp_path / "dashboard.db"))


@pytest.fixture
def flask(environment):
    """What the file of the Flask guide defines, stopped as at the end of a process."""
    module = runpy.run_path(str(HOSTS / "host_flask.py"))
    yield module
    module["blocking"].__exit__(None, None, None)
    module["engine"].dispose()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The Django site: it is set up once in a process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTEGRATION_ENCRYPTION_KEY", ConfigCipher.generate_key())
        patch.setenv("DJANGO_SECRET_KEY", ConfigCipher.generate_key())
        patch.setenv("DATABASE", str(tmp_path_factory.mktemp("django") / "site.db"))
        patch.setattr(sys, "path", [str(HOSTS / "django-site"), *sys.path])
        module = importlib.import_module("asgi")
        importlib.import_module("django.core.management").call_command("migrate", run_syncdb=True, verbosity=0)
        yield module
        importlib.import_module("django.db").connections.close_all()


@pytest.fixture
def sign_in(site):
    """Sign in as Django does it; return its own client, and the header that a browser sends."""
    users = importlib.import_module("django.contrib.auth.models").User.objects

    def of(name, *, staff=False):
        client = importlib.import_module("django.test").Client(SERVER_NAME="localhost")
        client.force_login(users.create_user(name, is_staff=staff))
        return client, {"cookie": f"sessionid={client.cookies['sessionid'].value}"}

    yield of
    users.all().delete()


def test_litestar(environment):
    """The routes are there for who has the token, with their own 404, beside the application's pages."""
    with TestClient(runpy.run_path(str(HOSTS / "host_litestar.py"))["app"]) as client:
        assert client.get("/").text == "A page of yours"
        assert client.get(API).status_code == 401
        assert client.get(API, headers=TOKEN).json()["success"] is True
        assert client.get(f"{API}/a%2Fb/data/memory", headers=TOKEN).json()["error"]["code"] == "unknown-app"
        assert client.get(f"{API}/nothing/here", headers=TOKEN).json()["error"]["code"] == "not-found"
        assert client.delete(API, headers=TOKEN).headers["allow"] == "GET, HEAD"


def test_flask(flask):
    """Every status and header is that of the routes."""
    client = flask["app"].test_client()
    assert client.get(API).status_code == 401
    assert client.get(API, headers=TOKEN).json["success"] is True
    assert client.get(f"{API}/a%2Fb/data/memory", headers=TOKEN).json["error"]["code"] == "unknown-app"
    assert client.delete(API, headers=TOKEN).headers["allow"] == "GET, HEAD"
    assert client.post(f"{API}/test", data=b" " * (1 << 21), headers=TOKEN).status_code == 413
    assert client.get(f"{API}/ui/elements.js").content_type.startswith("text/javascript")
    assert client.get(f"{API}/stream?watch=here:memory", headers=TOKEN).status_code == 501


def test_a_view_of_flask(flask):
    """It uses the facade."""
    service, blocking = flask["service"], flask["blocking"]
    system = service.registry.get("system")
    blocking.run(lambda: service.apps.create(app_id="here", name="Here", integration=system, config={}))
    assert flask["app"].test_client().get("/memory/here").json["data"]["view"] == "gauge"


def test_django(site, sign_in):
    """Who has signed in to Django may look, and staff may test connections."""
    body = {"integrationType": "system", "config": {}}
    (_, reader), (_, staff) = sign_in("reader"), sign_in("keeper", staff=True)
    with TestClient(site.application, base_url="http://localhost") as client:
        assert client.get(API).status_code == 401
        assert client.get(API, headers=reader).json()["success"] is True
        assert client.post(f"{API}/test", json=body, headers=reader).status_code == 403
        assert client.post(f"{API}/test", json=body, headers=staff).json()["success"] is True


def test_a_view_of_django(site, sign_in):
    """An async view awaits the facade, whose apps are in Django's database."""
    service = importlib.import_module("live.service").service
    system = service.registry.get("system")
    with TestClient(site.application, base_url="http://localhost") as client:
        client.portal.call(lambda: service.apps.create(app_id="here", name="Here", integration=system, config={}))
        assert client.get("/memory/here", headers=sign_in("reader")[1]).json()["data"]["view"] == "gauge"
        assert client.get("/memory/here", follow_redirects=False).status_code == 302
        client.portal.call(lambda: service.apps.delete("here"))


def test_django_under_wsgi(site, sign_in):
    """The view answers as the routes do, through Django's own session and protection against other sites."""
    views = importlib.import_module("live.views")
    (reader, _), (staff, _) = sign_in("reader"), sign_in("keeper", staff=True)
    body = {"integrationType": "system", "config": {}}
    try:
        assert reader.get(API).json()["success"] is True
        assert reader.get(f"{API}/nothing/here").json()["error"]["code"] == "not-found"
        assert reader.post(f"{API}/test", body, content_type="application/json").status_code == 403
        assert staff.post(f"{API}/test", body, content_type="application/json").json()["success"] is True
        assert reader.delete(API)["allow"] == "GET, HEAD"
        reader.logout()
        assert reader.get(API).status_code == 401
    finally:
        views.blocking().__exit__(None, None, None)
        views.blocking.cache_clear()


class TestDjangoApps(AppRepositoryContract):
    """The contract of repositories, over Django's ORM."""

    @pytest.fixture
    def repository(self, site):
        """An empty table."""
        importlib.import_module("live.models").App.objects.all().delete()
        return importlib.import_module("live.repository").DjangoApps()
