/** One case: the conversation, the box to answer in, notes among officers, and what else can be done with it. */
import { element, fill, show } from "../shared/dom.js";
import { caseReload, cases, draftOf, dueDay, isSafe, look, makersUnconfirmed, mayWrite, mergedInto, reference } from "./cases.js";
import { agreements, caseProblems, conversation, noticeOf } from "./conversation.js";
import { problemSentence, sentenceOf } from "./errors.js";
import { confirmNote, unopenedNote } from "./doubt.js";
import { caseFacts } from "./export.js";
import { Files } from "./files.js";
import { dueBadge, stateBadge } from "./inbox.js";
import { card, facts, field, form, heading, note, say, tick } from "./parts.js";
import { messageSend, noteSend } from "./sending.js";
import { session } from "./session.js";
import { stepsCards } from "./steps.js";
import { labelled, listed, t } from "./words.js";

const MOST_CHARACTERS = 8000;

/** The screen of one case. */
export function caseScreen(root, context) {
  const { id } = context;
  const files = new Files(id);
  const head = element("div", {});
  const talk = element("div", {});
  const notes = element("div", {});
  const side = element("div", { class: "side no-print" });
  let boxes = null;

  const draw = () => {
    const entry = cases.get(id);
    if (!entry) {
      fill(root, gone());
      return;
    }
    if (!boxes) {
      boxes = { reply: replyBox(id), note: noteBox(id) };
      const left = element("div", { class: "case-main" }, head, card(talk), boxes.reply.node, element("section", { class: "card case-notes" }, notes, boxes.note));
      fill(root, element("p", { class: "no-print" }, element("a", { href: "#/inbox" }, t("← Inbox"))), element("div", { class: "case-columns" }, left, side));
    }
    fill(head, headOf(entry, context));
    fill(talk, element("h2", {}, t("Conversation")), conversation(entry, files));
    fill(notes, notesOf(entry));
    fill(side, stepsCards(entry, context));
    boxes.reply.update(entry);
    show(boxes.note, isSafe(entry));
    look(id);
  };
  draw();
  caseReload(id).catch((error) => {
    if (session.unlocked) say(sentenceOf(error), "warn");
  });
  return { update: draw, leave: () => files.end() };
}

const gone = () =>
  card(
    heading(t("This case is not here")),
    element("p", {}, t("It was erased, or you do not hold it (any more).")),
    element("p", {}, element("a", { href: "#/inbox" }, t("← Inbox"))),
  );

function headOf(entry, context) {
  const confirms = confirmNote(entry, context);
  const problems = caseProblems(entry, confirms ? ["epoch_unconfirmed"] : []);
  return card(
    element(
      "div",
      { class: "case-title" },
      heading(t("Case %(reference)s", { reference: reference(entry.bundle.id) })),
      stateBadge(entry),
      dueDay(entry) ? element("span", { class: "case-due" }, labelled(t("Due"), ""), dueBadge(entry)) : null,
    ),
    problems.length ? element("div", { role: "alert" }, ...problems.map((sentence) => note("bad", sentence))) : null,
    confirms,
    unopenedNote(entry),
    entry.bundle.needs_rekey ? note("calm", t("Fewer officers hold this case than before: it gets a new key.")) : null,
    facts(caseFacts(entry).filter(([label]) => ![t("Case"), t("State")].includes(label)), { wide: true }),
    element("div", { class: "soft" }, agreements(entry).map((sentence) => element("p", {}, sentence))),
  );
}

// --- writing to the worker ---------------------------------------------------------------------------------------------

