/** What an officer does with a case beside writing: states, whose it is, conflict of interest, the ombudsman. */
import { element } from "../shared/dom.js";
import { agreed, caseChange, caseRevise, holdersHere, isLed, isSafe, makersUnconfirmed, mergedInto, MOVES, myId, ombudsmanHas, reference } from "./cases.js";
import { sentenceOf } from "./errors.js";
import { exportDialog } from "./export.js";
import { logDialog } from "./log.js";
import { mayMerge, mergeDialog } from "./merge.js";
import { actions, badge, button, card, dialog, field, note, paragraphs, points, say, wordBoxes } from "./parts.js";
import { config, isOmbudsman, ombudsmen, session } from "./session.js";
import { confirmedOf, fingerprintOf, sealTo } from "./trust.js";
import { listed, t } from "./words.js";

const MOVE_WORDS = () => ({
  acknowledged: t("Acknowledge"),
  in_progress: t("Take up"),
  closed: t("Close the case"),
});

/** The column beside a conversation. context: of the screen. */
export function stepsCards(entry, context) {
  const { bundle } = entry;
  return [
    bundle.is_quarantined && quarantineCard(bundle.id),
    stateCard(entry),
    assignCard(entry),
    card(
      element("h2", {}, t("More")),
      element(
        "div",
        { class: "more" },
        mayMerge(entry) && button(t("Same as another case …"), async () => mergeDialog(bundle.id, context)),
        button(t("This is about me …"), async () => conflictDialog(bundle.id, context)),
        !isOmbudsman() && ombudsmanButton(entry),
        bundle.state === "closed" && agreed(entry).publication && !isOmbudsman() && boardLink(bundle.id),
        button(t("Log"), async () => logDialog(bundle.id)),
        button(t("Copy …"), async () => exportDialog(bundle.id)),
        button(t("Print"), async () => window.print()),
      ),
    ),
  ];
}

function quarantineCard(id) {
  return card(
    element("h2", {}, t("In quarantine")),
    ...paragraphs(t("This case came in a flood. Its days count all the same.")),
    actions(
      button(
        t("Let it in"),
        async () => {
          await caseChange(id, "release");
          say(t("Case %(reference)s is in the inbox now.", { reference: reference(id) }));
        },
        { kind: "main" },
      ),
    ),
  );
}

/** Changes a case from a button: somebody quicker is said above, everything else beside the button. */
async function revise(id, what, body, done) {
  try {
    await caseRevise(id, what, body);
    say(done);
  } catch (error) {
    if (error.code !== "out_of_date" && error.code !== "not_held") throw error;
    say(sentenceOf(error), "warn");
  }
}

function stateCard(entry) {
  const { id, state, merged_into: into } = entry.bundle;
  const words = MOVE_WORDS();
  const moves = isLed(entry) ? MOVES[state] : [];
  const text = (to) => (to === "in_progress" && ["answered", "appealed"].includes(state) ? t("Take up again") : words[to]);
  return card(
    element("h2", {}, t("State")),
    element("p", {}, element("strong", {}, config.states[state])),
    isLed(entry) ? null : element("p", { class: "soft" }, isOmbudsman() ? t("The factory's officers handle this case. You read it and can write.") : t("The ombudsman handles this case. You read it and can write.")),
    state === "received" && isLed(entry) ? element("p", { class: "soft" }, t("A first message acknowledges it, too.")) : null,
    isLed(entry) && ["received", "acknowledged", "in_progress", "appealed"].includes(state) ? element("p", { class: "soft" }, t("It is answered when you tick “this is the answer” below.")) : null,
    into ? element("p", {}, element("a", { href: `#/case/${into}` }, t("Closed as the same as case %(reference)s", { reference: reference(into) }))) : null,
    mergedInto(id).map(({ bundle: { id: other } }) =>
      element("p", {}, element("a", { href: `#/case/${other}` }, t("Case %(reference)s was closed as the same as this one", { reference: reference(other) }))),
    ),
    moves.length
      ? actions(
          ...moves.map((to) =>
            to === "closed"
              ? button(text(to), async () => closeDialog(id))
              : button(text(to), () => revise(id, "move", { to }, t("State: %(state)s", { state: config.states[to] })), { kind: to === "in_progress" ? "plain" : "main" }),
          ),
        )
      : null,
  );
}

function closeDialog(id) {
  dialog({
    title: t("Close this case?"),
    children: [points(
      t("The worker can still read it, rate it, and once ask for another look."),
      t("You cannot write in it any more, unless the worker has it opened again."),
      t("Some time after closing it is erased, as the settings of the channel say."),
    )],
    text: t("Close the case"),
    act: () => revise(id, "move", { to: "closed" }, t("State: %(state)s", { state: config.states.closed })),
  });
}

