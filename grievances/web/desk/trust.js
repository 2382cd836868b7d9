/**
 * Whose keys this browser has seen before.
 *
 * An officer's keys never change: whoever gets new ones is a new officer. So other keys under a known id are an attack, and a
 * new officer is somebody to compare words with before anything is sealed to them without asking. What is kept (in
 * localStorage) is public: officer id -> fingerprint digits.
 */
import { config, me, session, vaultCall } from "./session.js";

const NAME = `wesupport-desk-officers:${config.place || "public"}`;
const made = new Map();

/** An officer -> {words: six words, digits}. */
export async function fingerprintOf(officer) {
  const key = officer.sign_key + officer.box_key;
  if (!made.has(key)) made.set(key, await vaultCall("fingerprint", { signKey: officer.sign_key, boxKey: officer.box_key }));
  return made.get(key);
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(NAME));
  } catch (error) {
    return null;
  }
}

function keep(known) {
  try {
    localStorage.setItem(NAME, JSON.stringify(known));
  } catch (error) {
    // Private windows may refuse: then every visit is a first one.
  }
}

/** Says that these officers' words were compared. */
export async function officersTrust(officers) {
  const known = kept() || {};
  for (const officer of officers) known[officer.id] = (await fingerprintOf(officer)).digits;
  keep(known);
}

/**
 * -> {changed: [officer], added: [officer]} among those who receive cases. On the first visit all of them are taken as known.
 */
export async function officersCheck() {
  const active = session.state.officers.filter(({ state, id }) => state === "active" && !(me() && me().id === id));
  const known = kept();
  if (!known) {
    await officersTrust(active);
    return { changed: [], added: [] };
  }
  const found = { changed: [], added: [] };
  for (const officer of active) {
    const { digits } = await fingerprintOf(officer);
    if (!(officer.id in known)) found.added.push(officer);
    else if (known[officer.id] !== digits) found.changed.push(officer);
  }
  return found;
}

/** Whether a case may be sealed to an officer without asking: the worker named these very keys, or they were compared here. */
export function mayReceive(officer, { recipients }, { changed, added }) {
  const is = ({ id }) => id === officer.id;
  if (changed.some(is)) return false;
  const named = recipients.find(is);
  if (named) return named.sign_key === officer.sign_key && named.box_key === officer.box_key;
  return !added.some(is);
}
