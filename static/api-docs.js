// The API viewer leaves out some names that screen readers need, and keys to scroll by: they are put in as it draws.
"use strict";

const viewer = document.getElementById("swagger-ui");

new MutationObserver(() => {
  for (const select of viewer.querySelectorAll("tr[data-param-name] select:not([aria-label])")) {
    select.setAttribute("aria-label", select.closest("tr").dataset.paramName);
  }
  for (const block of viewer.querySelectorAll("pre:not([tabindex])")) {
    block.tabIndex = 0;
  }
}).observe(viewer, { childList: true, subtree: true });
