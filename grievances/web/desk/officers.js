/** Who receives cases: their keys' words, letting somebody in, handing cases over, ending an enrolment. */
import { element, fill } from "../shared/dom.js";
import { cases, casesLacking, casesLoad } from "./cases.js";
import { leaveDialog } from "./leaving.js";
import { actions, badge, button, card, dialog, heading, note, paragraphs, points, progress, say, tick, wordBoxes } from "./parts.js";
import { api, colleagues, config, toOpen, isOmbudsman, me, placeName, session, stateKeep, stateLoad, stateTake } from "./session.js";
import { fingerprintOf, officersConfirm, sealTo, toCompare, trust } from "./trust.js";
import { t } from "./words.js";

const MOST_WRAPS = 250; // of each list in one request, so that the bar moves; grievances/wire.py takes 4,000

const STATES = { active: "good", waiting: "warn", left: "quiet" };

/** The screen of the officers. */
export function officersScreen(root, context) {
  draw(root, context);
  stateLoad().catch(() => {}); // who has come or gone since; what is here stays where there is no connection
  return { update: () => draw(root, context) };
}

function draw(root, context) {
  const { officers, least_officers: least } = session.state;
  const own = officers.filter(({ place }) => place === "");
  const present = own.filter(({ state }) => state !== "left");
  const gone = own.filter(({ state }) => state === "left");
  const elsewhere = officers.filter(({ place, state }) => place !== "" && state !== "left");
  const count = colleagues().length;
  fill(
    root,
    card(
      heading(isOmbudsman() ? t("Ombudsmen") : t("Officers")),
      ...paragraphs(
        t("These people can open cases. The six words stand for their keys: they are the same on every screen and on the poster. If somebody's words are others than they say themselves, their keys were exchanged: do not hand anything over, and tell CCR CSR."),
      ),
      session.unlocked ? compareRow(context) : null,
      count < least &&
        note("warn", t("%(count)s of at least %(least)s officers are active: workers cannot write yet.", { count, least }), " ", toOpen()),
      count === least && note("calm", t("Two officers are the least. A third one is a good idea: if one of two leaves, the channel closes.")),
      present.length ? element("ul", { class: "people" }, ...present.map((officer) => person(officer, context))) : element("p", { class: "empty" }, t("Nobody has keys yet.")),
    ),
    elsewhere.length
      ? card(
          element("h2", {}, isOmbudsman() ? t("Officers of the factories") : t("Ombudsmen of CCR CSR")),
          ...paragraphs(
            isOmbudsman()
              ? t("They read and answer the cases of their factory. Here only their names and public keys are known.")
              : t("They read cases that workers send to them or that are handed to them. They serve at CCR CSR, not here."),
          ),
          element("ul", { class: "people" }, ...elsewhere.map((officer) => person(officer, context))),
        )
      : null,
    gone.length
      ? element(
          "details",
          { class: "card" },
          element("summary", {}, t("Have left (%(count)s)", { count: gone.length })),
          element("ul", { class: "people" }, ...gone.map((officer) => person(officer, context))),
        )
      : null,
  );
}

function person(officer, context) {
  const words = element("div", { class: "person-words" });
  const isMe = me() && me().id === officer.id;
  fingerprintOf(officer).then((made) => fill(words, wordBoxes(made.words)));
  return element(
    "li",
    { class: "person" },
    element(
      "div",
      { class: "person-head" },
      element("strong", {}, officer.name),
      isMe && badge("quiet", t("you")),
      badge(STATES[officer.state], config.officer_states[officer.state]),
      session.unlocked && !isMe && standingBadge(officer),
      isOmbudsman() && officer.place && badge("quiet", placeName(officer.place)),
      officer.user_is_gone && officer.state !== "left" && badge("bad", t("account closed")),
      element("span", { class: "soft" }, since(officer)),
    ),
    words,
    officer.user_is_gone && officer.state !== "left" && element("p", { class: "soft" }, t("Their account is closed. An officer who has unlocked ends the enrolment here.")),
    personActions(officer, isMe, context),
  );
}

const since = ({ enrolled_on: from, left_on: until }) =>
  until ? t("%(from)s to %(until)s", { from, until }) : t("since %(day)s", { day: from });

/** Whether somebody's words were compared in this browser. */
function standingBadge({ id, state }) {
  const is = (officer) => officer.id === id;
  if (trust.changed.some(is)) return badge("bad", t("other keys than before"));
  if (trust.confirmed.some(is)) return badge("good", t("✓ compared"));
  return state === "active" ? badge("warn", t("not compared yet")) : null;
}

