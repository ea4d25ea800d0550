// What was put together: the object, where it is shown, where else it belongs, and the button that teaches it.
import { $, h, button, fill } from "./dom.js";
import { frames, post } from "./api.js";
import { store, tab, tell, watch } from "./store.js";
import { alphaOf } from "./paint.js";
import { texts } from "./texts.js";
import { attempt } from "./say.js";
import { nameOf, tileOf } from "./grid.js";
import { thing } from "./api.js";

const say = texts.tray;
const pictures = new Map();
// A small picture of a marked part: the image, with all but the mark dimmed.
function thumb(mark, remove, key) {
  const canvas = h("canvas", { width: 56, height: 56 });
  draw(canvas, mark);
  return h("span", { class: "thumb" },
    h("button", { type: "button", class: "see", title: `${say.show} ${nameOf(mark.subject)}`, "aria-label": `${say.show} ${nameOf(mark.subject)}`, "data-key": `see-${key}`,
      onclick: () => { const box = tileOf(mark.subject)?.box; box?.scrollIntoView({ block: "center" }); box?.focus(); } }, canvas),
    remove ? button(`${say.remove} ${nameOf(mark.subject)}`, "clear", remove, { only: true, class: "drop", "data-key": `drop-${key}` }) : null,
    h("span", { class: "name" }, nameOf(mark.subject)));
}
async function draw(canvas, mark) {
  try {
    if (!pictures.has(mark.subject)) {
      if (pictures.size > 200) pictures.clear();
      pictures.set(mark.subject, frames(`draw?subjects=${encodeURIComponent(mark.subject)}&original&edge=256`));
    }
    const [[image], { canvas: alpha }] = await Promise.all([pictures.get(mark.subject), alphaOf(thing(mark.mask))]);
    const full = document.createElement("canvas");
    full.width = image.width;
    full.height = image.height;
    full.getContext("2d").putImageData(image, 0, 0);
    const c = canvas.getContext("2d");
    c.filter = "grayscale(0.8) brightness(0.55)";
    c.drawImage(full, 0, 0, 56, 56);
    c.filter = "none";
    const cut = document.createElement("canvas");
    cut.width = cut.height = 56;
    const d = cut.getContext("2d");
    d.drawImage(alpha, 0, 0, 56, 56);
    d.globalCompositeOperation = "source-in";
    d.drawImage(full, 0, 0, 56, 56);
    c.drawImage(cut, 0, 0);
  } catch { pictures.delete(mark.subject); }
}
const slot = (number, title, empty, thumbs, more) => h("li", { class: thumbs.length ? "slot filled" : "slot" },
  h("span", { class: "number", "aria-hidden": "true" }, number),
  h("div", {}, h("h3", {}, title, more ?? null), thumbs.length ? h("div", { class: "thumbs" }, thumbs) : h("p", { class: "empty" }, empty)));
const running = (state) => state.jobs.some((job) => job.state === "running");

function tray(state) {
  if (!state?.generator) { fill($("tray"), h("h2", {}, say.title), h("p", { class: "empty" }, texts.loadingHint)); return; }
  const { object, pastes, contexts } = state.draft;
  const ready = object && pastes.length;
  const busy = running(state);
  const some = object || pastes.length || contexts.length;
  fill($("tray"),
    h("div", { class: "head" }, h("h2", {}, say.title),
      some ? button(say.clear, "clear", () => attempt(() => post("clear")), { class: "quiet small", "data-key": "start-over" }) : null),
    h("ol", { class: "slots" },
      slot("1", say.object, say.objectEmpty, object ? [thumb(object, null, "object")] : []),
      slot("2", say.pastes, say.pastesEmpty, pastes.map((mark, at) => thumb(mark, () => attempt(() => post("remove-paste", { at })), `p${at}`))),
      slot("3", say.contexts, say.contextsEmpty, contexts.map((mark, at) => thumb(mark, () => attempt(() => post("remove-context", { at })), `c${at}`)),
        contexts.length ? button(say.zero, "clear", () => attempt(() => post("zero")), { class: "quiet small", "data-key": "zero" }) : null)),
    h("div", { class: "run" },
      button(state.jobs.some((job) => job.state === "running" && job.kind === "rewrite") ? say.running : say.run, "spark", () => attempt(() => post("rewrite")),
        { class: "main big", id: "run", "data-key": "run", disabled: !ready || busy }),
      pastes.length || contexts.length ? button(say.query, "search", () => attempt(() => post("search")), { title: say.queryHelp, "data-key": "query", id: "query", disabled: busy }) : null),
    h("p", { class: "will" }, ready ? say.will(pastes.length + state.settings.alike, state.settings.layer || texts.tray.layerChosen(state.autoLayer)) : object ? say.needPaste : ""),
    more(state, ready, busy));
}
let open = false;
function more(state, ready, busy) {
  const now = state.settings;
  const set = (name, number) => (event) => attempt(() => post("settings", { [name]: number ? Number(event.target.value) : event.target.value }));
  const pick = (name, options) => {
    const select = h("select", { "data-key": name, id: `set-${name}` }, options.map(([value, text]) => h("option", { value, selected: value === now[name] }, text)));
    select.addEventListener("change", set(name));
    return h("label", { class: "field" }, h("span", {}, say[name]), select);
  };
  const number = (name, min, max, step) => {
    const input = h("input", { type: "number", min, max, step, value: now[name], "data-key": name, id: `set-${name}`, title: say[`${name}Help`] });
    input.addEventListener("change", set(name, true));
    return h("label", { class: "field" }, h("span", {}, say[name]), input);
  };
  const box = h("details", { class: "more", open }, h("summary", { "data-key": "more" }, say.more),
    h("div", { class: "fields" },
      pick("layer", [["", say.layerAuto], ...state.generator.layers.map((layer) => [layer.name, `${layer.name}, ${layer.width} × ${layer.height}`])]),
      number("rank", 1, 64, 1), number("gamma", 0, 1000, "any"), number("alike", 0, 64, 1),
      pick("solver", Object.entries(say.solvers))),
    h("div", { class: "run" },
      button(say.erase, "erase", () => attempt(() => post("erase")), { title: say.eraseHelp, "data-key": "do-erase", id: "erase",
        disabled: busy || !(state.draft.pastes.length || state.draft.contexts.length) }),
      button(say.overfit, "flood", () => attempt(() => post("overfit")), { title: say.overfitHelp, "data-key": "do-overfit", id: "overfit", disabled: !ready || busy })));
  box.addEventListener("toggle", () => { open = box.open; });
  return box;
}
export function start() {
  watch((state) => [state?.generator?.architecture, state?.draft, state?.settings, state?.autoLayer, state?.jobs?.find((job) => job.state === "running")?.kind], tray);
}
