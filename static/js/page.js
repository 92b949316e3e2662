// Every page: toasts, menus, and the quiet banner when the server cannot be reached.
"use strict";

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  target?.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Good news goes by itself after a while; anything else stays until it is dismissed, and so does
// what offers something to do: whoever reads slowly must not lose it.
function fadeToasts() {
  for (const toast of document.querySelectorAll(".toast-line.success, .toast-line.info")) {
    if (toast.dataset.going || toast.querySelector("form, a")) continue;
    toast.dataset.going = "yes";
    setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 9000);
  }
}

function banner(text) {
  const line = document.getElementById("quiet-banner");
  if (!line) return;
  line.hidden = !text;
  line.querySelector("[data-text]").textContent = text;
}

// A message of the page itself; another of the same kind takes its place.
function tell(kind, tone, text, ...more) {
  const toast = document.getElementById(`${tone}-toast`)?.content.firstElementChild.cloneNode(true);
  if (!toast) return;
  toast.querySelector("[data-words]").append(text, ...more);
  toast.dataset.kind = kind;
  untell(kind);
  document.getElementById("toasts").append(toast);
  fadeToasts();
}

function untell(kind) {
  document.querySelector(`[data-toast][data-kind="${kind}"]`)?.remove();
}

// What somebody pressed, by its words; nothing for what the page asks by itself.
function pressedOf({ elt, requestConfig }) {
  const { verb, triggeringEvent } = requestConfig;
  if (verb === "get" || !["submit", "click", "change"].includes(triggeringEvent?.type)) return "";
  const pressed = triggeringEvent.submitter ?? elt;
  const words = pressed.getAttribute("aria-label") || pressed.innerText || "what you chose";
  return words.replace(/\s+/g, " ").trim().slice(0, 60);
}

// Signed out while the page stood open: say so, do not take away what was typed.
function signedOut(xhr) {
  return Boolean(xhr.getResponseHeader("HX-Redirect")?.includes("/login"));
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!signedOut(event.detail.xhr)) return;
  event.preventDefault();
  banner("You are signed out. What you typed is kept; reload the page to sign in again.");
});
document.addEventListener("htmx:sendError", (event) => {
  banner("The studio cannot be reached. This page shows the last known state, and what you press is not sent.");
  const pressed = pressedOf(event.detail);
  // The studio's form says it beside its button.
  if (pressed && event.target.id !== "compose") {
    tell("not-sent", "error", `Not sent: ${pressed}. The studio could not be reached; press it again.`);
  }
});
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 || status === 403) banner("You are signed out, or may not do this. Reload the page.");
  else if (status >= 500) banner("Something went wrong on our side. Nothing you typed is lost.");
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.xhr.status >= 400 || signedOut(event.detail.xhr)) return;
  banner("");
  if (event.detail.requestConfig.verb !== "get") untell("not-sent");
});
document.addEventListener("htmx:afterSettle", fadeToasts);
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm || event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
fadeToasts();
