/**
 * Whose keys were confirmed in this browser, and the only way to seal anything to somebody.
 *
 * An officer's keys never change: whoever gets new ones is a new officer. So other keys under a known id are an attack, and then
 * nothing leaves this page; somebody whose words were not compared yet, or who has another name or place than when they were,
 * reads nothing that is sealed here. What is kept (in localStorage) is public: officer id -> {digits, name, place}.
 */
import { changed, config, me, session, vaultCall } from "./session.js";

const NAME = `wesupport-desk-confirmed:${config.place || "public"}`;
const made = new Map();

/** Where each method of the vault that seals takes those whom it seals to; null: to the case's own key. */
const RECEIVERS = { noteSeal: "officers", caseWraps: "officers", grant: "officer", rekey: "holders", caseSeal: null };

/** My keys as the vault has opened them: {id, sign_key, box_key}; null while it is locked. */
let own = null;

/** For browsers that keep nothing: what was confirmed since the page was opened. */
let remembered = null;

/** The officers at the last look, each list in the server's order. changed: whose keys are others than those confirmed. */
export const trust = { confirmed: [], unconfirmed: [], changed: [] };

/** code: "officers_changed" or "officers_unconfirmed"; detail: {names: [name]}. */
export class TrustError extends Error {
  constructor(code, officers) {
    super(code);
    this.name = "TrustError";
    this.code = code;
    this.detail = { names: officers.map(({ name }) => name) };
  }
}

/** An officer -> {words: six words, digits}. */
export async function fingerprintOf({ sign_key: signKey, box_key: boxKey }) {
  const key = signKey + boxKey;
  if (!made.has(key)) made.set(key, await vaultCall("fingerprint", { signKey, boxKey }));
  return made.get(key);
}

/** Takes my keys from the vault that they have opened: the one record that needs no comparing. null: forgets them. */
export function ownTake(record) {
  own = record && { id: record.id, sign_key: record.sign_key, box_key: record.box_key };
}

// --- what is kept ------------------------------------------------------------------------------------------------------

function kept() {
  try {
    return JSON.parse(localStorage.getItem(NAME)) || remembered;
  } catch (error) {
    return remembered;
  }
}

function keep(known) {
  remembered = known;
  try {
    if (known) localStorage.setItem(NAME, JSON.stringify(known));
    else localStorage.removeItem(NAME);
  } catch (error) {
    // Private windows may refuse: then every visit is a first one.
  }
}

/** Whether nobody was asked in this browser yet. */
export const isFirstVisit = () => kept() === null;

/** Says that somebody was asked, and put it off. */
export const compareLater = () => keep(kept() || {});

/** Says that these officers' words were compared. Raises TrustError where they are others than those confirmed before. */
export async function officersConfirm(officers) {
  const known = { ...kept() };
  for (const officer of officers) {
    if ((await standing(officer)) === "changed") throw new TrustError("officers_changed", [officer]);
    known[officer.id] = { digits: (await fingerprintOf(officer)).digits, name: officer.name, place: officer.place };
  }
  keep(known);
  await officersCheck();
}

/** Forgets whom this browser has confirmed. */
export async function officersForget() {
  keep(null);
  await officersCheck();
}

// --- looking and sealing -----------------------------------------------------------------------------------------------

/** -> "confirmed", "unconfirmed" or "changed" */
async function standing(officer) {
  if (own && officer.id === own.id) {
    return officer.sign_key === own.sign_key && officer.box_key === own.box_key ? "confirmed" : "changed";
  }
  const before = (kept() || {})[officer.id];
  if (!before) return "unconfirmed";
  if (before.digits !== (await fingerprintOf(officer)).digits) return "changed";
  return before.name === officer.name && before.place === officer.place ? "confirmed" : "unconfirmed";
}

/** Looks at all officers of the present state, whatever theirs is. Runs whenever a state comes, and before anything is sealed. */
export async function officersCheck() {
  const { state } = session;
  const found = { confirmed: [], unconfirmed: [], changed: [] };
  for (const officer of state.officers) found[await standing(officer)].push(officer);
  if (me() && !found.changed.some(({ id }) => id === me().id) && (await standing(me())) === "changed") found.changed.push(me());
  if (session.state !== state) return officersCheck();
  const before = JSON.stringify(trust);
  Object.assign(trust, found);
  if (JSON.stringify(trust) !== before) changed();
  return undefined;
}

/** Those of these officers whose keys were confirmed, me among them. */
export async function confirmedOf(officers) {
  const standings = await Promise.all(officers.map(standing));
  return officers.filter((officer, at) => standings[at] === "confirmed");
}

/** Who receives cases and was not compared yet. */
export const toCompare = () => trust.unconfirmed.filter(({ state, id }) => state === "active" && !(me() && me().id === id));

/**
 * The only way to the vault's methods that seal: to officers whose words were compared in this browser, and to nobody while
 * somebody's keys are others than before.
 *
 * method: of RECEIVERS; officers: those it seals to; args: everything else it takes. Raises TrustError.
 */
export async function sealTo(method, officers, args) {
  await officersCheck();
  if (trust.changed.length) throw new TrustError("officers_changed", trust.changed);
  const confirmed = await confirmedOf(officers);
  const strangers = officers.filter((officer) => !confirmed.includes(officer));
  if (strangers.length) throw new TrustError("officers_unconfirmed", strangers);
  const name = RECEIVERS[method];
  return vaultCall(method, name ? { ...args, [name]: name === "officer" ? officers[0] : officers } : args);
}
