/** Recording a voice: two minutes at most, in what this browser records, without the time of day some write into the file. */
import { MOST_BYTES, bytesOf } from "../shared/attachments.js";

export const MOST_SECONDS = 120;
const BITS_PER_SECOND = 28000;
const ROOM = 65536; // a second's worth may come after the stop
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

const kind = () => (window.MediaRecorder && MediaRecorder.isTypeSupported ? KINDS.find((each) => MediaRecorder.isTypeSupported(each)) : null);

/** Whether this browser can record at all. */
export const canRecord = () => Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia && kind());

/**
 * Asks for the microphone and records until `stop()` or the limit.
 *
 * onSecond(seconds so far). -> {stop(), done: Promise of {bytes, type, name}}. Throws Error("microphone_refused"); `done`
 * rejects with Error("recording_failed").
 */
export async function recordingStart(onSecond) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    throw new Error("microphone_refused");
  }
  const chosen = kind();
  const recorder = new MediaRecorder(stream, { mimeType: chosen, audioBitsPerSecond: BITS_PER_SECOND });
  const parts = [];
  let size = 0;
  const startedAt = Date.now();
  const stop = () => recorder.state !== "inactive" && recorder.stop();
  const timer = setInterval(() => {
    const seconds = Math.floor((Date.now() - startedAt) / 1000);
    onSecond(seconds);
    if (seconds >= MOST_SECONDS) stop();
  }, 250);
  const done = new Promise((resolve, reject) => {
    recorder.ondataavailable = ({ data }) => {
      if (size + data.size > MOST_BYTES) return;
      parts.push(data);
      size += data.size;
      if (size > MOST_BYTES - ROOM) stop();
    };
    recorder.onerror = () => reject(new Error("recording_failed"));
    recorder.onstop = resolve;
  });
  recorder.start(1000);
  const whole = async () => {
    try {
      await done;
    } finally {
      clearInterval(timer);
      stream.getTracks().forEach((track) => track.stop());
    }
    if (!size) throw new Error("recording_failed");
    const type = chosen.split(";")[0];
    const bytes = await bytesOf(new Blob(parts));
    if (type === "audio/mp4") timesErase(bytes);
    return { bytes, type, name: `recording.${type.split("/")[1]}` };
  };
  return { stop, done: whole() };
}

/** MP4 headers say when they were made: the boxes mvhd, tkhd and mdhd, behind version and flags. */
function timesErase(bytes) {
  const names = ["mvhd", "tkhd", "mdhd"].map((name) => Array.from(name, (letter) => letter.charCodeAt(0)));
  for (let at = 0; at + 24 < bytes.length; at++) {
    if (!names.some((name) => name.every((code, index) => bytes[at + index] === code))) continue;
    const size = bytes[at + 4] === 1 ? 16 : 8;
    bytes.fill(0, at + 8, at + 8 + size);
  }
}
