"""The content security policy of workers' pages."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property


class ConstantCSPMiddleware(CSPMiddleware):
    """django-csp puts the policy together for every answer, which costs a tenth of a page. Ours is the same for all that do
    not change it by one of its decorators, so it is put together once."""

    @cached_property
    def policy(self) -> str:
        return build_policy()

    @cached_property
    def excluded(self) -> tuple[str, ...]:
        return tuple(settings.CONTENT_SECURITY_POLICY["EXCLUDE_URL_PREFIXES"])

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        if not request.path_info.startswith(self.excluded):
            response.headers.setdefault(HEADER, self.policy)
        return response
