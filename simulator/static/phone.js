import { browserOpen } from "./browser.js";
import { $, ask, el, toast } from "./dom.js";
import { deliveryDraw, lineDraw } from "./lines.js";

const { openid, name, tint, account, accountTint, simulator } = $("phone").dataset;
const here = `/phone/${openid}`;
const poll = { after: 0, before: 0, busy: false };
let state = { subscribed: false, menu: [] };
let code = null; // what was scanned before following
let menuDrawn = "";
const path = [];
const REFUSALS = { not_following: "还没有关注", qrcode_expired: "二维码已过期", no_such_button: "菜单变了，请再点一次" };

const open = (url, title) => browserOpen(url, title);

function go(view) {
  if (view === "back") {
    path.pop();
    view = path.pop() ?? (state.subscribed ? "chat" : "home");
  }
  if (view === "account") view = state.subscribed ? "chat" : "profile";
  if (view === "home") path.length = 0;
  path.push(view);
  for (const each of ["home", "profile", "chat", "scan"]) $(`view-${each}`).hidden = each !== view;
  if (view === "scan") codesDraw();
  if (view === "chat") toEnd();
}

function toEnd() {
  $("lines").scrollTop = $("lines").scrollHeight;
}

async function refresh() {
  if (poll.busy) return;
  poll.busy = true;
  try {
    const live = await ask(`${here}/live?after=${poll.after}`);
    state = live;
    for (const message of live.messages) {
      lineDraw($("lines"), message, { me: { name, tint }, account: { name: account, tint: accountTint }, open, before: poll.before });
      Object.assign(poll, { after: message.id, before: message.at });
    }
    if (live.messages.length) toEnd();
    $("deliveries").replaceChildren(...live.deliveries.map(deliveryDraw));
    $("follow").hidden = live.subscribed;
    document.querySelector(".followed").hidden = !live.subscribed;
    $("accept").checked = !live.blocked;
    $("snapshot").checked = live.snapshot;
    menuDraw(live.menu);
  } finally {
    poll.busy = false;
  }
}

async function act(action, body = {}) {
  try {
    return await ask(`${here}/${action}?wait=0`, body);
  } catch (error) {
    toast(REFUSALS[error.error] ?? "没有成功，请再试");
    return null;
  } finally {
    await refresh();
  }
}

// The menu
function menuDraw(menu) {
  const text = JSON.stringify(menu);
  if (text === menuDrawn) return;
  menuDrawn = text;
  const keyboard = el("button.icon", { "aria-label": "打字", onclick: () => inputShow(true) });
  keyboard.innerHTML = '<svg viewBox="0 0 24 24"><rect x="3" y="6" width="18" height="12" rx="2"/><path d="M7 10h.01M11 10h.01M15 10h.01M8 14h8"/></svg>';
  $("menu").replaceChildren(keyboard, ...menu.map(topDraw));
  $("to-menu").hidden = !menu.length;
  inputShow(!menu.length);
}

function topDraw(button) {
  const leaves = button.sub_button ?? [];
  if (!leaves.length) return el("div.top", {}, el("button", { onclick: () => tap(button) }, button.name));
  const list = el("ul.submenu", { hidden: "" }, ...leaves.map((leaf) => el("li", {}, el("button", { onclick: () => tap(leaf) }, leaf.name))));
  const toggle = () => {
    const wasHidden = list.hidden;
    submenusClose();
    list.hidden = !wasHidden;
  };
  return el("div.top.has-sub", {}, el("button", { onclick: toggle }, button.name), list);
}

function submenusClose() {
  for (const list of document.querySelectorAll(".submenu")) list.hidden = true;
}

async function tap(button) {
  submenusClose();
  if (button.type === "view") open(button.url, button.name);
  else if (button.type !== "click") return toast("模拟器没有这种菜单");
  await act("click", { key: button.type === "view" ? button.url : button.key });
}

function inputShow(input) {
  $("input").hidden = !input;
  $("menu").hidden = input;
}

// Scanning
async function codesDraw() {
  const codes = await ask(`${here}/codes`);
  const cards = codes.map((each) =>
    el("button", { onclick: () => scanned(each) }, el("img", { src: each.image, alt: "", loading: "lazy" }), each.account, el("br"), el("small", {}, each.scene)),
  );
  $("codes").replaceChildren(...(cards.length ? cards : [el("p", {}, "还没有二维码。管理员在后台生成后会出现在这里。")]));
}

async function scanned(found) {
  const phone = new URL(found.phone);
  if (phone.pathname !== location.pathname || phone.host !== location.host) return location.assign(phone);
  if (state.subscribed) {
    go("chat");
    return act("scan", { ticket: found.ticket });
  }
  code = found;
  $("scene").textContent = `来自二维码：${found.scene}`;
  $("scene").hidden = false;
  return go("profile");
}

async function scanAddress(address) {
  const isCode = address.includes("/q/gQ") || address.startsWith("gQ");
  if (!isCode && /^https?:/i.test(address)) return open(address);
  try {
    const [found] = await ask(`${here}/codes?${new URLSearchParams({ address })}`);
    return scanned(found);
  } catch {
    return toast("认不出这个二维码");
  }
}

// The authorise page inside the frame asks; see ask-phone.js
addEventListener("message", async (event) => {
  if (event.origin !== simulator || event.data?.kind !== "phone:authorize") return;
  const { url, consent } = await ask(`${here}/authorize${event.data.query}`);
  if (!consent || confirm(`${account} 申请使用你的昵称、头像`)) event.source.location.replace(url);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest(".top")) submenusClose();
  const target = event.target.closest("[data-go]");
  if (!target) return;
  event.preventDefault();
  go(target.dataset.go);
});
$("to-menu").addEventListener("click", () => inputShow(false));
$("input").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.content;
  const content = field.value.trim();
  field.value = "";
  if (content) act("text", { content });
});
$("follow").addEventListener("click", async () => {
  await act(code ? "scan" : "follow", code ? { ticket: code.ticket } : {});
  code = null;
  $("scene").hidden = true;
  go("chat");
});
$("unfollow").addEventListener("click", async () => {
  await act("unfollow");
  go("home");
});
$("accept").addEventListener("change", (event) => act("blocked", { on: !event.target.checked }));
$("snapshot").addEventListener("change", (event) => act("snapshot", { on: event.target.checked }));
$("scan-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const address = event.target.elements.address.value.trim();
  if (address) scanAddress(address);
});

function clockDraw() {
  $("clock").textContent = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

clockDraw();
setInterval(clockDraw, 10_000);
await refresh();
const ticket = new URLSearchParams(location.search).get("scan");
history.replaceState(null, "", location.pathname);
if (ticket) await scanAddress(ticket);
else go("account");
setInterval(() => document.hidden || refresh().catch(() => {}), 1000);
