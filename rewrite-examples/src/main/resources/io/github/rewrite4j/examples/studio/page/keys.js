// What keys do, on any keyboard: by the letter that is typed, not by where it lies.
import { h } from "./dom.js";
import { post } from "./api.js";
import { store, tab, tell } from "./store.js";
import { texts } from "./texts.js";
import { attempt, dialog } from "./say.js";
import { act, compare } from "./grid.js";

export function help() {
  dialog(texts.keys.title, h("dl", { class: "keys" }, texts.keys.list.map(([keys, what]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, what)]).flat()),
    h("p", { class: "note" }, texts.keys.about));
}
const tool = (name) => { if (name !== "place" || store.state?.draft?.object) { tab.tool = name; tell(); } };
const brush = (by) => { tab.brush = Math.max(2, Math.min(50, tab.brush + by)); tell(); };
const plain = {
  b: () => tool("brush"), e: () => tool("erase"), f: () => tool("flood"), p: () => tool("place"),
  "[": () => brush(-2), "]": () => brush(2), "-": () => brush(-2), "+": () => brush(2),
  c: () => act("copy"), v: () => act("paste"), x: () => act("context"), s: () => act("search"),
  delete: () => act("clear"), backspace: () => act("clear"),
  r: () => attempt(() => post("rewrite")), u: () => attempt(() => post("undo")), i: () => attempt(() => post("redo")), "?": help,
};
export function start() {
  addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input:not([type=range]):not([type=checkbox]), textarea, select, dialog");
    if (writing || event.altKey || event.isComposing) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      const undo = key === "z" && !event.shiftKey, redo = key === "y" || (key === "z" && event.shiftKey);
      if (undo || redo) { event.preventDefault(); attempt(() => post(undo ? "undo" : "redo")); }
      return;
    }
    if (key === "o") { if (!event.repeat) compare(true); return; }
    if (plain[key] && !event.repeat) { event.preventDefault(); plain[key](); }
  });
  addEventListener("keyup", (event) => { if (event.key.toLowerCase() === "o") compare(false); });
  addEventListener("blur", () => compare(false));
}
