// Choosing what to swap: a frame by a slider, and masks on it. Works on whatever #masks there is.
"use strict";

(() => {
  const PICKS = ["mask", "mask_2", "mask_3"];
  const box = () => document.getElementById("masks");
  const set = (values) => document.dispatchEvent(new CustomEvent("studio:set", { detail: { values } }));

  // The frame

  function seek(number) {
    const video = document.getElementById("masks-video");
    if (!video) return;
    const [frames, ms] = [Number(video.dataset.frames), Number(video.dataset.ms)];
    // The middle of the frame: at its very beginning a player may still show the one before.
    const when = ((number - 0.5) * ms) / frames / 1000;
    if (video.readyState < 1) video.addEventListener("loadedmetadata", () => seek(number), { once: true });
    else video.currentTime = when;
  }

  function choose(number) {
    const field = document.getElementById("masks-number");
    const slider = document.getElementById("masks-slider");
    const most = Number(field.max);
    const fitting = Math.min(Math.max(Math.round(Number(number)) || 1, 1), most);
    if (document.activeElement !== field) field.value = fitting;
    slider.value = fitting;
    slider.setAttribute("aria-valuetext", `${fitting} of ${most}`);
    seek(fitting);
  }

  // What is typed here is no part of the brief yet: the form must not ask for prices anew.
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#masks")) return;
    event.stopPropagation();
    if (event.target.id === "masks-slider" || event.target.id === "masks-number") choose(event.target.value);
    if (event.target.dataset.price) document.getElementById("masks-price").textContent = event.target.dataset.price;
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== "masks-number") return;
    event.preventDefault();
    document.getElementById("masks-find")?.click();
  });

  // The masks

  const pressed = () => [...box().querySelectorAll("[data-mask][aria-pressed=true]")]
    .sort((one, other) => Number(one.dataset.place ?? 0) - Number(other.dataset.place ?? 0));

  function pick(button) {
    const list = document.getElementById("masks-list");
    const most = Number(box().dataset.most);
    let chosen = pressed();
    if (chosen.includes(button)) chosen = chosen.filter((one) => one !== button);
    else if (most === 1) chosen = [button];
    else if (chosen.length < most) chosen.push(button);
    const values = Object.fromEntries(PICKS.slice(0, most).map((name, at) => [name, chosen[at]?.dataset.mask ?? ""]));
    values.keyframe = chosen.length ? list.dataset.keyframe : "";
    values.at_mask = chosen.length ? list.dataset.at : "";
    for (const one of list.querySelectorAll("[data-mask]")) {
      const place = chosen.indexOf(one);
      one.setAttribute("aria-pressed", String(place >= 0));
      one.disabled = most > 1 && chosen.length === most && place < 0;
      if (place >= 0 && most > 1) one.dataset.place = place;
      else delete one.dataset.place;
      const word = one.querySelector(".place");
      if (word) word.textContent = place >= 0 ? `@selection${place}` : "";
      tint(one.dataset.number)?.classList.toggle("lit", place >= 0);
    }
    for (const [name, value] of Object.entries(values)) {
      const field = box().querySelector(`input[type=hidden][name="${name}"]`);
      if (field) field.value = value;
    }
    set(values);
  }

  const tint = (number) => box()?.querySelector(`[data-tint="${number}"]`);

  function glow(button, on) {
    tint(button.dataset.number)?.classList.toggle("glow", on);
  }

  // The picture of a mask, as opaque as it is where the pointer stands; the smallest thing wins.
  const shapes = new WeakMap();
  function shape(image) {
    if (!shapes.has(image) && image.complete && image.naturalWidth) {
      const canvas = document.createElement("canvas");
      canvas.width = 64;
      canvas.height = 64;
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(image, 0, 0, 64, 64);
      const alpha = pen.getImageData(0, 0, 64, 64).data.filter((_, at) => at % 4 === 3);
      shapes.set(image, { alpha, area: alpha.filter((level) => level > 60).length });
    }
    return shapes.get(image);
  }

  function under(event) {
    const stage = event.target.closest?.("#masks-stage");
    if (!stage) return null;
    const frame = stage.getBoundingClientRect();
    const x = Math.min(63, Math.floor((64 * (event.clientX - frame.left)) / frame.width));
    const y = Math.min(63, Math.floor((64 * (event.clientY - frame.top)) / frame.height));
    const hit = [...stage.querySelectorAll("[data-tint]")]
      .map((image) => ({ image, shape: shape(image) }))
      .filter((one) => one.shape && one.shape.alpha[y * 64 + x] > 60)
      .sort((one, other) => one.shape.area - other.shape.area)[0];
    return hit ? document.getElementById(`mask-${hit.image.dataset.tint}`) : null;
  }

  document.addEventListener("pointermove", (event) => {
    if (!event.target.closest?.("#masks-stage")) return;
    const button = under(event);
    event.target.closest("#masks-stage").classList.toggle("over", Boolean(button) && !button.disabled);
    for (const one of box().querySelectorAll("[data-mask]")) glow(one, one === button);
  });
  for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => {
      const button = event.target.closest?.("[data-mask]");
      if (button) glow(button, on);
      else if (!on && event.target.closest?.("#masks-stage")) {
        for (const one of box().querySelectorAll("[data-mask]")) glow(one, false);
      }
    });
  }

  document.addEventListener("click", (event) => {
    const way = event.target.closest?.("[data-frame-step]");
    if (way) {
      const field = document.getElementById("masks-number");
      choose(Number(field.value) + Number(way.dataset.frameStep));
      return;
    }
    const button = event.target.closest?.("[data-mask]") ?? under(event);
    if (!button || button.disabled) return;
    event.preventDefault();
    pick(button);
  });

  // After each redraw

  function dress() {
    const here = box();
    if (!here || here.dataset.dressed) return;
    here.dataset.dressed = "yes";
    const slider = document.getElementById("masks-slider");
    const video = document.getElementById("masks-video");
    if (slider) {
      video.controls = false;
      slider.parentElement.hidden = false;
      choose(slider.value);
    } else if (video) {
      seek(Number(video.dataset.frame));
    }
    // What stood there was for another source or another frame.
    if ("cleared" in here.dataset) set({ keyframe: "", at_mask: "", mask: "", mask_2: "", mask_3: "" });
  }

  // The source changed, and the form did not draw this part anew.
  function follow() {
    const here = box();
    const source = here?.closest("form")?.elements.in_source_1?.value ?? "";
    const find = here?.dataset.source;
    if (!here || source === find || here.dataset.following === source) return;
    here.dataset.following = source;
    window.htmx.ajax("POST", here.dataset.url, { source: here, target: "#masks", swap: "outerHTML" });
  }

  // Whoever stood in this part stands in what takes its place: at the masks, else at its heading.
  let stood = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    stood = event.detail.target.id === "masks" && event.detail.target.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSettle", () => {
    dress();
    follow();
    if (stood && document.activeElement === document.body) {
      const next = box()?.querySelector("[data-mask]") ?? document.getElementById("masks-h");
      next?.focus({ preventScroll: true });
    }
    stood = false;
  });
  document.addEventListener("DOMContentLoaded", dress);
  dress();
})();
