/** Building and filling pages. Text is always set as text, never read as HTML. */

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** The elements below `root` that a selector finds, as an array. */
export const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/**
 * A new element. attributes: name -> value; false, null and undefined leave it out, true sets it empty, `on…` functions
 * listen (`onclick`). children: elements, texts, or arrays of them; false, null and undefined are left out.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  return fill(made, ...children);
}

/** Takes away what is in a node and puts the children in, as `element` takes them. -> the node */
export function fill(node, ...children) {
  node.textContent = "";
  for (const child of children.flat(3)) {
    if (child === false || child === null || child === undefined) continue;
    node.append(child);
  }
  return node;
}

/** Shows or hides an element. */
export function show(node, visible = true) {
  node.hidden = !visible;
}


/** What `{{ value|json_script:id }}` put into the page. */
export const jsonOf = (id) => JSON.parse(byId(id).textContent);

/** A sentence with `%(name)s` or `{name}` places -> the sentence with the values in them. */
export const said = (sentence, values = {}) =>
  sentence.replace(/%\((\w+)\)s|\{(\w+)\}/g, (place, python, plain) => {
    const name = python || plain;
    return name in values ? String(values[name]) : place;
  });

/** Makes a file of bytes or text and gives it to the person to keep. parts: as Blob takes them. */
export function download(parts, { name, type }) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = element("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
