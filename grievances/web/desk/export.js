/** Copies of a case, made in this browser: sealed ones for an auditor's machine, readable ones, and paper. */
import { download, element } from "../shared/dom.js";
import { agreements, caseProblems, writer } from "./conversation.js";
import { caseChange, cases, reference, workerLabel } from "./cases.js";
import { fileOpen, typeOf } from "./files.js";
import { problemSentence } from "./errors.js";
import { actions, button, dialog, note, paragraphs, points } from "./parts.js";
import { api, config, me, placeName, session } from "./session.js";
import { labelled, t } from "./words.js";

/** Asks which copy, and makes it. */
export function exportDialog(id) {
  const entry = cases.get(id);
  const name = `case-${reference(id)}`;
  const done = async (made) => {
    await made();
    await caseChange(id, "exported");
  };
  dialog({
    title: t("Take a copy of this case out"),
    children: [
      ...paragraphs(t("Every copy is entered in the log of the case.")),
      element("h3", {}, t("Sealed")),
      ...paragraphs(t("Two files: the case as it is stored, and your record. They open with your passphrase only, on any computer, with the command vault_open. For an auditor, or to keep.")),
      actions(button(t("Save the sealed copy"), () => done(() => sealedSave(entry, name)), { busy: t("Making …") })),
      element("h3", {}, t("Readable")),
      points(
        t("One file with all texts and pictures, for any browser."),
        t("It is outside the vault: whoever gets the file reads it. Keep it where only those who deal with the case get at it, and delete it afterwards."),
      ),
      actions(button(t("Save the readable copy"), () => done(() => readableSave(entry, name)), { busy: t("Making …"), kind: "danger" })),
      note("warn", t("A worker who wrote without a name may be recognised by the way they write or by their voice.")),
    ],
  });
}

async function sealedSave({ bundle }, name) {
  const attachments = {};
  for (const { attachments: files } of bundle.messages) {
    for (const { id } of files) attachments[id] = base64(new Uint8Array(await api.getBytes(`attachments/${id}/`)));
  }
  const copy = { place: bundle.place, bundle, officers: session.state.officers.map(publicPart), attachments };
  jsonSave(copy, `${name}.json`);
  const { id, box_key, sign_key, passphrase_wrap, recovery_wrap } = me();
  jsonSave({ id, box_key, sign_key, passphrase_wrap, recovery_wrap }, `${name}-officer.json`);
}

const publicPart = ({ id, name, place, box_key, sign_key }) => ({ id, name, place, box_key, sign_key });
const jsonSave = (value, name) => download([JSON.stringify(value, null, 1)], { name, type: "application/json" });

function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

async function readableSave(entry, name) {
  const page = document.implementation.createHTMLDocument(t("Case %(reference)s", { reference: reference(entry.bundle.id) }));
  page.documentElement.lang = config.language;
  const meta = page.createElement("meta");
  meta.setAttribute("charset", "utf-8");
  page.head.prepend(meta);
  const put = (tag, text) => {
    const node = page.createElement(tag);
    node.textContent = text;
    page.body.append(node);
    return node;
  };
  put("h1", t("Case %(reference)s", { reference: reference(entry.bundle.id) }));
  for (const [label, value] of caseFacts(entry)) put("p", labelled(label, value));
  for (const sentence of [...agreements(entry), ...caseProblems(entry)]) put("p", sentence);
  for (const message of entry.view.messages) {
    if (message.kind === "rekey") continue;
    put("h2", `${message.arrivedOn} ${writer(entry, message)}`);
    for (const code of [message.notice, message.problem].filter(Boolean)) put("p", problemSentence(code));
    if (!message.body) continue;
    if (message.kind === "rating") put("p", labelled(t("Rating"), t("%(rating)s of 5", { rating: message.body.score })));
    for (const line of message.body.text.split("\n")) put("p", line);
    for (const each of message.body.attachments) await filePut(page, put, entry.bundle.id, each);
  }
  if (entry.view.notes.length) put("h2", t("Notes among officers"));
  for (const each of entry.view.notes) put("p", `${each.writtenOn} ${each.authorName}: ${each.text || t("(cannot be opened)")}`);
  put("p", t("Copied out of the vault on %(day)s by %(name)s.", { day: session.state.today, name: me().name }));
  download([`<!doctype html>\n${page.documentElement.outerHTML}`], { name: `${name}.html`, type: "text/html" });
}

async function filePut(page, put, id, entry) {
  let bytes;
  try {
    bytes = await fileOpen(id, entry);
  } catch (error) {
    if (error.status === 0) throw error;
    put("p", t("A file that belongs here cannot be opened."));
    return;
  }
  const type = typeOf(bytes);
  if (!type) {
    put("p", t("This file is neither a picture nor a recording. It cannot be shown."));
    return;
  }
  const shown = put(type.startsWith("image/") ? "img" : "audio", "");
  shown.setAttribute("src", `data:${type};base64,${base64(bytes)}`);
  if (type.startsWith("audio/")) shown.setAttribute("controls", "");
}

/** The plain facts of a case: [[label, text]]. */
export function caseFacts(entry) {
  const { bundle } = entry;
  return [
    [t("Case"), reference(bundle.id)],
    [t("Factory"), config.place ? "" : placeName(bundle.place)],
    [t("Category"), config.categories[bundle.category]],
    [t("State"), config.states[bundle.state]],
    [t("Why closed"), bundle.closing ? config.closings[bundle.closing] : ""],
    [t("Written by"), workerLabel(entry)],
    [t("Arrived"), bundle.arrived_on],
    [t("Acknowledge by"), bundle.acknowledged_on ? "" : bundle.acknowledge_by],
    [t("Acknowledged"), bundle.acknowledged_on],
    [t("Answer by"), ["answered", "closed"].includes(bundle.state) ? "" : bundle.answer_by],
    [t("Answered"), bundle.answered_on],
    [t("Asked for another look"), bundle.appealed_on],
    [t("Went to the ombudsman"), bundle.escalated_on],
    [t("Closed"), bundle.closed_on],
    [t("Rating"), bundle.rating ? t("%(rating)s of 5", { rating: bundle.rating }) : ""],
  ].filter(([, value]) => value);
}
