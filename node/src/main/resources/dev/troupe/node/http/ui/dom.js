// Small ways to make elements. All text goes through textContent: what a name contains is never markup.

export const byId = (id) => document.getElementById(id);

/** An element with properties and children; a string child becomes text. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Writes only what is different, so that selections and screen readers are left in peace. */
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

export function setClass(element, name) {
  if (element.className !== name) element.className = name;
}

/** A box with a heading. */
export function section(title, ...children) {
  return el("section", {}, el("h2", { text: title }), ...children);
}

/** A number with a name; `set(text, state)` where state is "", "warn" or "bad". */
export function tile(label, href) {
  const value = el("strong", { text: "–" });
  const note = el("span", { class: "note" });
  const box = el(href ? "a" : "div", { class: "tile", href }, el("span", { class: "label", text: label }), value, note);
  return {
    box,
    set(text, state = "", more = "") {
      setText(value, text);
      setText(note, more);
      setClass(box, `tile ${state}`);
    },
  };
}

/** A state as a dot and a word. */
export function stateBadge(state) {
  return el("span", { class: `state ${/^[a-z]+$/.test(state) ? state : ""}`, text: state });
}
