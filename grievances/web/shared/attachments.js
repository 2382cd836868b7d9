/**
 * Pictures and recordings on the pages' side: taken over into plain files, sealed and sent, shown again.
 *
 * A picture is drawn anew, so that what a camera writes into its files (place, time, name of the phone) stays behind.
 */
import { element } from "./dom.js";

/** Most attachments of one message, and most bytes of one: 24 chunks of 64 KB when sealed. */
export const MOST_FILES = 4;
export const MOST_BYTES = 24 * 65536;

const PICTURE_BYTES = 1200000;
const SIZES = [1600, 1600, 1600, 1280, 1024, 800]; // longest side in pixels, each with its quality below
const QUALITIES = [0.8, 0.65, 0.5, 0.5, 0.5, 0.4];
const PICTURES = /^image\/(jpeg|png|webp)$/;
const SOUNDS = /^audio\/(webm|mp4|ogg|mpeg|aac)\b/;

/** A picture file of any kind this browser can open -> {bytes, type, name}, a JPEG. Throws Error("picture_unreadable"). */
export async function pictureTaken(file) {
  const { source, width, height, close } = await opened(file);
  try {
    for (let turn = 0; turn < SIZES.length; turn++) {
      const blob = await drawn(source, width, height, Math.min(1, SIZES[turn] / Math.max(width, height)), QUALITIES[turn]);
      if (blob.size <= PICTURE_BYTES) return { bytes: await bytesOf(blob), type: "image/jpeg", name: "picture.jpg" };
    }
  } finally {
    close();
  }
  throw new Error("picture_unreadable");
}

/** A Blob -> its Uint8Array; older browsers have no `arrayBuffer` of their own. */
export const bytesOf = async (blob) => new Uint8Array(await new Response(blob).arrayBuffer());

/**
 * Seals what is not sealed yet for this case and sends what has not been sent.
 *
 * items: [{bytes, type, name}]; what was done is kept in the items, so a repetition sends the same again or nothing.
 * put(id, bytes): the upload. onItem(index from 0): called before each one. -> the entries for the message's body
 */
export async function attachmentsSend({ items, caseId, vault, put, onItem = () => {} }) {
  const entries = [];
  for (const [index, item] of items.entries()) {
    onItem(index);
    if (item.caseId !== caseId) {
      const { bytes, type, name } = item;
      item.sealed = await vault.call("attachmentSeal", { case: caseId, bytes: bytes.slice(), type, name });
      item.caseId = caseId;
      item.isSent = false;
    }
    if (!item.isSent) await put(item.sealed.id, item.sealed.sealed);
    item.isSent = true;
    entries.push(item.sealed.entry);
  }
  return entries;
}

/** After `attachment_missing`: all of them are sent once more. */
export const attachmentsUnsent = (items) => items.forEach((item) => (item.isSent = false));

/**
 * An opened attachment as something to look at or listen to; null for a kind that is not shown. label: its description.
 * The address of its bytes lives as long as the page.
 */
export function attachmentShown({ type, bytes }, { label }) {
  const kind = PICTURES.test(type) ? "img" : SOUNDS.test(type) ? "audio" : null;
  if (!kind) return null;
  const src = URL.createObjectURL(new Blob([bytes], { type }));
  if (kind === "img") return element("img", { class: "attachment", src, alt: label });
  return element("audio", { class: "attachment", src, controls: true, preload: "metadata", "aria-label": label });
}

/** "picture", "recording" or "other". */
export const kindOf = (type) => (PICTURES.test(type) ? "picture" : SOUNDS.test(type) ? "recording" : "other");

async function opened(file) {
  if (window.createImageBitmap) {
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
    } catch (error) {
      // an older browser that does not know the option, or the kind of picture: the way by an <img> is left
    }
  }
  const url = URL.createObjectURL(file);
  const image = new Image();
  const close = () => URL.revokeObjectURL(url);
  try {
    await new Promise((resolve, reject) => Object.assign(image, { onload: resolve, onerror: reject, src: url }));
  } catch (error) {
    close();
    throw new Error("picture_unreadable");
  }
  return { source: image, width: image.naturalWidth, height: image.naturalHeight, close };
}

async function drawn(source, width, height, scale, quality) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context || !width) throw new Error("picture_unreadable");
  context.fillStyle = "#fff"; // behind what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  if (!blob || blob.type !== "image/jpeg") throw new Error("picture_unreadable");
  return blob;
}
