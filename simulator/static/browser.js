import { $, el } from "./dom.js";

/** WeChat's built-in browser. Its "back" is the history of the whole window: when the pages are used up, it closes. */
let shown = "";

const isHere = (host) => host === "127.0.0.1" || host === "localhost" || host.endsWith(".localhost");

/** "credentialless" gives this phone cookies of its own, as a real phone has: two people in one browser stay two. */
function frame(url, title) {
  return el("iframe", { credentialless: "", src: url, title, allow: "clipboard-write" });
}

/** Opens `url` inside the phone, or in a new window when it is not of this machine and a frame would lose its cookies. */
export function browserOpen(url, title) {
  const address = new URL(url, location.href);
  if (!isHere(address.hostname)) {
    open(address, "_blank", "noopener");
    return;
  }
  if (!shown) history.pushState({ browser: true }, "");
  shown = address.href;
  $("web-title").textContent = title || $("phone").dataset.account;
  $("web").replaceChildren(frame(address.href, title || "网页"));
  $("view-web").hidden = false;
}

function close() {
  if (!shown) return;
  shown = "";
  $("web").replaceChildren();
  $("view-web").hidden = true;
}

$("web-close").addEventListener("click", close);
$("web-back").addEventListener("click", () => history.back());
$("web-forward").addEventListener("click", () => history.forward());
$("web-reload").addEventListener("click", () => {
  $("web").replaceChildren(frame(shown, $("web-title").textContent));
});
addEventListener("popstate", (event) => {
  if (!event.state?.browser) close();
});
