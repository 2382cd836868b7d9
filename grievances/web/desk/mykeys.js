/** My own keys: the words others compare, new secrets, giving the keys up. */
import { element, fill } from "../shared/dom.js";
import { cases } from "./cases.js";
import { learn, passphraseNew } from "./learn.js";
import { leaveDialog } from "./leaving.js";
import { actions, button, card, facts, heading, paragraphs, points, say, wordBoxes } from "./parts.js";
import { me, stateTake, vaultCall } from "./session.js";
import { fingerprintOf } from "./trust.js";
import { seedSend } from "./unlock.js";
import { t } from "./words.js";

/** The screen of my keys. */
export function keysScreen(root, context) {
  const words = element("div", {});
  const held = [...cases.values()].filter(({ view }) => view.readable).length;
  fill(
    root,
    card(
      heading(t("My keys")),
      facts([
        [t("Your name"), me().name],
        [t("Since"), me().enrolled_on],
        [t("Cases I can read"), String(held)],
      ]),
      element("h2", {}, t("The words of my keys")),
      ...paragraphs(t("Not secret. They stand on the poster and on the other officers' screens; if they differ there, somebody has exchanged keys.")),
      words,
    ),
    card(
      element("h2", {}, t("New passphrase and recovery code")),
      points(
        t("Do this when somebody may have seen the passphrase or the recovery code but cannot have copied your keys."),
        t("You get six new words and a new code, write, print and type them. The old ones open nothing any more."),
        t("Cases and the words of your keys stay as they are."),
        t("If your keys themselves may be in other hands, give them up below and make new ones."),
      ),
      actions(button(t("Make new ones"), () => renew(root, context))),
    ),
    card(
      element("h2", {}, t("Give my keys up")),
      ...paragraphs(t("When you stop being an officer, or make new keys because these may be in other hands.")),
      actions(button(t("Give my keys up …"), async () => leaveDialog(me(), context), { kind: "danger" })),
    ),
  );
  fingerprintOf(me()).then((made) => fill(words, wordBoxes(made.words)));
}

async function renew(root, context) {
  const passphrase = await passphraseNew();
  const { words } = await fingerprintOf(me());
  let made = null;
  learn(root, {
    passphrase,
    name: me().name,
    doneText: t("Store"),
    make: async () => {
      made = await vaultCall("passphraseChange", { passphrase: passphrase.canonical });
      return { recoveryCode: made.recoveryCode, fingerprint: words };
    },
    commit: async () => {
      stateTake(await seedSend(made));
      context.again();
      say(t("New passphrase and recovery code are stored. The old ones open nothing any more: destroy the old paper."));
    },
  });
}
