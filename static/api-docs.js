// The API viewer: set up here, in the look of the portal; it leaves out some names that screen readers need, and keys
// to scroll by: they are put in as it draws.
"use strict";

const root = document.documentElement;
const viewer = document.getElementById("swagger-ui");

const follow = () => root.classList.toggle("dark-mode", root.dataset.lookNow === "dark");
new MutationObserver(follow).observe(root, { attributeFilter: ["data-look-now"] });
follow();

new MutationObserver(() => {
  for (const select of viewer.querySelectorAll("tr[data-param-name] select:not([aria-label])")) {
    select.setAttribute("aria-label", select.closest("tr").dataset.paramName);
  }
  for (const block of viewer.querySelectorAll("pre:not([tabindex])")) {
    block.tabIndex = 0;
  }
}).observe(viewer, { childList: true, subtree: true });

// Its own frame is a second <main> in the page: the parts are put together without one.
const frame = ({ React }) => ({
  components: {
    Frame: ({ getComponent, specSelectors }) => {
      const part = (name) => React.createElement(getComponent(name, true), { key: name });
      const drawn = specSelectors.loadingStatus() === "success" ? ["AuthorizeBtnContainer", "operations", "Models"] : [];
      return React.createElement("div", { className: "swagger-ui" }, ["SvgAssets", "errors", ...drawn].map(part));
    },
  },
});

SwaggerUIBundle({
  url: viewer.dataset.description,
  domNode: viewer,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [frame],
  layout: "Frame",
  // Without links inside the buttons that open an operation, which screen readers cannot tell apart.
  deepLinking: false,
  // Who is logged in here writes as himself; the page holds a token only then.
  requestInterceptor: (request) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token && !["GET", undefined].includes(request.method)) request.headers["X-CSRFToken"] = token.value;
    return request;
  },
});
