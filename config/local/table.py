"""The table of addresses and logins that `make run` ends with."""

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width


def width(text: str) -> int:
    """Columns in a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def rows(info: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """(what, address, user, password) for each place of `demo_info --json`."""
    public = info["public"]
    staff = public["staff"]
    table = [("CCR CSR staff", f"{public['url'].rstrip('/')}/admin/", staff["username"], staff["password"])]
    for factory in info["factories"]:
        admin, url = factory["admin"], factory["url"].rstrip("/")
        table.append((f"HR of {factory['slug']}", f"{url}/admin/", admin["username"], admin["password"]))
        if logins := factory["logins"]:
            names = ", ".join(login["username"] for login in logins)
            table.append((f"Who sees less at {factory['slug']}", f"{url}/admin/", names, logins[0]["password"]))
        table.append((f"Workers of {factory['slug']}", f"{url}/", "", ""))
        table.append((f"Voice of {factory['slug']}", factory["voice_url"] + "/", "", ""))
    table.append(("Phone with WeChat", info["simulator"]["url"], "", ""))
    return table


def render(lines: Sequence[tuple[str, ...]]) -> str:
    """Columns as wide as their widest cell, two spaces between them."""
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell + " " * (room - width(cell)) for cell, room in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
