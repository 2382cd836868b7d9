/** The cases I hold, opened: only in this page's memory, gone at the lock. Reads and every change go through here. */
import { api, changed, config, isOmbudsman, me, officerBy, session, stateLoad, vaultCall } from "./session.js";
import { confirmedOf, officersCheck } from "./trust.js";
import { t } from "./words.js";

/** case id -> {bundle (as the server sent it), view (as the vault opened it), words: all text in small letters}. */
export const cases = new Map();

/** case id -> how many messages I have looked at; only in memory. */
const looked = new Map();

/** case id -> {reply, note}: what is typed and not sent. */
const drafts = new Map();

/** The moves by hand of services/desk.py: state -> states. "answered" comes with an answer. */
export const MOVES = {
  received: ["acknowledged", "in_progress"],
  acknowledged: ["in_progress"],
  in_progress: [],
  answered: ["in_progress", "closed"],
  appealed: ["in_progress"],
  closed: [],
};
const SOON_DAYS = 3;

/** Forgets everything that was opened. */
export function casesForget() {
  cases.clear();
  looked.clear();
  drafts.clear();
}

/** Loads and opens all cases, a page at a time: the next one is on its way while one is opened. onPage(how many so far). */
export async function casesLoad(onPage = () => {}) {
  const here = new Set();
  let opening = Promise.resolve();
  for (let after = ""; after !== null; ) {
    const { cases: bundles, next } = await api.get(`cases/?after=${encodeURIComponent(after)}`);
    bundles.forEach((bundle) => here.add(bundle.id));
    opening = opening.then(() => casesOpen(bundles)).then(() => onPage(cases.size));
    opening.catch(() => {});
    after = next;
  }
  await opening;
  for (const id of cases.keys()) if (!here.has(id)) caseDrop(id);
  changed();
}

async function casesOpen(bundles) {
  if (!bundles.every(isByKnown)) await stateLoad();
  await officersCheck();
  const { place, officers } = session.state;
  const { views } = await vaultCall("casesLoad", {
    place: place || undefined,
    cases: bundles,
    officers,
    trusted: (await confirmedOf(officers)).map(({ id, sign_key, box_key }) => ({ id, sign_key, box_key })),
  });
  bundles.forEach((bundle, at) => caseKeep(bundle, views[at]));
}

/** Opens what is here once more, after somebody was confirmed: who wrote it may be known now. */
export async function casesReopen() {
  await casesOpen([...cases.values()].map(({ bundle }) => bundle));
  changed();
}

/** Whether everybody who writes or holds a case is known here: whoever came in the meantime is not. */
const isByKnown = ({ messages, notes, holders }) =>
  [...messages, ...notes].every(({ author }) => author === "worker" || officerBy(author)) &&
  holders.every(({ officer }) => officerBy(officer));

function caseKeep(bundle, view) {
  const isFirst = !cases.has(bundle.id);
  cases.set(bundle.id, { bundle, view, words: wordsOf(bundle, view) });
  if (!isFirst) return;
  const last = view.messages[view.messages.length - 1];
  const waits = last && last.author === "worker" && bundle.state !== "closed";
  looked.set(bundle.id, waits ? 0 : view.messages.length);
}

function caseDrop(id) {
  cases.delete(id);
  drafts.delete(id);
}

function wordsOf(bundle, view) {
  const texts = [bundle.id.slice(0, 8), config.categories[bundle.category]];
  for (const { body, authorName } of view.messages) {
    texts.push(authorName);
    if (body && body.text) texts.push(body.text);
    if (body && body.name) texts.push(body.name);
  }
  for (const note of view.notes) texts.push(note.text || "", note.authorName);
  return texts.join("\n").toLowerCase();
}

/** Takes an answer of the server into the list: the case as it is now, or null where I hold it no longer. */
export async function caseTake(id, bundle) {
  if (bundle) await casesOpen([bundle]);
  else caseDrop(id);
  changed();
  return cases.get(id);
}

/** Loads one case again. -> its entry; undefined where I hold it no longer */
export async function caseReload(id) {
  return caseTake(id, (await api.get(`cases/${id}/`)).case);
}

/**
 * Changes a case: POST api/cases/<id>/<what>/. Where somebody was quicker the case is loaded again, and the error goes on
 * to the screen, which says so.
 */
export async function caseChange(id, what, body = {}) {
  try {
    return await caseTake(id, (await api.post(`cases/${id}/${what}/`, body)).case);
  } catch (error) {
    if (error.code === "out_of_date" || error.code === "not_held") await caseReload(id);
    throw error;
  }
}

/** The same, naming the revision the change was made from. */
export const caseRevise = (id, what, body) => caseChange(id, what, { ...body, revision: cases.get(id).bundle.revision });

// --- what is shown of a case -------------------------------------------------------------------------------------------

/** Short name on screens and paper. */
export const reference = (id) => id.slice(0, 8);

/** The first words that can be read, in one line. */
export function firstWords({ view }) {
  const first = view.messages.find(({ body }) => body && body.text);
  return first ? first.body.text.replace(/\s+/g, " ").trim().slice(0, 120) : "";
}

