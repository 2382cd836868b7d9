/** Making keys of one's own, and waiting to be let in. */
import { element, fill } from "../shared/dom.js";
import { learn, passphraseNew } from "./learn.js";
import { actions, button, card, field, form, heading, note, paragraphs, points, say, wordBoxes } from "./parts.js";
import { api, colleagues, toOpen, isOmbudsman, me, session, stateKeep, stateLoad, stateTake, vaultCall } from "./session.js";
import { fingerprintOf } from "./trust.js";
import { listed, t } from "./words.js";

const ASK_AGAIN = 15000;
const STEPS = 5;

/** The screen for staff without keys. */
export function enrolScreen(root, context) {
  fill(
    root,
    card(
      heading(isOmbudsman() ? t("Become an ombudsman") : t("Become an officer")),
      ...paragraphs(
        t("Officers receive what workers write and answer it. What workers write is sealed to the officers' own keys: only who holds such keys can read it. You make yours now, in this browser."),
      ),
      element("h2", {}, t("What will happen")),
      points(
        t("You say the name that workers see."),
        t("You get a passphrase of six words and type it again."),
        t("You get a recovery code, print it and type it from the paper."),
        colleagues().length
          ? t("Then an officer lets you in: %(names)s. Until then you cannot read anything.", { names: listed(colleagues().map(({ name }) => name)) })
          : `${t("You are the first one here and active at once. Workers can write as soon as a second officer has joined.")} ${toOpen()}`,
      ),
      note(
        "warn",
        t("Nobody can reset these keys: not an administrator, not CCR CSR, not the makers of this page. Who loses passphrase and recovery code cannot read the cases any more, unless another officer hands them over."),
      ),
      ...paragraphs(t("Have pen and paper ready, and a printer if you can. It takes about five minutes. Nothing is stored before the last step.")),
      actions(button(t("Begin"), async () => nameStep(root, context), { kind: "main" })),
    ),
  );
}

function nameStep(root, context) {
  context.watch();
  const control = element("input", { type: "text", maxlength: "40", autocomplete: "off", value: session.state.user.name });
  const step = element("p", { class: "step" }, t("Step %(number)s of %(of)s", { number: 1, of: STEPS }));
  const act = async () => {
    const name = control.value.trim();
    if (!name) {
      control.focus();
      return;
    }
    const passphrase = await passphraseNew();
    let made = null;
    learn(root, {
      passphrase,
      name,
      first: 2,
      of: STEPS,
      doneText: t("Store my keys"),
      make: async () => {
        made = await vaultCall("officerNew", { passphrase: passphrase.canonical });
        const { words } = await vaultCall("fingerprint", { signKey: made.signKey, boxKey: made.boxKey });
        return { recoveryCode: made.recoveryCode, fingerprint: words };
      },
      commit: () => enrolSend(made, name, root, context),
    });
  };
  fill(
    root,
    card(
      step,
      heading(t("The name that workers see")),
      form(
        [field(t("Your name"), control, t("Your own name, or name and office. It stands beside your answers and on the poster."))],
        t("Next step"),
        act,
      ),
    ),
  );
  control.focus();
}

async function enrolSend(made, name, root, context) {
  const state = await api.post("officers/", {
    id: made.id,
    name,
    box_key: made.boxKey,
    sign_key: made.signKey,
    seed: { passphrase_wrap: made.passphraseWrap, recovery_wrap: made.recoveryWrap },
    proof: made.proof,
  });
  if (state.officer.state !== "active") {
    context.lock();
    stateTake(state);
    return;
  }
  stateKeep(state);
  await context.onUnlocked({ id: made.id, box_key: made.boxKey, sign_key: made.signKey });
  say(
    state.is_open
      ? t("Your keys are stored. You can receive cases now.")
      : `${t("Your keys are stored. Workers can write as soon as a second officer has joined.")} ${toOpen()}`,
  );
}

/** The screen of somebody who has keys and has to be let in. */
export function waitingScreen(root, context) {
  const words = element("div", {});
  const names = listed(colleagues().map(({ name }) => name));
  fill(
    root,
    card(
      heading(t("Ask to be let in")),
      ...paragraphs(
        names
          ? t("Your keys are stored. Now ask %(names)s to let you in: they open “Officers” on their own computer.", { names })
          : t("Your keys are stored. At present nobody is there to let you in."),
        t("Read these six words out to them, on the telephone or face to face. They have the same words on their screen if nobody has exchanged your keys."),
      ),
      words,
      ...paragraphs(t("This page looks by itself whether you have been let in.")),
      actions(
        button(t("Look now"), stateLoad),
        button(t("Begin again with new keys"), async () => context.go("#/officers"), { kind: "link" }),
      ),
    ),
  );
  fingerprintOf(me()).then((made) => fill(words, wordBoxes(made.words)));
  const timer = setInterval(() => stateLoad().catch(() => {}), ASK_AGAIN);
  return { leave: () => clearInterval(timer) };
}

