/* Areas that scroll are named in the page's language. In the head: it is heard before the library looks for such areas. */
document.addEventListener("DOMContentLoaded", () => {
  if (!window.SimpleBar) return;
  window.SimpleBar.defaultOptions.ariaLabel = document.documentElement.lang.startsWith("zh") ? "可滚动的内容" : "scrollable content";
});
