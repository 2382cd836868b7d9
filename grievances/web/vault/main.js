/**
 * The Web Worker that alone holds keys. A page posts {id, method, args} and gets {id, result} or {id, error: {code, detail}}.
 *
 * Calls are answered one after the other in the order they came.
 */
import { desk } from "./desk.js";
import { Failure } from "./errors.js";
import { ready, session } from "./session.js";
import { shared } from "./shared.js";
import { voice } from "./voice.js";

const methods = {
  /** {wordsUrl} -> {}: the first call of every page. */
  start({ wordsUrl }) {
    session.wordsUrl = wordsUrl;
    return {};
  },
  ...shared,
  ...voice,
  ...desk,
};

let queue = Promise.resolve();

self.onmessage = ({ data }) => {
  queue = queue.then(() => answer(data));
};

async function answer({ id, method, args }) {
  try {
    await ready();
    if (!Object.prototype.hasOwnProperty.call(methods, method)) throw new Failure("unknown_method", { method });
    const result = await methods[method](args || {});
    self.postMessage({ id, result }, bulk(result));
  } catch (error) {
    const known = error instanceof Failure;
    self.postMessage({
      id,
      error: known
        ? { code: error.code, detail: error.detail }
        : { code: "bad_input", detail: { reason: String(error) } },
    });
  }
}

/** The byte arrays of a result, to be handed over instead of copied. */
function bulk(result) {
  return Object.values(result)
    .filter((value) => value instanceof Uint8Array)
    .map((value) => value.buffer);
}
