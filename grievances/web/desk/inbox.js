/** The list of cases: searched, filtered and sorted in the browser, drawn a page at a time. */
import { element, fill } from "../shared/dom.js";
import { cases, casesLoad, dueDay, firstWords, isUnread, reference, urgency, workerName } from "./cases.js";
import { EVERYTHING, filtered } from "./filters.js";
import { badge, button, card, heading, note, say } from "./parts.js";
import { colleagues, config, toOpen, isOmbudsman, officerBy, placeName, session, stateLoad } from "./session.js";
import { t } from "./words.js";

const PAGE = 50;
const TYPING_PAUSE = 120;

let wishes = { ...EVERYTHING };

/** The inbox. */
export function inboxScreen(root) {
  let pages = 1;
  const list = element("div", { class: "list" });
  const count = element("p", { class: "soft count", "aria-live": "polite" });
  const draw = () => {
    const found = filtered([...cases.values()], wishes);
    fill(count, countText(found.length));
    fill(list, found.length ? table(found.slice(0, pages * PAGE)) : empty());
    if (found.length > pages * PAGE) {
      const more = t("Show %(count)s more", { count: Math.min(PAGE, found.length - pages * PAGE) });
      list.append(
        button(more, async () => {
          pages += 1;
          draw();
        }),
      );
    }
  };
  const wish = (changes) => {
    wishes = { ...wishes, ...changes };
    pages = 1;
    draw();
  };
  const reset = () => {
    wishes = { ...EVERYTHING, state: "all" };
    inboxFill();
  };
  const empty = () =>
    cases.size
      ? element(
          "div",
          { class: "empty" },
          element("p", {}, t("No case fits what you are looking for.")),
          button(t("Show all cases"), async () => reset()),
        )
      : element(
          "div",
          { class: "empty" },
          element("p", {}, t("There are no cases.")),
          session.state.is_open
            ? element("p", { class: "soft" }, t("What workers write appears here when you unlock or refresh."), session.state.shows_next_day ? ` ${nextDay()}` : null)
            : note("warn", t("Workers cannot write yet: a second officer has to join."), " ", toOpen()),
        );
  const inboxFill = () => {
    fill(
      root,
      element(
        "div",
        { class: "screen-head" },
        heading(t("Inbox")),
        button(
          t("Refresh"),
          async () => {
            await stateLoad();
            await casesLoad();
            say(t("This is the newest state."));
          },
          { busy: t("Refreshing …") },
        ),
      ),
      card(controls(wish), count, list),
      session.state.shows_next_day && cases.size ? element("p", { class: "soft" }, nextDay()) : null,
    );
    draw();
  };
  inboxFill();
  return { update: draw };
}

const nextDay = () => t("New cases show the next morning, so that nobody sees at what hour they were written.");

function countText(shown) {
  const all = [...cases.values()].filter(({ bundle }) => !bundle.is_quarantined).length;
  return t("%(shown)s of %(count)s cases", { shown, count: all });
}

function controls(wish) {
  const search = element("input", {
    type: "search",
    id: "search",
    placeholder: t("Search in all texts, names and notes"),
    "aria-label": t("Search in all texts, names and notes"),
    value: wishes.text,
    autocomplete: "off",
    spellcheck: "false",
  });
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => wish({ text: search.value }), TYPING_PAUSE);
  });
  const overdue = element("input", { type: "checkbox", checked: wishes.overdue, onchange: () => wish({ overdue: overdue.checked }) });
  const places = [...new Set([...cases.values()].map(({ bundle }) => bundle.place))].sort();
  return element(
    "div",
    { class: "filters", role: "search" },
    search,
    choice(t("State"), "state", [["open", t("still open")], ["all", t("all states")], ...Object.entries(config.states)], wish),
    choice(t("Category"), "category", [["all", t("all categories")], ...Object.entries(config.categories)], wish),
    choice(
      t("Assigned to"),
      "assigned",
      [["all", t("anybody")], ["me", t("me")], ["nobody", t("nobody yet")], ...colleagues().filter(notMe).map(({ id, name }) => [id, name])],
      wish,
    ),
    isOmbudsman() && places.length > 1 && choice(t("Factory"), "place", [["all", t("all factories")], ...places.map((place) => [place, placeName(place)])], wish),
    choice(
      t("Sort by"),
      "sort",
      [
        ["due", t("what is due first")],
        ["unread", t("unread first")],
        ["newest", t("newest first")],
        ["oldest", t("oldest first")],
        ["state", t("state")],
      ],
      wish,
    ),
    element("label", { class: "tick" }, overdue, element("span", {}, t("overdue only"))),
  );
}

