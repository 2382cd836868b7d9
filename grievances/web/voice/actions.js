/** Asking for another look, handing on, taking back. Each says first what will happen. */
import { byId, show } from "../shared/dom.js";
import { api, pressed, say, sentenceOf, t, vault } from "./page.js";
import { inLane, peopleShow } from "./people.js";

/** context: {current(), take(bundle), reload(), gone()}. -> {refresh()}: after the case was loaded anew. */
export function openActions({ current, take, reload, gone }) {
  const parts = (id) => {
    const root = byId(id);
    return { root, button: root.querySelector("[data-do]"), wrong: root.querySelector("[data-wrong]") };
  };

  /** Does an action; what fails is said beside its button, and the same press may be repeated. */
  function action(id, work) {
    const { root, button, wrong } = parts(id);
    pressed(button, async () => {
      say(wrong, "");
      try {
        await work();
        root.open = false;
      } catch (error) {
        say(wrong, sentenceOf(error));
        if (["out_of_date", "officers_changed", "no_appeal"].includes(error.code)) await reload().catch(() => {});
      }
    });
  }

  const lookup = () => ({ lookup: current().lookup });

  action("appeal", async () => {
    await take(await api.post("/api/cases/appeal/", lookup()));
    byId("state").scrollIntoView({ block: "start" });
  });

  for (const lane of ["ombudsman", "factory"]) {
    action(`hand-${lane}`, async () => {
      const officers = outside(lane).map(({ id, box_key }) => ({ id, box_key }));
      const { wraps } = await vault.call("caseWraps", { case: current().view.id, officers, held: false });
      await take(await api.post("/api/cases/hand/", { ...lookup(), wraps }));
      byId("state").scrollIntoView({ block: "start" });
    });
    const { root } = parts(`hand-${lane}`);
    root.addEventListener("toggle", () => root.open && peopleShow(root.querySelector("[data-people]"), outside(lane)));
  }

  const sure = byId("withdraw").querySelector("[data-sure]");
  sure.addEventListener("change", () => (parts("withdraw").button.disabled = !sure.checked));
  action("withdraw", async () => {
    try {
      await api.post("/api/cases/withdraw/", lookup());
    } catch (error) {
      if (error.code !== "unknown_receipt") throw error; // taken back by the request before, whose answer was lost
    }
    gone();
  });

  /** Those of a lane who receive cases and do not read this one yet. */
  function outside(lane) {
    const { officers, readers } = current().bundle;
    return inLane(officers, lane).filter((officer) => officer.state === "active" && !readers.includes(officer.id));
  }

  return {
    refresh() {
      const { bundle, view } = current();
      const isSafe = !view.problems.includes("case_keys_swapped") && !view.problems.includes("epoch_forged");
      show(byId("appeal"), bundle.may_appeal);
      for (const lane of ["ombudsman", "factory"]) show(byId(`hand-${lane}`), isSafe && view.readable && outside(lane).length > 0);
      sure.checked = false;
      parts("withdraw").button.disabled = true;
    },
  };
}
