/** The page of a case that is there: opened with the receipt, shown, written on. */
import { byId, element, fill, show } from "../shared/dom.js";
import { openActions } from "./actions.js";
import { openExport } from "./export.js";
import { messagesShow } from "./messages.js";
import * as page from "./page.js";
import { laneOf } from "./people.js";
import { openReply } from "./reply.js";

const { api, channel, dayText, isPast, listed, pressed, say, sentenceOf, t, tell, vault } = page;
const PATH = ["received", "acknowledged", "in_progress", "answered"];

/** Starts the page; called once. */
export function caseReturn() {
  /** {lookup, view, bundle: the API's answer} of the open case, or null. */
  let open = null;

  const current = () => open;
  const context = { current, take, reload, gone };
  const reply = openReply(context);
  const actions = openActions(context);
  openExport(context);
  page.keepWhile(() => !reply.isEmpty());
  enterStart();
  pressed(byId("close"), close);
  page.pageStart();

  function enterStart() {
    const field = byId("receipt");
    const kinds = () => document.querySelector('input[name="kind"]:checked').value;
    const help = () => {
      const count = field.value.replace(/\D/g, "").length;
      const typed = kinds() === "digits" && count ? t("digits-typed", { count }) : t(`help-${kinds()}`);
      tell(byId("receipt-help"), typed);
    };
    for (const input of document.querySelectorAll('input[name="kind"]')) {
      input.addEventListener("change", () => {
        field.setAttribute("inputmode", kinds() === "digits" ? "numeric" : "text");
        help();
        field.focus();
      });
    }
    field.addEventListener("input", help);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      enter();
    });
    help();
    byId("enter-form").addEventListener("submit", (event) => {
      event.preventDefault();
      enter();
    });
  }

  let isEntering = false;

  async function enter() {
    if (isEntering) return;
    isEntering = true;
    byId("open").setAttribute("aria-busy", "true");
    say(byId("enter-wrong"), "");
    try {
      const text = byId("receipt").value;
      if (!text.trim()) throw new Error("empty_receipt");
      const { lookup, bundle } = await found(text);
      tell(byId("enter-status"), t("status-opening"));
      await take(bundle, lookup);
      byId("receipt").value = "";
      show(byId("enter"), false);
      show(byId("case"));
      scrollTo(0, 0);
      byId("case").focus({ preventScroll: true });
    } catch (error) {
      say(byId("enter-wrong"), sentenceOf(error));
    }
    tell(byId("enter-status"));
    isEntering = false;
    byId("open").removeAttribute("aria-busy");
  }

  /** Looks the receipt up under each salt, the newest first. */
  async function found(text) {
    tell(byId("enter-status"), t("status-deriving"));
    const { receipt } = await vault.call("receiptRead", { text });
    if (!channel.salts.length) throw new Error("no_salt");
    for (const [index, salt] of channel.salts.entries()) {
      const { lookup } = await vault.call("receiptLookup", { receipt, salt });
      try {
        return { lookup, bundle: await api.post("/api/cases/open/", { lookup }) };
      } catch (error) {
        if (error.code !== "unknown_receipt" || index === channel.salts.length - 1) throw error;
      }
    }
    return null;
  }

  /** Opens what the API answered and shows it. */
  async function take(bundle, lookup = open.lookup) {
    const { view } = await vault.call("caseLoad", { place: channel.place, bundle: bundle.case, officers: bundle.officers });
    open = { lookup, bundle, view };
    stateShow();
    problemsShow();
    messagesShow(open);
    reply.refresh();
    actions.refresh();
  }

  async function reload() {
    await take(await api.post("/api/cases/open/", { lookup: open.lookup }));
  }

  function stateShow() {
    const { case: facts, officers, readers } = open.bundle;
    byId("state-about").textContent = t(`category-${facts.category}`);
    const reached = facts.state === "closed" ? closedAt(facts) : facts.state === "appealed" ? 2 : PATH.indexOf(facts.state);
    fill(
      byId("path"),
      PATH.map((step, index) => {
        const look = index < reached ? "path__step path__step_done" : index === reached ? "path__step path__step_now" : "path__step";
        return element("li", { class: look }, t(`path-${step}`));
      }),
    );
    const days = { acknowledge: dayText(facts.acknowledge_by), answer: dayText(facts.answer_by) };
    const isWaiting = !["answered", "closed"].includes(facts.state);
    const isUnseen = facts.state === "received" && isPast(facts.acknowledge_by);
    const isLate = isWaiting && (isUnseen || isPast(facts.answer_by));
    const late = isPast(facts.answer_by) ? "state-late" : "state-late-unseen";
    const mayHand = isLate && channel.ombudsman_is_open && !readersIn("ombudsman").length;
    const state = facts.closing === "merged" ? "merged" : facts.state;
    const sentences = [
      (readers.length > 0 || !isWaiting) && t(isLate ? late : `state-${state}`, days),
      mayHand && t("state-late-hand"),
      facts.escalated_on && t("state-escalated", { day: dayText(facts.escalated_on) }),
    ];
    fill(
      byId("state-text"),
      sentences.filter(Boolean).map((sentence) => element("span", { class: "state__line" }, sentence)),
    );
    byId("state").dataset.state = isLate ? "late" : state;
    const names = officers.filter((officer) => readers.includes(officer.id)).map((officer) => officer.name);
    byId("state-readers").textContent = names.length ? t("readers-now", { names: listed(names) }) : t("readers-none");
    const written = open.view.messages.filter((message) => message.kind !== "rekey");
    const own = written.filter((message) => message.author === "worker").length;
    const last = written.map((message) => message.arrivedOn).sort().pop();
    const counts = { own, theirs: written.length - own, day: last ? dayText(last) : "" };
    byId("counts").textContent = last ? t("counts", counts) : "";
  }

  /** How far a closed case had come: not to an answer, where it was closed as the same as another one. */
  const closedAt = (facts) => (facts.answered_on || facts.closing === "resolved" ? PATH.length : 1);

  function readersIn(lane) {
    const { officers, readers } = open.bundle;
    return officers.filter((officer) => readers.includes(officer.id) && laneOf(officer) === lane);
  }

  /** What the reader found wrong with the case as a whole; what is wrong with a message stands there. */
  function problemsShow() {
    const { problems, officersChanged, messages } = open.view;
    const inPlace = new Set(messages.map((message) => message.problem));
    const opening = messages.find((message) => message.body && message.body.recipients);
    const values = {
      names: listed(officersChanged.map((officer) => officer.name)),
      category: opening ? t(`category-${opening.body.category}`) : "",
    };
    fill(
      byId("problems"),
      problems
        .filter((code) => !inPlace.has(code))
        .map((code) => element("p", { class: "note note_rose", role: "alert", "data-problem": code }, t(`problem-${code}`, values))),
    );
  }

  async function close() {
    if (!reply.isEmpty() && !confirm(t("close-unsent"))) return;
    forget();
    await vault.call("lock").catch(() => {});
  }

  function forget() {
    open = null;
    reply.clear();
    for (const id of ["messages", "problems", "state-about", "state-text", "state-readers", "counts"]) byId(id).textContent = "";
    show(byId("case"), false);
    show(byId("enter"));
    byId("receipt").dispatchEvent(new Event("input"));
    byId("enter").focus();
  }

  function gone() {
    forget();
    vault.call("lock").catch(() => {});
    show(byId("enter"), false);
    show(byId("gone"));
    byId("gone").focus();
  }
}
