// Two to four clips under one play head: side by side or as a wipe, sound from one at a time.
"use strict";

// Where nobody knows how many pictures a second has: as films have it.
const USUAL_FPS = 24;
// Less than this nobody sees; up to FAR a clip runs a little faster or slower, past it it jumps.
const NEAR = 0.03;
const FAR = 0.3;

const room = document.querySelector("[data-compare]");
if (room) compare(room);

function timecode(seconds) {
  const hundredths = Math.floor(Math.max(0, seconds) * 100 + 1e-6);
  const two = (number) => String(number).padStart(2, "0");
  const whole = Math.floor(hundredths / 100);
  return `${Math.floor(whole / 60)}:${two(whole % 60)}.${two(hundredths % 100)}`;
}

function compare(room) {
  const place = room.querySelector("[data-sides]");
  const bar = room.querySelector("[data-bar]");
  const seek = bar.querySelector("[data-seek-bar]");
  const line = room.querySelector("[data-wipe-line]");
  const wipe = room.querySelector("[data-wipe]");
  const said = room.querySelector("[data-said]");
  const sides = () => [...place.querySelectorAll("[data-side]")];
  const all = sides().map((side) => ({
    side, video: side.querySelector("video"), length: Number(side.dataset.ms) / 1000,
    frame: 1 / (Number(side.querySelector("video")?.dataset.fps) || USUAL_FPS),
  }));
  const clips = all.filter((one) => one.video);
  // The longest leads: the others follow its time.
  const leader = clips.reduce((best, one) => (!best || one.length > best.length ? one : best), null);
  let chosen = all[0].side;
  let other = all[1].side;
  let playing = false;

  const now = () => leader?.video.currentTime ?? 0;
  const end = () => leader?.length ?? 0;
  const say = (text) => { said.textContent = text; };
  // As in the table below, wherever it stands.
  const number = (side) => all.findIndex((one) => one.side === side) + 1;

  function put(seconds) {
    const at = Math.min(end(), Math.max(0, seconds));
    for (const one of clips) {
      one.video.currentTime = Math.min(at, Math.max(0, one.length - 0.001));
      one.video.playbackRate = 1;
    }
    draw(at);
  }

  function draw(at = now()) {
    if (!seek) return;
    seek.value = at * 1000;
    seek.setAttribute("aria-valuetext", timecode(at));
    bar.querySelector("[data-time]").textContent = `${timecode(at)} / ${timecode(end())}`;
    for (const one of clips) {
      one.side.querySelector("[data-over]").hidden = at <= one.length + one.frame || one === leader;
    }
  }

  function follow(one, at) {
    const { video } = one;
    if (at >= one.length) {
      if (!video.paused) video.pause();
      return;
    }
    const drift = video.currentTime - at;
    if (Math.abs(drift) > FAR) {
      video.currentTime = at;
      video.playbackRate = 1;
    } else video.playbackRate = Math.abs(drift) < NEAR ? 1 : drift > 0 ? 0.92 : 1.08;
    if (video.paused && playing) video.play().catch(() => {});
  }

  // One that has nothing to show yet makes all of them wait.
  function waits(at) {
    return clips.some((one) => at < one.length - one.frame && one.video.readyState < 3);
  }

  function tick() {
    if (!playing) return;
    const at = now();
    if (leader.video.ended || at >= end() - 0.01) put(0);
    if (waits(at)) {
      for (const one of clips) if (!one.video.paused && one.video.readyState >= 3) one.video.pause();
    } else {
      if (leader.video.paused) leader.video.play().catch(stop);
      for (const one of clips) if (one !== leader) follow(one, at);
    }
    draw();
    requestAnimationFrame(tick);
  }

  function state() {
    room.toggleAttribute("data-playing", playing);
    bar.querySelector("[data-act=play]")?.setAttribute("aria-label", playing ? "Pause all" : "Play all");
  }
  function stop() {
    playing = false;
    for (const one of clips) {
      one.video.pause();
      one.video.playbackRate = 1;
    }
    put(now());
    state();
  }
  function start() {
    if (!leader) return;
    if (now() >= end() - 0.05) put(0);
    playing = true;
    state();
    leader.video.play().then(() => requestAnimationFrame(tick)).catch(stop);
  }
  function step(direction) {
    if (playing) stop();
    put(now() + direction * (leader?.frame ?? 0));
  }

  function choose(side) {
    if (!side || side === chosen) return;
    other = chosen;
    chosen = side;
    drawChoice();
    say(`${number(side)} is chosen`);
  }
  function drawChoice() {
    for (const side of sides()) {
      const pick = side.querySelector("[data-pick]");
      pick.hidden = false;
      pick.setAttribute("aria-pressed", String(side === chosen));
      side.toggleAttribute("data-chosen", side === chosen);
      side.toggleAttribute("data-shown", side === chosen || side === other);
    }
    drawWipe();
  }

  function sound(side) {
    for (const one of clips) {
      const loud = one.side === side && one.video.muted;
      one.video.muted = !loud;
      one.side.querySelector("[data-sound]")?.setAttribute("aria-pressed", String(loud));
    }
  }

  // Of the two that the wipe shows, the one further to the front stands on the left.
  function pair() {
    return sides().filter((side) => side === chosen || side === other);
  }
  function drawWipe() {
    const isWipe = room.dataset.mode === "wipe";
    line.hidden = !isWipe;
    const [left, right] = pair();
    for (const side of sides()) {
      side.toggleAttribute("data-top", isWipe && side === right);
    }
    if (!isWipe) return;
    place.style.setProperty("--wipe", `${wipe.value}%`);
    const shape = left.querySelector("video, img");
    place.style.setProperty("--shape", `${shape.getAttribute("width")} / ${shape.getAttribute("height")}`);
    wipe.setAttribute("aria-valuetext", `${wipe.value} percent of ${number(left)}, the rest of ${number(right)}`);
  }

  const acts = {
    play: () => (playing ? stop() : start()),
    back: () => step(-1),
    on: () => step(1),
    swap() {
      const [left, right] = pair();
      const stand = document.createElement("span");
      left.replaceWith(stand);
      right.replaceWith(left);
      stand.replaceWith(right);
      drawChoice();
      if (playing) for (const one of clips) one.video.play().catch(() => {});
      say("Swapped");
    },
    mode() {
      room.dataset.mode = room.dataset.mode === "wipe" ? "side" : "wipe";
      bar.querySelector("[data-act=mode]").setAttribute("aria-pressed", String(room.dataset.mode === "wipe"));
      drawWipe();
      say(room.dataset.mode === "wipe" ? "Wipe" : "Side by side");
    },
    sound() {
      const one = clips.find((clip) => clip.side === chosen);
      if (chosen.querySelector("[data-sound]")) sound(chosen);
      else say(one ? "This one has no sound" : "A picture has no sound");
    },
    verdict: (which) => chosen.querySelector(`[data-verdict="${which}"]`)?.click(),
  };
  const keys = {
    " ": acts.play, arrowleft: acts.back, arrowright: acts.on, c: acts.swap, m: acts.mode, s: acts.sound,
    a: () => acts.verdict("approved"), x: () => acts.verdict("changes"),
  };
  for (const at of all.keys()) keys[String(at + 1)] = () => choose(all[at].side);

  function mayAct(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
    if (document.querySelector("dialog[open]")) return false;
    if (event.key.length === 1 && event.key !== " " && document.body.dataset.singleKeys === "off") return false;
    const at = event.target.closest("input, textarea, select, [contenteditable]");
    // The wipe's own handle moves by the arrow keys.
    if (at === wipe) return !event.key.startsWith("Arrow");
    return !at || at === seek;
  }
  document.addEventListener("keydown", (event) => {
    if (!mayAct(event)) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    const act = keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  room.addEventListener("click", (event) => {
    const side = event.target.closest("[data-side]");
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act) acts[act]();
    else if (event.target.closest("[data-pick], .view")) choose(side);
    else if (event.target.closest("[data-sound]")) sound(side);
  });
  seek?.addEventListener("input", () => {
    if (playing) stop();
    put(Number(seek.value) / 1000);
  });
  wipe.addEventListener("input", drawWipe);
  for (const one of clips) {
    one.video.controls = false;
    one.video.addEventListener("loadedmetadata", () => {
      one.length = one.video.duration || one.length;
      draw();
    });
    const button = one.side.querySelector("[data-sound]");
    if (button) button.hidden = false;
  }
  bar.hidden = false;
  drawChoice();
  draw(0);
}