function replyBox(id) {
  const draft = draftOf(id);
  const text = element("textarea", { rows: "6", maxlength: String(MOST_CHARACTERS) });
  text.value = draft.reply;
  text.addEventListener("input", () => {
    draft.reply = text.value;
  });
  const isAnswer = element("input", { type: "checkbox", checked: draft.isAnswer });
  isAnswer.addEventListener("change", () => {
    draft.isAnswer = isAnswer.checked;
  });
  const alsoBox = element("input", { type: "checkbox", checked: true });
  const also = element("div", {});
  const answerRow = element("div", {}, tick(t("This is the answer: the case counts as answered, and the worker may rate it"), isAnswer));
  const closed = element("p", { class: "soft" });
  const templates = templateChoice(text, draft);
  const send = form(
    [templates, field(t("To the worker"), text, t("Sent words cannot be changed or taken back. They are sealed in this browser.")), answerRow, also],
    t("Send"),
    async () => {
      if (!text.value.trim()) {
        text.focus();
        return;
      }
      await replySend(id, { text: text.value, isAnswer: isAnswer.checked, copies: alsoBox.checked });
      text.value = draft.reply = "";
      isAnswer.checked = draft.isAnswer = false;
    },
    { busy: t("Sealing and sending …") },
  );
  const node = element("section", { class: "card no-print", "aria-label": t("Write to the worker") }, send, closed);
  return {
    node,
    update(entry) {
      const merged = mergedInto(id);
      show(send, mayWrite(entry));
      show(closed, !mayWrite(entry));
      show(answerRow, entry.bundle.lead === session.state.lane);
      fill(closed, whyClosed(entry));
      fill(also, merged.length ? tick(t("Also send to the %(count)s cases that were closed as the same as this one", { count: merged.length }), alsoBox) : null);
    },
  };
}

function whyClosed(entry) {
  if (!entry.view.readable) return t("Your keys do not open this.");
  if (isSafe(entry)) return t("This case is closed. Only the worker can have it opened again.");
  if (makersUnconfirmed(entry).length) return t("First confirm the words above. Then you can write here.");
  return t("Nothing can be sent here: the keys are not to be trusted.");
}

function templateChoice(text, draft) {
  const { templates } = session.state;
  if (!templates.length) return null;
  const select = element(
    "select",
    {},
    element("option", { value: "" }, t("Begin with a template …")),
    ...templates.map(({ title }, at) => element("option", { value: String(at) }, title)),
  );
  select.addEventListener("change", () => {
    if (select.value === "") return;
    const { text: words } = templates[Number(select.value)];
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    draft.reply = text.value;
    select.value = "";
    text.focus();
  });
  return field(t("Template"), select);
}

/** Sends to this case and, where wished, to each that was merged into it; a copy that fails is named and nothing is sent twice. */
async function replySend(id, { text, isAnswer, copies }) {
  const merged = copies ? mergedInto(id).map(({ bundle }) => bundle.id) : [];
  const wasLate = await messageSend(id, text, { isAnswer });
  const failed = [];
  for (const other of merged) {
    try {
      await messageSend(other, text, { isAnswer });
    } catch (error) {
      failed.push(reference(other));
    }
  }
  if (failed.length) say(t("Sent here, but not to these cases: %(names)s. Open them and send it there.", { names: listed(failed) }), "bad");
  else if (wasLate) say(t("Sent. Something new had come before it: read it above."), "warn");
  else say(merged.length ? t("Sent here and to %(count)s more.", { count: merged.length }) : t("Sent."));
}

// --- notes among officers ----------------------------------------------------------------------------------------------

function notesOf({ view }) {
  return [
    element("h2", { class: view.notes.length ? null : "no-print" }, t("Notes among officers")),
    element("p", { class: "soft no-print" }, t("The worker and the other side never see them.")),
    view.notes.length
      ? element(
          "ol",
          { class: "notes" },
          ...view.notes.map(({ authorName, writtenOn, text, problem, notice }) =>
            element(
              "li",
              {},
              element("div", { class: "talk-head" }, element("strong", {}, authorName), element("span", { class: "soft" }, writtenOn)),
              noticeOf({ notice }),
              problem ? element("p", { class: "problem" }, problemSentence(problem)) : null,
              text ? element("p", { class: "talk-text" }, text) : null,
            ),
          ),
        )
      : null,
  ];
}

function noteBox(id) {
  const draft = draftOf(id);
  const text = element("textarea", { rows: "2", maxlength: String(MOST_CHARACTERS) });
  text.value = draft.note;
  text.addEventListener("input", () => {
    draft.note = text.value;
  });
  return element(
    "div",
    { class: "no-print" },
    form(
      [field(t("New note"), text)],
      t("Keep the note"),
      async () => {
        if (!text.value.trim()) {
          text.focus();
          return;
        }
        const wasLate = await noteSend(id, text.value);
        text.value = draft.note = "";
        say(wasLate ? t("Kept. Something new had come before it: read it above.") : t("Kept."));
      },
      { kind: "plain", busy: t("Sealing and sending …") },
    ),
  );
}
