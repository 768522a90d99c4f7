"""The JSON API. Its description (OpenAPI) is at `/api/openapi.json`."""

from anlan.exchange.http.api.site import api

__all__ = ["api"]
