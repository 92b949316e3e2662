// Cards: clocks that tick, previews that play, and live swaps that put each card in one place.
"use strict";

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const born = new WeakMap();

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  return `${hours ? `${hours}:${two(minutes % 60)}` : minutes}:${two(whole % 60)}`;
}

// The server says how long it has been; only the time since then is ours (no clocks compared).
function since(element, seconds) {
  if (!born.has(element)) born.set(element, performance.now() - seconds * 1000);
  return (performance.now() - born.get(element)) / 1000;
}

function ago(date) {
  const passed = (Date.now() - date) / 1000;
  for (const [size, word] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
    if (passed >= size) return `${Math.floor(passed / size)} ${word} ago`;
  }
  return "just now";
}

function tick() {
  if (document.hidden) return;
  for (const one of document.querySelectorAll("[data-elapsed]")) {
    one.textContent = clock(since(one, Number(one.dataset.elapsed)));
  }
  for (const bar of document.querySelectorAll("progress[data-typical]")) {
    const passed = since(bar, Number(bar.dataset.since));
    bar.value = Math.min(95, Math.max(1, (100 * passed) / Number(bar.dataset.typical)));
  }
}

function tickAgo() {
  for (const one of document.querySelectorAll("time[data-ago]")) {
    one.textContent = ago(new Date(one.dateTime));
  }
}

// Previews: muted, one at a time, after a short rest of the pointer or on keyboard focus.
let playing = null;
let waiting = 0;

// What is scrolled out of sight stops.
const sight = new IntersectionObserver((seen) => {
  if (seen.some((one) => one.target === playing?.parentElement && !one.isIntersecting)) stop();
});

function stop() {
  clearTimeout(waiting);
  sight.disconnect();
  playing?.remove();
  playing = null;
}

// Who asks for it by a key gets it, also where motion is to be reduced.
function play(place, asked = false) {
  stop();
  if ((calm.matches && !asked) || !place.dataset.preview) return;
  waiting = setTimeout(() => {
    const video = document.createElement("video");
    Object.assign(video, { muted: true, loop: true, playsInline: true, src: place.dataset.preview });
    video.setAttribute("aria-hidden", "true");
    place.querySelector("img")?.after(video);
    playing = video;
    sight.observe(place);
    video.play().catch(stop);
  }, 140);
}

document.addEventListener("pointerover", (event) => {
  const place = event.target.closest?.("[data-preview]");
  if (place && !place.contains(event.relatedTarget)) play(place);
});
document.addEventListener("pointerout", (event) => {
  const place = event.target.closest?.("[data-preview]");
  if (place && !place.contains(event.relatedTarget)) stop();
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-preview]:focus-visible")) play(event.target);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-preview]")) stop();
});

// Live. A hidden tab rests and looks at once when it is seen again.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "live" && document.hidden) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && document.getElementById("live")) window.htmx.trigger("#live", "look");
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  // Two answers may bring the same new card: it stands once.
  if (target.id === "cards") {
    for (const card of fragment.querySelectorAll(".card2")) document.getElementById(card.id)?.remove();
  }
  const card = fragment.querySelector?.(".card2");
  if (!target.matches(".card2") || !card || target.dataset.state === card.dataset.state) return;
  // Whoever tells of it in another way takes the word from us.
  const moved = new CustomEvent("card:moved", { detail: { card }, cancelable: true });
  if (document.dispatchEvent(moved)) say(card);
});

// Who is on a card that is drawn anew stays: on the same button, else on the card's link.
let stood = null;
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const here = document.activeElement;
  if (here?.closest(".card2") === event.detail.target) stood = [here.id, event.detail.target.id];
});
document.addEventListener("htmx:oobAfterSwap", () => {
  if (stood && document.activeElement === document.body) {
    const [same, card] = stood.map((id) => id && document.getElementById(id));
    (same || card?.querySelector(".ph"))?.focus({ preventScroll: true });
  }
  stood = null;
});

// By arrows: the card next to the one where somebody is, by what stands where.
function neighbour(all, here, key) {
  if (!here) return all[0];
  const at = all.indexOf(here);
  if (key === "ArrowRight") return all[at + 1];
  if (key === "ArrowLeft") return all[at - 1];
  const order = key === "ArrowDown" ? all.slice(at + 1) : all.slice(0, at).reverse();
  const row = order.find((one) => one.offsetTop !== here.offsetTop)?.offsetTop;
  const near = (one) => Math.abs(one.offsetLeft - here.offsetLeft);
  return order.filter((one) => one.offsetTop === row).sort((a, b) => near(a) - near(b))[0];
}

function say(card) {
  const line = document.getElementById("said");
  const state = card.querySelector(".state")?.textContent.trim();
  const prompt = card.querySelector(".said")?.textContent.trim().slice(0, 60);
  if (line && state) line.textContent = `${state}: ${prompt}`;
}

setInterval(tick, 1000);
setInterval(tickAgo, 30000);
