// Buttons beside the pattern of a shift, for those who would rather pick its signs than type them.
document.addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector("input[data-pattern]");
  if (!field) return;
  const picks = document.createElement("div");
  picks.className = "shift-picks";
  const add = (sign, change) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.addEventListener("click", () => {
      field.value = change(field.value);
      field.dispatchEvent(new Event("input"));
    });
    picks.append(button);
  };
  for (const sign of field.dataset.pattern) add(sign, (text) => text + sign);
  add("⌫", (text) => text.slice(0, -1));
  field.after(picks);
});
