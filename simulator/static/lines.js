import { el } from "./dom.js";

const MINUTE = 60;
const LINK = /<a\s[^>]*?href=["']([^"']+)["'][^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'\u3000-\u9fff\uff00-\uffef]+)/gi;

/** Text as WeChat shows it: <a href> and bare addresses become links, everything else stays text. */
function linked(text, open) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const url = found[1] ?? found[3];
    parts.push(text.slice(from, found.index));
    parts.push(/^https?:/i.test(url) ? link("a", url, open, found[2] ?? "", found[2] ?? url) : (found[2] ?? ""));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

function link(selector, url, open, title, ...children) {
  if (!/^https?:/i.test(url)) return el(selector.replace(/^a/, "div"), {}, ...children);
  const onclick = (event) => {
    event.preventDefault();
    open(url, title);
  };
  return el(selector, { href: url, onclick }, ...children);
}

function avatar({ name, tint }) {
  return el(`span.avatar.tint-${tint}`, { "aria-hidden": "true" }, name.slice(0, 1));
}

function picture(size, url) {
  return url && el(`img.${size}`, { src: url, alt: "", onerror: (event) => event.target.remove() });
}

function news(articles, open) {
  if (articles.length === 1) {
    const { title, description, picurl, url } = articles[0];
    const cover = picture("cover", picurl);
    return link("a.push", url, open, title, cover, el("div.body", {}, el("b", {}, title), description && el("p", {}, description)));
  }
  const [first, ...rest] = articles;
  return el(
    "div.push",
    {},
    link("a", first.url, open, first.title, picture("cover", first.picurl), el("div.body", {}, el("b", {}, first.title))),
    ...rest.map((each) => link("a.row", each.url, open, each.title, el("span", {}, each.title), picture("small", each.picurl))),
  );
}

function template(message, account, open) {
  const rows = message.card.rows.flatMap(({ label, value }) => [el("dt", {}, label), el("dd", {}, value)]);
  const from = el("div.from", {}, avatar(account), account.name);
  const body = el("div.body", {}, from, el("b", {}, message.card.title), el("dl", {}, ...rows));
  return link("a.push", message.url, open, message.card.title, body, message.url && el("div.more", {}, "查看详情"));
}

function content(message, account, open) {
  if (message.msgtype === "image") return el("img.picture", { src: message.media_url, alt: "图片" });
  if (message.msgtype === "voice") return el("audio", { src: message.media_url, controls: "" });
  if (message.msgtype.endsWith("video")) return el("video.picture", { src: message.media_url, controls: "" });
  return el("div.bubble", {}, ...linked(message.content, open));
}

/** Draws one message into `list`, with the time above it when a while has passed. */
export function lineDraw(list, message, { me, account, open, before }) {
  if (message.at - (before ?? 0) > 5 * MINUTE) list.append(el("li.time", {}, timeText(message.at)));
  if (message.msgtype === "notice") list.append(el("li.notice", {}, message.content));
  else if (message.msgtype === "news") list.append(el("li", {}, news(message.articles, open)));
  else if (message.msgtype === "template") list.append(el("li", {}, template(message, account, open)));
  else {
    const sent = message.direction === "sent";
    list.append(el(`li.line${sent ? ".sent" : ""}`, {}, avatar(sent ? me : account), content(message, account, open)));
  }
}

function timeText(seconds) {
  const at = new Date(seconds * 1000);
  const clock = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  return at.toDateString() === new Date().toDateString() ? clock : `${at.getMonth() + 1}月${at.getDate()}日 ${clock}`;
}

const STATES = { waiting: "等待", answered: "有回复", silent: "已收到", refused: "回复无效", failed: "失败" };
const KINDS = {
  text: "文字消息", "event:subscribe": "关注", "event:unsubscribe": "取消关注", "event:SCAN": "扫码", "event:CLICK": "点菜单",
  "event:VIEW": "点菜单链接", "event:TEMPLATESENDJOBFINISH": "模板消息回执", "event:MASSSENDJOBFINISH": "群发回执",
  "event:PUBLISHJOBFINISH": "发布回执",
};

const ERRORS = { bad_reply: "看不懂回复", timeout: "5 秒没有回答", unreachable: "连不上" };

export function deliveryDraw({ kind, state, attempts }) {
  const tone = { waiting: ".wait", refused: ".bad", failed: ".bad" }[state] ?? "";
  const each = attempts.map(({ status, milliseconds, code, error }, index) => {
    const result = [status && `HTTP ${status}`, `${milliseconds} 毫秒`, ERRORS[code]].filter(Boolean).join(" · ");
    return el("small", error ? { title: error } : {}, attempts.length > 1 ? `第 ${index + 1} 次：${result}` : result);
  });
  return el("li", {}, el(`span.state${tone}`, {}, STATES[state]), el("b", {}, KINDS[kind] ?? kind), ...each);
}
