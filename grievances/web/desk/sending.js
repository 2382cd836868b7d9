/** Sealing what an officer writes, and sending it: again behind what came first, and never twice. */
import { caseReload, cases, caseTake, holdersHere, isLed } from "./cases.js";
import { rekeyOne } from "./rekey.js";
import { api, me, session } from "./session.js";
import { sealTo, TrustError } from "./trust.js";

const MOST_TRIES = 5;

/** "kind/case" -> {text, sealed}: sent, but no answer came back. Sent again as it is, the server keeps it once. */
const unanswered = new Map();

/** Forgets what waits for an answer. */
export const sendingForget = () => unanswered.clear();

/** Writes to the worker. -> whether something new had come first */
export function messageSend(id, text, { isAnswer }) {
  return send("messages", id, text, {
    seal: () => sealNew("caseSeal", () => [], { case: id, kind: "message", body: { text, attachments: [] }, lane: session.state.lane }),
    body: ({ id: message, number, epoch, kind, sealed }) => ({
      message: { id: message, number, epoch, kind, sealed },
      is_answer: isAnswer,
    }),
    isThere: (entry, sealed) => entry.view.messages.some((message) => message.id === sealed.id),
  });
}

/** Writes a note among officers. -> whether something new had come first */
export function noteSend(id, text) {
  return send("notes", id, text, {
    seal: () => sealNew("noteSeal", () => holdersHere(cases.get(id)), { case: id, text }),
    body: (sealed) => sealed,
    isThere: (entry, sealed) => entry.view.notes.some((note) => note.id === sealed.id),
  });
}

/** Seals under a key that nobody holds any more who should not: where the case needs a new one it gets it first. */
async function sealNew(method, officers, args) {
  const entry = cases.get(args.case);
  if (entry.bundle.needs_rekey && isLed(entry) && (await rekeyOne(args.case)) === "waiting") {
    const others = holdersHere(entry).filter(({ id }) => id !== me().id);
    throw new TrustError("officers_unconfirmed", others);
  }
  return sealTo(method, officers(), args);
}

async function send(what, id, text, { seal, body, isThere }) {
  const key = `${what}/${id}`;
  const before = unanswered.get(key);
  let sealed = before && before.text === text ? before.sealed : await seal();
  let wasLate = false;
  for (let tries = 1; ; tries++) {
    unanswered.set(key, { text, sealed });
    try {
      const answer = await api.post(`cases/${id}/${what}/`, body(sealed));
      unanswered.delete(key);
      await caseTake(id, answer.case);
      return wasLate;
    } catch (error) {
      if (error.status !== 0) unanswered.delete(key);
      if (error.code !== "out_of_date" || tries >= MOST_TRIES) throw error;
      const entry = await caseReload(id);
      if (!entry) throw error;
      if (isThere(entry, sealed)) return wasLate;
      wasLate = true;
      sealed = await seal();
    }
  }
}
