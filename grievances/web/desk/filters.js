/** Which cases the inbox shows, and in which order. Searching happens here, over what was opened; the server is asked nothing. */
import { dueDay, isOpen, isUnread, myId, urgency } from "./cases.js";

/** What the inbox starts with. state: "open", "all" or a state; assigned: "all", "me", "nobody" or an officer's id. */
export const EVERYTHING = Object.freeze({
  text: "",
  state: "open",
  category: "all",
  assigned: "all",
  place: "all",
  overdue: false,
  sort: "due",
});

const LAST = "9999-12-31";

const SORTS = {
  due: (one, other) => compare(dueDay(one) || LAST, dueDay(other) || LAST),
  newest: (one, other) => compare(other.bundle.arrived_on, one.bundle.arrived_on),
  oldest: (one, other) => compare(one.bundle.arrived_on, other.bundle.arrived_on),
  unread: (one, other) => Number(isUnread(other)) - Number(isUnread(one)),
  state: (one, other) => compare(one.bundle.state, other.bundle.state),
};

const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** Entries of `cases` and wishes -> those to show, in order. All words of the text must occur. */
export function filtered(entries, wishes) {
  const words = wishes.text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (entry) =>
    stateFits(entry, wishes.state) &&
    (wishes.category === "all" || entry.bundle.category === wishes.category) &&
    (wishes.place === "all" || entry.bundle.place === wishes.place) &&
    assignedFits(entry.bundle.assigned_to, wishes.assigned) &&
    (!wishes.overdue || urgency(entry) === "late") &&
    words.every((word) => entry.words.includes(word));
  const order = SORTS[wishes.sort];
  return entries
    .filter((entry) => !entry.bundle.is_quarantined && fits(entry))
    .sort((one, other) => order(one, other) || compare(one.bundle.arrived_on, other.bundle.arrived_on) || compare(one.bundle.id, other.bundle.id));
}

function stateFits(entry, wish) {
  if (wish === "all") return true;
  if (wish === "open") return isOpen(entry);
  return entry.bundle.state === wish;
}

function assignedFits(assigned, wish) {
  if (wish === "all") return true;
  if (wish === "nobody") return assigned === null;
  return assigned === (wish === "me" ? myId() : wish);
}
