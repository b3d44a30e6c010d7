// Runs in the head, before the first paint: a chosen look (light or dark) and "there is a script".
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("look"); } catch { return null; } };
  const show = (look) => look ? root.setAttribute("data-kern-theme", look) : root.removeAttribute("data-kern-theme");
  const isDark = () => (root.getAttribute("data-kern-theme")
    ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const look = read();
  if (look === "light" || look === "dark") show(look);
  root.classList.add("js");

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-look]");
    if (!button) return;
    const tell = () => button.setAttribute("aria-pressed", String(isDark()));
    tell();
    button.addEventListener("click", () => {
      const wanted = isDark() ? "light" : "dark";
      const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      // Back to what the device says is no choice any more: nothing is stored then.
      try { wanted === system ? localStorage.removeItem("look") : localStorage.setItem("look", wanted); } catch { /* private mode */ }
      show(wanted === system ? null : wanted);
      tell();
    });
  });
})();
