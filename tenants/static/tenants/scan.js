/* Asks how the scan stands and goes on by itself; without script there is the button. */
(() => {
  const form = document.getElementById("scan-form");
  if (!form) return;
  const until = Date.now() + 5 * 60000;
  const ask = async () => {
    if (Date.now() > until) return form.classList.add("ws-scan_over");
    if (!document.hidden) {
      const answer = await fetch(form.dataset.state).catch(() => null);
      const state = answer && answer.ok ? (await answer.json()).state : "waiting";
      if (state === "confirmed") return form.submit();
      if (state === "refused" || state === "over") return form.classList.add(`ws-scan_${state}`);
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
})();
