/** What stands above a case whose newest key this officer cannot trust or cannot open: who made it, and what to do. */
import { element, fill } from "../shared/dom.js";
import { caseReload, casesReopen, isSafe, makersUnconfirmed, myId } from "./cases.js";
import { actions, button, note, say, wordBoxes } from "./parts.js";
import { api, officerBy, session } from "./session.js";
import { fingerprintOf, officersConfirm, sealTo } from "./trust.js";
import { listed, t } from "./words.js";

const opens = new WeakMap(); // entry -> promise: whether its newest key opens

/** Officers who have made keys of this case and were not compared: their words, each with a button that confirms. null: nobody. */
export function confirmNote(entry, context) {
  const makers = makersUnconfirmed(entry);
  if (!makers.length) return null;
  const { id } = entry.bundle;
  const names = listed(makers.map(({ name }) => name));
  return note(
    "bad",
    element("p", {}, t("%(names)s made a key of this case. Their words were not compared in this browser: until then nothing is sent from here.", { names })),
    element("p", {}, t("Ask them to read their six words out, face to face or on the telephone. If the words differ, do not confirm, and tell CCR CSR.")),
    makers.map((officer) => {
      const words = element("div", { class: "person-words" });
      fingerprintOf(officer).then((made) => fill(words, wordBoxes(made.words)));
      const confirm = async () => {
        await officersConfirm([officer]);
        await casesReopen();
        await caseReload(id);
        say(t("Confirmed in this browser: %(names)s.", { names: officer.name }));
        await context.afterwards();
      };
      return element("div", { class: "maker" }, element("p", {}, officer.name), words, actions(button(t("The words agree: confirm"), confirm)));
    }),
  );
}

/** A place that says, once it is known, that the newest key does not open here, and who made it. */
export function unopenedNote(entry) {
  const node = element("div", {});
  unopenedFill(node, entry).catch(() => {}); // locked meanwhile, or no connection: what does not open says so itself
  return node;
}

async function unopenedFill(node, entry) {
  if (entry.view.problems.includes("case_keys_swapped")) return; // said above
  if (!opens.has(entry)) opens.set(entry, newestOpens(entry));
  if (await opens.get(entry)) return;
  const { maker, day } = await makerOf(entry.bundle.id, newestOf(entry));
  fill(
    node,
    note(
      "bad",
      element(
        "p",
        {},
        maker
          ? t("The newest key of this case does not open for you. %(name)s made or handed it on %(day)s: ask them what happened.", { name: maker, day })
          : t("The newest key of this case does not open for you. It came from the worker's browser."),
      ),
      element("p", {}, t("Whoever can read the case goes on with it: another officer, or the ombudsman. The worker can hand it to you anew with the query code.")),
    ),
  );
}

/** Whether I hold the newest key, as the vault sees it: it wraps all those that it has. */
async function newestOpens(entry) {
  if (!entry.view.readable) return false;
  const newest = newestOf(entry);
  if (newest === 0 || !isSafe(entry)) return true;
  const { wraps } = await sealTo("caseWraps", [officerBy(myId())], { case: entry.bundle.id, held: false });
  return wraps.some(({ epoch }) => epoch === newest);
}

const newestOf = ({ bundle }) => Math.max(...bundle.keys.map(({ epoch }) => epoch));

/** Who made the newest key, or handed it to me, as the log says -> {maker: name, or null for the worker, day}. */
async function makerOf(id, newest) {
  const { events } = await api.get(`cases/${id}/log/`);
  const isIt = ({ kind, detail, officer_id: by }) =>
    by &&
    by !== session.state.officer.id &&
    ((kind === "rekeyed" && detail.epoch === newest) || (kind === "handed" && [detail.to, ...(detail.officers || [])].includes(myId())));
  const found = [...events].reverse().find(isIt);
  return found ? { maker: found.officer, day: found.on } : { maker: null, day: null };
}
