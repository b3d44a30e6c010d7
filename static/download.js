// A long list as a file: how far it is, and a way to stop it. Without this the links load the file as browsers do.
(() => {
  let running;
  const number = (value) => value.toLocaleString(document.documentElement.lang || "de");
  const words = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-download-stop]")) running?.abort();
    const link = event.target.closest("a[data-download]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const box = document.getElementById("laden");
    if (!box || !window.ReadableStream) return;
    event.preventDefault();
    if (!running) load(link, box);
  });

  function announce(text) {
    const region = document.getElementById("ansage");
    if (region) region.textContent = text;
  }

  // Rows of CSV are counted by their ends; a workbook comes when it is finished, so its bar only says that it is made.
  async function load(link, box) {
    const [bar, told, stop] = ["progress", "[data-told]", "[data-download-stop]"].map((name) => box.querySelector(name));
    const say = (name, values = {}) => {
      told.textContent = words(box.dataset[name], values);
      announce(told.textContent);
    };
    running = new AbortController();
    bar.removeAttribute("value");
    box.hidden = bar.hidden = stop.hidden = false;
    say("begins");
    try {
      const answer = await fetch(link.href, { signal: running.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const all = Number(answer.headers.get("Data-Rows"));
      const isText = answer.headers.get("Content-Type").startsWith("text/csv");
      const pieces = await read(answer.body.getReader(), (rows) => {
        if (!isText) return;
        bar.max = all;
        bar.value = Math.min(rows, all);
        told.textContent = words(box.dataset.goes, { rows: number(bar.value), all: number(all) });
      });
      save(new Blob(pieces, { type: answer.headers.get("Content-Type") }), name(answer));
      say("done", { all: number(all) });
    } catch (error) {
      say(error.name === "AbortError" ? "stopped" : "failed");
    } finally {
      running = undefined;
      bar.hidden = stop.hidden = true;
    }
  }

  async function read(reader, tell) {
    const pieces = [];
    let rows = -1; // the header is none
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return pieces;
      pieces.push(value);
      for (const byte of value) if (byte === 10) rows += 1;
      tell(Math.max(rows, 0));
    }
  }

  const name = (answer) => /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "";

  function save(file, called) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = called;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
})();
