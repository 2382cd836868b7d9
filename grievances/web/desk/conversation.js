/** What was written in a case, in order: worker left, officers right, ombudsmen marked, and in its place what is wrong. */
import { element, fill } from "../shared/dom.js";
import { agreed, agreedOtherwise, myId, workerLabel } from "./cases.js";
import { problemSentence } from "./errors.js";
import { stars } from "./inbox.js";
import { badge, waiting, wordBoxes } from "./parts.js";
import { isOmbudsman, officerBy } from "./session.js";
import { fingerprintOf } from "./trust.js";
import { t } from "./words.js";

/** The conversation of a case. files: its `Files`, or null where files are not shown. */
export function conversation(entry, files) {
  const { messages } = entry.view;
  return element(
    "ol",
    { class: "talk" },
    ...messages.map((message) => (message.kind === "rekey" ? keyLine(message) : bubble(entry, message, files))),
  );
}

/** What the reader has to know of a writer: not known, or with other keys. */
export const noticeOf = ({ notice }) =>
  notice
    ? element("p", { class: notice === "officer_new" ? "notice" : "problem" }, problemSentence(notice), " ", element("a", { href: "#/compare" }, t("Compare now")))
    : null;

/** Six words of somebody's keys, opened by a click: computed only then. */
function wordsOnDemand(officer) {
  const words = element("div", { class: "person-words" });
  const made = element("details", { class: "no-print" }, element("summary", {}, t("The words of their keys")), words);
  made.addEventListener("toggle", async () => {
    if (!made.open || words.firstChild) return;
    fill(words, waiting(t("Checking …")));
    fill(words, wordBoxes((await fingerprintOf(officer)).words));
  });
  return made;
}

function keyLine(message) {
  const { author, authorName, arrivedOn, body, problem } = message;
  const maker = officerBy(author);
  const why = body && body.reason === "conflict" ? t("an officer has given the case up") : t("an officer has left");
  return element(
    "li",
    { class: "talk-line" },
    t("%(day)s: %(name)s has made a new key for this case (%(why)s).", { day: arrivedOn, name: authorName || t("Unknown officer"), why }),
    maker ? wordsOnDemand(maker) : null,
    noticeOf(message),
    problem ? element("p", { class: "problem" }, problemSentence(problem)) : null,
  );
}

function bubble(entry, message, files) {
  const { author, arrivedOn, body, kind, problem, stored } = message;
  const side = author === "worker" ? "worker" : message.lane === "ombudsman" ? "ombudsman" : "officer";
  return element(
    "li",
    { class: `talk-item talk-${side}${problem ? " talk-problem" : ""}` },
    element(
      "div",
      { class: "talk-head" },
      element("strong", {}, writerHere(entry, message)),
      side === "ombudsman" ? badge("info", t("ombudsman")) : null,
      element("span", { class: "soft" }, arrivedOn),
    ),
    noticeOf(message),
    problem ? element("p", { class: "problem" }, problemSentence(problem)) : null,
    body && kind === "rating" ? element("p", {}, t("Rating"), " ", stars(body.score)) : null,
    body && body.text ? element("p", { class: "talk-text" }, body.text) : null,
    body && files ? body.attachments.map((each) => files.node(each, stored)) : null,
    body && !files && body.attachments.length ? element("p", { class: "soft" }, t("%(count)s files", { count: body.attachments.length })) : null,
  );
}

/** Who wrote a message, for whoever reads it. */
export const writer = (entry, { author, authorName }) =>
  author === "worker" ? workerLabel(entry) : authorName || t("Unknown officer");

/** The same, for me. */
const writerHere = (entry, message) =>
  message.author === myId() ? t("%(name)s (you)", { name: message.authorName }) : writer(entry, message);

/** What is wrong with the case as a whole, as sentences; left out is what is said beside a message. said: codes said elsewhere. */
export function caseProblems(entry, said = []) {
  const { view } = entry;
  const beside = new Set([...view.messages, ...view.notes].flatMap(({ problem, notice }) => [problem, notice, ...said]).filter(Boolean));
  const sentences = view.problems.filter((code) => !beside.has(code) || code === "case_keys_swapped").map(problemSentence);
  return [
    ...sentences,
    agreedOtherwise(entry) && t("The agreements on the list are not those the worker signed. Somebody has changed them."),
    ratedOtherwise(entry) && t("The rating on the list is not the one the worker signed. Somebody has changed it."),
  ].filter(Boolean);
}

/** Whether the rating on the list differs from the newest one that the worker has signed. */
function ratedOtherwise({ bundle, view }) {
  const signed = view.messages.filter(({ kind, body, problem }) => kind === "rating" && body && !problem);
  return view.readable && (signed.length ? signed[signed.length - 1].body.score : null) !== bundle.rating;
}

/** The two agreements of the worker, as sentences. */
export function agreements(entry) {
  const { escalation, publication } = agreed(entry);
  return [
    escalation
      ? t("May go to the ombudsman if it is not answered in time.")
      : isOmbudsman()
        ? null
        : t("Does not go to the ombudsman by itself."),
    publication ? t("May be told on the board, in other words and without names.") : t("Not for the board."),
  ].filter(Boolean);
}
