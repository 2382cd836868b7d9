/** A copy of the worker's own case, made in the browser: one HTML file that needs nothing else, or the words alone. */
import { kindOf } from "../shared/attachments.js";
import { byId, download, element, fill } from "../shared/dom.js";
import { attachmentFetch, authorOf, wordsOf } from "./messages.js";
import { copied, dayText, pressed, say, sentenceOf, t, tell } from "./page.js";

/** context: {current() -> {lookup, bundle, view}}. */
export function openExport({ current }) {
  const root = byId("export");
  const [status, wrong] = [root.querySelector("[data-status]"), root.querySelector("[data-wrong]")];

  pressed(byId("export-file"), async () => {
    say(wrong, "");
    try {
      const html = await written(current(), (sentence) => tell(status, sentence));
      download([html], { name: `${t("export-title")}.html`, type: "text/html" });
    } catch (error) {
      say(wrong, sentenceOf(error));
    }
    tell(status);
  });
  pressed(byId("export-copy"), async () => {
    tell(status, t((await copied(words(current()))) ? "copied" : "not-copied"));
  });
}

const heading = (open, message) => {
  const { name, role } = authorOf(open, message);
  return [name, role, dayText(message.arrivedOn)].filter(Boolean).join(" · ");
};

function words(open) {
  const parts = open.view.messages.map((message) => `${heading(open, message)}\n${wordsOf(message)}`);
  return [byId("state-about").textContent, byId("state-text").innerText, ...parts].join("\n\n");
}

/** -> the text of the file. An attachment that cannot be fetched is named as missing. */
async function written(open, tellHow) {
  const today = new Date();
  const iso = [today.getFullYear(), today.getMonth() + 1, today.getDate()].join("-");
  const { body } = document.implementation.createHTMLDocument(""); // outside of this page, whose policy plays no data: sound
  fill(
    body,
    element("h1", {}, `${t("export-title")}: ${byId("state-about").textContent}`),
    element("p", {}, byId("state-text").innerText),
    element("p", {}, byId("counts").textContent),
  );
  const count = open.view.messages.reduce((sum, message) => sum + filesOf(message).length, 0);
  let number = 0;
  for (const message of open.view.messages) {
    body.append(element("h2", {}, heading(open, message)));
    if (message.problem) body.append(element("p", {}, element("strong", {}, t(`problem-${message.problem}`))));
    body.append(element("pre", {}, wordsOf(message)));
    for (const entry of filesOf(message)) {
      number += 1;
      tellHow(t("export-fetching", { number, count }));
      body.append(await fileElement(body.ownerDocument, open, entry));
    }
  }
  body.append(element("p", {}, t("export-made", { day: dayText(iso) })));
  const head = `<!doctype html><html lang="${document.documentElement.lang}"><meta charset="utf-8"><title>${t("export-title")}</title>`;
  const look = "<style>body{max-width:40rem;margin:1rem auto;padding:0 1rem;font-family:sans-serif}pre{white-space:pre-wrap;font:inherit}img{max-width:100%}</style>";
  return `${head}${look}${body.outerHTML}</html>`;
}

const filesOf = (message) => (message.body && message.body.attachments) || [];

async function fileElement(page, open, entry) {
  const kind = kindOf(entry.type);
  if (kind === "other") return element("p", {}, t("error-attachment_unknown"));
  try {
    const src = await dataUrl(new Blob([await attachmentFetch(open, entry)], { type: entry.type }));
    const shown = page.createElement(kind === "picture" ? "img" : "audio");
    shown.setAttribute("src", src);
    shown.setAttribute(kind === "picture" ? "alt" : "controls", kind === "picture" ? t("picture") : "");
    return shown;
  } catch (error) {
    return element("p", {}, `${t("export-missing")}: ${sentenceOf(error)}`);
  }
}

const dataUrl = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
