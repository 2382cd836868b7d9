/** A new receipt on the screen: digits, words, a picture of both, a copy. */
import { byId, element, fill, show } from "../shared/dom.js";
import { copied, pressed, t, tell } from "./page.js";

/** "12345678…" -> groups of four. */
export const grouped = (digits) => digits.match(/.{1,4}/g);

const address = () => `${location.host}/case/`;
const written = ({ receipt, words }) => `${grouped(receipt).join(" ")}\n${words.join(" ")}\n${address()}`;

/** Shows the receipt {receipt: 20 digits, words: seven}. -> {forget()}: takes it off the page. */
export function receiptShow(made) {
  const [digits, words, picture, said] = ["digits", "words", "picture", "said"].map((name) => byId(`receipt-${name}`));
  fill(
    digits,
    grouped(made.receipt).map((group) => [element("span", { class: "receipt__group" }, group), " "]),
  );
  fill(
    words,
    made.words.map((word) => element("li", {}, word)),
  );
  let kept = made;
  pressed(byId("receipt-save"), async () => {
    const src = drawn(kept);
    picture.src = src;
    show(picture);
    show(byId("receipt-picture-help"));
    const link = element("a", { href: src, download: `${t("receipt-title")}.png`, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    picture.scrollIntoView({ block: "nearest" });
  });
  pressed(byId("receipt-copy"), async () => tell(said, t((await copied(written(kept))) ? "copied" : "not-copied")));
  return {
    forget() {
      kept = { receipt: "", words: [] };
      picture.removeAttribute("src");
      digits.textContent = words.textContent = "";
    },
  };
}

/** A PNG as a data: address, which browsers inside apps can save by a long press. */
function drawn({ receipt, words }) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  canvas.width = 720;
  canvas.height = 900;
  context.fillStyle = "#f6f5f0";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textAlign = "center";
  const line = (text, y, { size, color = "#22261f", weight = "400", family = "sans-serif" }) => {
    context.font = `${weight} ${size}px ${family}`;
    context.fillStyle = color;
    context.fillText(text, canvas.width / 2, y, canvas.width - 60);
  };
  const groups = grouped(receipt);
  line(t("receipt-title"), 110, { size: 48, weight: "600" });
  line(groups.slice(0, 3).join("  "), 230, { size: 60, weight: "600", family: "monospace" });
  line(groups.slice(3).join("  "), 315, { size: 60, weight: "600", family: "monospace" });
  words.forEach((word, index) => {
    const [row, column] = [Math.floor(index / 2), index % 2];
    context.textAlign = "left";
    context.font = "400 44px sans-serif";
    context.fillStyle = "#5d6459";
    context.fillText(`${index + 1}`, 130 + column * 280, 430 + row * 85);
    context.fillStyle = "#22261f";
    context.fillText(word, 175 + column * 280, 430 + row * 85);
  });
  context.textAlign = "center";
  line(t("receipt-where"), 800, { size: 32, color: "#5d6459" });
  line(address(), 850, { size: 34, color: "#04783d" });
  return canvas.toDataURL("image/png");
}
