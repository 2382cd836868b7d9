/** What the page starts with and what everything else calls: configuration, API, vault, and who I am. */
import { openVault } from "../client.js";
import { jsonOf } from "../shared/dom.js";
import { openApi } from "../shared/http.js";
import { t } from "./words.js";

export const config = jsonOf("desk-config");

const vault = openVault({ vaultUrl: config.vault_url, wordsUrl: config.words_url });
const calls = openApi({ credentials: "same-origin", headers: { "X-CSRFToken": config.csrf_token } });

/** The desk's API; paths as in grievances/desk/urls.py, below `api/`. */
export const api = {
  get: (path) => calls.get(config.api_url + path),
  getBytes: (path) => calls.getBytes(config.api_url + path),
  post: (path, body) => calls.post(config.api_url + path, body),
};

/** Calls a method of the vault's worker. */
export const vaultCall = (method, args) => vault.call(method, args);

/**
 * state: the last answer of api/state/. unlocked: whether the vault holds my keys.
 */
export const session = { state: null, unlocked: false };

/** The name of a factory by its short name, as far as it is known here. */
export const placeName = (slug) => session.state.places[slug] || slug;

const listeners = new Set();

/** Calls back whenever state or lock change. -> a function that ends it */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells the screens that something they show has changed. */
export function changed() {
  for (const listener of [...listeners]) listener();
}

const watchers = new Set();

/** Calls back whenever a new state has come, before the screens look at it. */
export const onState = (watcher) => watchers.add(watcher);

/** Keeps a new state without telling the screens, while something is under way that ends with telling them. */
export function stateKeep(state) {
  session.state = state;
  for (const watcher of watchers) watcher();
}

/** Keeps a new state and tells the screens. */
export function stateTake(state) {
  stateKeep(state);
  changed();
  return state;
}

/** Asks who I am and who the others are. */
export const stateLoad = async () => stateTake(await api.get("state/"));

/** My record while I am an officer, else null. */
export const me = () => session.state && session.state.officer;

/** An officer by id, from here or from elsewhere; undefined for unknown ones. */
export const officerBy = (id) => session.state.officers.find((officer) => officer.id === id);

/** Officers of this place who receive cases. */
export const colleagues = () => session.state.officers.filter(({ place, state }) => place === "" && state === "active");

/** CCR CSR's ombudsmen as a factory sees them. */
export const ombudsmen = () =>
  session.state.officers.filter(({ place, state }) => place === config.ombudsman_place && state === "active");

/** Whether this desk is the ombudsmen's. */
export const isOmbudsman = () => session.state.lane === "ombudsman";

/** What has to be done now, and by whom, so that the channel opens; empty when it is open. */
export const toOpen = () => session.state.lacks;
