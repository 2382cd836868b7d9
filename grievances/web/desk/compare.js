/** Comparing the words of the others' keys: all at once at the first unlocking in a browser, and again whenever somebody is new. */
import { element, fill } from "../shared/dom.js";
import { casesReopen } from "./cases.js";
import { actions, badge, button, card, dialog, heading, note, paragraphs, points, say, tick, wordBoxes } from "./parts.js";
import { config, isOmbudsman, placeName } from "./session.js";
import { compareLater, fingerprintOf, officersConfirm, officersForget, toCompare, trust } from "./trust.js";
import { listed, t } from "./words.js";

/** The screen on which officers are compared and confirmed together. */
export function compareScreen(root, context) {
  const ticked = new Set(); // officers as they were drawn when they were ticked
  let drawn = "";
  const draw = () => {
    const now = JSON.stringify(trust);
    if (now === drawn) return;
    drawn = now;
    ticked.clear();
    const open = [...toCompare()].sort((one, other) => Number(one.place !== "") - Number(other.place !== "")); // who works here first
    const gone = trust.unconfirmed.filter(({ state }) => state === "left");
    const confirms = button(
      t("Confirm the ticked ones"),
      async () => {
        const officers = [...ticked];
        await officersConfirm(officers);
        await casesReopen();
        context.back();
        say(t("Confirmed in this browser: %(names)s.", { names: listed(officers.map(({ name }) => name)) }));
        await context.afterwards();
      },
      { kind: "main", busy: t("Checking …") },
    );
    confirms.disabled = true;
    const onTick = (officer, isTicked) => {
      if (isTicked) ticked.add(officer);
      else ticked.delete(officer);
      confirms.disabled = ticked.size === 0;
    };
    const listOf = (officers) => element("ul", { class: "people" }, ...officers.map((officer) => person(officer, onTick)));
    fill(
      root,
      card(
        heading(t("Compare the officers' words")),
        trust.changed.length ? changedNote() : null,
        open.length ? explained() : trust.changed.length ? null : note("calm", t("The words of everybody who receives cases were compared in this browser.")),
        open.length ? listOf(open) : null,
        gone.length
          ? element(
              "details",
              {},
              element("summary", {}, t("Have left (%(count)s)", { count: gone.length })),
              ...paragraphs(t("Nothing is sealed to them any more. Compare them only where a case asks for it: their words stand on older posters and on your colleagues' screens.")),
              listOf(gone),
            )
          : null,
        open.length || gone.length ? actions(confirms, button(t("Later: only read"), async () => later(context), { kind: "plain" })) : null,
      ),
      trust.confirmed.length > 1 || trust.changed.length
        ? element("p", { class: "links" }, button(t("Forget what was confirmed, and compare anew …"), async () => forgetDialog(), { kind: "link" }))
        : null,
    );
  };
  draw();
  return { update: draw };
}

const explained = () => [
  ...paragraphs(t("The six words stand for somebody's keys. Compare them once with the poster of the voice channel, or let them be read out to you, face to face or on the telephone. Tick whose words agree.")),
  points(
    t("What you write for colleagues or hand over is sealed only to those whom you confirm here. Reading works without it."),
    t("If words differ, do not tick: somebody may have exchanged the keys. Tell CCR CSR."),
  ),
];

const changedNote = () =>
  element(
    "div",
    { role: "alert" },
    note("bad", t("The keys of %(names)s are others than those confirmed in this browser. Keys of one person never change: ask them on the telephone, and tell CCR CSR.", { names: listed(trust.changed.map(({ name }) => name)) })),
  );

function person(officer, onTick) {
  const words = element("div", { class: "person-words" });
  fingerprintOf(officer).then((made) => fill(words, wordBoxes(made.words)));
  const box = element("input", { type: "checkbox" });
  box.addEventListener("change", () => onTick(officer, box.checked));
  return element(
    "li",
    { class: "person" },
    element("div", { class: "person-head" }, element("strong", {}, officer.name), badge("quiet", placeOf(officer))),
    words,
    tick(t("Compared: these are the words of %(name)s", { name: officer.name }), box),
  );
}

/** Where somebody serves, in a word. */
function placeOf({ place }) {
  if (place === "") return isOmbudsman() ? t("ombudsman") : t("officer here");
  return place === config.ombudsman_place ? t("ombudsman") : placeName(place);
}

function later(context) {
  compareLater();
  context.back();
  say(t("Reading works. Before you write for colleagues or hand anything over, compare the words under “Officers”."), "warn");
}

function forgetDialog() {
  dialog({
    title: t("Compare everybody anew?"),
    children: paragraphs(
      t("This browser forgets whose words were compared. Do this where a wrong one was ticked. Nothing can be sealed to anybody until you have compared again."),
    ),
    text: t("Forget and compare anew"),
    kind: "danger",
    act: officersForget,
  });
}
