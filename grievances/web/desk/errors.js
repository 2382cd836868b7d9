/** A sentence for whatever went wrong: the server's own where it has one. */
import { listed, t } from "./words.js";

const VAULT = {
  wrong_passphrase: () => t("These six words are in the list, but they are not your passphrase. Check each one."),
  too_few_words: ({ count, needed }) => t("These are %(count)s words. The passphrase has %(needed)s.", { count, needed }),
  too_many_words: ({ count, needed }) => t("These are %(count)s words. The passphrase has %(needed)s.", { count, needed }),
  unknown_word: ({ position, text }) =>
    t("Word %(position)s is not in the list: “%(text)s”. Look for a slip there.", { position, text }),
  wrong_recovery_code: ({ reason }) =>
    reason === "length"
      ? t("A recovery code has 28 letters and digits. Some are missing or too many.")
      : reason === "check"
        ? t("A letter or digit of the code has slipped. Compare it with the paper.")
        : t("This is a recovery code, but not the newest one of your keys."),
  officer_keys_swapped: () =>
    t("The public keys stored for you are not those of your own keys. Somebody has changed them. Stop here and tell CCR CSR."),
  parameters_refused: () => t("Your stored keys were tampered with and are not opened. Stop here and tell CCR CSR."),
  words_not_loaded: () => t("The list of words could not be loaded. Check the connection and try again."),
  vault_not_loaded: () => t("The part of this page that opens cases could not be loaded. Check the connection and try again."),
  no_webassembly: () => t("This browser cannot open cases. Use a newer one, such as Edge, Chrome or Firefox."),
  locked: () => t("The keys are locked. Unlock them, then try again."),
  case_keys_swapped: () => t("The keys of this case are not its own. Nothing is sealed with them. Tell CCR CSR."),
  epoch_forged: () => t("A key of this case was put in by somebody who may not. Nothing is sealed with it. Tell CCR CSR."),
  epoch_unconfirmed: () => t("A key of this case was made by somebody whose words were not compared in this browser yet. Nothing is sealed with it."),
  officer_key_bad: () => t("A public key is damaged or made to be opened by others. Nothing is sealed to it. Tell CCR CSR."),
  attachment_damaged: () => t("This file was damaged or changed on its way. It is not shown."),
  bad_message: () => t("This text is too long or empty."),
  unopened: () => t("Your keys do not open this."),
};

const API = {
  offline: () => t("No connection. What you typed is still here: try again."),
  not_authenticated: () => t("You have been signed out. Open the sign-in page in another tab, sign in, then try again here."),
  throttled: () => t("Too many requests at once. Wait a minute, then try again."),
};

const TRUST = {
  officers_changed: ({ names }) =>
    t("Nothing was sent: the keys of %(names)s are others than those confirmed in this browser. Tell CCR CSR.", { names: listed(names) }),
  officers_unconfirmed: ({ names }) =>
    t("Nothing was sent: the words of %(names)s were not compared in this browser yet.", { names: listed(names) }),
};

/** Where an error can be cleared up: {href, text}, or null. */
export const wayOutOf = ({ name, code }) =>
  name === "TrustError" || code === "epoch_unconfirmed" ? { href: "#/compare", text: t("Compare now") } : null;

/** An ApiError, VaultError or TrustError -> a sentence for people. */
export function sentenceOf(error) {
  if (error.name === "TrustError") return TRUST[error.code](error.detail);
  if (error.name === "VaultError" && VAULT[error.code]) return VAULT[error.code](error.detail);
  if (error.name === "ApiError") {
    if (API[error.code]) return API[error.code]();
    if (error.title) return error.title;
  }
  console.error(error);
  return t("Something went wrong (%(code)s). Load the page again; if it stays, tell CCR CSR.", {
    code: error.code || error.name,
  });
}

/** What is wrong with a message or a case: code of docs/vault-protocol.md -> sentence. */
export const problemSentence = (code) =>
  ({
    case_keys_swapped: t("The keys of this case were swapped. Do not trust anything in it and do not answer. Tell CCR CSR."),
    epoch_forged: t("A key of this case was put in by somebody who may not. What is sealed with it is not to be trusted."),
    gap: t("Before this message at least one is missing: it was deleted or held back."),
    unopened: t("This message does not open: it was damaged or swapped, or is not for your keys."),
    moved: t("This message was written for another place, another case or another position. It was put here by somebody else."),
    out_of_order: t("This message does not follow the one before: something was reordered, repeated or exchanged."),
    forged: t("The signature is wrong: this was not written by the one it claims."),
    tail_missing: t("The writer had seen more messages than there are here: some were deleted at the end."),
    category_changed: t("The category on the list is not the one the worker chose. Somebody has changed it."),
    officer_keys_changed: t("Written with other keys than the worker was given or than you have confirmed. Compare the words of the keys."),
    officer_new: t("Written by somebody whom the worker did not choose and whose words were not compared in this browser."),
    epoch_unconfirmed: t("A key of this case was made by somebody whose words were not compared in this browser yet. Nothing is sealed with it."),
  })[code] || t("Something is wrong with this part (%(code)s).", { code });
