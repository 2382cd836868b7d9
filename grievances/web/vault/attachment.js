/** Attachments: padded to whole chunks and sealed as a secretstream that belongs to one place, case and id. */
import sodium from "libsodium-wrappers-sumo";
import { fromBase64, random, toBase64, utf8, uuid } from "./bytes.js";
import { Failure } from "./errors.js";
import { wipe } from "./keys.js";
import { sealedDigest } from "./message.js";

const CHUNK = 65536;
const HEADER = 24;
const SEALED_CHUNK = CHUNK + 17;

const associated = (place, caseId, id) => utf8(`${place}/${caseId}/${id}`);

/** Bytes -> {id, sealed (Uint8Array), entry (for the message's body)}. */
export function attachmentSeal({ place, caseId, bytes, type, name }) {
  const id = uuid();
  const key = random(32);
  const about = associated(place, caseId, id);
  const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
  const count = Math.max(1, Math.ceil(bytes.length / CHUNK));
  const sealed = new Uint8Array(HEADER + count * SEALED_CHUNK);
  sealed.set(header);
  for (let at = 0; at < count; at++) {
    let chunk = bytes.subarray(at * CHUNK, (at + 1) * CHUNK);
    if (chunk.length < CHUNK) {
      const whole = new Uint8Array(CHUNK);
      whole.set(chunk);
      chunk = whole;
    }
    const tag =
      at === count - 1
        ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    sealed.set(sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, about, tag), HEADER + at * SEALED_CHUNK);
  }
  const entry = { id, key: toBase64(key), size: bytes.length, type, name, digest: sealedDigest(sealed) };
  wipe(key);
  return { id, sealed, entry };
}

/** The reverse -> bytes; fails with `attachment_damaged` whatever is wrong with it. */
export function attachmentOpen({ place, caseId, entry, sealed }) {
  const count = (sealed.length - HEADER) / SEALED_CHUNK;
  if (!Number.isInteger(count) || count !== Math.max(1, Math.ceil(entry.size / CHUNK))) damaged();
  if (sealedDigest(sealed) !== entry.digest) damaged();
  const about = associated(place, caseId, entry.id);
  const bytes = new Uint8Array(count * CHUNK);
  try {
    const key = fromBase64(entry.key);
    const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(sealed.subarray(0, HEADER), key);
    wipe(key);
    for (let at = 0; at < count; at++) {
      const chunk = sealed.subarray(HEADER + at * SEALED_CHUNK, HEADER + (at + 1) * SEALED_CHUNK);
      const pulled = sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, about);
      const final = pulled && pulled.tag === sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;
      if (!pulled || final !== (at === count - 1)) damaged();
      bytes.set(pulled.message, at * CHUNK);
    }
  } catch (error) {
    damaged();
  }
  for (let at = entry.size; at < bytes.length; at++) if (bytes[at]) damaged();
  return bytes.slice(0, entry.size);
}

function damaged() {
  throw new Failure("attachment_damaged");
}
