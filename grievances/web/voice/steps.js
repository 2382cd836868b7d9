/** The steps of a new case on one page. The phone's own "back" goes a step back; the address never changes. */
import { all, byId, show } from "../shared/dom.js";
import { t } from "./page.js";

export const STEPS = ["category", "write", "readers", "name", "check"];

/**
 * onShow(step): called before a step is seen. -> {go(step), current(), lock(isLocked)}; while locked, "back" stays where it
 * is: something is on its way, or there is nothing left to go back to.
 */
export function openSteps({ onShow }) {
  let current = STEPS[0];
  let isLocked = false;

  function see(step, { moves = true } = {}) {
    current = step;
    onShow(step);
    for (const section of all(".step")) show(section, section.dataset.step === step);
    const number = STEPS.indexOf(step) + 1;
    show(byId("progress"), number > 1);
    if (number) {
      byId("progress").querySelector("[data-progress-text]").textContent = t("step-of", { number });
      byId("progress").querySelector("progress").value = number;
    }
    show(byId("nav"), number === 1 || step === "done");
    if (!moves) return;
    scrollTo(0, 0);
    byId(`step-${step}`).focus({ preventScroll: true });
  }

  addEventListener("popstate", ({ state }) => {
    if (isLocked) history.pushState({ step: current }, "");
    else see(state && STEPS.includes(state.step) ? state.step : STEPS[0]);
  });
  history.replaceState({ step: current }, "");
  see(current, { moves: false });

  return {
    current: () => current,
    go(step) {
      history.pushState({ step }, "");
      see(step);
    },
    lock(locked) {
      isLocked = locked;
    },
  };
}
