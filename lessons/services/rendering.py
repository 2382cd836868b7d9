"""The blocks of a document as HTML, made once at publication. No styles, no scripts: worker pages forbid both."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from lessons.assets import asset_url

# How wide a picture is on the page: the whole screen of a phone, the column on anything larger.
SIZES = "(max-width: 640px) 100vw, 640px"


def body_render(document: dict) -> str:
    """HTML of all blocks, in order. Text blocks are cleaned before they are stored, so they are trusted here."""
    return "\n".join(_block_render(block, document["assets"]) for block in document["blocks"])


def _block_render(block: dict, assets: dict) -> str:
    if block["kind"] == "image":
        return figure_render(block, assets[block["asset"]])
    return block["html"]


def figure_render(block: dict, asset: dict) -> SafeString:
    caption = format_html("<figcaption>{}</figcaption>", block["caption"]) if block["caption"] else ""
    sources = ", ".join(f"{asset_url(asset, width)} {width}w" for width in asset["widths"])
    if sources:
        sources = format_html(' srcset="{}" sizes="{}"', f"{sources}, {asset_url(asset)} {asset['width']}w", SIZES)
    return format_html(
        '<figure><img src="{}"{} width="{}" height="{}" alt="{}" loading="lazy" decoding="async">{}</figure>',
        asset_url(asset, asset["widths"][0] if asset["widths"] else None),
        mark_safe(sources),
        asset["width"],
        asset["height"],
        conditional_escape(block["alt"]),
        caption,
    )
