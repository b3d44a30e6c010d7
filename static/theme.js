// Runs in the head, before the first paint: a chosen look (light or dark) and "there is a script".
(() => {
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("look"); } catch { return null; } };
  const store = (look) => { try { look ? localStorage.setItem("look", look) : localStorage.removeItem("look"); } catch { /* not allowed: for this page only */ } };

  const show = (chosen) => {
    chosen ? root.setAttribute("data-kern-theme", chosen) : root.removeAttribute("data-kern-theme");
    root.dataset.lookNow = chosen ?? (device.matches ? "dark" : "light");
  };
  const chosen = () => ["light", "dark"].find((look) => look === stored());

  show(chosen());
  root.classList.add("js");
  device.addEventListener("change", () => show(chosen()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-look]")) return;
    const wanted = root.dataset.lookNow === "dark" ? "light" : "dark";
    // Back to what the device says is no choice any more: nothing is stored then.
    const choice = wanted === (device.matches ? "dark" : "light") ? undefined : wanted;
    store(choice);
    show(choice);
  });
})();