function compareRow(context) {
  const count = toCompare().length;
  const open = async () => context.go("#/compare");
  return count
    ? note(
        "warn",
        element("p", {}, t("The words of %(count)s people were not compared in this browser. Until then nothing is sealed to them.", { count })),
        actions(button(t("Compare now"), open, { kind: "main" })),
      )
    : element("p", { class: "links" }, button(t("Compare the officers' words …"), open, { kind: "link" }));
}

function personActions(officer, isMe, context) {
  if (officer.place !== "" || officer.state === "left") return null;
  const buttons = [];
  if (session.unlocked && !isMe && officer.state === "waiting") {
    buttons.push(button(t("Let in …"), async () => handDialog(officer), { kind: "main" }));
  }
  if (session.unlocked && !isMe && officer.state === "active") {
    const count = casesLacking(officer).length;
    if (count) buttons.push(button(t("Hand %(count)s cases over …", { count }), async () => handDialog(officer)));
  }
  const mayEnd = session.unlocked || (isMe && officer.state === "waiting");
  if (mayEnd) {
    const text = isMe ? t("Give my keys up …") : t("End the enrolment …");
    buttons.push(button(text, async () => leaveDialog(officer, context), { kind: "link" }));
  }
  return buttons.length ? actions(...buttons) : null;
}

/** Lets somebody in, or hands the cases over that they lack: after the words were compared. */
async function handDialog(officer) {
  const { words } = await fingerprintOf(officer);
  const { name } = officer;
  const isNew = officer.state === "waiting";
  const lacking = casesLacking(officer);
  const agreed = element("input", { type: "checkbox" });
  const bar = progress(t("Handing over"));
  bar.node.hidden = true;
  const window_ = dialog({
    title: isNew ? t("Let %(name)s in?", { name }) : t("Hand cases over to %(name)s?", { name }),
    children: [
      ...paragraphs(
        t("Ask %(name)s to read the six words of their keys out, on the telephone or face to face. Here they must be the same:", { name }),
      ),
      wordBoxes(words),
      ...paragraphs(t("What will happen:")),
      points(
        isNew && t("%(name)s receives all new cases from now on.", { name }),
        t("%(name)s can read the %(count)s cases that you can read, with notes and files.", { name, count: lacking.length }),
        t("It goes in portions. If it is interrupted, begin again here: what is handed over stays handed over."),
        t("What somebody has read cannot be taken back."),
      ),
      tick(t("I have compared: %(name)s has read out the same six words.", { name }), agreed),
      bar.node,
    ],
    text: isNew ? t("Let in and hand over") : t("Hand over"),
    busy: t("Handing over …"),
    async act() {
      bar.node.hidden = false;
      await officersConfirm([officer]);
      await handOver(officer, lacking, bar);
      await casesLoad();
      say(t("%(name)s can now read these cases (%(count)s).", { name, count: lacking.length }));
    },
  });
  window_.does.disabled = true;
  agreed.addEventListener("change", () => {
    window_.does.disabled = !agreed.checked;
  });
}

/** Re-wraps in portions that the server takes; the first one, without any case, lets the officer in. */
async function handOver(officer, lacking, bar) {
  let done = 0;
  for (const portion of [[], ...portions(lacking)]) {
    const { wraps, noteWraps, proof } = await sealTo("grant", [officer], { cases: portion });
    const note_wraps = noteWraps.map(({ note: id, sealed }) => ({ note: id, sealed }));
    // A case of which I lack a key cannot be handed on: left out here, it does not hold the others up.
    const isWhole = (id) => wraps.filter((wrap) => wrap.case === id).length === cases.get(id).bundle.keys.length;
    const whole = wraps.filter((wrap) => isWhole(wrap.case));
    const state = await api.post(`officers/${officer.id}/admit/`, { wraps: whole, note_wraps, proof });
    done += portion.length;
    bar.set(done, lacking.length);
    stateKeep(state);
  }
  stateTake(session.state);
}

function portions(entries) {
  const made = [];
  let [wraps, notes] = [MOST_WRAPS, MOST_WRAPS];
  for (const { bundle } of entries) {
    wraps += bundle.keys.length;
    notes += bundle.notes.length;
    if (wraps > MOST_WRAPS || notes > MOST_WRAPS) {
      made.push([]);
      [wraps, notes] = [bundle.keys.length, bundle.notes.length];
    }
    made[made.length - 1].push(bundle.id);
  }
  return made;
}
