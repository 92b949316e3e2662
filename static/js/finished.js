// A clip of mine is finished while I look on: one toast, however many there are, with the next steps.
"use strict";

{
  const feed = document.getElementById("cards");
  const pattern = document.getElementById("finished-toast");
  let toast = null, made = [], due = false;

  function link(name, address) {
    const one = toast.querySelector(`[data-${name}]`);
    one.hidden = !address;
    if (address) one.href = address;
  }

  function draw() {
    due = false;
    // Whoever stands on it keeps it; else it is a new one, with its time from now on.
    if (!toast?.contains(document.activeElement)) {
      toast?.remove();
      toast = pattern.content.firstElementChild.cloneNode(true);
    }
    const newest = made.at(-1);
    toast.querySelector("[data-words]").textContent = made.length === 1
      ? `Finished: ${newest.words}` : `${made.length} results are finished.`;
    const alone = made.length === 1;
    link("open", alone && newest.url);
    link("remix", alone && newest.remix);
    const compared = new URLSearchParams(made.map((one) => ["g", one.id]));
    link("compare", !alone && made.length <= 4 && `${feed.dataset.compare}?${compared}`);
    if (!toast.isConnected) document.getElementById("toasts").append(toast);
    fadeToasts();
  }

  document.addEventListener("card:moved", (event) => {
    const { card } = event.detail;
    if (card.dataset.state !== "succeeded" || card.dataset.by !== feed.dataset.me) return;
    event.preventDefault();
    if (!toast?.isConnected && !due) made = [];
    const { href, dataset } = card.querySelector(".ph");
    const words = card.querySelector(".said").textContent.trim();
    made.push({
      id: card.id.slice(2), url: href, remix: dataset.remix,
      words: words.length > 70 ? `${words.slice(0, 70)}…` : words,
    });
    // All that come in one answer are told of together.
    if (!due) queueMicrotask(draw);
    due = true;
  });
}
