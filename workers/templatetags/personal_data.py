"""How values of a copy are written on pages."""

from django import template

from workers.privacy.copies import shown

register = template.Library()
register.filter("shown", shown)


@register.filter
def beside(row: tuple, columns: tuple) -> list[tuple]:
    """(column, value) of one row."""
    return list(zip(columns, row, strict=True))
