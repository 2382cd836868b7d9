"""Where a picture is found: addresses and paths, both named by its content."""

from typing import Any

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/svg+xml": "svg"}
MIMES = {extension: mime for mime, extension in EXTENSIONS.items()}


def asset_url(asset: Any, width: int | None = None) -> str:
    """The address on any site that holds the picture. asset: an Asset, or its entry in a document. width: one of `widths`."""
    entry = asset if isinstance(asset, dict) else {"sha256": asset.sha256, "mime": asset.mime}
    return f"/assets/{entry['sha256']}{f'-{width}' if width else ''}.{EXTENSIONS[entry['mime']]}"


def asset_path(sha256: str, extension: str, width: int | None = None) -> str:
    """The file's place in the storage of the side that owns it."""
    return f"assets/{sha256[:2]}/{sha256}{f'-{width}' if width else ''}.{extension}"
