// The little that needs a script: theme, tooltip, chart keys, confirmation, files, copying, htmx manners.
// Every page works without it.
const root = document.documentElement;
const live = document.getElementById("live");
const toasts = document.getElementById("toasts");
const say = (text) => { live.textContent = ""; live.textContent = text; };

// --- theme: the opposite of what is shown, remembered ---
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const now = root.dataset.theme === "auto" ? system : root.dataset.theme;
  root.dataset.theme = now === "dark" ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* storage is switched off */ }
});

// --- one tooltip for every [data-tip]: mouse, touch, focus; Esc closes it (WCAG 1.4.13) ---
const tip = document.getElementById("tip");
let shown = null;
function hideTip() {
  tip.hidden = true;
  shown?.classList.remove("on");
  shown = null;
}
function showTip(element) {
  if (shown === element) return;
  hideTip();
  shown = element;
  element.classList.add("on");
  tip.textContent = element.dataset.tip;
  tip.hidden = false;
  const at = element.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - 8);
  const top = at.top - own.height - 8 > 0 ? at.top - own.height - 8 : at.bottom + 8;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${top + scrollY}px`;
}
document.addEventListener("pointerover", (event) => {
  const element = event.target.closest("[data-tip]");
  if (element) showTip(element);
  else hideTip();
});
document.addEventListener("focusin", (event) => {
  const element = event.target.closest("[data-tip]");
  if (element) showTip(element);
});
document.addEventListener("focusout", hideTip);

// --- arrow keys walk the points of a focused chart and say each one ---
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return hideTip();
  const chart = event.target.closest?.("[data-chart]");
  if (!chart || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  const points = [...chart.querySelectorAll("[data-tip]")];
  if (!points.length) return;
  const last = points.length - 1;
  const now = points.indexOf(shown);
  const next = {
    Home: 0,
    End: last,
    ArrowLeft: now <= 0 ? last : now - 1,
    ArrowRight: now === last ? 0 : now + 1,
  }[event.key];
  showTip(points[next]);
  say(points[next].dataset.tip);
});

// --- "are you sure?": data-confirm on a form or on its button; without script the form just posts ---
const dialog = document.getElementById("confirm");
let agreed = null;
let asked = null;
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset?.confirm;
  if (!question || agreed === form) return void (agreed = null);
  event.preventDefault();
  event.stopImmediatePropagation();
  document.getElementById("confirm-text").textContent = question;
  const submitter = event.submitter;
  dialog.returnValue = "";
  asked = form;
  dialog.addEventListener("close", () => {
    asked = null;
    if (dialog.returnValue !== "yes") return;
    agreed = form;
    form.requestSubmit(submitter);
  }, { once: true });
  dialog.showModal();
}, true);
// What shows progress renews itself: it waits while somebody is asked about a form in it, else their yes is lost.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (asked && event.detail.target.contains(asked)) event.detail.shouldSwap = false;
});

// --- copying, files dropped, toasts closed ---
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    say(toasts.dataset.copied);
    button.dataset.tip = toasts.dataset.copied;
    shown = null;
    showTip(button);
  }
  event.target.closest("[data-close]")?.parentElement.remove();
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => event.target.closest?.("[data-drop]")?.classList.toggle("over", name === "dragover"));
}
document.addEventListener("change", (event) => {
  const zone = event.target.closest("[data-drop]");
  if (zone) zone.querySelector("output").textContent = [...event.target.files].map((file) => file.name).join(", ");
});

// --- htmx: mark the chosen row, move focus to what was opened, tell failures and keep the old content ---
function showCurrentTab() { // where the tabs are wider than the screen
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const row = tab.parentElement;
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.clientWidth) / 2;
  }
}
showCurrentTab();
document.addEventListener("htmx:load", (event) => {
  const element = event.detail.elt;
  if (element === document.body) return;
  showCurrentTab();
  hideTip();
  for (const row of document.querySelectorAll(".rows a.row")) {
    if (location.pathname.startsWith(row.pathname)) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  if (!element.matches?.("[data-focus]")) return;
  element.focus({ preventScroll: true });
  if (matchMedia("(max-width: 760px)").matches) scrollTo(0, 0);
});
function failed() {
  const notice = document.createElement("p");
  notice.className = "notice error";
  notice.setAttribute("role", "alert");
  notice.textContent = toasts.dataset.failed;
  toasts.replaceChildren(notice);
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400 || xhr.status === 422 || xhr.getResponseHeader("HX-Retarget")) return;
  event.detail.shouldSwap = false; // a whole error page does not belong into a piece of this one
  failed();
});
document.addEventListener("htmx:sendError", failed);

// --- the builder of segments: Alt+Shift and an arrow presses the button that moves what has the focus ---
document.addEventListener("keydown", (event) => {
  if (!event.altKey || !event.shiftKey) return;
  const button = event.target.closest?.("[data-node]")?.querySelector(`[data-key="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  if (button.closest("[data-node]") === event.target.closest("[data-node]")) button.click();
});
