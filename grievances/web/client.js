/**
 * The pages' side of the vault. No cryptography here: it starts the Web Worker that holds the keys and passes calls on.
 */

/**
 * What a failed call rejects with: `code` for programs, `detail` an object of plain values.
 *
 * Of the page: `no_webassembly` (a browser that is too old or locked down), `vault_not_loaded`. Of typing: `unknown_word`
 * {position, text}, `too_few_words` and `too_many_words` {count, needed}, `bad_receipt` {reason: "length" | "check"},
 * `wrong_passphrase`, `wrong_recovery_code` {reason: "length" | "check" | "other" | "none"}. Of the state: `locked`,
 * `unopened` {case}, `words_not_loaded`. Of forgery or damage: `attachment_damaged`, `officer_keys_swapped`,
 * `case_keys_swapped`, `epoch_forged`, `epoch_unconfirmed` {case}, `officer_key_bad` {officer: id, or "worker"},
 * `parameters_refused`. Of our own mistakes: `bad_message`, `bad_input`, `unknown_method`.
 */
export class VaultError extends Error {
  constructor(code, detail = {}) {
    super(code);
    this.name = "VaultError";
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Starts loading the vault and returns at once; calls wait until it is there.
 *
 * vaultUrl, wordsUrl: addresses of grievances/vault.js and grievances/words.txt, from `{% static %}`.
 * -> {call(method, args) -> Promise of the method's result, close()}. A rejected call carries a VaultError.
 *
 * Byte arrays (Uint8Array, ArrayBuffer) directly in `args` are given away: the page cannot read them afterwards.
 * `call("lock")` also ends the worker, and with it every copy of a secret in its memory; the next call starts a new one.
 * After `vault_not_loaded` the next call tries to load it again.
 */
export function openVault({ vaultUrl, wordsUrl }) {
  let current = null;

  function connect() {
    if (!current) current = connection(vaultUrl, wordsUrl, (ended) => (current = current === ended ? null : current));
    return current;
  }

  async function call(method, args = {}) {
    if (!able) throw new VaultError("no_webassembly");
    const used = connect();
    if (method === "lock") current = null;
    try {
      return await used.call(method, args);
    } finally {
      if (method === "lock") used.end();
    }
  }

  function close() {
    if (current) current.end();
    current = null;
  }

  const able = hasWebAssembly();
  if (able) connect();
  return { call, close };
}

// The smallest module with an instruction that libsodium's needs (memory.copy): Chrome from 75, iOS from 15.
const SMALLEST = [
  [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1],
  [10, 14, 1, 12, 0, 65, 0, 65, 0, 65, 0, 252, 10, 0, 0, 11],
];

function hasWebAssembly() {
  if (typeof WebAssembly !== "object" || typeof WebAssembly.validate !== "function") return false;
  try {
    return WebAssembly.validate(Uint8Array.from(SMALLEST[0].concat(SMALLEST[1])));
  } catch (error) {
    return true; // the page's policy forbids the question; the worker will find out
  }
}

/** One worker and the calls it owes an answer. onEnd(connection) when it cannot be used any more. */
function connection(vaultUrl, wordsUrl, onEnd) {
  const waiting = new Map();
  let last = 0;
  let worker = null;
  const itself = { call, end };

  function fail(code) {
    if (worker) worker.terminate();
    worker = null;
    onEnd(itself);
    for (const { reject } of waiting.values()) reject(new VaultError(code));
    waiting.clear();
  }

  function end() {
    fail("locked");
  }

  function call(method, args) {
    return new Promise((resolve, reject) => {
      if (!worker) {
        reject(new VaultError("vault_not_loaded"));
        return;
      }
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, method, args }, bulk(args));
    });
  }

  try {
    worker = new Worker(vaultUrl);
  } catch (error) {
    return itself;
  }
  worker.onerror = (event) => {
    event.preventDefault();
    fail("vault_not_loaded");
  };
  worker.onmessage = ({ data: { id, result, error } }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (!call) return;
    if (error) call.reject(new VaultError(error.code, error.detail));
    else call.resolve(result);
  };
  call("start", { wordsUrl: new URL(wordsUrl, location.href).href }).catch(() => {});
  return itself;
}

/** The byte arrays of the arguments, to be handed over instead of copied. */
function bulk(args) {
  const buffers = Object.values(args).map((value) => {
    if (value instanceof ArrayBuffer) return value;
    return value instanceof Uint8Array && value.byteLength === value.buffer.byteLength ? value.buffer : null;
  });
  return buffers.filter(Boolean);
}
