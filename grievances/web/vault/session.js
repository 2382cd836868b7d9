/** What the vault holds in memory: the reader's keys and the cases read with them. Locking overwrites all of it. */
import sodium from "libsodium-wrappers-sumo";
import { Failure } from "./errors.js";
import { wipe } from "./keys.js";

export const session = {
  wordsUrl: null,
  /** {receipt, lookup, box, sign} of a worker with a receipt. */
  worker: null,
  /** {id, seed, box, sign, recoveryWrap or null} of an unlocked officer. */
  officer: null,
  /** case id -> what `caseRead` loaded. */
  cases: new Map(),
};

/** Overwrites every secret with zeros and forgets it. */
export function lock() {
  for (const owner of [session.worker, session.officer]) {
    if (owner) wipe(owner.lookup, owner.seed, owner.box.privateKey, owner.sign.privateKey);
  }
  for (const loaded of session.cases.values()) caseForget(loaded);
  session.worker = null;
  session.officer = null;
  session.cases.clear();
}

function caseForget(loaded) {
  for (const pair of loaded.keys.values()) wipe(pair.privateKey);
  for (const key of loaded.noteKeys.values()) wipe(key);
}

/** Keeps what was loaded in place of what was there before. */
export function caseKeep(loaded) {
  if (session.cases.has(loaded.id)) caseForget(session.cases.get(loaded.id));
  session.cases.set(loaded.id, loaded);
}

/** The officer who is unlocked; fails with `locked`. */
export function officer() {
  if (!session.officer) throw new Failure("locked");
  return session.officer;
}

/** Who reads and writes here: {author, worker, id, box, sign}; fails with `locked`. */
export function reader() {
  if (session.officer) return { author: session.officer.id, ...session.officer };
  if (session.worker) return { author: "worker", worker: true, ...session.worker };
  throw new Failure("locked");
}

/** A case that was loaded; fails with `unopened`. */
export function caseLoaded(id) {
  const loaded = session.cases.get(id);
  if (!loaded) throw new Failure("unopened", { case: id });
  return loaded;
}

/** The case's keys that this reader holds: [[epoch, {publicKey, privateKey}]]; fails with `unopened` when there is none. */
export function keysHeld(loaded) {
  const held = [...loaded.keys].filter(([, pair]) => pair.privateKey);
  if (!held.length) throw new Failure("unopened", { case: loaded.id });
  return held;
}

/**
 * Refuses to write into a case whose keys are not its own (`case_keys_swapped`), not proven (`epoch_forged`), or made by an
 * officer whom the reader, an officer, has not confirmed (`epoch_unconfirmed`).
 */
export function caseSafe(loaded) {
  if (loaded.doubt) throw new Failure(loaded.doubt, { case: loaded.id });
  return loaded;
}

/** Resolves when libsodium is ready; fails with `no_webassembly`. */
export async function ready() {
  if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiate !== "function")
    throw new Failure("no_webassembly");
  try {
    await sodium.ready;
  } catch (error) {
    throw new Failure("no_webassembly");
  }
}
