// The text editor names its buttons in English only; here they are said in the reader's language (djangojs.po).
function say(bar) {
  for (const button of bar.querySelectorAll("[title]")) {
    button.title = gettext(button.title);
    button.ariaLabel = button.title;
  }
  for (const option of bar.querySelectorAll(".prose-menubar__option > *")) {
    const words = gettext(option.textContent);
    if (words !== option.textContent) option.textContent = words;
  }
}

new MutationObserver((changes) => {
  for (const { target, addedNodes } of changes) {
    const bar = target.closest(".prose-menubar");
    if (bar) say(bar);
    for (const node of addedNodes) {
      if (node.querySelectorAll) node.querySelectorAll(".prose-menubar").forEach(say);
    }
  }
}).observe(document.documentElement, { childList: true, subtree: true });
