// A text block shows its text, a picture block its picture: the fields of the other kind are hidden.
const FIELDS = { text: ["body"], image: ["shown", "picture", "alt", "caption"] };

function fit(select) {
  const block = select.closest(".form-group");
  for (const [kind, names] of Object.entries(FIELDS)) {
    for (const name of names) {
      for (const field of block.querySelectorAll(`.field-${name}`)) {
        const isEmpty = name === "shown" && !field.querySelector("img");
        field.closest(".field-line").style.display = kind === select.value && !isEmpty ? "" : "none";
      }
    }
  }
}

const kinds = "select[name^='blocks-'][name$='-kind']";
const fitAll = () => document.querySelectorAll(kinds).forEach(fit);
document.addEventListener("DOMContentLoaded", fitAll);
document.addEventListener("formset:added", fitAll);
document.addEventListener("change", (event) => event.target.matches(kinds) && fit(event.target));
