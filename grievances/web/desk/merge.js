/** Two cases about the same thing: chosen from a list, looked at side by side, one closed as the same as the other. */
import { element, fill } from "../shared/dom.js";
import { caseRevise, cases, firstWords, isLed, reference } from "./cases.js";
import { conversation } from "./conversation.js";
import { EVERYTHING, filtered } from "./filters.js";
import { stateBadge } from "./inbox.js";
import { button, dialog, paragraphs, points, say } from "./parts.js";
import { config } from "./session.js";
import { t } from "./words.js";

const MOST = 20;

/** Chooses another case to merge this one into. context: of the screen. */
export function mergeDialog(id, context) {
  const list = element("ul", { class: "choose" });
  const search = element("input", { type: "search", "aria-label": t("Search in all texts, names and notes"), placeholder: t("Search in all texts, names and notes") });
  const window_ = dialog({
    title: t("Which case is it the same as?"),
    children: [...paragraphs(t("This case is then closed, the other one goes on. First you see both side by side.")), search, list],
    wide: true,
  });
  const draw = () => {
    const found = filtered([...cases.values()], { ...EVERYTHING, state: "all", sort: "newest", text: search.value }).filter(
      ({ bundle }) => bundle.id !== id && !bundle.merged_into && bundle.place === cases.get(id).bundle.place,
    );
    fill(
      list,
      found.slice(0, MOST).map((other) =>
        element(
          "li",
          {},
          button(firstWords(other) || t("(cannot be opened)"), async () => {
            window_.close();
            sideBySide(id, other.bundle.id, context);
          }, { kind: "link" }),
          element("span", { class: "soft cell-facts" }, stateBadge(other), element("span", {}, config.categories[other.bundle.category]), element("span", { class: "mono" }, reference(other.bundle.id)), element("span", {}, other.bundle.arrived_on)),
        ),
      ),
      found.length > MOST && element("li", { class: "soft" }, t("The first %(count)s are shown.", { count: MOST })),
      !found.length && element("li", { class: "soft" }, t("No other case is here.")),
    );
  };
  search.addEventListener("input", draw);
  draw();
  search.focus();
}

function sideBySide(id, intoId, context) {
  const half = (title, entry) => element("div", {}, element("h3", {}, title), conversation(entry, null));
  dialog({
    title: t("Is it the same?"),
    wide: true,
    children: [
      element(
        "div",
        { class: "halves" },
        half(t("This case, %(reference)s: is closed", { reference: reference(id) }), cases.get(id)),
        half(t("The other one, %(reference)s: goes on", { reference: reference(intoId) }), cases.get(intoId)),
      ),
      ...paragraphs(t("What will happen:")),
      points(
        t("This case is closed as the same as another one. Its worker sees that, and sees nothing of the other case."),
        t("Nothing is moved or mixed. When you answer in the other case, you can send the same words here as well."),
        t("It cannot be undone."),
      ),
    ],
    text: t("Close this one as the same"),
    kind: "danger",
    async act() {
      await caseRevise(id, "merge", { into: intoId });
      context.go(`#/case/${intoId}`);
      say(t("Case %(reference)s is closed as the same as this one.", { reference: reference(id) }));
    },
  });
}

/** Whether a case may be merged into another one from here. */
export const mayMerge = (entry) => entry.bundle.state !== "closed" && isLed(entry);
