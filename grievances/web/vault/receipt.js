/** The worker's receipt: 19 random digits and a Luhn check digit, and the keys that come from it. */
import sodium from "libsodium-wrappers-sumo";
import { fromBase64, subkey } from "./bytes.js";
import { Failure } from "./errors.js";
import { LEAST_MEMORY, argon, wipe } from "./keys.js";
import { digitsOfNumbers, normalise, numbersOfDigits } from "./words.js";

const WORDS = 7;

/** The check digit that belongs behind these digits. */
export function checkDigit(digits) {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const doubled = Number(digits[digits.length - 1 - at]) * (at % 2 ? 1 : 2);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/** A new receipt: 20 digits. */
export function receiptNew() {
  const digits = Array.from({ length: 19 }, () => sodium.randombytes_uniform(10)).join("");
  return digits + checkDigit(digits);
}

/** A receipt -> its seven words. */
export const receiptWords = (receipt, list) => list.written(numbersOfDigits(receipt));

/** Whether a text is one of digits, once spaces and signs are taken away. */
export const isDigits = (typed) => /^[0-9]*$/.test(normalise(typed));

/**
 * Typed digits, or words with the list of words -> 20 digits.
 *
 * Fails with `bad_receipt` {reason: "length", count} or {reason: "check"}, and as `WordList.read` does.
 */
export function receiptRead(typed, list) {
  let digits = normalise(typed);
  if (!isDigits(typed)) {
    digits = digitsOfNumbers(list.read(typed, WORDS));
    if (!digits.endsWith("0")) throw new Failure("bad_receipt", { reason: "check" });
    digits = digits.slice(0, -1);
  }
  if (digits.length !== 20) throw new Failure("bad_receipt", { reason: "length", count: digits.length });
  if (checkDigit(digits.slice(0, -1)) !== digits[19]) throw new Failure("bad_receipt", { reason: "check" });
  return digits;
}

/**
 * A receipt and the salt of a factory {salt (base64), ops, mem} -> {lookup (32 bytes), box, sign}: key pairs
 * {publicKey, privateKey}.
 */
export function workerKeys(receipt, { salt, ops, mem }) {
  const master = argon(receipt, { salt: fromBase64(salt), ops, mem }, LEAST_MEMORY.receipt);
  const lookup = subkey(master, "wesupport.receipt.lookup.v1");
  const boxSeed = subkey(master, "wesupport.receipt.box.v1");
  const signSeed = subkey(master, "wesupport.receipt.sign.v1");
  const keys = {
    lookup,
    box: sodium.crypto_box_seed_keypair(boxSeed),
    sign: sodium.crypto_sign_seed_keypair(signSeed),
  };
  wipe(master, boxSeed, signSeed);
  return keys;
}
