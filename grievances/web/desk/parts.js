/** Pieces that the desk's screens are built from: cards, buttons, badges, notices, dialogs, words in boxes. */
import { byId, element, fill, show } from "../shared/dom.js";
import { sentenceOf, wayOutOf } from "./errors.js";
import { t } from "./words.js";

/** A white card. */
export const card = (...children) => element("section", { class: "card" }, ...children);

/** Several paragraphs. */
export const paragraphs = (...texts) => texts.filter(Boolean).map((text) => element("p", {}, text));

/** A list with points: what will happen. */
export const points = (...texts) =>
  element("ul", { class: "points" }, ...texts.filter(Boolean).map((text) => element("li", {}, text)));

/** A coloured sentence. kind: "calm", "warn", "bad". */
export const note = (kind, ...children) => element("div", { class: `note note-${kind}` }, ...children);

/** A small word in a colour. */
export const badge = (kind, text) => element("span", { class: `badge badge-${kind}` }, text);

/** A row of buttons. */
export const actions = (...children) => element("div", { class: "actions" }, ...children);

/**
 * A button. kind: "main", "plain", "danger" or "link". act(): what it does; while its promise lasts the button waits, and an
 * error is shown beside it.
 */
export function button(text, act, { kind = "plain", busy = text, ...attributes } = {}) {
  const made = element("button", { type: "button", class: `button button-${kind}`, ...attributes }, text);
  made.addEventListener("click", () => run(made, act, { text, busy }));
  return made;
}

async function run(made, act, { text, busy }) {
  if (made.getAttribute("aria-busy") === "true") return;
  errorClear(made);
  made.setAttribute("aria-busy", "true");
  fill(made, busy);
  try {
    await act();
  } catch (error) {
    errorShow(made, sentenceOf(error), wayOutOf(error));
  } finally {
    made.removeAttribute("aria-busy");
    fill(made, text);
  }
}

/** A form with one button. act(): as for `button`; Enter in a field sends it. */
export function form(fields, text, act, { kind = "main", busy = text, others = [] } = {}) {
  const send = element("button", { type: "submit", class: `button button-${kind}` }, text);
  const made = element("form", { class: "form", novalidate: true }, ...fields, actions(send, ...others));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    run(send, act, { text, busy });
  });
  return made;
}

/** Says what went wrong, below the row of buttons that the node stands in. wayOut: {href, text} of a link that helps. */
export function errorShow(node, text, wayOut = null) {
  errorClear(node);
  const row = node.closest(".actions") || node;
  row.after(element("p", { class: "error", role: "alert" }, text, wayOut && " ", wayOut && element("a", { href: wayOut.href }, wayOut.text)));
}

function errorClear(node) {
  const row = node.closest(".actions") || node;
  const next = row.nextElementSibling;
  if (next && next.classList.contains("error")) next.remove();
}

let lastId = 0;

/** A field with its label and, below, a hint. control: the input element. */
export function field(label, control, hint = "") {
  lastId += 1;
  const id = `field-${lastId}`;
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, label),
    control,
    hint ? element("p", { class: "hint", id: `${id}-hint` }, hint) : null,
  );
}

/** A tick with its label. */
export function tick(label, control) {
  return element("label", { class: "tick" }, control, element("span", {}, label));
}

/**
 * A field for secret words: hidden, yet with the keyboard for Chinese (which browsers switch off in password fields), and a
 * tick that shows them.
 */
export function secretField(label, hint, { hidden = true } = {}) {
  const control = element("input", {
    type: "text",
    class: hidden ? "secret" : null,
    autocomplete: "off",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
    lang: "zh-CN",
  });
  const box = element("input", { type: "checkbox" });
  box.addEventListener("change", () => control.classList.toggle("secret", !box.checked));
  return { control, node: element("div", {}, field(label, control, hint), hidden ? tick(t("Show what I type"), box) : null) };
}

/** Six words in boxes; pinyins: to stand below them, or nothing. */
export function wordBoxes(words, pinyins = []) {
  return element(
    "ol",
    { class: "words", lang: "zh-CN" },
    ...words.map((word, at) =>
      element("li", {}, element("span", { class: "word" }, word), pinyins[at] && element("span", { class: "pinyin" }, pinyins[at])),
    ),
  );
}

const CALM_SECONDS = 12;
let sayTimer = 0;

/**
 * Says something in one line above the screen, and to those who listen. kind: "calm" (goes by itself after a while), "warn",
 * "bad".
 */
export function say(text, kind = "calm") {
  const line = byId("said");
  clearTimeout(sayTimer);
  if (kind === "calm") sayTimer = setTimeout(sayNothing, CALM_SECONDS * 1000);
  line.className = `said note note-${kind} no-print`;
  fill(
    line,
    element("span", {}, text),
    text && element("button", { type: "button", class: "said-close", "aria-label": t("Close"), onclick: sayNothing }, "×"),
  );
  show(line, Boolean(text));
}

/** Takes the line away. */
export function sayNothing() {
  const line = byId("said");
  fill(line);
  show(line, false);
}

/**
 * A window over the page that says what will happen. children: what it says; text: of the button; act(): does it, and closes
 * the window when it went well.
 */
export function dialog({ title, children, text, act, kind = "main", busy = text, wide = false, onClose = () => {} }) {
  const close = () => made.close();
  const does = button(
    text || "",
    async () => {
      await act();
      close();
    },
    { kind, busy },
  );
  const made = element(
    "dialog",
    { class: wide ? "dialog dialog-wide" : "dialog", "aria-labelledby": "dialog-title" },
    element("h2", { id: "dialog-title" }, title),
    ...children,
    actions(act && does, button(act ? t("Cancel") : t("Close"), close)),
  );
  made.addEventListener("close", () => {
    made.remove();
    onClose();
  });
  byId("desk").append(made);
  made.showModal();
  return { node: made, close, does };
}

/** A bar that fills. -> {node, set(done, of)} */
export function progress(label) {
  const bar = element("progress", { max: "1", value: "0", "aria-label": label });
  const text = element("p", { class: "soft", "aria-live": "polite" }, label);
  return {
    node: element("div", { class: "progress" }, text, bar),
    set(done, of) {
      bar.max = Math.max(of, 1);
      bar.value = done;
      fill(text, t("%(label)s: %(done)s of %(count)s", { label, done, count: of }));
    },
  };
}

/** Something turning, with a sentence, while a second passes. */
export const waiting = (text) => element("p", { class: "waiting", role: "status" }, text);

/** Facts: [[label, value]]; those without a value are left out. wide: two beside each other where there is room. */
export function facts(pairs, { wide = false } = {}) {
  return element(
    "dl",
    { class: wide ? "facts facts-wide" : "facts" },
    pairs.filter(([, value]) => value).map(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]),
  );
}

/** A heading that takes the focus when its screen opens. */
export const heading = (text, ...more) => element("h1", { tabindex: "-1" }, text, ...more);
