/** Bytes and their written forms, and the two hashes of the protocol. */
import sodium from "libsodium-wrappers-sumo";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const PAD = 512;

/** Text -> its bytes in UTF-8. */
export const utf8 = (text) => encoder.encode(text);

/** Bytes in UTF-8 -> text; throws TypeError when they are none. */
export const text = (bytes) => decoder.decode(bytes);

/** Several Uint8Arrays -> one. */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Bytes -> standard base64 with padding. */
export function toBase64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}

/** Standard base64 -> bytes; throws when it is none. */
export function fromBase64(written) {
  if (typeof written !== "string") throw new TypeError("base64 is text");
  const binary = atob(written);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Bytes -> small hexadecimal digits. */
export function toHex(bytes) {
  let hex = "";
  for (const byte of bytes) hex += (byte < 16 ? "0" : "") + byte.toString(16);
  return hex;
}

/** Whether two byte arrays are equal; in a time that depends on their lengths only. */
export function equal(one, other) {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= one[at] ^ other[at];
  return difference === 0;
}

/** H(size, message): BLAKE2b without a key. size: 16..64. */
export const hash = (size, message) => sodium.crypto_generichash(size, message);

/** subkey(key, label): 32 bytes. */
export const subkey = (key, label) => sodium.crypto_generichash(32, utf8(label), key);

/** This many random bytes. */
export const random = (size) => sodium.randombytes_buf(size);

/** 16 bytes as a UUID is written: with hyphens. */
export const uuidWritten = (bytes) => toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** A random UUID of version 4. */
export function uuid() {
  const bytes = random(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return uuidWritten(bytes);
}

/** Length (4 bytes, big endian), the bytes, zeros up to a multiple of 512. */
export function pad(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 4) / PAD) * PAD);
  new DataView(padded.buffer).setUint32(0, bytes.length);
  padded.set(bytes, 4);
  return padded;
}

/** The reverse of `pad`; null when the padding is not exactly what `pad` makes. */
export function unpad(padded) {
  if (padded.length < PAD || padded.length % PAD) return null;
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (Math.ceil((length + 4) / PAD) * PAD !== padded.length) return null;
  for (let at = length + 4; at < padded.length; at++) if (padded[at]) return null;
  return padded.slice(4, length + 4);
}

/** secretbox as the protocol stores it: nonce, then box. */
export function boxSeal(message, key) {
  const nonce = random(sodium.crypto_secretbox_NONCEBYTES);
  return concat(nonce, sodium.crypto_secretbox_easy(message, nonce, key));
}

/** The reverse of `boxSeal`; null when it does not open. */
export function boxOpen(sealed, key) {
  const size = sodium.crypto_secretbox_NONCEBYTES;
  if (sealed.length < size + sodium.crypto_secretbox_MACBYTES) return null;
  try {
    return sodium.crypto_secretbox_open_easy(sealed.subarray(size), sealed.subarray(0, size), key);
  } catch (error) {
    return null;
  }
}

/** crypto_box_seal in base64, opened with a key pair; null when it does not open. */
export function wrapOpen(sealed, keys) {
  try {
    return sodium.crypto_box_seal_open(fromBase64(sealed), keys.publicKey, keys.privateKey);
  } catch (error) {
    return null;
  }
}

/** crypto_box_seal to a public key (bytes) -> base64. */
export const wrapSeal = (message, publicKey) => toBase64(sodium.crypto_box_seal(message, publicKey));
