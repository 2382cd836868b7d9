/** Officers: keys from a seed, the two wraps of the seed, recovery codes, fingerprints, proofs. */
import sodium from "libsodium-wrappers-sumo";
import {
  boxOpen,
  boxSeal,
  concat,
  equal,
  fromBase64,
  hash,
  random,
  subkey,
  toBase64,
  utf8,
  uuidWritten,
  wrapSeal,
} from "./bytes.js";
import { Failure } from "./errors.js";

const OPS = 3;
const MEMORY = 134217728;
const LEAST_OPS = 3;
const MOST_OPS = 10;
const MOST_MEMORY = 1073741824;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base32
const DIGITS = 18;

/** The least memory in bytes that a secret is turned into a key with: a server that asks for less wants to guess cheaply. */
export const LEAST_MEMORY = { receipt: 33554432, passphrase: 67108864 };

/**
 * Argon2id13 -> 32 bytes; fails with `parameters_refused` below three passes or `least` bytes, above 10 passes or 1 GiB.
 * salt: bytes.
 */
export function argon(secret, { salt, ops, mem }, least) {
  const isFair = ops >= LEAST_OPS && ops <= MOST_OPS && mem >= least && mem <= MOST_MEMORY;
  if (!isFair) throw new Failure("parameters_refused");
  return sodium.crypto_pwhash(32, utf8(secret), salt, ops, mem, sodium.crypto_pwhash_ALG_ARGON2ID13);
}

/** Seed -> {id, seed, box: {publicKey, privateKey}, sign: {publicKey, privateKey}}. */
export function officerKeys(seed) {
  const boxSeed = subkey(seed, "wesupport.officer.box.v1");
  const signSeed = subkey(seed, "wesupport.officer.sign.v1");
  const box = sodium.crypto_box_seed_keypair(boxSeed);
  const sign = sodium.crypto_sign_seed_keypair(signSeed);
  wipe(boxSeed, signSeed);
  return { id: officerId(sign.publicKey, box.publicKey), seed, box, sign };
}

/** The id that belongs to an officer's two public keys (bytes). */
export function officerId(signKey, boxKey) {
  return uuidWritten(hash(16, concat(utf8("wesupport.officer.id.v1"), signKey, boxKey)));
}

/** A secret (bytes) sealed to an officer {id, box_key} -> base64; fails with `officer_key_bad` {officer: id}. */
export function wrapFor({ id, box_key: boxKey }, secret) {
  try {
    return wrapSeal(secret, fromBase64(boxKey));
  } catch (error) {
    throw new Failure("officer_key_bad", { officer: id });
  }
}

/** Overwrites byte arrays with zeros. */
export function wipe(...secrets) {
  for (const secret of secrets) if (secret) sodium.memzero(secret);
}

/** Seed and canonical passphrase -> passphrase wrap {v, salt, ops, mem, sealed}. */
export function passphraseWrap(seed, canonical) {
  const salt = random(sodium.crypto_pwhash_SALTBYTES);
  const key = argon(canonical, { salt, ops: OPS, mem: MEMORY }, LEAST_MEMORY.passphrase);
  const sealed = boxSeal(seed, key);
  wipe(key);
  return { v: 1, salt: toBase64(salt), ops: OPS, mem: MEMORY, sealed: toBase64(sealed) };
}

/** The reverse; fails with `wrong_passphrase`. */
export function passphraseUnwrap(wrap, canonical) {
  if (wrap.v !== 1) throw new Failure("parameters_refused");
  const { ops, mem } = wrap;
  const key = argon(canonical, { salt: fromBase64(wrap.salt), ops, mem }, LEAST_MEMORY.passphrase);
  const seed = boxOpen(fromBase64(wrap.sealed), key);
  wipe(key);
  if (!seed) throw new Failure("wrong_passphrase");
  return seed;
}

/** Seed -> {code: 28 characters in groups of four, wrap: base64}. */
export function recoveryWrap(seed) {
  const code = random(16);
  const key = subkey(code, "wesupport.officer.recovery.v1");
  const made = { code: recoveryWritten(code), wrap: toBase64(boxSeal(seed, key)) };
  wipe(code, key);
  return made;
}

/** The reverse, with the code as typed; fails with `wrong_recovery_code`. */
export function recoveryUnwrap(wrap, typed) {
  const code = recoveryRead(typed);
  const key = subkey(code, "wesupport.officer.recovery.v1");
  const seed = boxOpen(fromBase64(wrap), key);
  wipe(code, key);
  if (!seed) throw new Failure("wrong_recovery_code", { reason: "other" });
  return seed;
}

function base32(bytes, characters) {
  let written = "";
  let bits = 0;
  let held = 0;
  for (const byte of [...bytes, 0]) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && written.length < characters) {
      bits -= 5;
      written += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return written;
}

/** 16 bytes -> 26 characters of code and two of check, in groups of four. */
export function recoveryWritten(code) {
  const characters = base32(code, 26) + base32(hash(32, code).subarray(0, 2), 2);
  return characters.match(/.{4}/g).join("-");
}

/** A typed recovery code -> its 16 bytes; fails with `wrong_recovery_code` {reason: "length" | "check"}. */
export function recoveryRead(typed) {
  const characters = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  if (characters.length !== 28) throw new Failure("wrong_recovery_code", { reason: "length" });
  const code = new Uint8Array(16);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of characters.slice(0, 26)) {
    held = (held << 5) | ALPHABET.indexOf(character);
    bits += 5;
    if (bits >= 8 && at < 16) {
      bits -= 8;
      code[at++] = (held >> bits) & 255;
    }
    held &= (1 << bits) - 1;
  }
  if (recoveryWritten(code).replace(/-/g, "") !== characters)
    throw new Failure("wrong_recovery_code", { reason: "check" });
  return code;
}

/** An officer's two public keys -> 18 digits of their fingerprint. */
export function fingerprintDigits(signKey, boxKey) {
  const digest = hash(32, concat(utf8("wesupport.officer.fingerprint.v1"), signKey, boxKey));
  let [high, middle, low] = [0, 0, 0]; // millions: the number modulo 10^18, as BigInt is too new for some phones
  for (const byte of digest.subarray(0, 16)) {
    low = low * 256 + byte;
    middle = middle * 256 + Math.floor(low / 1e6);
    high = (high * 256 + Math.floor(middle / 1e6)) % 1e6;
    low %= 1e6;
    middle %= 1e6;
  }
  return [high, middle, low].map((part) => String(part).padStart(DIGITS / 3, "0")).join("");
}

/** Signature in base64 over purpose and payload (bytes), by the officer's sign key. */
export function proof(keys, purpose, payload) {
  const zero = new Uint8Array(1);
  const signed = concat(utf8("wesupport.proof.v1"), zero, utf8(purpose), zero, hash(32, payload));
  return toBase64(sodium.crypto_sign_detached(signed, keys.sign.privateKey));
}

/** Whether a record's id and public keys are those of these keys. */
export function keysMatch(keys, { id, box_key: boxKey, sign_key: signKey }) {
  const areSame = equal(keys.box.publicKey, fromBase64(boxKey)) && equal(keys.sign.publicKey, fromBase64(signKey));
  return areSame && keys.id === id;
}
