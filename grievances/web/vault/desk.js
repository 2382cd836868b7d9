/** Methods for the officers' side: enrolment, unlocking, many cases at once, notes, passing cases on, new case keys. */
import sodium from "libsodium-wrappers-sumo";
import { boxSeal, concat, fromBase64, random, toBase64, uuid } from "./bytes.js";
import { caseRead } from "./case.js";
import { Failure } from "./errors.js";
import * as keys from "./keys.js";
import { wordList } from "./list.js";
import { NOTE, bodyFits, contentSign } from "./message.js";
import { enrolProof, leaveProof, rekeyProof } from "./proofs.js";
import { caseKeep, caseLoaded, caseSafe, keysHeld, lock, officer, session } from "./session.js";
import { messageSeal } from "./shared.js";
import { numbersOfDigits } from "./words.js";

const PASSPHRASE_WORDS = 6;

async function canonical(passphrase) {
  const list = await wordList();
  return list.canonical(list.read(passphrase, PASSPHRASE_WORDS));
}

function officerTake(seed) {
  lock();
  session.officer = { recoveryWrap: null, ...keys.officerKeys(seed) };
  return session.officer;
}

/** New wraps of the unlocked seed, with the proof that lets the server replace the old ones. */
function wrapsNew(passphrase) {
  const unlocked = officer();
  const passphraseWrap = keys.passphraseWrap(unlocked.seed, passphrase);
  const recovery = keys.recoveryWrap(unlocked.seed);
  unlocked.recoveryWrap = recovery.wrap;
  const payload = concat(fromBase64(passphraseWrap.sealed), fromBase64(recovery.wrap));
  return {
    passphraseWrap,
    recoveryWrap: recovery.wrap,
    recoveryCode: recovery.code,
    proof: keys.proof(unlocked, "wraps", payload),
  };
}

/** Unlocks with a seed that was unwrapped, once the record's id and public keys are seen to be the seed's. */
function unlock(record, seed) {
  const made = officerTake(seed);
  if (!keys.keysMatch(made, record)) {
    lock();
    throw new Failure("officer_keys_swapped");
  }
  made.recoveryWrap = record.recovery_wrap || null;
}

/** These officers and the unlocked one, with keys that are surely theirs. */
function withOwn(officers) {
  const { id, box } = officer();
  const found = officers.find((other) => other.id === id);
  const own = { held: false, ...found, id, box_key: toBase64(box.publicKey) };
  return [...officers.filter((other) => other.id !== id), own];
}

