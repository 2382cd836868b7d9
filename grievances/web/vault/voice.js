/** Methods for the worker's side: receipts and new cases. */
import sodium from "libsodium-wrappers-sumo";
import { toBase64, wrapSeal } from "./bytes.js";
import { caseId } from "./case.js";
import { wordList } from "./list.js";
import { isDigits, receiptNew, receiptRead, receiptWords, workerKeys } from "./receipt.js";
import { caseKeep, lock, session } from "./session.js";

function workerTake(receipt, salt) {
  lock();
  session.worker = { receipt, ...workerKeys(receipt, salt) };
  return session.worker;
}

export const voice = {
  /**
   * {place, salt: {version, salt, ops, mem}} -> {id, receipt, words, publicKey, workerSignKey, workerBoxKey, lookupDigest,
   * saltVersion, workerWrap}. The case is loaded, without messages.
   */
  async caseNew({ place, salt }) {
    const list = await wordList();
    const worker = workerTake(receiptNew(), salt);
    const pair = sodium.crypto_box_keypair();
    const id = caseId(place, pair.publicKey, worker.sign.publicKey, worker.box.publicKey);
    const empty = { count: 0, previous: id };
    caseKeep({
      id,
      place,
      doubt: null,
      keys: new Map([[0, pair]]),
      epoch: 0,
      workerBoxKey: worker.box.publicKey,
      lanes: { factory: empty, ombudsman: empty },
      notes: empty,
      noteKeys: new Map(),
    });
    return {
      id,
      receipt: worker.receipt,
      words: receiptWords(worker.receipt, list),
      publicKey: toBase64(pair.publicKey),
      workerSignKey: toBase64(worker.sign.publicKey),
      workerBoxKey: toBase64(worker.box.publicKey),
      lookupDigest: toBase64(sodium.crypto_hash_sha256(worker.lookup)),
      saltVersion: salt.version,
      workerWrap: wrapSeal(pair.privateKey, worker.box.publicKey),
    };
  },

  /** {text: digits or words as typed} -> {receipt: 20 digits}. */
  async receiptRead({ text }) {
    return { receipt: receiptRead(text, isDigits(text) ? null : await wordList()) };
  },

  /** {receipt, salt: {salt, ops, mem}} -> {lookup (base64)}; the worker's keys stay here. */
  receiptLookup({ receipt, salt }) {
    return { lookup: toBase64(workerTake(receipt, salt).lookup) };
  },
};
