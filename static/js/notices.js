// The bell: how much is new, the dropdown, and what is shown outside of the page.
"use strict";

(() => {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const SEEN_MS = 30000, HIDDEN_MS = 60000, TOLD = "pixstudio-told";
  const latest = bell.querySelector("[data-latest]");
  const counter = bell.querySelector("[data-count]");
  let newest = Number(bell.dataset.newest), unread = Number(bell.dataset.unread);
  let timer = 0, asking = false;

  const may = () => "Notification" in window && Notification.permission === "granted";

  function draw() {
    counter.hidden = !unread;
    counter.querySelector("[data-number]").textContent = unread > 99 ? "99+" : unread;
  }

  // The newest that any tab of this browser told of; where nothing can be kept, each tab tells.
  function toldBefore() {
    try {
      return Number(localStorage.getItem(TOLD)) || 0;
    } catch {
      return 0;
    }
  }
  function remember(pk) {
    try {
      localStorage.setItem(TOLD, String(Math.max(pk, toldBefore())));
    } catch { /* told twice is better than not at all */ }
  }

  function show(one) {
    try {
      const shown = new Notification("PixStudio", { body: one.text, tag: `notice-${one.id}` });
      shown.onclick = () => { window.focus(); window.location.assign(one.url); };
    } catch { /* some phones know notifications of installed pages only */ }
  }

  function sound() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) return;
    const context = new Context(), tone = context.createOscillator(), gain = context.createGain();
    tone.frequency.setValueAtTime(660, 0);
    tone.frequency.setValueAtTime(880, 0.12);
    gain.gain.setValueAtTime(0.08, 0);
    gain.gain.exponentialRampToValueAtTime(0.0001, 0.5);
    tone.connect(gain).connect(context.destination);
    tone.onended = () => context.close();
    tone.start();
    tone.stop(0.5);
  }

  function tell(answer) {
    const before = toldBefore();
    const fresh = answer.items.filter((one) => one.id > before);
    remember(answer.newest);
    if (!fresh.length) return;
    if (answer.sound) sound();
    if (document.hidden && may()) fresh.filter((one) => one.browser).forEach(show);
  }

  async function ask() {
    clearTimeout(timer);
    // A hidden tab rests, unless it may tell of something from there.
    if (asking || (document.hidden && !may())) return;
    asking = true;
    try {
      const url = `${bell.dataset.news}?after=${newest}&unread=${unread}`;
      const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.status === 200) {
        const told = await answer.json();
        newest = told.newest;
        unread = told.unread;
        draw();
        if (bell.open) load();
        tell(told);
      }
    } catch { /* away, or signed out: the page says so elsewhere */ }
    asking = false;
    timer = setTimeout(ask, document.hidden ? HIDDEN_MS : SEEN_MS);
  }

  function load() {
    htmx.ajax("GET", latest.dataset.url, { target: latest, swap: "innerHTML" });
  }

  bell.addEventListener("toggle", () => bell.open && load());
  document.addEventListener("visibilitychange", ask);
  // Money moved: something ended, most likely.
  document.addEventListener("htmx:oobAfterSwap", (event) => event.target.id === "meters" && ask());
  Keys.add({
    keys: "g n", says: "Notifications", group: "Everywhere",
    run: () => bell.querySelector("summary").click(),
  });
  timer = setTimeout(ask, SEEN_MS);

  // The page of choices: the browser is asked only when somebody presses the button.
  const state = document.querySelector("[data-browser-state]");
  const allow = document.querySelector("[data-browser-allow]");
  if (!state || !allow) return;
  const say = () => {
    const known = "Notification" in window && window.isSecureContext;
    const word = known ? Notification.permission : "unknown";
    for (const line of state.querySelectorAll("[data-when]")) line.hidden = line.dataset.when !== word;
    allow.hidden = word !== "default";
  };
  allow.addEventListener("click", async () => {
    await Notification.requestPermission();
    say();
  });
  say();
})();
