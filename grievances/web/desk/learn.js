/**
 * The four steps in which somebody takes over new secrets: six words to write down, the words again, the recovery code to print,
 * the code again. Nothing is stored before the last one is done.
 */
import { element, fill } from "../shared/dom.js";
import { sentenceOf } from "./errors.js";
import { actions, button, card, errorShow, form, heading, note, paragraphs, points, secretField, waiting, wordBoxes } from "./parts.js";
import { config, session, vaultCall } from "./session.js";
import { labelled, t } from "./words.js";

/** Six new words -> {words, pinyins, canonical}. */
export async function passphraseNew() {
  const { words } = await vaultCall("passphraseNew");
  const { canonical } = await vaultCall("passphraseRead", { text: words.join(" ") });
  return { words, canonical, pinyins: canonical.split(" ") };
}

/**
 * Leads through the steps. root: to draw in. passphrase: of `passphraseNew`. make() -> {recoveryCode, fingerprint: six words}:
 * called after the words were typed again. commit(): stores it all. name: whose code it is. first: the number of the first
 * step, of: how many there are.
 */
export function learn(root, { passphrase, make, commit, name, first = 1, of = 4, doneText }) {
  const step = (number) => element("p", { class: "step" }, t("Step %(number)s of %(of)s", { number: first + number, of }));
  let made = null;

  function wordsStep() {
    fill(
      root,
      card(
        step(0),
        heading(t("Your passphrase: write these six words down")),
        wordBoxes(passphrase.words, passphrase.pinyins),
        points(
          t("These six words unlock your keys, on every computer. They are not the password you sign in with."),
          t("Write them on paper and keep the paper where nobody else gets at it. Do not photograph them, send them or save them."),
          t("Characters or pinyin are both right, without tones. The words were drawn at random: nobody knows them but you."),
        ),
        actions(button(t("I have written them down"), async () => againStep(), { kind: "main" })),
      ),
    );
    focusHeading(root);
  }

  function againStep(problem = "") {
    const typed = secretField(t("The six words"), t("In characters or in pinyin, with or without spaces."), { hidden: false });
    const act = async () => {
      const { canonical } = await vaultCall("passphraseRead", { text: typed.control.value });
      if (canonical !== passphrase.canonical) {
        errorShow(asking.querySelector("button"), t("These are not the six words from before. Look at the paper, or go back."));
        return;
      }
      if (!made) {
        fill(root, card(step(1), heading(t("Your keys are being made")), waiting(t("This takes a few seconds."))));
        try {
          made = await make();
        } catch (error) {
          againStep(sentenceOf(error));
          return;
        }
      }
      codeStep();
    };
    const asking = form([typed.node], t("Next step"), act, {
      busy: t("Checking …"),
      others: [button(t("Back to the words"), async () => wordsStep())],
    });
    fill(
      root,
      card(
        step(1),
        heading(t("Type the six words again")),
        ...paragraphs(t("So that no slip on the paper locks you out later.")),
        asking,
      ),
    );
    if (problem) errorShow(asking.querySelector("button"), problem);
    typed.control.focus();
  }

  function codeStep() {
    fill(
      root,
      element(
        "div",
        {},
        card(
          element("div", { class: "no-print" }, step(2), heading(t("Your recovery code: print it"))),
          recoverySheet({ code: made.recoveryCode, fingerprint: made.fingerprint, name }),
          element(
            "div",
            { class: "no-print" },
            points(
              t("If you forget the passphrase, this code opens your keys, and only this code. Nobody can make another one for you."),
              t("Print it, or copy it onto paper. Keep it apart from the passphrase: in a safe, say, or in a sealed envelope."),
              t("Whoever has this paper and can sign in as you reads what you can read."),
            ),
            actions(
              button(t("Print"), async () => window.print(), { kind: "main" }),
              button(t("It is on paper: go on"), async () => proveStep()),
            ),
          ),
        ),
      ),
    );
    focusHeading(root);
  }

  function proveStep() {
    const typed = secretField(t("Recovery code"), t("28 letters and digits. Small letters and missing dashes do not matter."), {
      hidden: false,
    });
    fill(
      root,
      card(
        step(3),
        heading(t("Type the recovery code from the paper")),
        ...paragraphs(t("This proves that the paper is readable and complete.")),
        form(
          [typed.node],
          doneText,
          async () => {
            await vaultCall("recoveryCheck", { code: typed.control.value });
            await commit();
          },
          { busy: t("Storing …"), others: [button(t("Back to the code"), async () => codeStep())] },
        ),
      ),
    );
    typed.control.focus();
  }

  wordsStep();
}

function recoverySheet({ code, fingerprint, name }) {
  return element(
    "div",
    { class: "sheet" },
    element("p", { class: "sheet-title" }, t("Recovery code of the officers' desk, %(place)s", { place: config.place_name })),
    element("p", { class: "code" }, code),
    element("p", {}, labelled(t("For the keys of"), name)),
    element("p", { lang: "zh-CN" }, labelled(t("Words of the keys"), fingerprint.join(" "))),
    element("p", {}, labelled(t("Made on"), session.state.today)),
    element(
      "p",
      {},
      t("What it is for: choose “Forgot the passphrase” on the page where cases are unlocked. It is good until a newer one is made."),
    ),
    note("warn", t("Keep it locked away, apart from the passphrase.")),
  );
}

/** Puts the focus on the new step's heading, so that it is read out. */
export function focusHeading(root) {
  const title = root.querySelector("h1");
  if (title) title.focus();
}
