/** Those who receive cases: who reads which choice, and their fingerprints for a look at the poster. */
import { element, fill } from "../shared/dom.js";
import { t, vault } from "./page.js";

export const OMBUDSMEN = "ccrcsr";

/** An officer's lane: "factory" or "ombudsman". */
export const laneOf = (officer) => (officer.place === OMBUDSMEN ? "ombudsman" : "factory");

/** The officers of a channel who serve in this lane. */
export const inLane = (officers, lane) => officers.filter((officer) => laneOf(officer) === lane);

/**
 * Who a case is sealed for. to: lanes, an array. -> {readers, held}: officers who read it now, and the ombudsmen who get it
 * only after an escalation.
 */
export function recipientsOf(channel, { to, escalation }) {
  const readers = channel.officers.filter((officer) => to.includes(laneOf(officer)));
  const isHeld = escalation && channel.ombudsman_is_open && !to.includes("ombudsman");
  return { readers, held: isHeld ? inLane(channel.officers, "ombudsman") : [] };
}

/** Fills a list with names, lanes and the six words of each. The words come when the vault is there. */
export async function peopleShow(list, officers) {
  const rows = officers.map((officer) => {
    const words = element("span", { class: "people__words", translate: "no" }, "…");
    return { officer, words };
  });
  fill(
    list,
    rows.map(({ officer, words }) =>
      element(
        "li",
        { class: "people__row", "data-officer": officer.id },
        element("strong", {}, officer.name),
        element("span", { class: "soft" }, t(`people-${laneOf(officer)}`)),
        words,
      ),
    ),
  );
  for (const { officer, words } of rows) {
    try {
      const found = await vault.call("fingerprint", { signKey: officer.sign_key, boxKey: officer.box_key });
      fill(
        words,
        found.words.map((word) => [element("span", { class: "people__word" }, word), " "]),
      );
    } catch (error) {
      words.textContent = t("no-fingerprint");
    }
  }
}