/** The worker's first message, signed by them; undefined where it cannot be read. */
const opening = ({ view }) => view.messages.find(({ author, body }) => author === "worker" && body && body.recipients);

/** The worker's name as they wrote it; "" for anonymous, and where it cannot be read. */
export function workerName(entry) {
  const first = opening(entry);
  return first ? first.body.name.trim() : "";
}

/** The worker for people: their name, or that they gave none, or neither where that cannot be read. */
export function workerLabel(entry) {
  return opening(entry) ? workerName(entry) || t("Worker, without a name") : t("Worker");
}

/** What the worker agreed to, as they signed it: {escalation, publication}; as the server says where it cannot be read. */
export function agreed(entry) {
  const first = opening(entry);
  const { agreed_escalation: escalation, agreed_publication: publication } = entry.bundle;
  return first ? first.body.agreed : { escalation, publication };
}

/** Whether the server says otherwise than the worker has signed. */
export function agreedOtherwise(entry) {
  const { escalation, publication } = agreed(entry);
  return escalation !== entry.bundle.agreed_escalation || publication !== entry.bundle.agreed_publication;
}

/** Somebody has to do something yet. */
export const isOpen = ({ bundle }) => !["answered", "closed"].includes(bundle.state);

/** The day by which the next thing is due, or null. */
export function dueDay(entry) {
  if (!isOpen(entry)) return null;
  const { state, acknowledge_by: acknowledge, answer_by: answer } = entry.bundle;
  return state === "received" && acknowledge < answer ? acknowledge : answer;
}

/** "late", "soon" or "". */
export function urgency(entry) {
  const due = dueDay(entry);
  if (!due) return "";
  const days = (new Date(due) - new Date(session.state.today)) / 86400000;
  if (days < 0) return "late";
  return days <= SOON_DAYS ? "soon" : "";
}

/** Whether somebody else has written since I last looked. */
export const isUnread = ({ bundle, view }) =>
  view.messages.slice(looked.get(bundle.id) || 0).some(({ author }) => author !== myId());

/** Marks a case as looked at. */
export function look(id) {
  if (cases.has(id)) looked.set(id, cases.get(id).view.messages.length);
}

/** Whether this side moves the case from state to state. */
export const isLed = ({ bundle }) => bundle.lead === session.state.lane;

/** Whether this side may still write to the worker. */
export const mayWrite = (entry) => isSafe(entry) && !(entry.bundle.state === "closed" && isLed(entry) && !entry.bundle.merged_into);

const STOPS = ["case_keys_swapped", "epoch_forged", "epoch_unconfirmed"];

/** Whether the keys of a case are its own, and made by people who are confirmed here: with others nothing may be sealed. */
export const isSafe = ({ view }) => view.readable && !STOPS.some((code) => view.problems.includes(code));

/** The officers whose keys have to be confirmed before anything is sealed in this case: they have made keys of it. */
export function makersUnconfirmed({ view }) {
  if (!view.problems.includes("epoch_unconfirmed")) return [];
  const makers = new Set(view.messages.filter(({ kind, body }) => kind === "rekey" && body).map(({ author }) => author));
  return view.unconfirmed.filter(({ id }) => makers.has(id));
}

/** The officers of this side who hold a case. */
export const holdersHere = ({ bundle }) =>
  bundle.holders
    .filter(({ held }) => !held)
    .map(({ officer }) => session.state.officers.find(({ id }) => id === officer))
    .filter((officer) => officer && officer.place === "");

/** The cases that were closed as the same as this one and are mine to answer, too. */
export const mergedInto = (id) => [...cases.values()].filter(({ bundle }) => bundle.merged_into === id);

/** What the ombudsmen have of a case: "live" (they read it), "held" (prepared for an escalation) or "". */
export function ombudsmanHas({ bundle }) {
  if (isOmbudsman()) return "live";
  const theirs = bundle.holders.filter(({ officer }) => {
    const found = session.state.officers.find(({ id }) => id === officer);
    return found && found.place === config.ombudsman_place;
  });
  if (theirs.some(({ held }) => !held)) return "live";
  return theirs.length ? "held" : "";
}

/** Cases that I hold and can hand to an officer who does not hold them yet; never one they said is about themselves. */
export const casesLacking = (officer) =>
  [...cases.values()].filter(
    (entry) =>
      isSafe(entry) &&
      !(entry.bundle.conflicted || []).includes(officer.id) &&
      !entry.bundle.holders.some(({ officer: id, held }) => id === officer.id && !held),
  );

// --- drafts ------------------------------------------------------------------------------------------------------------

/** What is typed for a case and not sent: {reply, isAnswer, note}. */
export function draftOf(id) {
  if (!drafts.has(id)) drafts.set(id, { reply: "", isAnswer: false, note: "" });
  return drafts.get(id);
}

/** Whether anything is typed and not sent. */
export const hasDrafts = () => [...drafts.values()].some(({ reply, note }) => reply.trim() || note.trim());

/** My id as an author. */
export const myId = () => me().id;
