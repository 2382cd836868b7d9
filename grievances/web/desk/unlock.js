/** Unlocking for this session; the recovery code; what to do when both are lost. */
import { element, fill } from "../shared/dom.js";
import { learn, passphraseNew } from "./learn.js";
import { button, card, form, heading, note, paragraphs, points, say, secretField } from "./parts.js";
import { api, colleagues, me, session, stateTake, vaultCall } from "./session.js";
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
      alone && note("warn", t("You are the only officer. Workers can write when a second one has joined.")),
      form(
        [typed.node],
        t("Unlock"),
        async () => {
          await vaultCall("officerUnlock", { officer: me(), passphrase: typed.control.value });
          typed.control.value = "";
          await context.onUnlocked();
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
  const made = await vaultCall("officerRecover", { officer: me(), code, passphrase: passphrase.canonical });
  const { words } = await fingerprintOf(me());
  learn(root, {
    passphrase,
    name: me().name,
    doneText: t("Store and unlock"),
    make: async () => ({ recoveryCode: made.recoveryCode, fingerprint: words }),
    commit: async () => {
      session.state = await seedSend(made);
      await context.onUnlocked();
      say(t("New passphrase and recovery code are stored. The old ones open nothing any more: destroy the old paper."));
    },
  });
}

/** Stores new wraps of my seed. -> the new state */
export const seedSend = ({ passphraseWrap, recoveryWrap, proof }) =>
  api.post("officers/seed/", { seed: { passphrase_wrap: passphraseWrap, recovery_wrap: recoveryWrap }, proof });

function lostStep(root, context) {
  const others = colleagues().filter(({ id }) => id !== me().id);
  const sure = element("input", { type: "checkbox" });
  fill(
    root,
    card(
      heading(t("Passphrase and recovery code are both lost")),
      ...paragraphs(t("Then your keys cannot be opened any more, by nobody. What you can do:")),
      points(
        t("You give your keys up. That cannot be undone."),
        t("You make new keys, with a new passphrase and a new recovery code."),
        others.length
          ? t("%(names)s lets you in again and hands the cases over, as for a new officer.", { names: listed(others.map(({ name }) => name)) })
          : t("Nobody else here holds the cases: what was sent to you alone stays unreadable for ever. Workers can send it again."),
      ),
      others.length ? null : note("bad", t("You are the only officer. Look for the paper once more before you go on.")),
      form(
        [element("label", { class: "tick" }, sure, element("span", {}, t("I have understood: my present keys are gone for good.")))],
        t("Give my keys up"),
        async () => {
          if (!sure.checked) {
            sure.focus();
            return;
          }
          const state = await api.post(`officers/${me().id}/leave/`);
          stateTake(state);
        },
        { kind: "danger", others: [button(t("Back"), async () => context.again())] },
      ),
    ),
  );
}
