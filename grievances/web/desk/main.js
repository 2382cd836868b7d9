/** The officers' desk: one page; its keys live in the Web Worker that it starts, and go when it is left. */
import { byId } from "../shared/dom.js";
import { lockAsk, start } from "./app.js";
import { isDark } from "./theme.js";

document.documentElement.classList.toggle("dark", isDark());

byId("lock").addEventListener("click", lockAsk);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the part of the address behind # says which screen it is
  byId("screen").focus();
});
start();
