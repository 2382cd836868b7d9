/** Light or dark as the admin beside it: what was chosen there is kept in this browser, else the device says. */
export function isDark() {
  let theme = null;
  try {
    theme = JSON.parse(localStorage.getItem("adminTheme"));
  } catch {
    // a browser that keeps nothing, or something else under this name
  }
  return theme === "dark" || (theme !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
}
