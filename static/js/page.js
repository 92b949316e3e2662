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

// Signed out while the page stood open: say so, do not take away what was typed.
function signedOut(xhr) {
  return Boolean(xhr.getResponseHeader("HX-Redirect")?.includes("/login"));
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!signedOut(event.detail.xhr)) return;
  event.preventDefault();
  banner("You are signed out. What you typed is kept; reload the page to sign in again.");
});
document.addEventListener("htmx:sendError", () => {
  banner("The studio cannot be reached. This page shows the last known state and tries again.");
});
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 || status === 403) banner("You are signed out, or may not do this. Reload the page.");
  else if (status >= 500) banner("Something went wrong on our side. Nothing you typed is lost.");
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.xhr.status < 400 && !signedOut(event.detail.xhr)) banner("");
});
document.addEventListener("htmx:afterSettle", fadeToasts);
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm || event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
fadeToasts();

// On a phone the rail is wider than the screen: it begins where one is.
{
  const rail = document.getElementById("rail");
  const here = rail?.querySelector("[aria-current]");
  if (here) rail.scrollLeft = here.offsetLeft - (rail.clientWidth - here.offsetWidth) / 2;
}
