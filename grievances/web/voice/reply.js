/** Writing on in a case, and rating an answer. */
import { attachmentsSend, attachmentsUnsent } from "../shared/attachments.js";
import { all, byId, show } from "../shared/dom.js";
import { ApiError } from "../shared/http.js";
import { openComposer } from "./composer.js";
import { faceText } from "./messages.js";
import { api, pressed, say, sentenceOf, t, tell, vault } from "./page.js";

const MOST_TURNS = 4;

/**
 * context: {current() -> {lookup, bundle, view}, take(bundle), reload()}. -> {refresh(), isEmpty(), clear()}: refresh after
 * the case was loaded anew.
 */
export function openReply({ current, take, reload }) {
  const composer = openComposer(byId("reply-composer"));
  const writing = openSender();
  const rating = openSender();
  let score = null;
  let accepted = null; // the newest key that the worker has been warned of

  pressed(byId("reply-send"), async () => {
    const key = composer.unready();
    say(byId("reply-wrong"), key && t(key));
    if (key) return;
    const { replyTo } = current().view;
    accepted = replyTo && replyTo.publicKey;
    composer.freeze(true);
    try {
      const body = (attachments) => ({ text: composer.text(), attachments });
      await writing.send({ kind: "message", body, items: composer.items() }, (sentence) => tell(byId("reply-status"), sentence));
      composer.clear();
      tell(byId("reply-status"), t("sent"));
    } catch (error) {
      tell(byId("reply-status"));
      say(byId("reply-wrong"), error.code === "reply_key_new" ? t("reply-notice-officer_new") : sentenceOf(error));
    }
    composer.freeze(writing.isUncertain());
    byId("reply-send").textContent = writing.isUncertain() ? t("try-again") : sendText;
  });
  const sendText = byId("reply-send").textContent;

  for (const face of all("[data-score]")) {
    face.addEventListener("click", () => {
      if (rating.isUncertain()) return;
      score = Number(face.dataset.score);
      facesMark(score);
      show(byId("rate-more"));
    });
  }
  pressed(byId("rate-send"), async () => {
    say(byId("rate-wrong"), "");
    try {
      const body = () => ({ score, text: byId("rate-text").value.trim(), attachments: [] });
      await rating.send({ kind: "rating", body, items: [], rating: score }, (sentence) => tell(byId("rate-status"), sentence));
      byId("rate-text").value = "";
      show(byId("rate-more"), false);
      tell(byId("rate-status"), t("thanks"));
    } catch (error) {
      tell(byId("rate-status"));
      say(byId("rate-wrong"), sentenceOf(error));
    }
  });

  const facesMark = (marked) => {
    for (const face of all("[data-score]")) face.setAttribute("aria-pressed", String(Number(face.dataset.score) === marked));
  };

  /** Sends one message until it is in the case; remembers it, so that the same is sent again after a broken network. */
  function openSender() {
    let sealed = null; // {id, number, epoch, kind, sealed, attachments}
    let rated = null;
    let uncertain = false;

    async function post() {
      try {
        await take(await api.post("/api/cases/messages/", { lookup: current().lookup, message: sealed, rating: rated }));
        uncertain = false;
      } catch (error) {
        const isSilent = [0, 502, 504].includes(error.status);
        uncertain = isSilent || (uncertain && error.status >= 500);
        throw uncertain ? new ApiError({ status: error.status, code: "uncertain" }) : error;
      }
    }

    /** Someone else was quicker, or it had arrived before: the case tells. */
    async function isThere() {
      await reload();
      return current().bundle.case.messages.some((message) => message.id === sealed.id);
    }

    async function send({ kind, body, items, rating: score = null }, say) {
      if (!uncertain) sealed = null;
      for (let turn = 1; ; turn++) {
        const { view } = current();
        if (!sealed) {
          const onItem = (index) => say(t("status-uploading", { number: index + 1, count: items.length }));
          const put = (id, bytes) => api.put(`/api/attachments/${id}/`, bytes);
          const entries = await attachmentsSend({ items, caseId: view.id, vault, put, onItem });
          say(t("status-locking"));
          if (isUnknownKey(view)) throw new ApiError({ status: 409, code: "reply_key_new" });
          const made = await vault.call("caseSeal", { case: view.id, kind, body: body(entries) });
          const { id, number, epoch, sealed: bytes } = made;
          sealed = { id, number, epoch, kind, sealed: bytes, attachments: entries.map((entry) => entry.id) };
          rated = score;
        }
        say(t("status-sending"));
        try {
          await post();
          return;
        } catch (error) {
          if (!["out_of_date", "attachment_missing", "case_closed"].includes(error.code)) throw error;
          if (error.code === "attachment_missing") attachmentsUnsent(items);
          else {
            say(t("sending-again"));
            if (await isThere()) return;
            if (error.code === "case_closed") throw error;
          }
          if (turn >= MOST_TURNS) throw error;
          sealed = null;
        }
      }
    }

    return { send, isUncertain: () => uncertain };
  }

  /** The key was changed, by somebody new to the worker, since they pressed "send". A rating says little: it goes through. */
  function isUnknownKey({ replyTo }) {
    return Boolean(accepted && replyTo && replyTo.notice && replyTo.publicKey !== accepted);
  }

  return {
    refresh() {
      const { bundle, view } = current();
      const { state, answered_on: answeredOn, rating: given } = bundle.case;
      const isSafe = !view.problems.includes("case_keys_swapped") && !view.problems.includes("epoch_forged");
      show(byId("reply"), state !== "closed" && isSafe && Boolean(view.replyTo));
      say(byId("reply-notice"), view.replyTo && view.replyTo.notice ? t(`reply-notice-${view.replyTo.notice}`) : "");
      show(byId("rate"), Boolean(answeredOn) && isSafe);
      say(byId("rated"), given ? t("rated-now", { face: faceText(given) }) : "");
      if (given) facesMark(given);
    },
    isEmpty: () => composer.isEmpty() && !byId("rate-text").value.trim(),
    clear() {
      composer.clear();
      byId("rate-text").value = "";
      for (const id of ["reply-status", "rate-status"]) tell(byId(id));
      for (const id of ["reply-wrong", "rate-wrong"]) say(byId(id), "");
    },
  };
}
