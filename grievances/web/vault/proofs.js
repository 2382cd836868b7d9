/** What officers sign for the server: proofs of the purposes that are not about their own wraps. */
import { concat, fromBase64, utf8 } from "./bytes.js";
import { proof } from "./keys.js";

function bigEndian(number) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

const byOfficer = (one, other) =>
  one.officer === other.officer ? one.epoch - other.epoch : one.officer < other.officer ? -1 : 1;

/** By the officer who enrols, with the very keys that enrol. */
export const enrolProof = (unlocked) => proof(unlocked, "enrol", concat(unlocked.sign.publicKey, unlocked.box.publicKey));

/** id: the officer whose enrolment ends. */
export const leaveProof = (unlocked, id) => proof(unlocked, "leave", utf8(id));

/** wraps: [{officer, epoch, sealed}]. */
export function grantProof(unlocked, caseId, wraps) {
  const parts = [...wraps]
    .sort(byOfficer)
    .map(({ officer, epoch, sealed }) => concat(utf8(officer), bigEndian(epoch), fromBase64(sealed)));
  return proof(unlocked, "grant", concat(utf8(caseId), ...parts));
}

/** made: {epoch, public_key, worker_wrap, wraps: [{officer, epoch, sealed, held}]}. */
export function rekeyProof(unlocked, caseId, made) {
  const { epoch, public_key: publicKey, worker_wrap: workerWrap, wraps } = made;
  const parts = [...wraps]
    .sort(byOfficer)
    .map(({ officer, held, sealed }) => concat(utf8(officer), Uint8Array.of(held ? 1 : 0), fromBase64(sealed)));
  const start = [utf8(caseId), bigEndian(epoch), fromBase64(publicKey), fromBase64(workerWrap)];
  return proof(unlocked, "rekey", concat(...start, ...parts));
}
