/** A new case on its way: keys made, files and text sealed, sent, and sent again where the server asks for something. */
import { attachmentsSend, attachmentsUnsent } from "../shared/attachments.js";
import { ApiError } from "../shared/http.js";
import { api, channel, channelReload, vault } from "./page.js";
import { recipientsOf } from "./people.js";

const MOST_TURNS = 5;

/** Officers who were not to read it when the worker looked; nothing has been sent. */
export class ReadersAdded extends Error {
  constructor(names) {
    super("readers_added");
    this.names = names;
  }
}

/**
 * One submission, kept from the first attempt to the last, so that whatever is repeated is the same case.
 *
 * send({category, text, items, to, name, escalation, publication}, tell) ->
 * {receipt, words, acknowledgeBy, answerBy, left: names of readers who had gone}.
 * tell(key of a status sentence, values). Throws ReadersAdded, VaultError or ApiError; with the code `uncertain` it may have
 * arrived: only the same again may follow. `isUncertain()` says so too; `receipt()` is the one
 * of the case on its way, or null.
 */
export function openSubmission() {
  let made = null;
  let sealed = null; // what is posted, once it is sealed
  let sealedFrom = null; // the draft that it says
  let uncertain = false;
  let approved = new Map(); // the readers the worker has seen: id -> keys

  async function seal(draft, entries) {
    const { readers, held } = recipientsOf(channel, draft);
    const agreed = { escalation: draft.escalation, publication: draft.publication };
    const recipients = [...readers, ...held].map(({ id, name, sign_key, box_key }) => ({ id, name, sign_key, box_key }));
    const { category, text, name } = draft;
    const body = { text, attachments: entries, category, name, recipients, agreed };
    const wrapped = [];
    for (const [officers, isHeld] of [
      [readers, false],
      [held, true],
    ]) {
      const { wraps } = await vault.call("caseWraps", { case: made.id, officers: officers.map(keyOf), held: isHeld });
      wrapped.push(...wraps);
    }
    const { id, number, epoch, kind, sealed: bytes } = await vault.call("caseSeal", { case: made.id, kind: "message", body });
    return {
      id: made.id,
      public_key: made.publicKey,
      worker_sign_key: made.workerSignKey,
      worker_box_key: made.workerBoxKey,
      worker_wrap: made.workerWrap,
      lookup_digest: made.lookupDigest,
      salt_version: made.saltVersion,
      category,
      to: draft.to,
      agreed_escalation: agreed.escalation,
      agreed_publication: agreed.publication,
      wraps: wrapped,
      message: { id, number, epoch, kind, sealed: bytes, attachments: entries.map((entry) => entry.id) },
    };
  }

  async function post(payload, work) {
    try {
      const answer = await api.post("/api/cases/", { ...payload, work });
      uncertain = false;
      return answer;
    } catch (error) {
      const isSilent = [0, 502, 504].includes(error.status); // no word from the server itself
      uncertain = isSilent || (uncertain && error.status >= 500);
      throw uncertain ? new ApiError({ status: error.status, code: "uncertain" }) : error;
    }
  }

  /** Who would read it now that the worker has not seen; and who is not there any more. */
  function readersCompare(draft) {
    const { readers } = recipientsOf(channel, draft);
    const isNew = ({ id, sign_key, box_key }) => approved.get(id) !== sign_key + box_key;
    return { readers, added: readers.filter(isNew) };
  }

  async function send(draft, tell) {
    const left = new Set();
    let work = null;
    const names = new Map(recipientsOf(channel, draft).readers.map((officer) => [officer.id, officer.name]));
    approve(draft);
    if (!uncertain && !isSame(draft, sealedFrom)) sealed = null;
    for (let turn = 1; ; turn++) {
      if (!made || (!sealed && !(await isThere(made.id)))) {
        tell("status-preparing");
        made = await vault.call("caseNew", { place: channel.place, salt: channel.salts[0] });
      }
      if (!sealed) {
        tell("status-locking");
        const count = draft.items.length;
        const onItem = (index) => tell("status-uploading", { number: index + 1, count });
        const put = (id, bytes) => api.put(`/api/attachments/${id}/`, bytes);
        const entries = await attachmentsSend({ items: draft.items, caseId: made.id, vault, put, onItem });
        sealed = await seal(draft, entries);
        sealedFrom = draft;
      }
      tell("status-sending");
      try {
        const answer = await post(sealed, work);
        return { ...made, acknowledgeBy: answer.acknowledge_by, answerBy: answer.answer_by, left: [...left] };
      } catch (error) {
        if (turn >= MOST_TURNS || !(error instanceof ApiError)) throw error;
        if (error.code === "work_needed") {
          tell("status-working");
          work = await vault.call("workSolve", { challenge: error.extra.challenge });
        } else if (error.code === "attachment_missing") {
          attachmentsUnsent(draft.items);
          sealed = null;
        } else if (error.code === "officers_changed" || error.code === "bad_case") {
          if (error.code === "bad_case") made = null;
          sealed = null;
          await channelReload();
          const { readers, added } = readersCompare(draft);
          if (!readers.length) throw new ApiError({ status: 409, code: "readers_gone" });
          if (added.length) throw new ReadersAdded(added.map((officer) => officer.name));
          for (const [id, name] of names) if (!readers.some((officer) => officer.id === id)) left.add(name);
        } else {
          throw error;
        }
      }
    }
  }

  function approve(draft) {
    const { readers } = recipientsOf(channel, draft);
    approved = new Map(readers.map(({ id, sign_key, box_key }) => [id, sign_key + box_key]));
  }

  return { send, isUncertain: () => uncertain, receipt: () => made && made.receipt };
}

/** Whether two drafts say the same. */
function isSame(one, other) {
  if (!other || one.items.length !== other.items.length) return false;
  const plain = ({ items, ...rest }) => JSON.stringify(rest);
  return plain(one) === plain(other) && one.items.every((item, index) => item === other.items[index]);
}

/** Whether the vault still has the keys of this case: its worker may have been ended by a phone short of memory. */
async function isThere(caseId) {
  try {
    await vault.call("caseWraps", { case: caseId, officers: [] });
    return true;
  } catch (error) {
    if (error.code === "unopened" || error.code === "locked") return false;
    throw error;
  }
}

const keyOf = ({ id, box_key }) => ({ id, box_key });

