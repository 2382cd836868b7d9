/** The frame: which screen is shown, the bar above it, unlocking's consequences, the lock. */
import { byId, element, fill, show } from "../shared/dom.js";
import { caseScreen } from "./case.js";
import { cases, casesForget, casesLoad, hasDrafts } from "./cases.js";
import { compareScreen } from "./compare.js";
import { enrolScreen, waitingScreen } from "./enrol.js";
import { sentenceOf } from "./errors.js";
import { idleWatch } from "./idle.js";
import { inboxScreen } from "./inbox.js";
import { keysScreen } from "./mykeys.js";
import { officersScreen } from "./officers.js";
import { card, dialog, heading, note, paragraphs, progress, say, sayNothing } from "./parts.js";
import { quarantineScreen } from "./quarantine.js";
import { casesToRekey, rekeyAll } from "./rekey.js";
import { sendingForget } from "./sending.js";
import { changed, me, onChange, onState, session, stateLoad, vaultCall } from "./session.js";
import { isFirstVisit, officersCheck, ownTake, toCompare, trust } from "./trust.js";
import { unlockScreen } from "./unlock.js";
import { listed, t } from "./words.js";

const SCREENS = {
  inbox: inboxScreen,
  case: caseScreen,
  quarantine: quarantineScreen,
  officers: officersScreen,
  compare: compareScreen,
  keys: keysScreen,
};

let shown = null; // {key, update, leave} of the screen that stands
let behind = "#/inbox"; // where one goes back to from comparing
let opening = null; // how far it is, while cases are opened after unlocking
let idleEnd = () => {};

/** Begins: asks who I am, then shows what is to be shown. */
export async function start() {
  window.addEventListener("hashchange", screenShow);
  window.addEventListener("pagehide", () => lockNow());
  window.addEventListener("beforeunload", (event) => {
    if (hasDrafts()) event.preventDefault();
  });
  onChange(refresh);
  onState(() => officersCheck().catch(() => {})); // what could not be looked at now is looked at before anything is sealed
  try {
    await stateLoad();
  } catch (error) {
    fill(byId("screen"), card(heading(t("The page could not be loaded")), ...paragraphs(sentenceOf(error))));
    return;
  }
  screenShow();
}

/** What the address names: ["case", id], ["inbox"] … */
function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  return SCREENS[name] ? [name, ...rest] : ["inbox"];
}

/** The screen for who I am and what is asked for -> {key, make(root, context)}. */
function wanted() {
  const officer = me();
  const [name, id] = route();
  if (opening) return { key: "opening", make: openingScreen };
  if (name === "officers" && !(officer && officer.state === "active")) return { key: "officers", make: officersScreen };
  if (!officer) return { key: "enrol", make: enrolScreen };
  if (officer.state === "waiting") return { key: "waiting", make: waitingScreen };
  if (!session.unlocked) return { key: "unlock", make: unlockScreen };
  return { key: `${name}/${id || ""}`, make: SCREENS[name], id };
}

/** Shows what is to be shown now; a screen that stands already is only told to look again. */
function screenShow() {
  if (!session.state) return; // an address changed before anything was known
  const { key, make, id } = wanted();
  frameShow();
  if (shown && shown.key === key) return;
  if (shown && shown.leave) shown.leave();
  for (const open of document.querySelectorAll("dialog")) open.close();
  if (["inbox/", "case", "officers/"].some((start) => key.startsWith(start))) behind = location.hash || "#/inbox";
  sayNothing();
  const root = element("div", { class: `screen screen-${key.split("/")[0]}` });
  fill(byId("screen"), root);
  shown = { key };
  const back = () => go(behind);
  const made = make(root, { id, go, back, onUnlocked, afterwards, watch: idleBegin, lock: lockNow, again: showAgain }) || {};
  shown = { key, ...made };
  window.scrollTo(0, 0);
  const title = root.querySelector("h1");
  if (title) title.focus({ preventScroll: true });
}

/** Builds the screen that stands anew. */
function showAgain() {
  if (shown && shown.leave) shown.leave();
  shown = null;
  screenShow();
}

function refresh() {
  screenShow();
  if (shown && shown.update) shown.update();
}

/** Goes to an address such as "#/inbox", at once: what is said next belongs to the new screen. */
function go(hash) {
  location.hash = hash;
  screenShow();
}

// --- the bar -----------------------------------------------------------------------------------------------------------

