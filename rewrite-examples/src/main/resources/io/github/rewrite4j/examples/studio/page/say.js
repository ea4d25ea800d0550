// Sentences that come and go, and dialogs.
import { $, h, button, fill } from "./dom.js";
import { texts } from "./texts.js";
export function toast(sentence, kind = "wrong") {
  const box = h("div", { class: `toast ${kind}` }, h("span", {}, sentence),
    button(texts.jobs.dismiss, "clear", () => box.remove(), { only: true, class: "quiet" }));
  $("toasts").append(box);
  if (kind !== "stays") setTimeout(() => box.remove(), 9000);
  return box;
}
// Runs something and says what went wrong.
export async function attempt(work) {
  try { return await work(); }
  catch (failure) { toast(failure.message); return undefined; }
}
export function dialog(title, ...content) {
  const box = $("dialog");
  const close = button(texts.keys.close, "clear", () => box.close(), { only: true, class: "quiet" });
  fill(box, h("div", { class: "dialog-head" }, h("h2", { id: "dialog-title" }, title), close), ...content);
  box.setAttribute("aria-labelledby", "dialog-title");
  if (!box.open) box.showModal();
  return box;
}
