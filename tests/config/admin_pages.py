"""Every page of an admin site, from its URLconf, and docs/permissions.md, which says who may open which."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver
from django.urls.converters import UUIDConverter

TABLE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
YES, NO = "✓", "·"
# One's own account and the ways in: the same for everybody, and tested apart (test_signin.py, those of support access).
EVERYBODYS = (
    "account",
    "second_step",
    "scan_state",
    "join",
    "login",
    "logout",
    "jsi18n",
    "autocomplete",
    "filter",
    "app_list",
    "None",
)
DOORS = ("support:knock", "support:enter", "support:leave", "admin:tenants_supportgrant_pass")
READ_ONLY = ("changelist", "history", "sheet", "export", "search", "index")

Page = tuple[str, str, dict[str, object]]  # (name, path with {placeholders}, converters by placeholder)


def pages(urlconf: str) -> list[Page]:
    """What lies below admin/, by name."""
    found = _walk(importlib.import_module(urlconf).urlpatterns, "", "", {})
    return sorted(
        (name, path, kinds)
        for name, path, kinds in found
        if path.startswith("/admin/") and not name.removeprefix("admin:").startswith(EVERYBODYS) and name not in DOORS
    )


def methods_of(name: str) -> tuple[str, ...]:
    return ("GET",) if name.endswith(READ_ONLY) and name != "admin:auth_group_changelist" else ("GET", "POST")


def _walk(patterns, prefix: str, space: str, above: dict) -> Iterator[Page]:
    for pattern in patterns:
        route = prefix + _route(pattern.pattern)
        kinds = above | pattern.pattern.converters
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner, kinds)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", f"/{route}", kinds


def _route(pattern) -> str:
    route = getattr(pattern, "_route", None)
    if route is None:
        return str(pattern)
    for name in pattern.converters:
        start = route.rindex("<", 0, route.index(f"{name}>"))
        route = f"{route[:start]}{{{name}}}{route[route.index('>', start) + 1 :]}"
    return route


def path_filled(page: Page, rows: dict[str, object]) -> str:
    """`rows`: page name, or its beginning ("admin:workers_worker"), -> key of a row that is there."""
    name, path, kinds = page
    row = next((key for start, key in sorted(rows.items(), reverse=True) if f"{name}_".startswith(f"{start}_")), 0)
    missing = "00000000-0000-4000-8000-000000000000"
    values = {part: missing if isinstance(kind, UUIDConverter) and row == 0 else row for part, kind in kinds.items()}
    return path.format(**values)


def table_read(heading: str) -> dict[tuple[str, str], dict[str, bool]]:
    """(page name, method) -> role -> whether it may, of the table below that heading."""
    _before, _heading, rest = TABLE.read_text(encoding="utf-8").partition(f"## {heading}\n")
    lines = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("|")]
    if not lines:
        return {}
    _page, _method, *roles = _cells(lines[0])
    return {
        (name.strip("`"), method): {role: mark == YES for role, mark in zip(roles, marks, strict=True)}
        for name, method, *marks in map(_cells, lines[2:])
    }


def table_text(found: dict[tuple[str, str], dict[str, bool]]) -> str:
    roles = list(next(iter(found.values())))
    rows = [["page", "method", *roles], ["---"] * (len(roles) + 2)]
    rows += [
        [f"`{name}`", method, *(YES if may[role] else NO for role in roles)] for (name, method), may in found.items()
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|\n").split("|")]
