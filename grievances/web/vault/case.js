/**
 * A case as a whole: its id, its keys, its two lanes in order, and every check of the protocol's section "Reading".
 *
 * What fails a check keeps its place in the view, with a code in `problem`. A body is shown only when header and signature
 * hold: text that its author did not write here is no text of this case.
 */
import sodium from "libsodium-wrappers-sumo";
import { boxOpen, concat, equal, fromBase64, hash, toBase64, toHex, utf8, wrapOpen } from "./bytes.js";
import { MESSAGE, NOTE, contentRead, headerSays, sealedDigest } from "./message.js";

export const LANES = ["factory", "ombudsman"];
const ZERO = new Uint8Array(1);

/** Case id (32 hexadecimal digits) of place and the three public keys (bytes). */
export function caseId(place, publicKey, workerSignKey, workerBoxKey) {
  const named = concat(utf8("wesupport.case.v1"), ZERO, utf8(place), ZERO);
  return toHex(hash(16, concat(named, publicKey, workerSignKey, workerBoxKey)));
}

/**
 * Reads a case bundle.
 *
 * reader: {worker: true, box, sign} or {id, box, sign}; box and sign: {publicKey, privateKey}. trusted: [{id, sign_key,
 * box_key}] of the officers whom this reader has confirmed.
 * -> {view, loaded}: the view goes to the page, what is loaded stays here with the case's private keys:
 * {id, place, doubt: null or the code why nothing may be written, keys: epoch -> {publicKey, privateKey or null}, epoch: the newest,
 * null in doubt, lanes: lane -> {count, previous}, notes: {count, previous}, noteKeys: note id -> key}.
 */
export function caseRead({ place, bundle, officers, trusted = [], reader }) {
  const problems = new Set();
  const people = new Map(officers.map((officer) => [officer.id, officer]));
  const unsafe = !idHolds(place, bundle) || !isOwn(bundle, reader);
  if (unsafe) problems.add("case_keys_swapped");
  const keys = keysOpen(bundle, reader, problems);
  const signKey = (author) => {
    if (author === "worker") return fromBase64(bundle.worker_sign_key);
    return people.has(author) ? fromBase64(people.get(author).sign_key) : null;
  };
  const context = { place, id: bundle.id, keys, signKey, problems };
  const lanes = {};
  for (const lane of LANES) {
    lanes[lane] = laneRead(
      context,
      bundle.messages.filter((message) => message.lane === lane),
    );
  }
  const makers = epochMakers(lanes);
  const forged = epochsForged(bundle, makers, problems);
  for (const lane of LANES) {
    for (const message of lanes[lane].messages) {
      if (!message.problem && forged.has(message.epoch)) message.problem = "epoch_forged";
      tailCheck(message, lanes[lane === "factory" ? "ombudsman" : "factory"], problems);
    }
  }
  const messages = lanesMerge(lanes.factory.messages, lanes.ombudsman.messages);
  const opening = messages.find((message) => message.author === "worker" && message.body && message.body.recipients);
  if (opening && opening.body.category !== bundle.category) problems.add("category_changed");
  const recipients = opening ? opening.body.recipients : [];
  const notes = notesRead(context, bundle.notes || [], reader);
  const known = [...ownRecord(reader), ...recipients, ...trusted];
  const strangers = strangersFind([...messages, ...notes.shown], people, known);
  if (strangers.changed.length) problems.add("officer_keys_changed");
  const isUnconfirmed = !reader.worker && [...makers.values()].flat().some(({ author }) => strangers.notice(author));
  if (isUnconfirmed) problems.add("epoch_unconfirmed");
  const doubt = doubtOf(unsafe, forged, isUnconfirmed);
  const epoch = doubt ? null : Math.max(...keys.keys());
  const names = namesOf(people, opening);
  const view = {
    id: bundle.id,
    place,
    category: bundle.category,
    state: bundle.state,
    readable: [...keys.values()].some((pair) => pair.privateKey),
    messages: messages.map(({ seen, sealedDigest: digest, ...message }) => ({
      ...message,
      authorName: names(message.author),
      notice: strangers.notice(message.author),
    })),
    recipients,
    officersNew: strangers.added,
    officersChanged: strangers.changed,
    unconfirmed: strangers.all,
    replyTo: replyTo(makers, keys, epoch, strangers),
    notes: notes.shown.map((note) => ({
      ...note,
      authorName: names(note.author),
      notice: strangers.notice(note.author),
    })),
    problems: [],
  };
  for (const { problem } of [...messages, ...notes.shown]) if (problem) problems.add(problem);
  view.problems = [...problems];
  const loaded = {
    id: bundle.id,
    place,
    doubt,
    keys,
    epoch,
    workerBoxKey: fromBase64(bundle.worker_box_key),
    lanes: { factory: laneEnd(lanes.factory), ombudsman: laneEnd(lanes.ombudsman) },
    notes: { count: notes.count, previous: notes.previous },
    noteKeys: notes.keys,
  };
  return { view, loaded };
}

