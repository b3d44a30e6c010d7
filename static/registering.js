// Saves a step of a registration while one types, and adds rows without a new page. Without it every button does the
// same by sending the form.
(() => {
  const form = document.querySelector("form[data-registering]");
  if (!form) return;
  const told = form.querySelector("[data-saved]");
  const version = form.elements.namedItem("version");
  let dirty = false, saving = null, stopped = false, leaving = false;

  function tell(text, bad) {
    told.textContent = text;
    told.dataset.state = bad ? "bad" : "";
  }

  // What the server made of new rows comes back into their fields: sent again they are the same rows.
  function fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
    }
  }

  function content() {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("aktion", "autosave");
    return new URLSearchParams(data);
  }

  async function send(keepalive) {
    dirty = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body: content(), keepalive, redirect: "manual", headers: { Accept: "application/json" } });
      const type = answer.headers.get("Content-Type") ?? "";
      if (!type.startsWith("application/json")) throw new Error("not saved");
      const result = await answer.json();
      if (answer.ok) fill(result.fill);
      else {
        dirty = true;
        stopped = answer.status === 401 || answer.status === 409;
      }
      tell(result.message, !answer.ok);
    } catch {
      dirty = true;
      tell(form.dataset.unsaved, true);
    }
  }

  // One after the other: the second carries the version that the first was given.
  function save(keepalive = false) {
    if (!dirty || stopped || leaving) return saving ?? Promise.resolve();
    saving = (saving ?? Promise.resolve()).then(() => (dirty && !leaving ? send(keepalive) : undefined));
    return saving;
  }

  form.addEventListener("input", (event) => {
    dirty = true;
    // Another name is another body than the one that was saved for this row.
    const match = event.target.name?.match(/^(participants-\d+)-body$/);
    if (match) form.elements.namedItem(`${match[1]}-id`).value = "";
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") return;
    dirty = true;
    // A suggestion that is being chosen changes the field twice: the first word of it is nobody's name.
    setTimeout(() => save(), 50);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
  addEventListener("pagehide", () => save(true));

  // Nothing overtakes itself: what is being saved is waited for before the form or a link leads away.
  form.addEventListener("submit", (event) => {
    if (!saving || leaving) return void (leaving = true);
    event.preventDefault();
    const button = event.submitter;
    // Not before this event is over: until then the browser takes no second one.
    const again = () => {
      leaving = true;
      form.requestSubmit(button);
    };
    // A change that was made with this very click may have begun to be saved meanwhile: that is waited for too.
    const wait = (last) => last.finally(() => setTimeout(() => (saving === last ? again() : wait(saving))));
    wait(saving);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || link.origin !== location.origin || link.pathname === location.pathname) return;
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (!dirty && !saving) return;
    event.preventDefault();
    save().finally(() => location.assign(link.href));
  });
  // What could not be saved is not left behind without a question.
  addEventListener("beforeunload", (event) => stopped && dirty && !leaving && event.preventDefault());
  // Back by the browser's button: the page may be kept as it was, but it is not being left any more.
  addEventListener("pageshow", () => (leaving = false));

  // --- rows ---

  const rows = form.querySelector("[data-rows]");
  const pattern = form.querySelector("[data-row-pattern]");
  form.querySelector("[data-add-row]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const numbers = [...rows.children].map((row) => Number(row.id.split("-").at(-1))).filter(Number.isInteger);
    const copy = pattern.content.firstElementChild.cloneNode(true);
    copy.innerHTML = copy.innerHTML.replaceAll("__nr__", String(Math.max(-1, ...numbers) + 1));
    copy.id = copy.id.replace("__nr__", String(Math.max(-1, ...numbers) + 1));
    rows.append(copy);
    copy.querySelector("input:not([type=hidden]), select")?.focus();
  });
  rows?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-row]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("fieldset");
    const next = row.nextElementSibling ?? row.previousElementSibling ?? rows;
    // What was wrong with the row is not wrong any more.
    for (const link of form.querySelectorAll(".reg-problems a")) {
      const target = document.getElementById(link.hash.slice(1));
      if (target && row.contains(target)) link.closest("li").remove();
    }
    const problems = form.querySelector(".reg-problems");
    if (problems && !problems.querySelector("li")) problems.remove();
    row.remove();
    next.focus();
    dirty = true;
    save();
  });
})();
