/** Attachments of a case: fetched, opened in the vault, and shown only if their own first bytes say picture or sound. */
import { element, fill } from "../shared/dom.js";
import { sentenceOf } from "./errors.js";
import { button, waiting } from "./parts.js";
import { api, vaultCall } from "./session.js";
import { t } from "./words.js";

const text = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));
const starts = (bytes, ...first) => first.every((byte, at) => bytes[at] === byte);

/** What may be shown: [type, whether these bytes are it]. What the writer called it does not matter. */
const KINDS = [
  ["image/jpeg", (bytes) => starts(bytes, 0xff, 0xd8, 0xff)],
  ["image/png", (bytes) => starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ["image/webp", (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP"],
  ["audio/webm", (bytes) => starts(bytes, 0x1a, 0x45, 0xdf, 0xa3)],
  ["audio/ogg", (bytes) => text(bytes, 0, 4) === "OggS"],
  ["audio/mp4", (bytes) => text(bytes, 4, 8) === "ftyp"],
  ["audio/wav", (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WAVE"],
  ["audio/mpeg", (bytes) => text(bytes, 0, 3) === "ID3" || (bytes[0] === 0xff && [0xfb, 0xf3, 0xf2].includes(bytes[1]))],
  ["audio/aac", (bytes) => bytes[0] === 0xff && [0xf1, 0xf9].includes(bytes[1])],
];

/** Bytes -> the type that they are, of those that may be shown; null for everything else. */
export function typeOf(bytes) {
  const found = KINDS.find(([, is]) => bytes.length > 12 && is(bytes));
  return found ? found[0] : null;
}

/** Fetches and opens an attachment. entry: of the message's body -> Uint8Array */
export async function fileOpen(caseId, entry) {
  const sealed = new Uint8Array(await api.getBytes(`attachments/${entry.id}/`));
  return (await vaultCall("attachmentOpen", { case: caseId, entry, sealed })).bytes;
}

/** The files of one case's screen: opened once, forgotten when it is left. */
export class Files {
  constructor(caseId) {
    this.caseId = caseId;
    this.nodes = new Map();
    this.urls = [];
  }

  /** The place of an attachment in the conversation; it fills itself. stored: the ids that the server has for the message. */
  node(entry, stored) {
    if (!this.nodes.has(entry.id)) {
      const node = element("div", { class: "file" });
      this.nodes.set(entry.id, node);
      if (stored.some(({ id }) => id === entry.id)) this.load(node, entry);
      else fill(node, element("p", { class: "problem" }, t("A file that belongs here is missing.")));
    }
    return this.nodes.get(entry.id);
  }

  async load(node, entry) {
    fill(node, waiting(t("A file is being opened …")));
    try {
      const bytes = await fileOpen(this.caseId, entry);
      if (this.urls) fill(node, this.shown(bytes));
    } catch (error) {
      fill(node, element("p", { class: "problem" }, sentenceOf(error)), button(t("Try again"), () => this.load(node, entry)));
    }
  }

  shown(bytes) {
    const type = typeOf(bytes);
    if (!type) return element("p", { class: "problem" }, t("This file is neither a picture nor a recording. It cannot be shown."));
    const src = URL.createObjectURL(new Blob([bytes], { type }));
    this.urls.push(src);
    const size = t("%(size)s KB", { size: Math.ceil(bytes.length / 1024) });
    if (type.startsWith("audio/")) {
      return [element("audio", { src, controls: true, preload: "metadata" }), element("p", { class: "soft" }, t("Recording, %(size)s", { size }))];
    }
    const picture = element("img", { src, alt: t("Picture from the worker") });
    const large = element("button", { type: "button", class: "picture", "aria-label": t("Make the picture larger or smaller") }, picture);
    large.addEventListener("click", () => large.classList.toggle("picture-large"));
    picture.addEventListener("error", () => fill(large.parentNode, element("p", { class: "problem" }, t("This picture is damaged. It cannot be shown."))));
    return [large, element("p", { class: "soft no-print" }, t("Picture, %(size)s", { size }))];
  }

  /** Gives the opened files up. */
  end() {
    for (const url of this.urls) URL.revokeObjectURL(url);
    this.urls = null;
    this.nodes.clear();
  }
}