function idHolds(place, bundle) {
  const first = bundle.keys.find((key) => key.epoch === 0);
  if (!first) return false;
  const three = [first.public_key, bundle.worker_sign_key, bundle.worker_box_key].map(fromBase64);
  return caseId(place, ...three) === bundle.id;
}

/** A worker reads the case of their own receipt only. */
function isOwn(bundle, { worker, box, sign }) {
  if (!worker) return true;
  const fits = (written, pair) => equal(fromBase64(written), pair.publicKey);
  return fits(bundle.worker_sign_key, sign) && fits(bundle.worker_box_key, box);
}

/** epoch -> {publicKey, privateKey}; null where this reader has no wrap that opens. */
function keysOpen(bundle, reader, problems) {
  const keys = new Map();
  for (const { epoch, public_key: written, worker_wrap: workerWrap, wraps } of bundle.keys) {
    const publicKey = fromBase64(written);
    const own = reader.worker ? workerWrap : ((wraps || []).find((wrap) => wrap.officer === reader.id) || {}).sealed;
    let privateKey = own ? wrapOpen(own, reader.box) : null;
    if (privateKey && !(privateKey.length === 32 && equal(sodium.crypto_scalarmult_base(privateKey), publicKey))) {
      problems.add("case_keys_swapped");
      privateKey = null;
    }
    keys.set(epoch, { publicKey, privateKey });
  }
  return keys;
}

/** One lane -> {messages, count, previous}: in the order of their numbers, each with its problem. */
function laneRead(context, stored) {
  const lane = { messages: [], count: 0, previous: context.id };
  for (const message of [...stored].sort((one, other) => one.number - other.number)) {
    const read = messageRead(context, message);
    const again = message.number < lane.count;
    const gap = message.number > lane.count;
    if (gap) context.problems.add("gap");
    if (!read.problem && (again || (!gap && read.previous !== lane.previous))) read.problem = "out_of_order";
    if (read.trusted && !read.signed) read.problem = read.problem || "forged";
    if (!read.problem && gap) read.problem = "gap";
    if (!again) {
      lane.count = message.number + 1;
      lane.previous = read.sealedDigest;
    }
    lane.messages.push(messageShown(message, read));
  }
  return lane;
}

/** -> {sealedDigest, problem, trusted (its header holds), signed, previous, seen, body}. */
function messageRead({ place, id, keys, signKey }, message) {
  const sealed = fromBase64(message.sealed);
  const digest = sealedDigest(sealed);
  const pair = keys.get(message.epoch);
  let content = null;
  try {
    if (pair && pair.privateKey) {
      content = contentRead(MESSAGE, sodium.crypto_box_seal_open(sealed, pair.publicKey, pair.privateKey));
    }
  } catch (error) {
    content = null;
  }
  if (!content) return { sealedDigest: digest, problem: "unopened" };
  const { lane, number, epoch, author, kind } = message;
  if (!headerSays(content.header, { place, case: id, lane, number, epoch, author, kind })) {
    return { sealedDigest: digest, problem: "moved" };
  }
  const key = signKey(author);
  return {
    sealedDigest: digest,
    problem: null,
    trusted: true,
    signed: Boolean(key && content.verify(key)),
    previous: content.header.previous,
    seen: content.header.seen,
    body: content.body,
  };
}

function messageShown(message, read) {
  const holds = Boolean(read.trusted && read.signed);
  return {
    id: message.id,
    lane: message.lane,
    number: message.number,
    epoch: message.epoch,
    kind: message.kind,
    author: message.author,
    arrivedOn: message.arrived_on,
    stored: message.attachments || [],
    body: holds ? read.body : null,
    problem: read.problem,
    seen: holds ? read.seen : 0,
    sealedDigest: read.sealedDigest,
  };
}

/** epoch -> [{author, publicKey (base64)}]: the officers' signed messages that name its key. */
function epochMakers(lanes) {
  const makers = new Map();
  for (const lane of LANES) {
    for (const { kind, author, epoch, body } of lanes[lane].messages) {
      if (kind !== "rekey" || author === "worker" || !body || body.epoch !== epoch + 1) continue;
      makers.set(body.epoch, [...(makers.get(body.epoch) || []), { author, publicKey: body.public_key }]);
    }
  }
  return makers;
}

/** The epochs that no officer's message proves; also a newer epoch that a message names and the server left out. */
function epochsForged(bundle, makers, problems) {
  const given = new Map(bundle.keys.map((key) => [key.epoch, key.public_key]));
  const forged = new Set();
  for (const epoch of new Set([...given.keys(), ...makers.keys()])) {
    if (epoch === 0) continue;
    const proven = makers.get(epoch) || [];
    if (proven.length !== 1 || proven[0].publicKey !== given.get(epoch)) forged.add(epoch);
  }
  if (forged.size) problems.add("epoch_forged");
  return forged;
}

