"""The content security policy: nothing from another host, no inline script without a nonce.

django-csp sends it. A template that writes a script asks for `request.csp_nonce`.

htmx can do without `unsafe-eval` as long as no page uses `hx-on`, `js:` values or filters in
square brackets in `hx-trigger`: a test looks for them.
"""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF, Nonce

__all__ = ["DIRECTIVES"]

DIRECTIVES: dict[str, list[str | Nonce]] = {
    "default-src": [SELF],
    "script-src": [SELF, NONCE],
    # Enough for MapLibre, terra-draw, htmx and ECharts with tooltips drawn on the canvas
    # (`tooltip: { renderMode: "richText" }`). Tooltips made of HTML would break it.
    "style-src": [SELF],
    # The buttons of the map are pictures inside its style sheet.
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "form-action": [SELF],
}
