/** Text, pictures and a recording, as templates/grievances/voice/_composer.html lays them out. Kept in memory only. */
import { MOST_FILES, attachmentShown, kindOf, pictureTaken } from "../shared/attachments.js";
import { all, element, show } from "../shared/dom.js";
import { say, sentenceOf, t, tell } from "./page.js";
import { MOST_SECONDS, canRecord, recordingStart } from "./recorder.js";

const SOON_FULL = 300;

/**
 * root: the composer's element. ->
 * - text(), items() ([{bytes, type, name}]), isEmpty()
 * - unready(): key of the sentence why it cannot be sent yet, or null
 * - freeze(isFrozen): nothing can be changed while it may be on its way
 * - clear()
 */
export function openComposer(root) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const [area, files, wrong] = [part("text"), part("files"), part("wrong")];
  const most = Number(area.dataset.most);
  let items = [];
  let waiting = 0; // pictures that are being made small
  let recording = null;
  let isFrozen = false;

  area.addEventListener("input", () => {
    const left = most - area.value.length;
    const key = left < 0 ? "characters-over" : "characters-left";
    tell(part("count"), left <= SOON_FULL ? t(key, { count: Math.abs(left) }) : "");
  });

  part("picture-input").addEventListener("change", async ({ target }) => {
    const chosen = Array.from(target.files);
    target.value = "";
    say(wrong, "");
    for (const file of chosen) {
      if (items.length + waiting >= MOST_FILES) {
        say(wrong, t("error-too_many_files"));
        break;
      }
      await pictureAdd(file);
    }
  });

  show(part("record"), canRecord());
  part("record").addEventListener("click", async () => {
    if (items.length >= MOST_FILES) {
      say(wrong, t("error-too_many_files"));
      return;
    }
    say(wrong, "");
    toolsShow(false);
    const second = (seconds) => tell(part("time"), t("recording-time", { done: clock(seconds), most: clock(MOST_SECONDS) }));
    try {
      recording = await recordingStart(second);
      second(0);
      show(part("recording"));
      part("stop").focus();
      itemAdd(await recording.done);
    } catch (error) {
      say(wrong, sentenceOf(error));
    }
    recording = null;
    show(part("recording"), false);
    toolsShow(true);
  });
  part("stop").addEventListener("click", () => recording && recording.stop());

  async function pictureAdd(file) {
    const placeholder = element("li", { class: "file" }, element("span", { class: "soft" }, t("picture-working")));
    files.append(placeholder);
    waiting += 1;
    try {
      const item = await pictureTaken(file);
      placeholder.remove();
      itemAdd(item);
    } catch (error) {
      placeholder.remove();
      say(wrong, t("error-picture_unreadable"));
    }
    waiting -= 1;
  }

  function itemAdd(item) {
    const label = t(kindOf(item.type));
    const remove = element("button", { type: "button", class: "button button_quiet button_small" }, t("take-away"));
    const row = element("li", { class: "file" }, attachmentShown(item, { label }), remove);
    remove.addEventListener("click", () => {
      if (isFrozen) return;
      items = items.filter((each) => each !== item);
      row.remove();
      toolsShow(true);
      area.focus();
    });
    items.push(item);
    files.append(row);
    toolsShow(true);
  }

  function toolsShow(isVisible) {
    show(part("tools"), isVisible && !isFrozen && items.length < MOST_FILES);
  }

  return {
    text: () => area.value.trim(),
    items: () => items.slice(),
    isEmpty: () => !area.value.trim() && !items.length && !waiting && !recording,
    unready() {
      if (recording) return "stop-recording";
      if (waiting) return "wait-for-picture";
      if (area.value.length > most) return "too-long";
      return area.value.trim() || items.length ? null : "write-something";
    },
    freeze(frozen) {
      isFrozen = frozen;
      area.readOnly = frozen;
      for (const button of all("button", files)) button.disabled = frozen;
      toolsShow(true);
    },
    clear() {
      area.value = "";
      items = [];
      files.textContent = "";
      tell(part("count"));
      say(wrong, "");
      this.freeze(false);
    },
  };
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
