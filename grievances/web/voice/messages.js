/** The messages of a case, both sides in order, each with what the reader found wrong with it. */
import { attachmentShown, kindOf } from "../shared/attachments.js";
import { byId, element, fill } from "../shared/dom.js";
import { api, dayText, pressed, say, sentenceOf, t, vault } from "./page.js";
import { laneOf } from "./people.js";

/** The word for a score of 1 to 5. */
export const faceText = (score) => document.querySelector(`[data-score="${score}"] span`).textContent;

/** The opened bytes of an attachment. open: {lookup, view}; entry: of the message. */
export async function attachmentFetch(open, entry) {
  const sealed = await api.postForBytes("/api/cases/attachment/", { lookup: open.lookup, id: entry.id });
  const { bytes } = await vault.call("attachmentOpen", { case: open.view.id, entry, sealed: new Uint8Array(sealed) });
  return bytes;
}

/** Who wrote a message, and as what: {name, role}. */
export function authorOf(open, message) {
  if (message.author === "worker") return { name: t("you"), role: "" };
  const officer = open.bundle.officers.find((each) => each.id === message.author);
  const role = officer ? t(`people-${laneOf(officer)}`) : "";
  return { name: message.authorName || t("someone"), role };
}

/** What a message says besides its attachments. */
export function wordsOf({ kind, body }) {
  if (!body) return "";
  if (kind === "rekey") return t(`rekeyed-${body.reason}`) || t("rekeyed-left");
  const rating = kind === "rating" ? t("you-rated", { face: faceText(body.score) }) : "";
  return [rating, body.text].filter(Boolean).join("\n");
}

/** Shows all messages of an open case. What was opened of attachments before stays open. */
export function messagesShow(open) {
  const list = byId("messages");
  const before = new Map(Array.from(list.children, (row) => [row.dataset.message, row]));
  fill(
    list,
    open.view.messages.map((message) => {
      const standing = before.get(message.id);
      return standing && standing.dataset.problem === (message.problem || "") ? standing : messageRow(open, message);
    }),
  );
}

function messageRow(open, message) {
  const side = message.kind === "rekey" ? "message_event" : message.author === "worker" ? "message_own" : "message_theirs";
  const { name, role } = authorOf(open, message);
  const head = [element("strong", {}, name), role && ` · ${role}`, " · ", dayText(message.arrivedOn)];
  const files = (message.body && message.body.attachments) || [];
  const words = wordsOf(message);
  return element(
    "li",
    { class: `message ${side}`, "data-message": message.id, "data-problem": message.problem || "" },
    element("p", { class: "message__head" }, head),
    message.problem && element("p", { class: "message__problem" }, t(`problem-${message.problem}`)),
    isNotice(open, message) && element("p", { class: "message__notice" }, t(`notice-${message.notice}`)),
    words && element("p", { class: "message__text" }, words),
    files.map((entry) => attachmentRow(open, entry)),
  );
}

/** Where the case's own keys were exchanged nothing is known of who was named in it: no officer is called new. */
const isNotice = ({ view }, { notice }) => notice && !view.problems.includes("case_keys_swapped");

function attachmentRow(open, entry) {
  const kind = kindOf(entry.type);
  if (kind === "other") return element("p", { class: "soft" }, t("error-attachment_unknown"));
  const wrong = element("p", { class: "wrong", role: "alert", hidden: true });
  const label = `${t(kind === "picture" ? "look-at-picture" : "listen")} (${Math.ceil(entry.size / 1024)} KB)`;
  const button = element("button", { type: "button", class: "button button_quiet", "data-attachment": entry.id }, label);
  const row = element("div", { class: "message__file" }, button, wrong);
  pressed(button, async () => {
    say(wrong, "");
    button.textContent = t("loading-file");
    try {
      const bytes = await attachmentFetch(open, entry);
      button.replaceWith(attachmentShown({ type: entry.type, bytes }, { label: t(kind) }));
    } catch (error) {
      button.textContent = label;
      say(wrong, sentenceOf(error));
    }
  });
  return row;
}
