// Suggestions while one types a municipal body, after the combobox of the WAI-ARIA Authoring Practices (list
// autocomplete, manual selection). Everything hangs on the document, so that fields added later (forms in a row, parts
// fetched by htmx) suggest too. Without it the field is a line of text that the server understands or asks about.
(() => {
  if (document.documentElement.dataset.combobox) return;
  document.documentElement.dataset.combobox = "ready";

  const PAUSE = 150;
  // Several bodies are divided by commas; those within the brackets of an entry divide nothing.
  const COMMA = /,(?![^()]*\))/g;
  let timer, running;

  const box = (node) => node instanceof Element && node.closest("[data-suggestions]");
  const field = (root) => root.querySelector("input[type=text]");
  const list = (root) => root.querySelector("[role=listbox]");
  const options = (root) => [...root.querySelectorAll("[role=option]")];
  const active = (root) => root.querySelector("[role=option][aria-selected=true]");

  function equip(node) {
    for (const root of node.querySelectorAll("[data-suggestions]")) {
      const input = field(root);
      list(root).id ||= `${input.id}_liste`;
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", list(root).id);
    }
  }

  // The place of the body being typed: the end, where the field takes several.
  function start(root) {
    if (!root.hasAttribute("data-several")) return 0;
    const commas = [...field(root).value.matchAll(COMMA)];
    return commas.length ? commas.at(-1).index + 1 : 0;
  }

  function mark(root, option) {
    for (const one of options(root)) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      field(root).setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field(root).removeAttribute("aria-activedescendant");
  }

  function close(root) {
    clearTimeout(timer);
    running?.abort();
    list(root).hidden = true;
    field(root).setAttribute("aria-expanded", "false");
    mark(root, null);
  }

  async function suggest(root) {
    const text = field(root).value.slice(start(root)).trim();
    if (!text || text.endsWith(")")) return close(root);
    running?.abort();
    running = new AbortController();
    try {
      const address = new URL(root.dataset.suggestions, document.baseURI);
      address.searchParams.set("q", text.slice(0, 200));
      const answer = await fetch(address, { signal: running.signal, headers: { "X-Requested-With": "fetch" } });
      if (answer.ok) show(root, await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") close(root);
    }
  }

  function show(root, html) {
    if (!root.contains(document.activeElement)) return;
    list(root).innerHTML = html;
    options(root).forEach((option, place) => (option.id = `${list(root).id}_${place}`));
    list(root).hidden = false;
    field(root).setAttribute("aria-expanded", String(options(root).length > 0));
    mark(root, null);
    root.querySelector("[role=status]").textContent = list(root).querySelector("[data-told]").textContent;
  }

  function choose(root, option) {
    const input = field(root);
    const kept = input.value.slice(0, start(root));
    input.value = `${kept}${kept ? " " : ""}${option.dataset.entry}`;
    for (const radio of root.querySelectorAll("input[type=radio]")) radio.checked = false;
    close(root);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function step(root, way) {
    const all = options(root);
    if (list(root).hidden || !all.length) return suggest(root);
    const place = all.indexOf(active(root));
    const next = way > 0 ? (place + 1) % all.length : (place < 0 ? all.length : place + all.length) - 1;
    mark(root, all[next % all.length]);
  }

  document.addEventListener("input", (event) => {
    const root = box(event.target);
    if (!root || event.target !== field(root)) return;
    clearTimeout(timer);
    timer = setTimeout(() => suggest(root), PAUSE);
  });

  document.addEventListener("keydown", (event) => {
    const root = box(event.target);
    if (!root || event.target !== field(root) || event.isComposing) return;
    const open = !list(root).hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      step(root, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && open && active(root)) {
      choose(root, active(root));
    } else if (event.key === "Escape" && open) {
      close(root);
    } else {
      // Suggestions that are still under way do not come after it either.
      if (["Enter", "Tab", "Escape"].includes(event.key)) close(root);
      return;
    }
    event.preventDefault();
  });

  // A press on an option must not take the focus from the field.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-suggestions] [role=listbox]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-suggestions] [role=option]");
    if (option) choose(box(option), option);
  });
  document.addEventListener("focusin", (event) => {
    const root = box(event.target);
    if (root && !field(root).hasAttribute("role")) equip(root.parentElement);
  });
  document.addEventListener("focusout", (event) => {
    const root = box(event.target);
    if (root && !root.contains(event.relatedTarget)) close(root);
  });

  // Addresses of filtered lists stay short: the key alone says who is meant.
  document.addEventListener("htmx:configRequest", (event) => {
    for (const input of event.target.querySelectorAll?.("[data-several] input[role=combobox]") ?? []) {
      const [data, name] = [event.detail.formData, input.name];
      if (!data?.get(name)) continue;
      const texts = input.value.split(COMMA).map((text) => text.trim());
      data.set(name, texts.map((text) => text.match(/\((?:[^()]*,)?\s*(\d{5,12})\)$/)?.[1] ?? text).join(","));
    }
  });

  equip(document);
  document.addEventListener("htmx:load", (event) => equip(event.target.parentElement ?? document));
})();