function assignCard(entry) {
  const { id, assigned_to: assigned } = entry.bundle;
  const holders = holdersHere(entry);
  const select = element(
    "select",
    {},
    element("option", { value: "" }, t("nobody yet")),
    ...holders.map((officer) => element("option", { value: officer.id, selected: officer.id === assigned }, officer.id === myId() ? t("%(name)s (you)", { name: officer.name }) : officer.name)),
  );
  const assign = (officer) => revise(id, "assign", { officer: officer || null }, t("The assignment is changed."));
  select.addEventListener("change", () => assign(select.value).catch((error) => say(sentenceOf(error), "bad")));
  return card(
    element("h2", {}, t("Assigned to")),
    field(t("Who deals with it"), select),
    assigned === null && actions(button(t("I take it"), () => assign(myId()))),
    element("p", { class: "soft" }, t("Can read it: %(names)s", { names: listed(readers(entry)) })),
  );
}

function readers({ bundle }) {
  return bundle.holders
    .filter(({ held }) => !held)
    .map(({ officer }) => session.state.officers.find(({ id }) => id === officer))
    .filter(Boolean)
    .map(({ name, place }) => (place === config.ombudsman_place && !isOmbudsman() ? t("%(name)s (ombudsman)", { name }) : name));
}

function conflictDialog(id, context) {
  dialog({
    title: t("This case is about you?"),
    children: [
      ...paragraphs(t("Somebody else should deal with it then. What will happen:")),
      points(
        t("Your keys to this case are deleted at once. You cannot open it any more, nor its notes."),
        t("The other officers carry on. The next one who unlocks makes a new key for it, so that you cannot read what is written from then on."),
        t("What you have read you have read. The log says that you gave the case up."),
        t("You cannot undo it."),
      ),
    ],
    text: t("Give this case up"),
    kind: "danger",
    async act() {
      await caseChange(id, "conflict");
      context.go("#/inbox");
      say(t("The case is out of your hands now."));
    },
  });
}

function ombudsmanButton(entry) {
  const has = ombudsmanHas(entry);
  const theirs = ombudsmen();
  if (has === "live") return element("p", { class: "soft" }, t("The ombudsman can read this case."));
  if (!theirs.length) return element("p", { class: "soft" }, t("CCR CSR has no ombudsman with keys at present."));
  if (makersUnconfirmed(entry).length) return element("p", { class: "soft" }, t("To hand it to the ombudsman, first confirm the words at the top."));
  if (!isSafe(entry)) return element("p", { class: "soft" }, t("It cannot be handed to the ombudsman: its keys are not to be trusted."));
  return button(t("Hand to the ombudsman …"), async () => handDialog(entry.bundle.id, has, theirs));
}

async function handDialog(id, has, theirs) {
  const receivers = await confirmedOf(theirs);
  const strangers = theirs.filter((officer) => !receivers.includes(officer));
  const shown = await Promise.all(theirs.map(async (officer) => ({ officer, words: (await fingerprintOf(officer)).words })));
  const window_ = dialog({
    title: t("Hand this case to the ombudsman?"),
    children: [
      ...paragraphs(t("What will happen:")),
      points(
        t("The ombudsmen of CCR CSR (%(names)s) can read the whole case and write to the worker.", { names: listed((receivers.length ? receivers : theirs).map(({ name }) => name)) }),
        t("You go on handling it. Your notes among officers stay here."),
        t("The worker sees that the ombudsman has it."),
        has === "held" && t("The worker has agreed to this already, for the case that no answer comes in time."),
        t("It cannot be undone."),
      ),
      has === "held" ? null : note("warn", t("The worker has not agreed to this beforehand. Ask them first, unless there is danger.")),
      element(
        "ul",
        { class: "people" },
        ...shown.map(({ officer, words }) =>
          element(
            "li",
            { class: "person" },
            element(
              "div",
              { class: "person-head" },
              element("strong", {}, officer.name),
              receivers.includes(officer) ? badge("good", t("✓ compared")) : badge("warn", t("not compared yet")),
            ),
            wordBoxes(words),
          ),
        ),
      ),
      strangers.length
        ? note(
            "bad",
            t("Nothing is sealed to %(names)s before their words were compared in this browser.", { names: listed(strangers.map(({ name }) => name)) }),
            " ",
            element("a", { href: "#/compare" }, t("Compare now")),
          )
        : null,
    ].filter(Boolean),
    text: t("Hand over"),
    async act() {
      const { wraps, proof } = await sealTo("caseWraps", receivers, { case: id, held: false });
      await caseChange(id, "grant", { wraps, proof });
      say(t("The ombudsman can read this case within some minutes."));
    },
  });
  window_.does.disabled = receivers.length === 0;
}

function boardLink(id) {
  return element("a", { class: "button button-plain", href: `${config.board_url}?case=${encodeURIComponent(id)}` }, t("Draft it for the board"));
}
