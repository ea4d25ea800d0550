// The bar at the top, and the tools above the grid.
import { $, h, button, fill } from "./dom.js";
import { post } from "./api.js";
import { store, tab, tell, watch } from "./store.js";
import { texts } from "./texts.js";
import { attempt } from "./say.js";
import { compare, warm } from "./grid.js";
import { help } from "./keys.js";
import { report, words } from "./rules.js";

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("studio-theme", root.dataset.theme); } catch { /* private window */ }
}
export function restoreTheme() {
  try { const kept = localStorage.getItem("studio-theme"); if (kept) document.documentElement.dataset.theme = kept; } catch { /* private window */ }
}
function bar(state) {
  const ready = state?.generator;
  const ranges = h("input", { id: "ranges", type: "text", value: state?.ranges ?? "", "data-key": "ranges", disabled: !ready,
    spellcheck: "false", autocomplete: "off", title: texts.samplesHelp, "aria-describedby": "ranges-help" });
  ranges.addEventListener("change", () => ranges.value.trim() && attempt(() => post("show", { ranges: ranges.value })));
  fill($("bar"),
    h("div", { class: "brand" }, h("img", { src: "icon.svg", alt: "", width: "26", height: "26" }), h("strong", {}, texts.title),
      ready ? h("span", { class: "what" }, state.generator.architecture) : null),
    h("label", { class: "field ranges" }, h("span", {}, texts.samples), ranges, h("span", { id: "ranges-help", class: "unseen" }, texts.samplesHelp)),
    h("div", { class: "group" },
      button(texts.undo, "undo", () => attempt(() => post("undo")), { only: true, disabled: !state?.undoable, "data-key": "undo", id: "undo",
        title: state?.undoable ? `${texts.undo}: ${texts.steps[state.draft.did] ?? ""}` : texts.undo }),
      button(texts.redo, "redo", () => attempt(() => post("redo")), { only: true, disabled: !state?.redoable, "data-key": "redo", id: "redo" })),
    h("div", { class: "group" }, button(texts.theme, "sun", theme, { only: true, "data-key": "theme", class: "quiet" }),
      button(texts.help, "help", help, { only: true, "data-key": "help", class: "quiet" })));
}
function tools() {
  const choice = (name, iconName) => button(texts.tools[name], iconName, () => { tab.tool = name; tell(); },
    { "aria-pressed": String(tab.tool === name), "data-key": name, "data-tool": name,
      disabled: name === "place" && !store.state?.draft?.object });
  const size = h("input", { type: "range", min: 2, max: 50, value: tab.brush, "data-key": "size", "aria-label": texts.tools.size });
  size.addEventListener("input", () => { tab.brush = Number(size.value); });
  const soft = h("input", { type: "checkbox", checked: tab.soft, "data-key": "soft" });
  soft.addEventListener("change", () => { tab.soft = soft.checked; });
  const tile = h("input", { type: "range", min: 96, max: 320, step: 4, value: tab.tile, "data-key": "tile", "aria-label": texts.tileSize });
  tile.addEventListener("input", () => { tab.tile = Number(tile.value); tell(); });
  const look = button(texts.tools.compare, "eye", null, { id: "compare", title: texts.tools.compareHelp, "data-key": "compare", disabled: !store.state?.draft?.rules?.length });
  look.addEventListener("pointerdown", () => compare(true));
  for (const end of ["pointerup", "pointerleave", "blur"]) look.addEventListener(end, () => compare(false));
  look.addEventListener("keydown", (event) => { if (event.key === " " || event.key === "Enter") compare(true); });
  look.addEventListener("keyup", () => compare(false));
  fill($("tools"),
    h("div", { class: "segments", role: "group" }, choice("brush", "brush"), choice("erase", "erase"), choice("flood", "flood"), choice("place", "place")),
    h("label", { class: "field slim" }, h("span", {}, texts.tools.size), size),
    h("label", { class: "check" }, soft, h("span", {}, texts.tools.soft)),
    tab.heat ? button(texts.tools.heat, "fire", () => { tab.heat = null; tell(); }, { "aria-pressed": "true", "data-key": "heat" }) : null,
    h("span", { class: "space" }), look, h("label", { class: "field slim", title: texts.tileSize }, h("span", {}, texts.tools.tiles), tile));
}
// Steps after which there is something to look at.
const learnt = new Set(["rewrite", "erase", "overfit", "picture", "strength", "loaded"]);
function hint(state) {
  const say = texts.hint;
  let text = say.copy;
  const newest = state?.draft?.rules?.at(-1);
  if (!state?.generator) text = state?.failure ? `${texts.failed}: ${state.failure}` : texts.loading;
  else if (!state.generator.samples && !state.own.length) text = say.picture;
  else if (tab.found && state.findings) text = say.found(state.findings.matches.length, state.findings.searched);
  else if (state.draft.rules.length && learnt.has(state.draft.did) && !tab.painted.size) text = words(newest) || say.after;
  else if (state.draft.object && state.draft.pastes.length) text = say.rewrite;
  else if (state.draft.object) text = say.paste;
  else if (tab.painted.size) text = say.copyNow;
  fill($("hint"), h("span", {}, text),
    newest?.report && text === words(newest) ? button(texts.rules.report, "open", () => report(newest), { class: "small", id: "report" }) : null,
    tab.found ? button(texts.back, "undo", () => { tab.found = false; tab.heat = null; tell(); }, { class: "quiet", id: "back" }) : null);
}
export function start() {
  $("grid-title").textContent = texts.gridTitle;
  $("grid").setAttribute("aria-label", texts.gridTitle);
  watch((state) => [state?.generator?.architecture, state?.ranges, state?.undoable, state?.redoable], bar);
  watch((state, mine) => [mine.tool, !!state?.draft?.object, !!state?.draft?.rules?.length, mine.heat, mine.brush], tools);
  watch((state, mine) => [state?.generator?.architecture, state?.failure, mine.tool, mine.found, mine.painted.size,
    !!state?.draft?.object, state?.draft?.pastes?.length, state?.draft?.rules?.length, state?.draft?.did, state?.findings?.id, state?.own?.length], hint);
  watch((state) => [state?.draft?.did, state?.draft?.rules?.length], (state) => {
    if (learnt.has(state?.draft?.did) && tab.tool === "place") { tab.tool = "brush"; tell(); }
  });
  watch((_, mine) => mine.tool, (_, mine) => { document.body.dataset.tool = mine.tool; });
  let seen = null;
  watch((state) => state?.findings?.id, (state) => {
    const id = state?.findings?.id ?? null;
    if (id && seen !== undefined && id !== seen && store.state.jobs.some((job) => job.kind === "search")) { tab.found = true; tab.heat = "heat"; tell(); }
    if (!id) { tab.found = false; }
    seen = id;
  });
  watch((state, mine) => [mine.heat, mine.found, state?.findings?.id, state?.subjects], (state, mine) => { if (state?.generator) warm(mine.heat); });
}
