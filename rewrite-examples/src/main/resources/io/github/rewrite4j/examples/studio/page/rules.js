// The list of rules: strengths that redraw the grid while they are dragged, order, reports.
import { $, h, button, fill } from "./dom.js";
import { json, post, thing } from "./api.js";
import { store, tab, tell, watch } from "./store.js";
import { texts } from "./texts.js";
import { attempt, dialog } from "./say.js";
import { dragTo } from "./grid.js";

const say = texts.rules;
const percent = (strength) => `${Math.round(strength * 100)} %`;
export const words = (rule) => rule.learnt !== undefined ? say.words(rule.learnt, rule.elsewhere)
  : rule.elsewhere !== undefined ? say.elsewhere(rule.elsewhere) : "";

function row(rule, at, count) {
  const value = h("output", { class: "percent" }, rule.strength === 0 ? say.off : percent(rule.strength));
  const slider = h("input", { type: "range", min: -1, max: 2, step: 0.05, value: rule.strength, "data-key": `strength-${rule.id}`,
    "aria-label": `${say.strength}: ${rule.name}`, class: "strength" });
  slider.addEventListener("input", () => {
    value.textContent = percent(Number(slider.value));
    dragTo(`drag?rule=${rule.id}&strength=${slider.value}`);
  });
  slider.addEventListener("change", () => attempt(() => post("strength", { rule: rule.id, strength: Number(slider.value) })));
  const name = h("input", { type: "text", class: "rule-name", value: rule.name, "data-key": `name-${rule.id}`, "aria-label": say.rename, maxlength: 80 });
  name.addEventListener("change", () => attempt(() => post("rename", { rule: rule.id, name: name.value })));
  const moveTo = (to) => () => attempt(() => post("move-rule", { rule: rule.id, to }));
  const fires = `fires?rule=${rule.id}`;
  return h("li", { class: rule.strength === 0 ? "rule off" : "rule", "data-rule": rule.id },
    h("div", { class: "rule-head" }, name, value),
    slider,
    words(rule) ? h("p", { class: "words" }, words(rule), rule.learnt !== undefined && rule.learnt < 0.3 ? ` ${say.remedy}` : "") : null,
    h("div", { class: "rule-actions" },
      rule.report ? button(say.report, "open", () => report(rule), { class: "quiet small", "data-key": `report-${rule.id}` }) : null,
      button(say.fires, "fire", () => { tab.heat = tab.heat === fires ? null : fires; tell(); }, { class: "quiet small", "data-key": `fires-${rule.id}`, "aria-pressed": String(tab.heat === fires) }),
      h("a", { class: "button quiet small", href: thing(rule.patch, `${rule.name}.safetensors`), download: "", title: say.save, "aria-label": say.save }, saveIcon()),
      at > 0 ? button(say.up, "up", moveTo(at - 1), { only: true, class: "quiet small", "data-key": `up-${rule.id}` }) : null,
      at < count - 1 ? button(say.down, "down", moveTo(at + 1), { only: true, class: "quiet small", "data-key": `down-${rule.id}` }) : null,
      button(say.remove, "clear", () => attempt(() => post("remove-rule", { rule: rule.id })), { only: true, class: "quiet small", "data-key": `remove-${rule.id}` })));
}
function saveIcon() { return button("", "save", null).firstChild; }
function rules(state) {
  const list = state?.draft?.rules ?? [];
  fill($("rules"),
    h("div", { class: "head" }, h("h2", {}, say.title),
      list.length ? button(say.revert, "undo", () => attempt(() => post("revert")), { class: "quiet small", "data-key": "revert", id: "revert" }) : null),
    list.length ? h("ol", { class: "rule-list" }, list.map((rule, at) => row(rule, at, list.length))) : h("p", { class: "empty" }, say.empty));
}
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const readable = (value) => typeof value === "number" ? String(Number(value.toPrecision(4)))
  : Array.isArray(value) ? value.slice(0, 12).map(readable).join(", ") : value !== null && typeof value === "object"
    ? Object.entries(value).map(([key, inner]) => `${key} ${readable(inner)}`).join(", ") : String(value);
export async function report(rule) {
  const facts = await attempt(() => json(`thing?key=${rule.report}`));
  if (!facts) return;
  const warnings = facts.warnings ?? [];
  dialog(`${texts.report.title}: ${rule.name}`,
    words(rule) ? h("p", { class: "lead" }, words(rule)) : null,
    warnings.length ? h("section", {}, h("h3", {}, texts.report.warnings), h("ul", {}, warnings.map((one) => h("li", {}, `${capital(one.finding)}. ${capital(one.advice)}.`)))) : null,
    h("section", {}, h("h3", {}, texts.report.raw),
      h("div", { class: "scroll", tabindex: 0 }, h("table", {}, h("tbody", {}, Object.entries(facts).filter(([key]) => key !== "warnings").map(([key, value]) => h("tr", {}, h("th", { scope: "row" }, key), h("td", {}, readable(value)))))))),
    h("a", { class: "button", href: thing(rule.report, "report.json"), download: "" }, texts.report.download));
}
export function start() {
  watch((state, mine) => [state?.draft?.rules, mine.heat], rules);
}
