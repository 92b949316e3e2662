// The dialog in which one picks a file, a template, a voice, a mask. Its contents come by htmx:
// [data-pick] opens it, [data-put] and [data-set] tell the form what was picked, [data-close] ends it.
const picker = document.getElementById("picker");
const inside = document.getElementById("picker-body");
const tune = new Audio();
let opener = null;
let sounding = null;

function fill(name) {
  inside.replaceChildren(document.getElementById(name).content.cloneNode(true));
}

function open(button) {
  opener = button;
  fill("picker-wait");
  if (!picker.open) picker.showModal();
}

// The form may have been drawn anew meanwhile: the opener is then another element of the same id.
function back() {
  const there = opener?.isConnected ? opener : document.getElementById(opener?.id);
  (there ?? document.getElementById("prompt"))?.focus();
}

picker.addEventListener("close", () => {
  hush();
  inside.replaceChildren();
  back();
});

function tell(name, text) {
  const detail = name === "studio:set" ? { values: JSON.parse(text) } : JSON.parse(text);
  picker.close();
  document.dispatchEvent(new CustomEvent(name, { detail }));
  // The form's answer may take the opener away; whoever uses the keyboard stays where he was.
  document.addEventListener("htmx:afterSettle", () => document.activeElement === document.body && back(), { once: true });
}

// Sounds: one at a time, by the button beside the name.

function hush() {
  tune.pause();
  sounding?.setAttribute("aria-pressed", "false");
  sounding = null;
}

function sound(button) {
  const again = sounding === button;
  hush();
  if (again) return;
  sounding = button;
  button.setAttribute("aria-pressed", "true");
  tune.src = button.dataset.sound;
  tune.play().catch(() => {
    if (sounding !== button) return;
    hush();
    button.disabled = true;
    button.title = "There is no sample to play.";
  });
}

tune.addEventListener("ended", hush);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-pick], [data-put], [data-set], [data-sound]");
  if (button?.matches("[data-pick]")) open(button);
  else if (button?.dataset.put) tell("studio:put", button.dataset.put);
  else if (button?.dataset.set) tell("studio:set", button.dataset.set);
  else if (button?.dataset.sound) sound(button);
});
picker.addEventListener("click", (event) => {
  if (event.target === picker || event.target.closest("[data-close]")) picker.close();
  else if (event.target.closest("[data-again]")) opener?.click();
});

// Arrows move among the choices by where they stand; one of them is reached with Tab.

function choices() {
  return [...inside.querySelectorAll("[data-item]:not(:disabled)")].filter((one) => one.offsetParent);
}

function rove() {
  const all = choices();
  const kept = all.find((one) => one === document.activeElement) ?? all.find((one) => one.ariaCurrent === "true");
  for (const one of all) one.tabIndex = one === (kept ?? all[0]) ? 0 : -1;
}

function middle(one) {
  const box = one.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2, top: box.top, bottom: box.bottom };
}

// The nearest of the next line up or down; a line is what does not overlap with ours.
function across(all, from, down) {
  const here = middle(from);
  const beyond = all.map((one) => ({ one, at: middle(one) }))
    .filter(({ at }) => (down ? at.y > here.bottom : at.y < here.top));
  const far = ({ at }) => Math.abs(at.y - here.y) * 10 + Math.abs(at.x - here.x);
  return beyond.sort((a, b) => far(a) - far(b))[0]?.one;
}

function next(all, from, key) {
  const at = all.indexOf(from);
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (key === "ArrowRight") return all[at + 1];
  if (key === "ArrowLeft") return all[at - 1];
  if (key === "ArrowDown") return across(all, from, true);
  return key === "ArrowUp" ? across(all, from, false) : undefined;
}

function go(one) {
  one.focus();
  one.scrollIntoView({ block: "nearest" });
  rove();
}

picker.addEventListener("keydown", (event) => {
  const field = event.target.closest("input[type=search]");
  if (field && event.key === "ArrowDown" && choices().length) {
    event.preventDefault();
    go(choices()[0]);
    return;
  }
  if (field && event.key === "Escape" && field.value) {
    // The first Escape empties the search, as the browser does; the next one closes.
    event.preventDefault();
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  if (!event.target.matches("[data-item]")) return;
  const one = next(choices(), event.target, event.key);
  if (!one && event.key === "ArrowUp") inside.querySelector("input[type=search]")?.focus();
  if (!one && !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  if (one) go(one);
});
picker.addEventListener("focusin", (event) => event.target.matches("[data-item]") && rove());

// What comes by htmx.

document.addEventListener("htmx:afterSwap", (event) => {
  if (!picker.contains(event.target)) return;
  // The play buttons of what is gone are gone; a sound of theirs must not go on.
  if (sounding && !sounding.isConnected) hush();
  rove();
});
// Not before htmx knows the field: what one types there at once would be searched by nobody.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!picker.contains(event.target)) return;
  if (!picker.open || inside.contains(document.activeElement)) return;
  const first = inside.querySelector("[data-first]");
  // On a phone a focused field would cover half of the choices with the keyboard.
  if (first && window.matchMedia("(pointer: fine)").matches) first.focus();
  else picker.focus();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  // An answer that comes after the dialog was closed has no place any more.
  if (picker.contains(target) && !picker.open) event.detail.shouldSwap = false;
  // An opener inherits the form's way to swap, which would put the answer in the body's own place.
  if (target === inside) event.detail.swapOverride = "innerHTML";
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => event.detail.target === inside && fill("picker-lost"));
}

// A preview that is not there yet is asked for again, a few times, ever later; then an icon stands.
const TRIES = [1500, 4000, 9000];
inside.addEventListener("error", (event) => {
  const image = event.target;
  if (!(image instanceof HTMLImageElement)) return;
  const tried = Number(image.dataset.tried ?? 0);
  image.hidden = true;
  if (tried >= TRIES.length) return;
  image.dataset.tried = tried + 1;
  image.dataset.from ??= image.getAttribute("src");
  setTimeout(() => {
    if (!image.isConnected) return;
    image.loading = "eager";
    image.src = `${image.dataset.from}&try=${tried + 1}`;
  }, TRIES[tried]);
}, true);
inside.addEventListener("load", (event) => {
  if (event.target instanceof HTMLImageElement) event.target.hidden = false;
}, true);
