/** The page of a new case: five small steps, then the receipt. What is written stays in memory until it has arrived. */
import { kindOf } from "../shared/attachments.js";
import { all, byId, element, fill, show } from "../shared/dom.js";
import { openComposer } from "./composer.js";
import * as page from "./page.js";
import { inLane, peopleShow } from "./people.js";
import { grouped, receiptShow } from "./receipt.js";
import { STEPS, openSteps } from "./steps.js";
import { ReadersAdded, openSubmission } from "./submit.js";

const { copied, listed, pressed, say, t, tell, vault } = page;
const LANES = { factory: ["factory"], ombudsman: ["ombudsman"], both: ["factory", "ombudsman"] };

/** Starts the page; called once. */
export function newCase() {
  if (!byId("app")) return; // closed: the page says so itself
  const composer = openComposer(byId("composer"));
  const submission = openSubmission();
  let category = null;
  let isOver = false; // nothing to lose any more

  const chosen = (name) => (document.querySelector(`input[name="${name}"]:checked`) || {}).value;
  const isNamed = () => chosen("named") === "yes";
  const mayEscalate = () => chosen("to") === "factory" && page.channel.ombudsman_is_open;
  const isChecked = (id) => byId(id).checked;

  function draft() {
    return {
      category,
      text: composer.text(),
      items: composer.items(),
      to: LANES[chosen("to")],
      name: isNamed() ? byId("name").value.trim() : "",
      escalation: mayEscalate() && isChecked("escalation"),
      publication: isChecked("publication"),
    };
  }

  /** Key of the sentence why a step is not finished, or null. */
  const missing = {
    category: () => (category ? null : "choose-category"),
    write: () => composer.unready(),
    readers: () => (chosen("to") ? null : "choose-readers"),
    name: () => (isNamed() && !byId("name").value.trim() ? "write-name" : null),
    check: () => null,
  };

  const steps = openSteps({
    onShow(step) {
      wrongsForget();
      if (step === "write") byId("write-title").textContent = t(category === "idea" ? "title-idea" : "title-other");
      if (step === "readers") readersShow();
      if (step === "name") show(byId("escalation-field"), mayEscalate());
      if (step === "check") checkShow();
    },
  });

  const next = () => steps.go(STEPS[STEPS.indexOf(steps.current()) + 1]);

  for (const button of all("[data-category]")) {
    button.addEventListener("click", () => {
      category = button.dataset.category;
      for (const each of all("[data-category]")) each.setAttribute("aria-pressed", String(each === button));
      next();
    });
  }
  for (const button of all("[data-next]")) {
    button.addEventListener("click", () => {
      const key = missing[steps.current()]();
      const wrong = byId(`step-${steps.current()}`).querySelector("[data-step-wrong]");
      say(wrong, key && t(key));
      if (key) wrong.scrollIntoView({ block: "nearest" });
      else next();
    });
  }
  for (const button of all("[data-back]")) button.addEventListener("click", () => history.back());
  for (const happens of ["input", "click"]) byId("app").addEventListener(happens, wrongsForget, true);
  byId("naming").addEventListener("change", () => {
    show(byId("name-field"), isNamed());
    if (isNamed()) byId("name").focus();
  });
  byId("fingerprints").addEventListener("toggle", () => {
    if (byId("fingerprints").open) peopleShow(byId("people"), page.channel.officers);
  });
  page.keepWhile(() => !isOver && !composer.isEmpty());
  preselect();
  page.pageStart();

  /** What was wrong may be right now that something was touched. */
  function wrongsForget() {
    for (const node of all("[data-step-wrong]")) say(node, "");
  }

  /** Where only one lane is open there is nothing to choose. */
  function preselect() {
    const open = all('input[name="to"]').filter((input) => !input.disabled);
    if (open.length === 1) open[0].checked = true;
  }

  function readersShow() {
    const { is_open: factory, ombudsman_is_open: ombudsman, officers } = page.channel;
    const isOpen = { factory, ombudsman, both: factory && ombudsman };
    for (const input of all('input[name="to"]')) {
      input.disabled = !isOpen[input.value];
      if (input.disabled) input.checked = false;
    }
    for (const node of all("[data-names]")) {
      const lane = node.dataset.names;
      const names = inLane(officers, lane).map((officer) => officer.name);
      node.textContent = isOpen[lane] ? listed(names) : t("readers-closed");
    }
  }

  function checkShow() {
    const { text, items, to, name, escalation, publication } = draft();
    const agreed = [escalation && t("agreed-escalation"), publication && t("agreed-publication")].filter(Boolean);
    const readers = page.channel.officers.filter((officer) => to.length === 2 || inLane([officer], to[0]).length);
    const kinds = items.map((item) => t(kindOf(item.type)));
    const row = (key, value, step) => [
      element("dt", {}, t(`check-${key}`)),
      element("dd", { "data-check": key }, value),
      element("dd", { class: "check__change" }, change(step, key)),
    ];
    fill(
      byId("check"),
      row("category", t(`category-${category}`), "category"),
      row("text", element("span", { class: "check__text" }, text || t("no-text")), "write"),
      items.length > 0 && row("files", listed(kinds), "write"),
      row(
        "readers",
        [t(`readers-${chosen("to")}`), element("br"), element("span", { class: "soft" }, listed(readers.map((each) => each.name)))],
        "readers",
      ),
      row("name", name || t("anonymous"), "name"),
      row("agreed", agreed.length ? agreed.map((each) => element("span", { class: "check__line" }, each)) : t("agreed-nothing"), "name"),
    );
    frozen(submission.isUncertain());
  }

  function change(step, key) {
    const label = `${t("change")}: ${t(`check-${key}`)}`;
    const button = element("button", { type: "button", class: "button_link", "aria-label": label }, t("change"));
    button.addEventListener("click", () => steps.go(step));
    return button;
  }

  /** While something may be on its way, nothing can be changed: the same has to follow. */
  function frozen(isFrozen) {
    steps.lock(isFrozen);
    composer.freeze(isFrozen);
    for (const node of all("#step-check [data-back], #check .button_link")) show(node, !isFrozen);
  }

  pressed(byId("send"), async () => {
    const unfinished = STEPS.find((step) => missing[step]());
    if (unfinished) steps.go(unfinished);
    else await send();
  });

  async function send() {
    say(byId("failure"), "");
    say(byId("changed"), "");
    frozen(true);
    try {
      arrived(await submission.send(draft(), (key, values) => tell(byId("status"), t(key, values))));
    } catch (error) {
      tell(byId("status"));
      failed(error);
    }
  }

  function failed(error) {
    if (error instanceof ReadersAdded) {
      checkShow();
      say(byId("changed"), t("readers-added", { names: listed(error.names) }));
    } else if (error.code === "readers_gone" || error.code === "channel_closed") {
      page.channelReload().catch(() => {});
      frozen(false);
      steps.go("readers");
      say(byId("step-readers").querySelector("[data-step-wrong]"), t("readers-gone"));
      return;
    } else {
      say(byId("failure"), page.sentenceOf(error));
      show(byId("copy-text"), error.code === "no_webassembly");
    }
    if (!(error instanceof ReadersAdded)) byId("send").textContent = t("try-again");
    frozen(submission.isUncertain());
    uncertainShow();
    (byId("changed").hidden ? byId("failure") : byId("changed")).scrollIntoView({ block: "nearest" });
  }

  /** Perhaps it has arrived: whoever has to leave now needs the receipt all the same. */
  function uncertainShow() {
    show(byId("uncertain"), submission.isUncertain());
    byId("uncertain-digits").textContent = submission.isUncertain() ? grouped(submission.receipt()).join(" ") : "";
  }

  pressed(byId("copy-text"), async () => tell(byId("status"), t((await copied(composer.text())) ? "copied" : "not-copied")));

  function arrived({ receipt, words, acknowledgeBy, answerBy, left }) {
    const { name } = draft();
    page.keepWhile(() => !isOver);
    uncertainShow();
    composer.clear();
    byId("name").value = "";
    byId("check").textContent = "";
    byId("done-return").textContent = t(name ? "return-named" : "return-anonymous");
    const shown = receiptShow({ receipt, words });
    say(byId("readers-left"), left.length ? t("readers-left", { names: listed(left) }) : "");
    const days = { acknowledge: page.dayText(acknowledgeBy), answer: page.dayText(answerBy) };
    byId("done-days").textContent = t("due", days);
    byId("receipt-kept").addEventListener("change", () => (byId("finish").disabled = !isChecked("receipt-kept")));
    byId("finish").addEventListener("click", () => {
      isOver = true;
      shown.forget();
      vault.call("lock").catch(() => {});
      steps.go("done");
    });
    steps.lock(true);
    steps.go("receipt");
  }
}
