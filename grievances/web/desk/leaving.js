/** Ending an enrolment, one's own or a colleague's: by an active officer with unlocked keys; who still waits needs none. */
import { cases } from "./cases.js";
import { dialog, note, paragraphs, points, say } from "./parts.js";
import { api, colleagues, me, session, stateTake, vaultCall } from "./session.js";
import { t } from "./words.js";

/** Cases that nobody but this officer can open, as far as I can see. */
const aloneWith = (officer) =>
  [...cases.values()].filter(({ bundle }) => {
    const live = bundle.holders.filter(({ held }) => !held);
    return live.length === 1 && live[0].officer === officer.id;
  }).length;

/** Says what ending an enrolment means, and does it. */
export function leaveDialog(officer, context) {
  const isMe = me() && officer.id === me().id;
  const isActive = officer.state === "active";
  const left = colleagues().filter(({ id }) => id !== officer.id).length;
  const alone = isActive ? aloneWith(officer) : 0;
  const name = officer.name;
  dialog({
    title: isMe ? t("Give my keys up?") : t("End the enrolment of %(name)s?", { name }),
    children: [
      ...paragraphs(t("What will happen:")),
      isMe
        ? points(
            t("Your keys and your way to every case are deleted at once."),
            t("Open cases get new keys when another officer unlocks next. What you have read you have read."),
            t("To come back you make new keys and are let in again."),
          )
        : points(
            t("The keys of %(name)s and their way to every case are deleted at once.", { name }),
            t("Open cases get new keys when an officer unlocks next. What %(name)s has read stays read.", { name }),
            t("To come back, %(name)s makes new keys and is let in again.", { name }),
          ),
      ...paragraphs(t("This cannot be undone.")),
      alone ? note("bad", t("%(count)s cases can be opened with these keys only. They become unreadable for ever.", { count: alone })) : null,
      isActive && left < session.state.least_officers
        ? note("bad", t("Fewer than two officers remain (%(count)s). The channel closes: workers cannot write until a second one has joined.", { count: left }))
        : null,
    ].filter(Boolean),
    text: isMe ? t("Give my keys up") : t("End the enrolment"),
    kind: "danger",
    async act() {
      const { proof } = isMe && !isActive ? {} : await vaultCall("leaveProof", { officer: officer.id });
      const state = await api.post(`officers/${officer.id}/leave/`, proof ? { proof } : {});
      if (isMe) context.lock();
      stateTake(state);
      say(isMe ? t("Your keys are given up.") : t("The enrolment of %(name)s has ended.", { name }));
    },
  });
}
