"""The content policy of pages that open what is sealed: own files, WebAssembly for libsodium, nothing from anywhere else."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse

VAULT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src blob:",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        # In the demo the simulator's phone shows pages in a frame.
        f"frame-ancestors {' '.join(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['frame-ancestors'])}",
    ]
)
HEADERS = {
    "Content-Security-Policy": VAULT_POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "X-Content-Type-Options": "nosniff",
}


def vault_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return checked