const notMe = ({ id }) => id !== session.state.officer.id;

function choice(label, name, options, wish) {
  const select = element(
    "select",
    { onchange: () => wish({ [name]: select.value }) },
    ...options.map(([value, text]) => element("option", { value, selected: wishes[name] === value }, text)),
  );
  return element("label", { class: "choice" }, element("span", {}, label), select);
}

function table(entries) {
  const head = [t("Case"), t("State"), t("Due"), t("Assigned to"), t("Rating")];
  return element(
    "table",
    { class: "cases" },
    element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...entries.map(row)),
  );
}

function row(entry) {
  const { bundle, view } = entry;
  const unread = isUnread(entry);
  const open = (event) => {
    if (!event.target.closest("a") && !String(window.getSelection())) location.hash = `#/case/${bundle.id}`;
  };
  const words = firstWords(entry);
  const name = workerName(entry);
  return element(
    "tr",
    { class: unread ? "unread" : null, onclick: open },
    element(
      "td",
      { class: "cell-case" },
      element(
        "a",
        { href: `#/case/${bundle.id}` },
        unread && element("span", { class: "dot", title: t("unread") }, element("span", { class: "hidden-text" }, t("unread"))),
        words || t("(cannot be opened)"),
      ),
      element(
        "span",
        { class: "soft cell-facts" },
        view.problems.length ? badge("bad", t("check")) : null,
        element("span", {}, config.categories[bundle.category]),
        isOmbudsman() ? element("span", {}, placeName(bundle.place)) : null,
        element("span", { class: "mono" }, reference(bundle.id)),
        element("span", {}, t("arrived %(day)s", { day: bundle.arrived_on })),
        name ? element("span", {}, name) : null,
      ),
    ),
    element("td", {}, stateBadge(entry)),
    cell(dueBadge(entry)),
    cell(bundle.assigned_to ? (officerBy(bundle.assigned_to) || {}).name : NONE),
    cell(stars(bundle.rating)),
  );
}

const NONE = "–";
const cell = (content) => element("td", { class: content === NONE ? "cell-none" : null }, content);

const STATE_KINDS = {
  received: "warn",
  acknowledged: "info",
  in_progress: "info",
  answered: "good",
  closed: "quiet",
  appealed: "bad",
};

/** The state of a case in its colour; why, where it is closed otherwise than by an answer. */
export function stateBadge({ bundle }) {
  const how = bundle.closing && bundle.closing !== "resolved" ? config.closings[bundle.closing] : "";
  return badge(STATE_KINDS[bundle.state], how || config.states[bundle.state]);
}

/** The day something is due, marked when it is near or past. */
export function dueBadge(entry) {
  const due = dueDay(entry);
  if (!due) return NONE;
  const near = urgency(entry);
  if (near === "late") return badge("bad", t("%(day)s overdue", { day: due }));
  if (near === "soon") return badge("warn", t("%(day)s soon", { day: due }));
  return due;
}

/** A rating of 1 to 5 as stars, spoken as a number; "–" for none. */
export const stars = (rating) =>
  rating
    ? element("span", { class: "stars", role: "img", "aria-label": t("%(rating)s of 5", { rating }) }, "★".repeat(rating) + "☆".repeat(5 - rating))
    : NONE;
