/** One message or note: signed, padded, sealed; opened and checked. What it says about its neighbours is case.js's. */
import sodium from "libsodium-wrappers-sumo";
import { concat, fromBase64, hash, pad, text, toHex, unpad, utf8 } from "./bytes.js";

export const MESSAGE = "wesupport.message.v1";
export const NOTE = "wesupport.note.v1";
const SIGNATURE = 64;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const signed = (domain, content) => concat(utf8(domain), new Uint8Array(1), content);

/** Header, body and the author's private sign key -> padded bytes, ready to be sealed. */
export function contentSign(domain, header, body, signKey) {
  const content = utf8(JSON.stringify({ header, body }));
  return pad(concat(sodium.crypto_sign_detached(signed(domain, content), signKey), content));
}

/**
 * Padded bytes -> {header, body, verify(signKey) -> whether the signature is by this key}, or null when padding or
 * content are not well formed.
 */
export function contentRead(domain, padded) {
  const bytes = unpad(padded);
  if (!bytes || bytes.length < SIGNATURE) return null;
  const [signature, content] = [bytes.subarray(0, SIGNATURE), bytes.subarray(SIGNATURE)];
  let read;
  try {
    read = JSON.parse(text(content));
  } catch (error) {
    return null;
  }
  if (!isObject(read) || !isObject(read.header) || !bodyFits(read.header.kind, read.body)) return null;
  if (!isCount(read.header.seen)) return null;
  const verify = (signKey) => {
    try {
      return sodium.crypto_sign_verify_detached(signature, signed(domain, content), signKey);
    } catch (error) {
      return false;
    }
  };
  return { header: read.header, body: read.body, verify };
}

/** Whether a header says what is expected of it: the same names, the same values. */
export function headerSays(header, expected) {
  return header.v === 1 && Object.keys(expected).every((name) => header[name] === expected[name]);
}

/** The digest of something sealed (bytes), as `previous` and `digest` carry it. */
export const sealedDigest = (sealed) => toHex(hash(32, sealed));

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => typeof value === "string";
const isKey = (value) => {
  try {
    return fromBase64(value).length === 32;
  } catch (error) {
    return false;
  }
};
const isEntry = (entry) =>
  isObject(entry) &&
  isText(entry.id) &&
  UUID.test(entry.id) &&
  isKey(entry.key) &&
  isCount(entry.size) &&
  isText(entry.type) &&
  isText(entry.name) &&
  isText(entry.digest);
const isRecipient = (recipient) =>
  isObject(recipient) &&
  isText(recipient.id) &&
  isText(recipient.name) &&
  isKey(recipient.sign_key) &&
  isKey(recipient.box_key);
const isOpening = (body) =>
  isText(body.category) &&
  isText(body.name) &&
  Array.isArray(body.recipients) &&
  body.recipients.every(isRecipient) &&
  isObject(body.agreed) &&
  typeof body.agreed.escalation === "boolean" &&
  typeof body.agreed.publication === "boolean";

/** Whether a body has the shape of its kind; the pages may then trust its types, never its text. */
export function bodyFits(kind, body) {
  if (!isObject(body)) return false;
  if (kind === "rekey") return isCount(body.epoch) && isKey(body.public_key) && isText(body.reason);
  if (!isText(body.text)) return false;
  if (kind === "note") return true;
  if (!Array.isArray(body.attachments) || !body.attachments.every(isEntry)) return false;
  if (kind === "rating") return isCount(body.score) && body.score >= 1 && body.score <= 5;
  return kind === "message" && (body.recipients === undefined || isOpening(body));
}
