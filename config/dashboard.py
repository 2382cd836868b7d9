"""The first page of each admin site, put together from every room."""

from django.http import HttpRequest


def factory_dashboard(request: HttpRequest, context: dict) -> dict:
    return context


def library_dashboard(request: HttpRequest, context: dict) -> dict:
    return context
