// The player: our own bar with the moments of comments on it, frame steps, a loop, and keys.
"use strict";

// Where nobody knows how many pictures a second has: as films have it.
const USUAL_FPS = 24;
const SPEEDS = [1, 1.5, 2, 4];

// 0:02.13; the filter "timecode" says the same.
function timecode(seconds) {
  const hundredths = Math.floor(Math.max(0, seconds) * 100 + 1e-6);
  const two = (number) => String(number).padStart(2, "0");
  const whole = Math.floor(hundredths / 100);
  return `${Math.floor(whole / 60)}:${two(whole % 60)}.${two(hundredths % 100)}`;
}

// Keys of one character can be switched off; none may act while somebody types.
function mayAct(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (document.querySelector("dialog[open]")) return false;
  if (event.key.length === 1 && event.key !== " " && document.body.dataset.singleKeys === "off") return false;
  return !event.target.closest("input:not([type=range]), textarea, select, [contenteditable]");
}

function setUp(stage) {
  const video = stage.querySelector("video");
  const bar = stage.querySelector("[data-bar]");
  if (!video || !bar || stage.dataset.ready) return;
  stage.dataset.ready = "yes";
  const find = (name) => bar.querySelector(`[data-${name}]`);
  const seek = find("seek-bar");
  const loop = { from: null, to: null };
  const frame = 1 / (Number(video.dataset.fps) || USUAL_FPS);
  let speed = 0;
  const length = () => video.duration || Number(seek.max) / 1000 || 0;
  const to = (seconds) => { video.currentTime = Math.min(length(), Math.max(0, seconds)); };

  function draw() {
    const now = video.currentTime;
    seek.value = now * 1000;
    seek.setAttribute("aria-valuetext", timecode(now));
    find("time").textContent = `${timecode(now)} / ${timecode(length())}`;
    stage.dispatchEvent(new CustomEvent("moment", { bubbles: true, detail: { seconds: now } }));
  }

  function drawLoop() {
    const range = find("loop");
    const isSet = loop.from !== null || loop.to !== null;
    range.hidden = find("loop-off").hidden = !isSet;
    if (!isSet) return;
    const from = loop.from ?? 0;
    const end = loop.to ?? length();
    range.style.left = `${(100 * from) / length()}%`;
    range.style.width = `${(100 * Math.max(0, end - from)) / length()}%`;
  }

  function drawState() {
    const label = video.paused ? "Play" : "Pause";
    bar.querySelector("[data-act=play]").setAttribute("aria-label", label);
    stage.toggleAttribute("data-playing", !video.paused);
    stage.toggleAttribute("data-loud", !video.muted);
    bar.querySelector("[data-act=mute]")?.setAttribute("aria-pressed", String(!video.muted));
  }

  function pace(next) {
    speed = next;
    video.playbackRate = SPEEDS[speed];
    find("speed").textContent = speed ? `${SPEEDS[speed]}×` : "";
  }

  const acts = {
    play() {
      pace(0);
      if (video.paused) video.play().catch(() => {});
      else video.pause();
    },
    pause() { video.pause(); pace(0); },
    faster() {
      if (video.paused) acts.play();
      else pace(Math.min(speed + 1, SPEEDS.length - 1));
    },
    back() { video.pause(); to(video.currentTime - frame); },
    on() { video.pause(); to(video.currentTime + frame); },
    second() { to(video.currentTime - 1); },
    in() {
      loop.from = video.currentTime;
      if (loop.to !== null && loop.to <= loop.from) loop.to = null;
      drawLoop();
    },
    out() {
      loop.to = video.currentTime;
      if (loop.from !== null && loop.from >= loop.to) loop.from = null;
      drawLoop();
    },
    whole() { loop.from = loop.to = null; drawLoop(); },
    mute() { video.muted = !video.muted; },
    full() {
      if (document.fullscreenElement) document.exitFullscreen();
      else stage.requestFullscreen?.();
    },
  };
  const keys = {
    " ": acts.play, arrowleft: acts.back, arrowright: acts.on, j: acts.second, k: acts.pause,
    l: acts.faster, i: acts.in, o: acts.out, u: acts.whole, m: acts.mute, f: acts.full,
  };

  function follow() {
    const end = loop.to ?? length();
    if (!video.paused && (loop.from !== null || loop.to !== null)) {
      if (video.currentTime >= end || video.currentTime < (loop.from ?? 0) - frame) to(loop.from ?? 0);
    }
    draw();
    if (!video.paused) requestAnimationFrame(follow);
  }

  video.controls = false;
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act) acts[act]();
  });
  seek.addEventListener("input", () => to(Number(seek.value) / 1000));
  video.addEventListener("click", acts.play);
  video.addEventListener("play", () => { drawState(); follow(); });
  for (const name of ["pause", "volumechange"]) video.addEventListener(name, drawState);
  for (const name of ["seeked", "timeupdate", "loadedmetadata"]) video.addEventListener(name, draw);
  video.addEventListener("loadedmetadata", () => {
    seek.max = length() * 1000;
    pins(stage);
  });
  function pressed(event) {
    if (!stage.isConnected || event.shiftKey || !mayAct(event)) return;
    const focused = event.target.closest("button, a, summary, input");
    if (event.key === " " && focused && focused !== seek) return;
    const act = keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }
  // Before the browser's own keys of a focused player, or both would act. Letters wait until
  // the keys of the whole page were asked: "g u" is theirs.
  const named = (event) => event.key === " " || event.key.startsWith("Arrow");
  document.addEventListener("keydown", (event) => named(event) && pressed(event), true);
  document.addEventListener("keydown", (event) => named(event) || pressed(event));
  draw();
  drawState();
  pins(stage);
}

// A pin on the bar for each comment that speaks of a moment.
function pins(stage) {
  const place = stage.querySelector("[data-pins]");
  const most = Number(stage.querySelector("[data-seek-bar]")?.max);
  if (!place || !most) return;
  place.replaceChildren();
  for (const one of document.querySelectorAll("#review [data-at]:not(.done)")) {
    const pin = document.createElement("button");
    pin.type = "button";
    pin.className = "pin";
    pin.dataset.seek = one.dataset.at;
    pin.style.left = `${Math.min(100, (100 * Number(one.dataset.at)) / most)}%`;
    pin.title = `${one.dataset.by}: ${one.querySelector(".whole").textContent.slice(0, 80)}`;
    pin.setAttribute("aria-label", `Comment at ${timecode(Number(one.dataset.at) / 1000)} by ${one.dataset.by}`);
    place.append(pin);
  }
}

// A comment's time leads to its moment, and its pin to the comment.
document.addEventListener("click", (event) => {
  const wanted = event.target.closest?.("[data-seek]");
  const video = document.getElementById("player");
  if (!wanted || !video) return;
  video.pause();
  video.currentTime = Number(wanted.dataset.seek) / 1000;
  if (wanted.matches(".pin")) {
    const said = document.querySelector(`#review [data-at="${wanted.dataset.seek}"]`);
    said?.scrollIntoView({ block: "nearest" });
    said?.classList.add("lit");
    setTimeout(() => said?.classList.remove("lit"), 1600);
  }
});

function setUpAll() {
  for (const stage of document.querySelectorAll("[data-player]")) {
    setUp(stage);
    pins(stage);
  }
}
document.addEventListener("htmx:afterSettle", setUpAll);
setUpAll();
