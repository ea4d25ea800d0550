// Sliders and a pad for the domains of an expanded generator, and teaching it new ones.
import { $, h, button, fill } from "./dom.js";
import { post } from "./api.js";
import { store, watch } from "./store.js";
import { texts } from "./texts.js";
import { attempt, dialog } from "./say.js";
import { dragTo } from "./grid.js";

const say = texts.domains;
let axes = [0, 1];
const drag = (values) => dragTo(`move?to=${Object.entries(values).map(([name, value]) => `${encodeURIComponent(name)}=${value}`).join(",")}`);
const keep = (values) => attempt(async () => { for (const [name, value] of Object.entries(values)) await post("domain", { name, value }); });
function slider(name, value) {
  const out = h("output", { class: "percent" }, `${Math.round(100 * value)} %`);
  const input = h("input", { type: "range", min: -1, max: 1.5, step: 0.05, value, "aria-label": name, "data-key": `domain-${name}`, "data-domain": name, class: "strength" });
  input.addEventListener("input", () => { out.textContent = `${Math.round(100 * input.value)} %`; drag({ [name]: input.value }); });
  input.addEventListener("change", () => keep({ [name]: Number(input.value) }));
  return h("li", {}, h("div", { class: "rule-head" }, h("strong", { class: "space" }, name), out), input);
}
// Two domains at once: across and up.
function pad(names, values) {
  const dot = h("i", { class: "dot" });
  const box = h("div", { class: "pad", tabindex: 0, role: "application", "aria-label": say.pad(names[axes[0]], names[axes[1]]), "data-key": "pad", id: "pad" },
    h("span", { class: "across" }, names[axes[0]]), h("span", { class: "upward" }, names[axes[1]]), dot);
  const now = axes.map((axis) => values[names[axis]] ?? 0);
  const put = () => { dot.style.left = `${now[0] * 100}%`; dot.style.bottom = `${now[1] * 100}%`; };
  const both = () => ({ [names[axes[0]]]: Number(now[0].toFixed(2)), [names[axes[1]]]: Number(now[1].toFixed(2)) });
  let on = false;
  const to = (event) => {
    const rect = box.getBoundingClientRect();
    now[0] = Math.max(0, Math.min(1, (event.clientX - rect.left) / rect.width));
    now[1] = Math.max(0, Math.min(1, 1 - (event.clientY - rect.top) / rect.height));
    put();
    drag(both());
  };
  box.addEventListener("pointerdown", (event) => { event.preventDefault(); on = true; box.setPointerCapture(event.pointerId); to(event); });
  box.addEventListener("pointermove", (event) => { if (on) to(event); });
  box.addEventListener("pointerup", () => { on = false; keep(both()); });
  box.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    now[0] = Math.max(0, Math.min(1, now[0] + by[0]));
    now[1] = Math.max(0, Math.min(1, now[1] + by[1]));
    put();
    drag(both());
  });
  box.addEventListener("keyup", () => keep(both()));
  put();
  const choice = (at) => {
    const select = h("select", { "data-key": `axis-${at}`, "aria-label": at ? say.upward : say.across }, names.map((name, n) => h("option", { value: n, selected: axes[at] === n }, name)));
    select.addEventListener("change", () => { axes[at] = Number(select.value); domains(store.state); });
    return select;
  };
  return h("div", { class: "pad-box" }, box, h("div", { class: "fields" }, choice(0), choice(1)));
}
function domains(state) {
  const names = state?.generator?.domains ?? [];
  if (!names.length) { fill($("domains")); return; }
  axes = axes.map((axis) => Math.min(axis, names.length - 1));
  const values = state.domains ?? {};
  fill($("domains"), h("h2", {}, say.title), h("p", { class: "empty" }, say.hint),
    names.length > 1 ? pad(names, values) : null,
    h("ol", { class: "rule-list" }, names.map((name) => slider(name, values[name] ?? 0))),
    button(say.zero, "undo", () => keep(Object.fromEntries(names.map((name) => [name, 0]))), { class: "quiet small", "data-key": "domains-zero" }));
}
export function teachDomain() {
  const effect = h("select", { id: "effect" }, (store.state.generator.effects ?? []).map((name) => h("option", { value: name }, name)));
  const steps = h("input", { type: "number", min: 20, max: 20000, step: 10, value: 1300, id: "domain-steps" });
  const known = store.state.generator.words;
  const words = h("input", { type: "text", id: "domain-words", maxlength: 80, title: say.wordsHelp[known] });
  const box = dialog(say.teachTitle, h("p", {}, say.teachHint),
    h("div", { class: "fields" }, h("label", { class: "field" }, h("span", {}, say.effect), effect),
      h("label", { class: "field" }, h("span", {}, say.steps), steps)),
    h("div", { class: "run" }, button(say.teach, "spark", async () => {
      if (await attempt(() => post("teach-domain", { effect: effect.value, steps: Number(steps.value) }))) box.close();
    }, { class: "main", id: "teach-domain" })),
    known ? h("h3", { class: "sub" }, say.orWords) : null,
    known ? h("div", { class: "fields" }, h("label", { class: "field" }, h("span", {}, say.words), words)) : null,
    known ? h("p", { class: "note" }, say.wordsHelp[known]) : null,
    known ? h("div", { class: "run" }, button(say.teachWords, "spark", async () => {
      if (await attempt(() => post("teach-domain", { words: words.value, steps: Number(steps.value) }))) box.close();
    }, { id: "teach-words" })) : null);
}
export function start() {
  watch((state) => [state?.generator?.domains, state?.domains], domains);
}
