/** The log of a case, and whether its chain of hashes holds: computed here as grievances/services/log.py does. */
import { element, fill } from "../shared/dom.js";
import { dialog, note, waiting } from "./parts.js";
import { api, config, officerBy } from "./session.js";
import { sentenceOf } from "./errors.js";
import { listed, t } from "./words.js";

/** Opens the window with the log. */
export async function logDialog(id) {
  const body = element("div", {}, waiting(t("The log is being loaded …")));
  dialog({ title: t("Log of this case"), children: [body], wide: true });
  try {
    const { events } = await api.get(`cases/${id}/log/`);
    fill(body, verdict(await chainFault(id, events)), table(events));
  } catch (error) {
    fill(body, element("p", { class: "error" }, sentenceOf(error)));
  }
}

/** Checks a chain -> null where it holds, the number of the first entry that does not, or "unchecked" where this browser cannot. */
export async function chainFault(id, events) {
  if (!window.crypto || !crypto.subtle) return "unchecked";
  let previous = id;
  for (const [at, event] of events.entries()) {
    const holds = event.number === at && event.previous_hash === previous && event.hash === (await hashOf(id, event));
    if (!holds) return at;
    previous = event.hash;
  }
  return null;
}

async function hashOf(id, { number, kind, officer_id: officer, detail, on, previous_hash: previous }) {
  const said = canonical({ case: id, number, kind, officer, detail, on, previous });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(said));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON with sorted names and no spaces. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

function verdict(fault) {
  if (fault === null) return note("calm", t("Checked: every entry follows the one before, none was changed or taken out."));
  if (fault === "unchecked") return note("warn", t("This browser cannot check the log on an insecure connection."));
  return note("bad", t("The log does not hold from entry %(number)s on: something was changed or taken out. Tell CCR CSR.", { number: fault + 1 }));
}

function table(events) {
  return element(
    "table",
    { class: "log" },
    element("thead", {}, element("tr", {}, [t("Nr."), t("Day"), t("Who"), t("What")].map((text) => element("th", { scope: "col" }, text)))),
    element(
      "tbody",
      {},
      ...events.map((event) =>
        element("tr", {}, element("td", {}, String(event.number + 1)), element("td", {}, event.on), element("td", {}, who(event)), element("td", {}, what(event))),
      ),
    ),
  );
}

const BY_WORKER = ["received", "worker_wrote", "rated", "appealed"];

function who({ officer, kind, detail }) {
  if (officer) return officer;
  if (detail.by === "ombudsman") return t("the ombudsman");
  if (BY_WORKER.includes(kind) || detail.by === "worker" || detail.closing === "withdrawn") return t("the worker");
  return t("by itself");
}

const nameOf = (id) => (officerBy(id) || { name: "?" }).name;
const names = ({ to, officers = to ? [to] : [] }) => listed(officers.map(nameOf));
const stateOf = (state) => config.states[state] || state;

const WHAT = {
  received: ({ quarantined }) => (quarantined ? t("has arrived, in the quarantine") : t("has arrived")),
  worker_wrote: () => t("wrote"),
  officer_wrote: ({ answer }) => (answer ? t("answered") : t("wrote")),
  noted: () => t("wrote a note"),
  moved: (detail) => t("state: %(state)s", { state: stateOf(detail.to) }),
  assigned: ({ to }) => (to ? t("assigned to %(name)s", { name: nameOf(to) }) : t("assigned to nobody")),
  handed: (detail) => t("handed to %(names)s", { names: names(detail) || "?" }),
  conflict: () => t("gave the case up: it is about them"),
  rekeyed: () => t("made a new key"),
  merged: ({ other }) => t("case %(reference)s was closed as the same", { reference: String(other).slice(0, 8) }),
  released: () => t("let it in from the quarantine"),
  exported: () => t("took a copy out"),
  rated: () => t("rated"),
  appealed: () => t("asked for another look"),
  escalated: () => t("went to the ombudsman, because it was not answered in time"),
  erased: () => t("erased"),
  carried: () => t("came from the factory"),
  ombudsman_wrote: () => t("wrote"),
  board_drafted: () => t("drafted it for the board"),
  board_published: () => t("put it on the board"),
  board_withdrawn: () => t("took it off the board"),
};

function what({ kind, detail }) {
  return WHAT[kind] ? WHAT[kind](detail) : kind;
}
