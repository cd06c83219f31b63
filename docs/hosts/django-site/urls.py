"""Pages of the site."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from live.service import service
from live.views import integrations


@login_required
async def memory(request: HttpRequest, app_id: str) -> HttpResponse:
    """Use the facade in a view of your own: every call returns an envelope."""
    envelope = await service.fetch_data(app_id, "memory")
    return HttpResponse(envelope.to_json(), content_type="application/json")


urlpatterns = [
    path("memory/<app_id>", memory),
    path("api/integrations", integrations),  # these two are for WSGI; under ASGI, asgi.py answers there
    path("api/integrations/<path:rest>", integrations),
]