function frameShow() {
  const isIn = session.unlocked;
  const [name] = route();
  const quarantined = [...cases.values()].filter(({ bundle }) => bundle.is_quarantined).length;
  const links = isIn
    ? [
        ["inbox", t("Inbox")],
        ["quarantine", quarantined ? t("Quarantine (%(count)s)", { count: quarantined }) : t("Quarantine")],
        ["officers", toCompare().length ? t("Officers (%(count)s to compare)", { count: toCompare().length }) : t("Officers")],
        ["keys", t("My keys")],
      ]
    : [
        ["inbox", me() ? t("Unlock") : t("Make my keys")],
        ["officers", t("Officers")],
      ];
  const current = { case: "inbox", compare: "officers" }[name] || name;
  fill(
    byId("links"),
    links.map(([target, text]) =>
      element("a", { href: `#/${target}`, "aria-current": target === current ? "page" : null }, text),
    ),
  );
  fill(byId("who"), me() ? me().name : session.state.user.name);
  show(byId("lock"), isIn);
  alarmShow();
}

/** Stays above every screen while somebody's keys are others than those confirmed here. */
function alarmShow() {
  const names = listed(trust.changed.map(({ name }) => name));
  const text = names && t("The keys of %(names)s are others than those confirmed in this browser. That must not happen: nothing can be sent. Tell CCR CSR.", { names });
  if (byId("alarm").textContent === text) return;
  fill(byId("alarm"), text ? note("bad", text) : null);
  show(byId("alarm"), Boolean(text));
}

function lockLabel(minutes) {
  fill(byId("lock"), t("Lock"), element("span", { class: "lock-left" }, t("(%(minutes)s min)", { minutes })));
}

// --- unlocked, locked --------------------------------------------------------------------------------------------------

/**
 * After the vault holds my keys: load and open everything, then do what waits for it. record: mine, with the public keys that
 * the vault has seen to be those of the seed.
 */
async function onUnlocked(record) {
  ownTake(record);
  idleBegin();
  opening = progress(t("Opening the cases"));
  screenShow();
  try {
    await stateLoad();
    await casesLoad((count) => opening && opening.set(count, count));
  } catch (error) {
    lockNow();
    say(sentenceOf(error), "bad");
    return;
  }
  if (!opening) return; // locked meanwhile
  opening = null;
  session.unlocked = true;
  if (isFirstVisit() && toCompare().length) {
    behind = SCREENS[route()[0]] === compareScreen ? "#/inbox" : location.hash || "#/inbox";
    go("#/compare");
  } else {
    changed();
    afterwards();
  }
}

function openingScreen(root) {
  fill(root, card(heading(t("Opening the cases")), opening.node));
}

/** Says who has to be compared, gives new keys to the cases that wait for one, and says so in one line. */
async function afterwards() {
  const sentences = [];
  let kind = "calm";
  const found = (worse, sentence) => {
    if (worse === "bad" || kind === "calm") kind = worse;
    sentences.push(sentence);
    say(sentences.join(" "), kind);
  };
  try {
    const strangers = listed(toCompare().map(({ name }) => name));
    if (strangers) found("warn", t("Not compared in this browser: %(names)s. Open “Officers” and compare the words of their keys.", { names: strangers }));
    if (trust.changed.length || !casesToRekey().length) return;
    const { done, waiting, failed } = await rekeyAll();
    if (done) found("calm", t("%(count)s cases were given a new key, because fewer officers hold them than before.", { count: done }));
    if (waiting) {
      found("warn", t("%(count)s cases wait for a new key. First open “Officers” and compare the words of the keys.", { count: waiting }));
    }
    if (failed) found("warn", t("%(count)s cases could not be given a new key. It is tried again at the next unlocking.", { count: failed }));
  } catch (error) {
    if (session.unlocked) found("warn", sentenceOf(error));
  }
}

function idleBegin() {
  idleEnd();
  let warned = false;
  lockLabel(15);
  idleEnd = idleWatch({
    onTick({ minutes, warns }) {
      lockLabel(minutes);
      if (warns && !warned) say(t("Nothing has been typed for 14 minutes: in one minute the page locks, and what is not sent is lost."), "warn");
      if (!warns && warned) sayNothing();
      warned = warns;
    },
    onLock() {
      lockNow();
      say(t("The page was locked after 15 minutes without input."));
    },
  });
}

/** Forgets everything that was opened, at once: keys, cases, what is on the screen. */
function lockNow() {
  idleEnd();
  if (shown && shown.leave) shown.leave();
  shown = null;
  fill(byId("screen"));
  for (const open of document.querySelectorAll("dialog")) open.remove();
  sayNothing();
  casesForget();
  sendingForget();
  ownTake(null);
  session.unlocked = false;
  opening = null;
  vaultCall("lock").catch(() => {});
  if (session.state) changed();
}

/** The lock button: at once, or after a question where something typed would be lost. */
export function lockAsk() {
  if (!hasDrafts()) {
    lockNow();
    return;
  }
  dialog({
    title: t("Lock now?"),
    children: paragraphs(t("Something is typed and not sent. It is lost when the page locks.")),
    text: t("Lock and lose it"),
    kind: "danger",
    act: async () => lockNow(),
  });
}
