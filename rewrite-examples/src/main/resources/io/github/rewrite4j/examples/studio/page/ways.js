// Further ways in and out: the example, pictures of the user's own, files, exports, snapshots.
import { $, h, button, fill } from "./dom.js";
import { post, thing, upload } from "./api.js";
import { store, tab, tell, watch } from "./store.js";
import { texts } from "./texts.js";
import { attempt, toast } from "./say.js";
import { nameOf, shown } from "./grid.js";
import { placeObject, takeIn } from "./objects.js";
import { teachDomain } from "./domains.js";

const say = texts.ways;
export function choose(accept, use) {
  const input = h("input", { type: "file", accept, class: "unseen", tabindex: -1, "aria-hidden": "true" });
  input.addEventListener("change", async () => {
    const file = input.files[0];
    input.remove();
    if (file) await use(file);
  });
  document.body.append(input);
  input.click();
}
const picture = "image/png,image/jpeg";
export async function open(file) {
  if (file.type.startsWith("image/")) { (store.state.generator.samples || store.state.own.length ? placeObject : takeIn)(file); return; }
  const done = await attempt(async () => upload(`load?name=${encodeURIComponent(file.name)}`, await file.arrayBuffer()));
  if (done) toast(texts.ways.loaded(file.name), "note");
}
const link = (path, text) => h("a", { class: "button small", href: `api/${path}`, download: "" }, text);
function ways(state) {
  if (!state?.generator) { fill($("more-ways")); return; }
  const { draft, snapshots } = state;
  const fresh = !draft.object && !draft.rules.length && !draft.pastes.length;
  const subjects = shown(state).slice(0, 12);
  const list = `subjects=${subjects.map(encodeURIComponent).join(",")}&names=${subjects.map((key) => encodeURIComponent(nameOf(key).replaceAll(",", " "))).join(",")}`;
  const ready = draft.object && draft.pastes.length;
  fill($("more-ways"),
    h("h2", {}, say.title),
    h("div", { class: "ways" },
      state.generator.example ? button(say.example, "spark", () => attempt(() => post("example")), { class: fresh ? "example" : "quiet", id: "example", "data-key": "example", title: say.exampleHelp }) : null,
      button(say.object, "picture", () => choose(picture, placeObject), { class: "quiet", id: "object", "data-key": "object", title: say.objectHelp }),
      button(state.generator.picture ? say.input : say.own, "face", () => choose(picture, takeIn), { class: state.generator.samples || state.own.length ? "quiet" : "example", id: "own", "data-key": "own" }),
      state.generator.teachable ? button(say.domain, "add", teachDomain, { class: "quiet", id: "domain", "data-key": "domain" }) : null,
      (state.expanded ?? []).map((one) => button(say.openExpanded(one.name), "spark", () => attempt(() => post("open-expanded", { key: one.key })), { class: "quiet", "data-key": `open-${one.key}`, "data-open": one.name })),
      state.second ? button(say.first, "undo", () => attempt(() => post("open-first")), { class: "quiet", id: "first", "data-key": "first" }) : null,
      button(say.load, "open", () => choose(".json,.zip,.safetensors", open), { class: "quiet", id: "load", "data-key": "load" })),
    ready ? h("div", { class: "way-row sub" }, h("a", { class: "button small", href: "api/save-edit", download: "" }, say.saveEdit),
      link("save-original", say.saveOriginal)) : null,
    h("h3", { class: "sub" }, say.export),
    h("div", { class: "way-row" }, link(`sheet?${list}`, say.sheet),
      button(say.gif, null, () => attempt(() => post("export-gif")), { class: "small", id: "gif", "data-key": "gif" }),
      draft.rules.length ? link("save-rules", say.patch) : null,
      button(say.onnx, null, () => attempt(() => post("export-onnx")), { class: "small", id: "onnx", "data-key": "onnx" })),
    h("div", { class: "head sub" }, h("h3", {}, say.snapshots),
      button(say.snapshot, "camera", () => attempt(() => post("snapshot")), { class: "quiet small", id: "snapshot", "data-key": "snapshot" })),
    snapshots.length ? h("div", { class: "snapshots" }, snapshots.map((one, at) => h("span", { class: "thumb wide" },
      h("button", { type: "button", class: "see", title: say.restore, "aria-label": `${say.restore} ${at + 1}`, "data-key": `snap-${at}`, onclick: () => attempt(() => post("restore", { at })) },
        h("img", { src: thing(one.picture), alt: "", width: "92", height: "92" })),
      button(say.forget, "clear", () => attempt(() => post("forget-snapshot", { at })), { only: true, class: "drop", "data-key": `unsnap-${at}` })))) : null);
}
// Files may be dropped anywhere.
function dropping() {
  addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dropping"); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("dropping"); });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    const file = event.dataTransfer?.files?.[0];
    if (file) open(file);
  });
}
export function start() {
  watch((state) => [state?.generator, state?.draft, state?.snapshots, state?.ranges, state?.own, state?.expanded, state?.second], ways);
  dropping();
}
