// The state of the session as the server tells it, and what only this tab knows.
import { texts } from "./texts.js";
const watchers = [];
export const store = { state: null, online: true };
// What only this tab knows.
export const tab = { tool: "brush", brush: 10, soft: false, painted: new Map(), active: null, original: false,
  heat: null, found: false, tile: 148 };
// Calls back when what `select` picks has changed.
export function watch(select, callback) {
  watchers.push({ select, callback, last: undefined });
}
export function tell() {
  for (const watcher of watchers) {
    const now = JSON.stringify(watcher.select(store.state, tab)) ?? "";
    if (now !== watcher.last) {
      watcher.last = now;
      watcher.callback(store.state, tab);
    }
  }
}
export function listen(trouble) {
  const source = new EventSource("api/events");
  source.onmessage = (event) => {
    const next = JSON.parse(event.data);
    if (!store.online) { store.online = true; trouble(null); }
    store.state = next;
    tell();
  };
  source.onerror = async () => {
    store.online = false;
    let text = texts.reconnecting;
    try { if ((await fetch("api/state")).status === 403) text = texts.refused; } catch { /* nobody there */ }
    if (!store.online) trouble(text);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(trouble), 1500);
  };
}
