/** Unlocking for this session; the recovery code; what to do when both are lost. */
import { element, fill } from "../shared/dom.js";
import { learn, passphraseNew } from "./learn.js";
import { actions, button, card, form, heading, note, paragraphs, points, say, secretField } from "./parts.js";
import { api, colleagues, toOpen, me, session, stateKeep, stateLoad, vaultCall } from "./session.js";
import { fingerprintOf } from "./trust.js";
import { listed, t } from "./words.js";

/** The screen that asks for the passphrase. */
export function unlockScreen(root, context) {
  const typed = secretField(
    t("Your passphrase of six words"),
    t("In characters or in pinyin, with or without spaces. It is not the password you signed in with."),
  );
  const alone = colleagues().length < session.state.least_officers;
  fill(
    root,
    card(
      heading(t("Unlock")),
      ...paragraphs(t("Cases are opened in this browser only. When you leave or reload this page, or after 15 minutes without input, it locks again.")),
      alone && note("warn", t("You are the only officer. Workers can write when a second one has joined."), " ", toOpen()),
      form(
        [typed.node],
        t("Unlock"),
        async () => {
          const record = me();
          await vaultCall("officerUnlock", { officer: record, passphrase: typed.control.value });
          typed.control.value = "";
          await context.onUnlocked(record);
        },
        { busy: t("Unlocking, a few seconds …") },
      ),
      element(
        "p",
        { class: "links" },
        button(t("Forgot the passphrase"), async () => recoverStep(root, context), { kind: "link" }),
        button(t("Passphrase and recovery code are both lost"), async () => lostStep(root, context), { kind: "link" }),
      ),
    ),
  );
  typed.control.focus();
}

function recoverStep(root, context) {
  context.watch();
  const typed = secretField(t("Recovery code"), t("28 letters and digits. Small letters and missing dashes do not matter."), {
    hidden: false,
  });
  fill(
    root,
    card(
      heading(t("Unlock with the recovery code")),
      element("h2", {}, t("What will happen")),
      points(
        t("The code from your paper opens your keys."),
        t("You get a new passphrase and a new recovery code. The old ones then open nothing any more: destroy the old paper."),
        t("Your cases stay as they are, and so do the words of your keys."),
      ),
      form([typed.node], t("Next step"), () => recover(typed.control.value, root, context), {
        busy: t("Checking …"),
        others: [button(t("Back"), async () => context.again())],
      }),
    ),
  );
  typed.control.focus();
}

async function recover(code, root, context) {
  const passphrase = await passphraseNew();
  const record = me();
  const made = await vaultCall("officerRecover", { officer: record, code, passphrase: passphrase.canonical });
  const { words } = await fingerprintOf(record);
  learn(root, {
    passphrase,
    name: record.name,
    doneText: t("Store and unlock"),
    make: async () => ({ recoveryCode: made.recoveryCode, fingerprint: words }),
    commit: async () => {
      stateKeep(await seedSend(made));
      await context.onUnlocked(record);
      say(t("New passphrase and recovery code are stored. The old ones open nothing any more: destroy the old paper."));
    },
  });
}

/** Stores new wraps of my seed. -> the new state */
export const seedSend = ({ passphraseWrap, recoveryWrap, proof }) =>
  api.post("officers/seed/", { seed: { passphrase_wrap: passphraseWrap, recovery_wrap: recoveryWrap }, proof });

function lostStep(root, context) {
  const others = colleagues().filter(({ id }) => id !== me().id);
  const names = listed(others.map(({ name }) => name));
  fill(
    root,
    card(
      heading(t("Passphrase and recovery code are both lost")),
      ...paragraphs(t("Then your keys cannot be opened any more, by nobody. What you can do:")),
      points(
        others.length
          ? t("Ask %(names)s, face to face or on the telephone: they unlock, open “Officers” and end your enrolment there. That cannot be undone.", { names })
          : t("Ask CCR CSR: they can end your enrolment on the server (%(command)s). That opens nothing and cannot be undone.", { command: "manage.py officers_end" }),
        t("Then come back to this page and make new keys, with a new passphrase and a new recovery code."),
        others.length
          ? t("%(names)s lets you in again and hands the cases over, as for a new officer.", { names })
          : t("Nobody else here holds the cases: what was sent to you alone stays unreadable for ever. Workers can send it again."),
      ),
      others.length ? null : note("bad", t("You are the only officer. Look for the paper once more before you go on.")),
      actions(
        button(t("My enrolment was ended: go on"), async () => {
          await stateLoad();
          if (me() && me().state === "active") say(t("Your enrolment has not been ended yet."), "warn");
        }),
        button(t("Back"), async () => context.again()),
      ),
    ),
  );
}
