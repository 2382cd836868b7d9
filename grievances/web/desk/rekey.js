/** New keys for cases whose holders have become fewer: made by the first officer who unlocks, without being asked. */
import { caseReload, cases, caseTake, isLed, isSafe } from "./cases.js";
import { api, officerBy, session } from "./session.js";
import { sealTo } from "./trust.js";

const MOST_TRIES = 3;

/** Cases of this side that wait for a new key and open here. */
export const casesToRekey = () =>
  [...cases.values()].filter((entry) => entry.bundle.needs_rekey && isLed(entry) && entry.view.readable);

/**
 * Gives them new keys, one after the other. onStep(done, of): to be told how far it is.
 * -> {done, waiting: how many wait because an officer's keys have to be compared first, failed, others: got one meanwhile}
 */
export async function rekeyAll(onStep = () => {}) {
  const ids = casesToRekey().map(({ bundle }) => bundle.id);
  const result = { done: 0, waiting: 0, failed: 0, others: 0 };
  for (const id of ids) {
    if (!session.unlocked) break;
    try {
      result[await rekeyOne(id)] += 1;
    } catch (error) {
      if (error.status === 0) throw error;
      result.failed += 1;
    }
    onStep(result.done, ids.length);
  }
  return result;
}

const UNCONFIRMED = ["officers_unconfirmed", "epoch_unconfirmed"];
const MEANWHILE = ["out_of_date", "no_rekey"];

/** Gives one case its new key. -> "done", "others", "waiting" (keys to compare first) or "failed" */
export async function rekeyOne(id) {
  for (let tries = 1; ; tries++) {
    const entry = cases.get(id);
    if (!entry || !entry.bundle.needs_rekey) return "others";
    if (entry.view.problems.includes("epoch_unconfirmed")) return "waiting";
    if (!isSafe(entry)) return "failed";
    try {
      const args = { case: id, reason: await reasonOf(id), lane: session.state.lane };
      const made = await sealTo("rekey", holdersOf(entry), args);
      const { id: message, number, epoch, kind, sealed } = made.message;
      const body = { ...made, message: { id: message, number, epoch, kind, sealed } };
      await caseTake(id, (await api.post(`cases/${id}/rekey/`, body)).case);
      return "done";
    } catch (error) {
      if (UNCONFIRMED.includes(error.code)) return "waiting";
      if (!MEANWHILE.includes(error.code) || tries >= MOST_TRIES) throw error;
      await caseReload(id);
    }
  }
}

function holdersOf({ bundle }) {
  return bundle.holders
    .filter(({ officer }) => officerBy(officer))
    .map(({ officer, held }) => ({ ...officerBy(officer), held }));
}

/** Why a case needs a new key, from its log: somebody said that it is about them, else somebody has left. */
async function reasonOf(id) {
  const { events } = await api.get(`cases/${id}/log/`);
  const since = events.map(({ kind }) => kind).lastIndexOf("rekeyed");
  return events.slice(since + 1).some(({ kind }) => kind === "conflict") ? "conflict" : "left";
}
