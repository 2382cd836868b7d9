/** The puzzles of a flood: for each of 16 a number whose hash begins with 15 zero bits. */
import sodium from "libsodium-wrappers-sumo";
import { concat, utf8 } from "./bytes.js";

const PUZZLES = 16;

/** Challenge (text of the server) -> 16 numbers as decimal text. */
export function workSolve(challenge) {
  // The wrapper copies and frees at every call; half a million calls go straight to the function.
  const { libsodium } = sodium;
  const start = concat(utf8(challenge), new Uint8Array(9));
  const message = libsodium._malloc(start.length);
  const output = libsodium._malloc(32);
  libsodium.HEAPU8.set(start, message);
  const puzzleAt = message + start.length - 9;
  const numbers = [];
  for (let puzzle = 0; puzzle < PUZZLES; puzzle++) {
    libsodium.HEAPU8[puzzleAt] = puzzle;
    for (let number = 0; ; number++) {
      libsodium.HEAPU8[puzzleAt + 5] = number >>> 24;
      libsodium.HEAPU8[puzzleAt + 6] = number >>> 16;
      libsodium.HEAPU8[puzzleAt + 7] = number >>> 8;
      libsodium.HEAPU8[puzzleAt + 8] = number;
      libsodium._crypto_generichash(output, 32, message, start.length, 0, 0, 0);
      if (libsodium.HEAPU8[output] === 0 && libsodium.HEAPU8[output + 1] < 2) {
        numbers.push(String(number));
        break;
      }
    }
  }
  libsodium._free(message);
  libsodium._free(output);
  return numbers;
}
