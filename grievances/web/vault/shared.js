/** Methods for both sides: read a case, write into it, wrap its keys, seal and open attachments. */
import sodium from "libsodium-wrappers-sumo";
import { attachmentOpen, attachmentSeal } from "./attachment.js";
import { toBase64, uuid } from "./bytes.js";
import { caseRead } from "./case.js";
import { Failure } from "./errors.js";
import { wrapFor } from "./keys.js";
import { MESSAGE, bodyFits, contentSign } from "./message.js";
import { grantProof } from "./proofs.js";
import { caseKeep, caseLoaded, caseSafe, keysHeld, reader, session } from "./session.js";
import { workSolve } from "./work.js";

/** One message sealed for a loaded case; used for all kinds. lane: "factory" or "ombudsman". */
export function messageSeal(loaded, { kind, body, lane, epoch }) {
  const { author, sign } = reader();
  const end = loaded.lanes[lane];
  if (!end || !bodyFits(kind, body)) throw new Failure("bad_message", { kind, lane });
  const other = loaded.lanes[lane === "factory" ? "ombudsman" : "factory"];
  const header = {
    v: 1,
    place: loaded.place,
    case: loaded.id,
    lane,
    number: end.count,
    epoch,
    author,
    kind,
    previous: end.previous,
    seen: other.count,
  };
  const padded = contentSign(MESSAGE, header, body, sign.privateKey);
  const sealed = toBase64(sodium.crypto_box_seal(padded, loaded.keys.get(epoch).publicKey));
  return { id: uuid(), lane, number: end.count, epoch, kind, sealed };
}

export const shared = {
  /** {place, bundle, officers: [officer], trusted: [{id, sign_key, box_key}]} -> {view}; see `caseRead`. */
  caseLoad({ place, bundle, officers, trusted }) {
    const { view, loaded } = caseRead({ place: place || bundle.place, bundle, officers, trusted, reader: reader() });
    caseKeep(loaded);
    return { view };
  },

  /** {case, kind, body, lane} -> {id, lane, number, epoch, kind, sealed (base64)}, by the newest key that is proven. */
  caseSeal({ case: id, kind, body, lane = "factory" }) {
    const loaded = caseSafe(caseLoaded(id));
    keysHeld(loaded);
    return messageSeal(loaded, { kind, body, lane, epoch: loaded.epoch });
  },

  /**
   * {case, officers: [{id, box_key}], held} -> {wraps: [{officer, epoch, sealed, held}] of every epoch held here, proof: of
   * the purpose `grant`, by the unlocked officer; null from a worker}.
   */
  caseWraps({ case: id, officers, held = false }) {
    const loaded = caseSafe(caseLoaded(id));
    const wraps = [];
    for (const [epoch, { privateKey }] of keysHeld(loaded)) {
      for (const officer of officers) {
        wraps.push({ officer: officer.id, epoch, sealed: wrapFor(officer, privateKey), held });
      }
    }
    return { wraps, proof: session.officer ? grantProof(session.officer, id, wraps) : null };
  },

  /** {case, bytes (Uint8Array, given away), type, name} -> {id, sealed (Uint8Array), entry}. */
  attachmentSeal({ case: id, bytes, type, name }) {
    const { place } = caseLoaded(id);
    return attachmentSeal({ place, caseId: id, bytes: new Uint8Array(bytes), type, name });
  },

  /** {case, entry (of the message), sealed (Uint8Array, given away)} -> {bytes (Uint8Array)}. */
  attachmentOpen({ case: id, entry, sealed }) {
    const { place } = caseLoaded(id);
    return { bytes: attachmentOpen({ place, caseId: id, entry, sealed: new Uint8Array(sealed) }) };
  },

  /** {challenge} -> {challenge, numbers: [decimal text]}; takes a second or so. */
  workSolve({ challenge }) {
    return { challenge, numbers: workSolve(challenge) };
  },
};
