/** What came in a flood: apart from the inbox, to be let in one by one or erased. */
import { element, fill } from "../shared/dom.js";
import { caseChange, cases, casesLoad, firstWords, reference } from "./cases.js";
import { actions, button, card, dialog, heading, note, paragraphs, say } from "./parts.js";
import { api, config } from "./session.js";
import { t } from "./words.js";

const PAGE = 100;
const MOST = 1000; // of one request

/** The quarantine. */
export function quarantineScreen(root) {
  const chosen = new Set();
  const draw = () => {
    const waiting = [...cases.values()].filter(({ bundle }) => bundle.is_quarantined);
    for (const id of chosen) if (!waiting.some(({ bundle }) => bundle.id === id)) chosen.delete(id);
    const empties = button(t("Erase the ticked ones …"), async () => emptyDialog([...chosen]), { kind: "danger" });
    const chosenShow = () => {
      empties.disabled = chosen.size === 0;
    };
    chosenShow();
    fill(
      root,
      card(
        heading(t("Quarantine")),
        ...paragraphs(
          t("When very many cases come within an hour, the newest ones are kept here, so that real ones are not buried. Their days count all the same. Look through them, let the real ones in, erase the rest."),
        ),
        waiting.length
          ? [
              actions(
                empties,
                button(t("Erase all %(count)s …", { count: waiting.length }), async () => emptyDialog(waiting.map(({ bundle }) => bundle.id)), { kind: "danger" }),
              ),
              element("ul", { class: "quarantine" }, ...waiting.slice(0, PAGE).map((entry) => item(entry, chosen, chosenShow))),
              waiting.length > PAGE && note("calm", t("The first %(count)s are shown.", { count: PAGE })),
            ]
          : element("p", { class: "empty" }, t("The quarantine is empty.")),
      ),
    );
  };
  draw();
  return { update: draw };
}

function item(entry, chosen, onChoose) {
  const { id, category, arrived_on: day } = entry.bundle;
  const words = firstWords(entry) || t("(cannot be opened)");
  const box = element("input", { type: "checkbox", checked: chosen.has(id), "aria-label": t("Choose case %(reference)s", { reference: reference(id) }) });
  box.addEventListener("change", () => {
    if (box.checked) chosen.add(id);
    else chosen.delete(id);
    onChoose();
  });
  return element(
    "li",
    {},
    box,
    element(
      "div",
      { class: "quarantine-words" },
      element("a", { href: `#/case/${id}` }, words),
      element("span", { class: "soft cell-facts" }, element("span", {}, config.categories[category]), element("span", { class: "mono" }, reference(id)), element("span", {}, day)),
    ),
    actions(
      button(t("Let in"), async () => {
        await caseChange(id, "release");
        say(t("Case %(reference)s is in the inbox now.", { reference: reference(id) }));
      }),
    ),
  );
}

function emptyDialog(ids) {
  dialog({
    title: t("Erase %(count)s cases?", { count: ids.length }),
    children: paragraphs(
      t("Texts, files and keys are deleted at once. Nobody can bring them back, and whoever wrote them finds nothing under their query code."),
      t("Cases stay that the ombudsman holds or may get, and those that another officer has let in meanwhile."),
    ),
    text: t("Erase for ever"),
    kind: "danger",
    async act() {
      let erased = 0;
      for (let at = 0; at < ids.length; at += MOST) {
        erased += (await api.post("quarantine/empty/", { cases: ids.slice(at, at + MOST) })).erased;
      }
      await casesLoad();
      const stayed = ids.length - erased;
      if (!stayed) say(t("%(count)s cases were erased.", { count: erased }));
      else {
        say(
          t("%(count)s cases were erased, %(stayed)s stayed: the ombudsman holds them or may get them, or another officer has let them in.", { count: erased, stayed }),
          "warn",
        );
      }
    },
  });
}
