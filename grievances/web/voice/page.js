/** What every voice page has: its sentences, the channel's facts, the API, the vault, and the ways out. */
import { VaultError, openVault } from "../client.js";
import { all, byId, jsonOf, said, show } from "../shared/dom.js";
import { ApiError, openApi } from "../shared/http.js";

const { vault: vaultUrl, words: wordsUrl, query } = document.body.dataset;
const texts = {};
for (const template of all("template[data-texts]")) {
  for (const node of all("[data-key]", template.content)) texts[node.dataset.key] = node.textContent;
}

/** The sentence of this key, with the values in its places. */
export const t = (key, values) => said(texts[key] || "", values);

/** Several names as one text. */
export const listed = (names) => names.join(t("list-separator"));

/** The channel as the server last told: see `channel_out` in grievances/voice/api.py. */
export let channel = jsonOf("channel");

export const api = openApi({ credentials: "omit", query: query.slice(1) });
export const vault = openVault({ vaultUrl, wordsUrl });

/** Asks again who receives cases. */
export async function channelReload() {
  channel = await api.get("/api/channel/");
  return channel;
}

/** "2027-08-14" -> "14 August", with the year when it is not this one. */
export function dayText(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  const here = year === new Date().getFullYear() ? {} : { year: "numeric" };
  return new Date(year, month - 1, day).toLocaleDateString(document.documentElement.lang, {
    month: "long",
    day: "numeric",
    ...here,
  });
}

/** Whether this ISO day is over, by the phone's calendar. */
export function isPast(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return new Date(year, month - 1, day + 1) <= new Date();
}

/** What went wrong -> one sentence. The page's own first, then the server's. */
export function sentenceOf(error) {
  const { code } = error;
  const detail = error instanceof VaultError ? error.detail : {};
  const own = t(`error-${code}-${detail.reason}`, detail) || t(`error-${code}`, detail);
  if (own) return own;
  if (error instanceof ApiError && error.title && error.status < 500) return error.title;
  return t(`error-${error.message}`) || t("error-other");
}

/** Shows a sentence in an element, or hides the element. */
export function say(node, sentence) {
  (node.querySelector("[data-failure-text]") || node).textContent = sentence || "";
  show(node, Boolean(sentence));
}

/** A sentence about what is under way; the element stays, so that it is read out. */
export const tell = (node, sentence = "") => (node.textContent = sentence);

/** Does a button's work once at a time; a press while it runs does nothing. */
export function pressed(button, work) {
  let isRunning = false;
  button.addEventListener("click", async () => {
    if (isRunning) return;
    isRunning = true;
    button.setAttribute("aria-busy", "true");
    try {
      await work();
    } finally {
      isRunning = false;
      button.removeAttribute("aria-busy");
    }
  });
}

/** -> whether the text is in the clipboard now. */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "hidden-text";
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    return isDone;
  }
}

let isUnsent = () => false;

/** isAnything(): whether leaving now would lose something; the browser then asks. */
export function keepWhile(isAnything) {
  isUnsent = isAnything;
}

/** Shows the page, the way out, and what an old browser cannot do. */
export function pageStart() {
  show(byId("starting"), false);
  show(byId("app"));
  vault.call("isUnlocked").catch(({ code }) => {
    if (code === "no_webassembly") say(byId("no-webassembly"), t("error-no_webassembly")); // before she writes for nothing
  });
  addEventListener("beforeunload", (event) => {
    if (!isUnsent()) return;
    event.preventDefault();
    event.returnValue = "";
  });
  const leave = byId("leave");
  show(leave);
  leave.addEventListener("click", () => {
    isUnsent = () => false;
    vault.close();
    byId("main").textContent = "";
    location.replace("about:blank");
  });
}
