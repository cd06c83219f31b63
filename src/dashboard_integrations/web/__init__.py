"""The HTTP contract without a framework: every status code, header and body is decided here, once."""

from dashboard_integrations.web.authorize import Access, Action, Authorize
from dashboard_integrations.web.bodies import read_body
from dashboard_integrations.web.messages import Chunks, Request, Response
from dashboard_integrations.web.routes import IntegrationRoutes

__all__ = ["Access", "Action", "Authorize", "Chunks", "IntegrationRoutes", "Request", "Response", "read_body"]
