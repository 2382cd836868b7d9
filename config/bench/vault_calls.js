// Run in a voice page: starts the vault as the pages do and times its calls, in milliseconds.
async ({ url, words, salt, place }) => {
  const worker = new Worker(url);
  let last = 0;
  const call = (method, args) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const heard = ({ data }) => {
        if (data.id !== id) return;
        worker.removeEventListener("message", heard);
        if (data.error) reject(new Error(data.error.code));
        else resolve(data.result);
      };
      worker.addEventListener("message", heard);
      worker.postMessage({ id, method, args });
    });
  const timed = async (method, args) => {
    const from = performance.now();
    const value = await call(method, args);
    return [value, performance.now() - from];
  };
  const [, ready] = await timed("start", { wordsUrl: new URL(words, location.href).href });
  const [made, keys] = await timed("caseNew", { place, salt });
  const body = {
    text: "饭堂的菜不新鲜。".repeat(20),
    attachments: [],
    category: "living",
    name: "",
    recipients: [],
    agreed: { escalation: false, publication: false },
  };
  const [message, seal] = await timed("caseSeal", { case: made.id, kind: "message", body });
  const bundle = {
    id: made.id,
    place,
    category: body.category,
    state: "received",
    worker_sign_key: made.workerSignKey,
    worker_box_key: made.workerBoxKey,
    keys: [{ epoch: 0, public_key: made.publicKey, worker_wrap: made.workerWrap, wraps: [] }],
    messages: [{ ...message, author: "worker", arrived_on: "2026-01-01", attachments: [] }],
  };
  const [{ view }, open] = await timed("caseLoad", { place, bundle, officers: [] });
  if (view.problems.length || view.messages[0].body.text !== body.text) throw new Error("the case did not open");
  const file = { case: made.id, bytes: new Uint8Array(300000), type: "image/jpeg", name: "1.jpg" };
  const [sealed, picture] = await timed("attachmentSeal", file);
  const [, look] = await timed("attachmentOpen", { case: made.id, entry: sealed.entry, sealed: sealed.sealed });
  worker.terminate();
  return { ready, keys, seal, open, picture, look };
};
