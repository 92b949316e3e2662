// Files dropped on a page that asks for none: nothing is lost by it, and they can be kept.
// The studio and the uploads page take them by themselves (inputs.js, uploads.js).
{
  const pattern = document.getElementById("dropped-toast");
  const takesThem = document.querySelector("#compose, #drop");
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  // A field for files takes them as browsers do it.
  const ours = (event) => hasFiles(event) && !event.target.closest?.("input[type=file]");
  let toast = null;

  const part = (name) => toast.querySelector(`[data-${name}]`);
  const say = (text) => { part("words").textContent = text; };

  function named(files) {
    const first = files[0].name || "A file";
    return files.length === 1 ? first : `${first} and ${files.length - 1} more`;
  }

  // Where files may go is what the uploads page says: its form, with the project of this page.
  async function formFor() {
    const here = window.location.pathname.match(/\/p\/([0-9a-f-]{36})\//);
    const address = `${pattern.dataset.uploads}${here ? `?in=${here[1]}` : ""}`;
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector(".uploads")) throw new Error("signed out");
    return page.getElementById("drop");
  }

  function send(form, file, moved) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "project"]) body.append(name, form.elements[name].value);
    body.append("file", file, file.name || "dropped");
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => moved(event.loaded / (event.total || 1)));
    part("dismiss").addEventListener("click", () => request.abort());
    return new Promise((done) => {
      request.addEventListener("loadend", () => {
        let said = null;
        try {
          said = JSON.parse(request.responseText);
        } catch {
          // Nothing that can be read: it did not arrive.
        }
        const lost = `${file.name || "A file"} did not arrive. Check the connection and try again.`;
        done(request.status === 201 && said ? said : { error: said?.error ?? lost });
      });
      request.send(body);
    });
  }

  function studioOf(taken) {
    const uses = taken.map((one) => `upload:${one.uuid}`).join(" ");
    const place = new URL("../../", new URL(taken[0].url, window.location));
    return `${place.pathname}?${new URLSearchParams({ use: uses })}`;
  }

  async function keep(form, files, thenUse) {
    const bar = toast.querySelector("progress");
    const mine = toast;
    const answers = [];
    for (const name of ["keep", "use"]) part(name).hidden = true;
    bar.hidden = false;
    for (const [number, file] of files.entries()) {
      say(`${file.name || "A file"} is on its way (${number + 1} of ${files.length}).`);
      answers.push(await send(form, file, (share) => { bar.value = (100 * (number + share)) / files.length; }));
      if (toast !== mine || !toast.isConnected) return;
    }
    const taken = answers.filter((one) => one.uuid);
    const wrong = answers.filter((one) => one.error).map((one) => one.error);
    bar.hidden = true;
    if (thenUse && taken.length && !wrong.length) {
      window.location.assign(studioOf(taken));
      return;
    }
    const count = taken.length === 1 ? `${taken[0].name} is in uploads.` : `${taken.length} files are in uploads.`;
    say([taken.length ? count : "", ...wrong].filter(Boolean).join(" "));
    toast.classList.toggle("error", wrong.length > 0);
    if (!taken.length) return;
    Object.assign(part("open"), { hidden: false, href: taken.length === 1 ? taken[0].url : pattern.dataset.uploads });
    part("open").focus({ preventScroll: true });
  }

  async function offer(files) {
    toast?.remove();
    toast = pattern.content.firstElementChild.cloneNode(true);
    const mine = toast;
    document.getElementById("toasts").append(toast);
    say(`${named(files)}: one moment…`);
    let form = null;
    try {
      form = await formFor();
    } catch {
      if (toast === mine) say("The files could not be taken: you are signed out, or the studio cannot be reached.");
      return;
    }
    if (toast !== mine || !toast.isConnected) return;
    if (!form) {
      say("You may only look here, so the files stay where they are.");
      return;
    }
    const project = form.elements.project.selectedOptions?.[0]?.textContent;
    say(`${named(files)}: dropped here, and not kept yet.${project ? ` It would go to ${project}.` : ""}`);
    for (const [name, thenUse] of [["keep", false], ["use", true]]) {
      part(name).hidden = false;
      part(name).addEventListener("click", () => keep(form, files, thenUse), { once: true });
    }
  }

  if (!takesThem) {
    document.addEventListener("dragover", (event) => ours(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!ours(event)) return;
      event.preventDefault();
      const files = [...event.dataTransfer.files];
      if (pattern && files.length) offer(files);
    });
    // What is said meanwhile of other things takes the place of all toasts, but not of this one.
    document.addEventListener("htmx:oobBeforeSwap", (event) => {
      const { target, fragment } = event.detail;
      if (target.id === "toasts" && toast?.isConnected) fragment.querySelector("#toasts")?.append(toast);
    });
  }
}
