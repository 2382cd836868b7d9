/** The word list, fetched when a word is first needed. */
import { Failure } from "./errors.js";
import { session } from "./session.js";
import { WordList } from "./words.js";

let fetched = null;

/** -> the WordList; fails with `words_not_loaded`, and the next call tries again. */
export async function wordList() {
  fetched = fetched || (await load());
  return fetched;
}

async function load() {
  let lines;
  try {
    const answer = await fetch(session.wordsUrl, { credentials: "omit" });
    if (!answer.ok) throw new Failure("words_not_loaded");
    lines = await answer.text();
  } catch (error) {
    throw new Failure("words_not_loaded");
  }
  return new WordList(lines);
}
