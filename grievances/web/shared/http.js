/** The pages' way to their API: JSON out and in, refusals as problem details (RFC 9457). */

const JSON_SECONDS = 60;
const BYTES_SECONDS = 240; // 1.5 MB at 50 kbit/s

/**
 * What a call rejects with. status: of HTTP, 0 when no answer came. code: stable, for programs; "offline" when no answer
 * came, "unreadable" when it was none of ours. title: the server's sentence for people, "" where there is none. extra: the
 * other members of the problem, such as `challenge` or `errors`.
 */
export class ApiError extends Error {
  constructor({ status, code, title = "", extra = {} }) {
    super(code);
    this.name = "ApiError";
    Object.assign(this, { status, code, title, extra });
  }
}

/**
 * credentials, headers: of every request. query: text put behind every address, such as "lang=en".
 * -> {get(path), getBytes(path), post(path, json), put(path, bytes), postForBytes(path, json)}: promises of the answer's
 * JSON (null when empty), those for bytes of an ArrayBuffer.
 */
export function openApi({ credentials = "omit", headers = {}, query = "" } = {}) {
  const json = (body) => ({ body: JSON.stringify(body), headers: { ...headers, "Content-Type": "application/json" } });
  const octets = (body) => ({ body, headers: { ...headers, "Content-Type": "application/octet-stream" } });

  async function call(path, options, { seconds = JSON_SECONDS, wantsBytes = false } = {}) {
    const address = query ? path + (path.includes("?") ? "&" : "?") + query : path;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), seconds * 1000);
    try {
      const fixed = { credentials, cache: "no-store", redirect: "error", signal: controller.signal };
      const answer = await fetch(address, { ...fixed, ...options });
      if (!answer.ok) throw await problemOf(answer);
      return await (wantsBytes ? answer.arrayBuffer() : jsonOf(answer));
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError({ status: 0, code: "offline" });
    } finally {
      clearTimeout(timer);
    }
  }

  const many = { seconds: BYTES_SECONDS };
  return {
    get: (path) => call(path, { headers }),
    getBytes: (path) => call(path, { headers }, { ...many, wantsBytes: true }),
    post: (path, body = {}) => call(path, { method: "POST", ...json(body) }),
    put: (path, bytes) => call(path, { method: "PUT", ...octets(bytes) }, many),
    postForBytes: (path, body = {}) => call(path, { method: "POST", ...json(body) }, { ...many, wantsBytes: true }),
  };
}

async function jsonOf(answer) {
  const text = await answer.text();
  return text ? parsed(text, answer.status) : null;
}

async function problemOf(answer) {
  const { type, title, status, code, ...extra } = parsed(await answer.text(), answer.status);
  return new ApiError({ status: answer.status, code: String(code), title: String(title || ""), extra });
}

function parsed(text, status) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError({ status, code: "unreadable" });
  }
}
