/* Two minutes before the idle time is over, a bar says so. Typing and clicking count as being there. */
(() => {
  const idle = Number(new URL(document.currentScript.src).searchParams.get("seconds")) * 1000;
  if (!idle) return;
  const WARNING = Math.min(120000, idle / 2);
  const TOLD_EVERY = Math.min(300000, idle / 4);
  let told = Date.now(); // when the server last heard of us
  let bar = null;

  const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(name + "="))?.split("=")[1] ?? "";
  const tell = async () => {
    told = Date.now();
    const headers = { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? cookie("csrftoken") };
    const answer = await fetch("/admin/account/alive/", { method: "POST", headers, redirect: "manual" }).catch(() => null);
    if (answer && answer.status === 204) hide();
  };
  const hide = () => { bar?.remove(); bar = null; };
  const show = () => {
    if (bar) return;
    bar = document.createElement("div");
    bar.className = "ws-idle";
    bar.setAttribute("role", "alert");
    const stay = document.createElement("button");
    stay.type = "button";
    stay.textContent = gettextOr("Stay signed in");
    stay.addEventListener("click", tell);
    bar.append(gettextOr("You will be signed out soon because nothing has happened here."), stay);
    document.body.append(bar);
  };
  const gettextOr = (text) => (document.documentElement.lang.startsWith("zh") ? CHINESE[text] : text);
  const CHINESE = {
    "Stay signed in": "继续使用",
    "You will be signed out soon because nothing has happened here.": "很久没有操作，马上会自动退出登录。没保存的内容会丢失。",
  };
  for (const kind of ["keydown", "pointerdown"]) {
    document.addEventListener(kind, () => { if (!bar && Date.now() - told > TOLD_EVERY) tell(); }, { passive: true });
  }
  setInterval(() => {
    const quiet = Date.now() - told;
    if (quiet > idle + 5000) location.reload();
    else if (quiet > idle - WARNING) show();
  }, 5000);
})();
