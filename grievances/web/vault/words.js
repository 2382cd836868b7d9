/**
 * The list of 1,000 words, and text typed by people -> numbers.
 *
 * A word may be typed in characters or in pinyin, with or without tones and spaces, in full-width letters.
 */
import sodium from "libsodium-wrappers-sumo";
import { Failure } from "./errors.js";

const LIST_SIZE = 1000;

/** Typed text -> small letters and digits only: no tones, `v` for `ü`, no spaces. */
export function normalise(typed) {
  return typed
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/u[\u0300-\u036f]*\u0308[\u0300-\u036f]*/g, "v")
    .replace(/\p{M}/gu, "")
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** The word list, once it is here. */
export class WordList {
  /** lines: the text of words.txt, a line each: `word pinyin`. */
  constructor(lines) {
    this.words = [];
    this.pinyins = [];
    this.index = new Map();
    this.longest = 0;
    for (const line of lines.split("\n")) {
      if (!line.trim()) continue;
      const [word, pinyin] = line.trim().split(" ");
      for (const written of [word, pinyin]) {
        this.index.set(written, this.words.length);
        this.longest = Math.max(this.longest, written.length);
      }
      this.words.push(word);
      this.pinyins.push(pinyin);
    }
    if (this.words.length !== LIST_SIZE) throw new Failure("words_not_loaded");
  }

  /** Numbers 0..999 -> words. */
  written(numbers) {
    return numbers.map((number) => this.words[number]);
  }

  /** Numbers 0..999 -> the canonical form: pinyins joined by single spaces. */
  canonical(numbers) {
    return numbers.map((number) => this.pinyins[number]).join(" ");
  }

  /** How many words -> as many random numbers 0..999. */
  random(count) {
    return Array.from({ length: count }, () => sodium.randombytes_uniform(LIST_SIZE));
  }

  /**
   * Typed text -> numbers of its words.
   *
   * Fails with `unknown_word` {position (from 1), text: what is no word}, `too_few_words` {count, needed} or
   * `too_many_words` {count, needed}.
   */
  read(typed, needed) {
    const pieces = typed.split(/\s+/).map(normalise);
    const whole = pieces.join("");
    const numbers = [];
    let at = 0;
    while (at < whole.length) {
      let size = Math.min(this.longest, whole.length - at);
      while (size > 0 && !this.index.has(whole.substr(at, size))) size--;
      if (size === 0) throw new Failure("unknown_word", { position: numbers.length + 1, text: rest(pieces, at) });
      numbers.push(this.index.get(whole.substr(at, size)));
      at += size;
    }
    if (numbers.length !== needed) {
      const code = numbers.length < needed ? "too_few_words" : "too_many_words";
      throw new Failure(code, { count: numbers.length, needed });
    }
    return numbers;
  }
}

/** The piece, from this place of all pieces joined on, so that the page can quote it. */
function rest(pieces, at) {
  for (const piece of pieces) {
    if (at < piece.length) return piece.slice(at, at + 20);
    at -= piece.length;
  }
  return "";
}

/** Digits in groups of three from the left -> numbers of words. */
export function numbersOfDigits(digits) {
  const padded = digits.padEnd(Math.ceil(digits.length / 3) * 3, "0");
  return padded.match(/.{3}/g).map(Number);
}

/** Numbers of words -> digits, three for each. */
export const digitsOfNumbers = (numbers) => numbers.map((number) => String(number).padStart(3, "0")).join("");
