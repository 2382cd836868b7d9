/**
 * The pages' side of the vault. No cryptography here: it starts the Web Worker that holds the keys and passes calls on.
 */

/** What a failed call rejects with: `code` for programs, `detail` an object of plain values. */
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
    if (!hasWebAssembly()) throw new VaultError("no_webassembly");
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

  if (hasWebAssembly()) connect();
  return { call, close };
}

function hasWebAssembly() {
  return typeof WebAssembly === "object" && typeof WebAssembly.instantiate === "function";
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
