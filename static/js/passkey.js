// Passkeys and security keys: asks the browser for one, and posts what it answers.
// A form [data-passkey="add|use|login"] has a button [data-passkey-go] and a place for words.

const WORDS = {
  NotAllowedError: "Nothing was chosen, or it took too long. Try again.",
  InvalidStateError: "This key is added already.",
  SecurityError: "This address does not allow passkeys: they need https, or localhost.",
};

function told(form) {
  return JSON.parse(document.getElementById(form.dataset.options).textContent);
}

async function created(form) {
  const options = structuredClone(told(form).creation_options);
  const wanted = options.publicKey.authenticatorSelection;
  const whole = form.elements.passwordless?.checked ?? false;
  wanted.residentKey = whole ? "required" : "discouraged";
  wanted.requireResidentKey = whole;
  if (whole) wanted.userVerification = "required";
  return window.webauthnJSON.create(options);
}

async function asked(form) {
  if (form.dataset.passkey === "use") return window.webauthnJSON.get(told(form).request_options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no options");
  return window.webauthnJSON.get((await answer.json()).request_options);
}

function say(form, words) {
  const place = form.querySelector("[data-passkey-said]");
  place.textContent = words;
  place.hidden = !words;
}

async function go(form) {
  say(form, "");
  try {
    const found = await (form.dataset.passkey === "add" ? created(form) : asked(form));
    form.elements.credential.value = JSON.stringify(found);
    form.submit();
  } catch (trouble) {
    say(form, WORDS[trouble.name] ?? "That did not work. Try again, or use another way.");
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-go]");
  if (!window.PublicKeyCredential) {
    if (form.dataset.passkey !== "login") say(form, WORDS.SecurityError);
    continue;
  }
  button.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(form);
  });
}
