"""Observability: observers of a service for OpenTelemetry (extra ``otel``) and Prometheus (extra ``metrics``)."""

__all__: list[str] = []
