"""What is left in English on a page that is read in Chinese."""

import re

from playwright.sync_api import Error, FrameLocator, Page

# Names and terms that Chinese readers know as they are; logins, codes and addresses of the demo.
KNOWN = re.compile(
    r"WeSupport|WeChat|WPS|Word|Excel|PDF|docx|xlsx|JPEG|JPG|PNG|WebP|GIF|MB|KB|HR|CCR CSR|CC BY-NC-SA|UNICEF"
    r"|JavaScript|Wi-Fi|HTTP|AppID|AppSecret|Token|EncodingAESKey|OpenID|IP|API|URL|A4|QR|hr|ccrcsr|English"
    r"|workshop-1|canteen|gate|https?://\S+|[\w.-]+\.(?:docx|jpg|png|xlsx)|\b[a-zA-Z]\b|\w*\d\w*"
)
READS = 5
# simplebar, which unfold scrolls with, names its box in English; unfold gives no way to change it.
ICONS = ".material-symbols-outlined, .material-icons, script, style, template, [lang=en], .simplebar-content-wrapper"
# Of everything rendered: text that is seen, and what screen readers say or a pointer shows.
READ = """(root, icons) => {
    const said = [root.ownerDocument.title];
    for (const element of root.querySelectorAll('*')) {
        if (element.closest(icons) || !element.checkVisibility()) continue;
        for (const node of element.childNodes) if (node.nodeType === 3) said.push(node.nodeValue);
        for (const name of ['aria-label', 'title', 'alt', 'placeholder']) said.push(element.getAttribute(name) ?? '');
    }
    return said.map((text) => text.trim()).filter(Boolean);
}"""


def english_on(page: Page | FrameLocator) -> list[str]:
    """The texts of the page that hold a Latin word which is no name, in the page's order."""
    return [text for text in _texts(page) if re.search(r"[A-Za-z]{2,}", KNOWN.sub("", text))]


def _texts(page: Page | FrameLocator) -> list[str]:
    """A click in a frame does not wait for the page it leads to: one that goes away while it is read is read anew."""
    for _attempt in range(READS):
        try:
            return page.locator("body").evaluate(READ, ICONS)
        except Error as error:
            if "context was destroyed" not in error.message:
                raise
    raise AssertionError(f"The page went away {READS} times while it was read.")
