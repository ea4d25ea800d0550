// Small help for making elements; no framework.
const SVG = "http://www.w3.org/2000/svg";
const icons = {
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 0 12h-2", redo: "m19 7 5 5-5 5m5-5H14a6 6 0 0 0 0 12h2",
  brush: "M6 22c4 1 6-1 6-4m0 0c-2-1-4 0-4 2-1 1-2 2-2 2m6-4L23 6l2 2-11 12", erase: "M5 19 16 8l7 7-8 8H9l-4-4zM11 13l7 7",
  flood: "M8 15 15 8l7 7-7 7-7-7zm0 0h14M24 19s2 3 2 4a2 2 0 0 1-4 0c0-1 2-4 2-4", place: "M15 5v20M5 15h20M15 10a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
  clear: "m8 8 14 14M22 8 8 22", copy: "M11 11h13v13H11zM7 19H6V6h13v1", paste: "M10 7H7v17h16V7h-3M11 5h8v4h-8z",
  search: "M13 6a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm5 12 7 7", add: "M15 7v16M7 15h16", up: "m8 18 7-7 7 7", down: "m8 12 7 7 7-7",
  sun: "M15 10a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM15 3v2m0 20v2M3 15h2m20 0h2M6.500 6.500l1.500 1.500m14 14 1.500 1.500M6.500 23.500 8 22M22 8l1.500-1.500",
  help: "M11 11a4 4 0 1 1 6 3c-1.500 1-2 1.500-2 3.500M15 22v.5", eye: "M3 15s4-8 12-8 12 8 12 8-4 8-12 8S3 15 3 15zm12-4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  save: "M15 5v14m-6-6 6 6 6-6M6 24h18", spark: "m15 5 2.500 7.500L25 15l-7.500 2.500L15 25l-2.500-7.500L5 15l7.500-2.500z", picture: "M5 7h20v16H5zm0 13 6-6 5 5 3-3 6 5",
  camera: "M5 10h5l2-3h6l2 3h5v13H5zM15 13a4 4 0 1 1 0 8 4 4 0 0 1 0-8z", fire: "M15 4c1 5 6 7 6 13a6 6 0 0 1-12 0c0-3 2-4 3-7 1 1 2 2 2 4 1-3 1-6 1-10z",
  more: "M8 15h.1M15 15h.1M22 15h.1", open: "M5 9h7l2 3h11v12H5z", face: "M15 6a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM11 13v1m8-1v1m-8 4c2 3 6 3 8 0",
};
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 30 30");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}
// h("button", {class: "x", onclick: f, "aria-label": "…"}, child, child)
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
export function button(label, iconName, onclick, more = {}) {
  const { only, ...rest } = more;
  return h("button", { type: "button", onclick, title: rest.title ?? label, "aria-label": only ? label : undefined, ...rest },
    iconName ? icon(iconName) : null, only ? null : h("span", {}, label));
}
export const $ = (id) => document.getElementById(id);
// Replaces what is in an element, and keeps the focus on what has the same data-key.
export function fill(element, ...children) {
  const held = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren(...children.flat().filter((child) => child));
  if (held) element.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}
