// Small comforts; every page reads, filters and files without them.
(() => {
  // Buttons that fold what they control: navigation and filters on a phone.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-folds]");
    if (button) button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
    if (event.target.closest("[data-print]")) print();
    // A message that leads to a field: unfold the filters, or the field cannot be reached.
    if (event.target.closest('a[href^="#id_"]')) document.querySelector(".filter__toggle")?.setAttribute("aria-expanded", "true");
  });

  // Live filters: no empty parameters in the address, and the new number of results is announced.
  document.addEventListener("htmx:configRequest", (event) => {
    const data = event.detail.formData;
    if (!data) return;
    for (const name of new Set(data.keys())) {
      const filled = data.getAll(name).filter((value) => value !== "");
      data.delete(name);
      filled.forEach((value) => data.append(name, value));
    }
  });
  // Another day is another page: its links keep the day. A year that is still being typed is none yet.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const field = event.detail.requestConfig.triggeringEvent?.target;
    if (field?.name !== "stand") return;
    event.preventDefault();
    if (!field.value || field.value >= "1000") location.assign(event.detail.pathInfo.finalRequestPath);
  });
  document.addEventListener("htmx:afterSettle", () => {
    const news = document.querySelector("[data-counts]");
    if (news) {
      const numbers = JSON.parse(news.dataset.counts);
      for (const count of document.querySelectorAll("[data-of]")) count.textContent = (numbers[count.dataset.of] ?? 0).toLocaleString(document.documentElement.lang);
      // What was folded away for bringing nothing and now brings something comes into sight.
      for (const rest of document.querySelectorAll(".facet-rest")) rest.open ||= [...rest.querySelectorAll("[data-of]")].some((count) => numbers[count.dataset.of]);
    }
    const chosen = document.querySelector("[data-chosen]");
    if (chosen) {
      const number = document.querySelectorAll(".chip").length;
      chosen.hidden = !number;
      chosen.lastElementChild.textContent = number;
    }
    const [told, region] = [document.querySelector("[data-count]"), document.getElementById("ansage")];
    if (told && region) region.textContent = told.textContent.trim();
  });
})();