function tailCheck(message, other, problems) {
  if (message.seen <= other.count) return;
  problems.add("tail_missing");
  message.problem = message.problem || "tail_missing";
}

/** Both lanes in reading order: a message stands after the first `seen` of the other lane. */
function lanesMerge(factory, ombudsman) {
  const merged = [];
  let [left, right] = [0, 0];
  while (left < factory.length || right < ombudsman.length) {
    const [one, other] = [factory[left], ombudsman[right]];
    const oneFits = one && (!other || one.seen <= right);
    const otherFits = other && (!one || other.seen <= left);
    const byDay = one && other && oneFits && otherFits ? one.arrivedOn <= other.arrivedOn : oneFits || !otherFits;
    merged.push(byDay ? factory[left++] : ombudsman[right++]);
  }
  return merged;
}

/** An officer knows their own keys: [{id, sign_key, box_key}]; none for a worker. */
function ownRecord({ worker, id, sign, box }) {
  return worker ? [] : [{ id, sign_key: toBase64(sign.publicKey), box_key: toBase64(box.publicKey) }];
}

/**
 * Officers who write here and are not known to the reader, or known with other keys. known: [{id, sign_key, box_key}] of the
 * reader, of the recipients that the worker signed, and of those whom the reader has confirmed.
 */
function strangersFind(written, people, known) {
  const notices = new Map();
  for (const { author } of written) {
    if (author === "worker" || !people.has(author)) continue;
    const officer = people.get(author);
    const same = known.filter(({ id }) => id === author);
    const isKnown = same.some(
      ({ sign_key: signKey, box_key: boxKey }) => signKey === officer.sign_key && boxKey === officer.box_key,
    );
    if (!isKnown) notices.set(author, same.length ? "officer_keys_changed" : "officer_new");
  }
  const pick = (notice) => [...notices.keys()].filter((id) => notices.get(id) === notice).map((id) => people.get(id));
  return {
    all: [...notices.keys()].map((id) => people.get(id)),
    added: pick("officer_new"),
    changed: pick("officer_keys_changed"),
    notice: (author) => notices.get(author) || null,
  };
}

/** Why nothing may be written, or null: with a key that is not the case's own, somebody else could read it. */
function doubtOf(unsafe, forged, isUnconfirmed) {
  if (unsafe) return "case_keys_swapped";
  if (forged.size) return "epoch_forged";
  return isUnconfirmed ? "epoch_unconfirmed" : null;
}

function namesOf(people, opening) {
  const named = new Map();
  people.forEach((officer) => named.set(officer.id, officer.name));
  if (opening) {
    for (const { id, name } of opening.body.recipients) named.set(id, name);
    named.set("worker", opening.body.name);
  }
  return (author) => named.get(author) || "";
}

/**
 * The key that the next message goes to, and what the worker should know of the officer who made it; null when nothing may be
 * written: with an older key, somebody who has left could read it.
 */
function replyTo(makers, keys, epoch, strangers) {
  if (epoch === null) return null;
  const [made] = makers.get(epoch) || [];
  const notice = made ? strangers.notice(made.author) : null;
  return { epoch, publicKey: sodium.to_base64(keys.get(epoch).publicKey, sodium.base64_variants.ORIGINAL), notice };
}

const laneEnd = ({ count, previous }) => ({ count, previous });

/** Notes among officers -> {shown, count, previous, keys}. */
function notesRead({ place, id, signKey, problems }, stored, reader) {
  const notes = { shown: [], count: 0, previous: id, keys: new Map() };
  for (const note of [...stored].sort((one, other) => one.number - other.number)) {
    const sealed = fromBase64(note.sealed);
    const wrap = reader.worker ? null : (note.wraps || {})[reader.id];
    const key = wrap ? wrapOpen(wrap, reader.box) : null;
    const padded = key && key.length === 32 ? boxOpen(sealed, key) : null;
    const content = padded ? contentRead(NOTE, padded) : null;
    const { number, author } = note;
    const expected = { place, case: id, lane: "notes", number, epoch: 0, author, kind: "note", seen: 0 };
    const [again, gap] = [number < notes.count, number > notes.count];
    if (gap) problems.add("gap");
    const holds = content && headerSays(content.header, expected);
    const signer = signKey(author);
    const signed = Boolean(holds && author !== "worker" && signer && content.verify(signer));
    let problem = null;
    if (!content) problem = "unopened";
    else if (!holds) problem = "moved";
    else if (again || (!gap && content.header.previous !== notes.previous)) problem = "out_of_order";
    else if (!signed) problem = "forged";
    else if (gap) problem = "gap";
    if (padded) notes.keys.set(note.id, key);
    if (!again) {
      notes.count = number + 1;
      notes.previous = sealedDigest(sealed);
    }
    const body = signed ? content.body.text : null;
    notes.shown.push({ id: note.id, number, author, text: body, writtenOn: note.written_on, problem });
  }
  return notes;
}