export const desk = {
  /** -> {words: six words}. */
  async passphraseNew() {
    const list = await wordList();
    return { words: list.written(list.random(PASSPHRASE_WORDS)) };
  },

  /** {text} -> {canonical, words}. */
  async passphraseRead({ text }) {
    const list = await wordList();
    const numbers = list.read(text, PASSPHRASE_WORDS);
    return { canonical: list.canonical(numbers), words: list.written(numbers) };
  },

  /**
   * {passphrase} -> {id, boxKey, signKey, passphraseWrap, recoveryWrap, recoveryCode, proof: of the purpose `enrol`};
   * unlocked afterwards.
   */
  async officerNew({ passphrase }) {
    const read = await canonical(passphrase);
    const made = officerTake(random(32));
    const [boxKey, signKey] = [toBase64(made.box.publicKey), toBase64(made.sign.publicKey)];
    return { ...wrapsNew(read), id: made.id, boxKey, signKey, proof: enrolProof(made) };
  },

  /** {officer: id of whose enrolment ends} -> {proof: of the purpose `leave`, by the unlocked officer}. */
  leaveProof({ officer: id }) {
    return { proof: leaveProof(officer(), id) };
  },

  /** {code} -> {}: the typed code opens the recovery wrap made last, or of the record that was unlocked. */
  recoveryCheck({ code }) {
    const unlocked = officer();
    if (!unlocked.recoveryWrap) throw new Failure("wrong_recovery_code", { reason: "none" });
    keys.wipe(keys.recoveryUnwrap(unlocked.recoveryWrap, code));
    return {};
  },

  /** {officer: {id, box_key, sign_key, passphrase_wrap}, passphrase} -> {officer: id}. */
  async officerUnlock({ officer: record, passphrase }) {
    unlock(record, keys.passphraseUnwrap(record.passphrase_wrap, await canonical(passphrase)));
    return { officer: record.id };
  },

  /**
   * {officer: {id, box_key, sign_key, recovery_wrap}, code, passphrase: the new one} -> {passphraseWrap, recoveryWrap,
   * recoveryCode, proof}; unlocked afterwards.
   */
  async officerRecover({ officer: record, code, passphrase }) {
    const read = await canonical(passphrase);
    unlock(record, keys.recoveryUnwrap(record.recovery_wrap, code));
    return wrapsNew(read);
  },

  /** {passphrase: the new one} -> {passphraseWrap, recoveryWrap, recoveryCode, proof}. */
  async passphraseChange({ passphrase }) {
    officer();
    return wrapsNew(await canonical(passphrase));
  },

  /** -> {}: everything secret is overwritten. */
  lock() {
    lock();
    return {};
  },

  /** -> {unlocked, officer: id or null}. */
  isUnlocked() {
    return { unlocked: Boolean(session.officer), officer: session.officer ? session.officer.id : null };
  },

  /**
   * {place (absent: each bundle's own), cases: [bundle], officers, trusted: [{id, sign_key, box_key}]} -> {views: [view]} in
   * the same order; see `caseRead`.
   */
  casesLoad({ place, cases, officers, trusted }) {
    const reader = officer();
    const views = cases.map((bundle) => {
      const { view, loaded } = caseRead({ place: place || bundle.place, bundle, officers, trusted, reader });
      caseKeep(loaded);
      return view;
    });
    return { views };
  },

  /** {case, text, officers: [{id, box_key}] of this side} -> {id, number, sealed, wraps: {officer: base64}}. */
  noteSeal({ case: id, text, officers }) {
    const author = officer();
    const loaded = caseSafe(caseLoaded(id));
    const body = { text };
    if (!bodyFits("note", body)) throw new Failure("bad_message", { kind: "note" });
    const { count, previous } = loaded.notes;
    const header = {
      v: 1,
      place: loaded.place,
      case: id,
      lane: "notes",
      number: count,
      epoch: 0,
      author: author.id,
      kind: "note",
      previous,
      seen: 0,
    };
    const key = random(32);
    const sealed = toBase64(boxSeal(contentSign(NOTE, header, body, author.sign.privateKey), key));
    const wraps = {};
    for (const other of withOwn(officers)) wraps[other.id] = keys.wrapFor(other, key);
    keys.wipe(key);
    return { id: uuid(), number: count, sealed, wraps };
  },

  /**
   * {cases: [id], notes: [note id] (absent: all of these cases), officer: {id, box_key, sign_key}} ->
   * {wraps: [{case, officer, epoch, sealed, held}], noteWraps: [{note, sealed}], proof, unconfirmed: [case id]}; cases and
   * notes that do not open here are left out, and those whose keys an unconfirmed officer made (`unconfirmed`).
   */
  grant({ cases, notes = null, officer: added }) {
    const granter = officer();
    const wraps = [];
    const noteWraps = [];
    const unconfirmed = [];
    for (const id of cases) {
      const loaded = caseLoaded(id);
      if (loaded.doubt === "epoch_unconfirmed") unconfirmed.push(id);
      if (loaded.doubt === "epoch_unconfirmed" || loaded.doubt === "case_keys_swapped") continue;
      for (const [epoch, { privateKey }] of loaded.keys) {
        if (!privateKey) continue;
        wraps.push({ case: id, officer: added.id, epoch, sealed: keys.wrapFor(added, privateKey), held: false });
      }
      for (const [note, key] of loaded.noteKeys) {
        if (notes && !notes.includes(note)) continue;
        noteWraps.push({ note, sealed: keys.wrapFor(added, key) });
      }
    }
    const proof = keys.proof(granter, "admit", concat(fromBase64(added.sign_key), fromBase64(added.box_key)));
    return { wraps, noteWraps, proof, unconfirmed };
  },

  /**
   * {case, holders: [{id, box_key, held}], reason: "left" | "conflict", lane} -> {epoch, public_key, worker_wrap,
   * wraps: [{officer, epoch, sealed, held}], message, proof: of the purpose `rekey`}. The unlocked officer is a holder in any
   * case.
   */
  rekey({ case: id, holders, reason, lane = "factory" }) {
    const maker = officer();
    const loaded = caseSafe(caseLoaded(id));
    keysHeld(loaded);
    const pair = sodium.crypto_box_keypair();
    const epoch = loaded.epoch + 1;
    const publicKey = toBase64(pair.publicKey);
    const body = { epoch, public_key: publicKey, reason };
    const message = messageSeal(loaded, { kind: "rekey", body, lane, epoch: loaded.epoch });
    const wraps = withOwn(holders).map((holder) => ({
      officer: holder.id,
      epoch,
      sealed: keys.wrapFor(holder, pair.privateKey),
      held: Boolean(holder.held),
    }));
    const worker = { id: "worker", box_key: toBase64(loaded.workerBoxKey) };
    const made = { epoch, public_key: publicKey, worker_wrap: keys.wrapFor(worker, pair.privateKey), wraps };
    keys.wipe(pair.privateKey);
    return { ...made, message, proof: rekeyProof(maker, id, made) };
  },

  /** {signKey, boxKey} (base64) -> {words: six words, digits: 18 digits}. */
  async fingerprint({ signKey, boxKey }) {
    const digits = keys.fingerprintDigits(fromBase64(signKey), fromBase64(boxKey));
    const list = await wordList();
    return { words: list.written(numbersOfDigits(digits)), digits };
  },
};
