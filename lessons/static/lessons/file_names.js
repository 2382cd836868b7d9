// A field for several files names them all, not only the first.
for (const input of document.querySelectorAll("input[type=file][multiple]")) {
  input.addEventListener("change", () => {
    const shown = input.closest("label").querySelector("input[type=text]");
    const names = Array.from(input.files, (file) => file.name).join("、");
    setTimeout(() => shown.setAttribute("value", names));
  });
}
