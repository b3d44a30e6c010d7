// The map of /karte/: draws what the tables below it say. Leaflet (L) is served from static/vendor; no tiles, no other host.
(() => {
  const box = document.getElementById("karte");
  if (!box) return;
  if (!window.L) {
    box.closest("[data-map]").hidden = true;
    return;
  }
  const GERMANY = [[47.2, 5.8], [55.1, 15.1]];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const words = box.dataset;
  const NEAR = 8;
  const COUNTED = ["existing", "party", "member"];
  const GONE = ["left", "directed_elsewhere"];

  const map = L.map(box, {
    zoomAnimation: !calm, fadeAnimation: false, inertia: !calm, zoomControl: false, zoomSnap: 0.25, minZoom: 5, maxZoom: 13,
    maxBounds: L.latLngBounds(GERMANY).pad(0.6), dragging: !L.Browser.mobile, scrollWheelZoom: false,
  }).fitBounds(GERMANY);
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  map.attributionControl.setPrefix(false);
  // The wheel scrolls the page until the reader has chosen the map.
  box.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  box.addEventListener("focusout", () => map.scrollWheelZoom.disable());

  // From below to above; each with an SVG of its own, so that nothing has to be sorted.
  const above = {};
  ["states", "areas", "rims", "own", "lines", "places"].forEach((name, number) => {
    map.createPane(name).style.zIndex = 410 + number;
    above[name] = { pane: name, renderer: L.svg({ pane: name, padding: 0.5 }) };
  });
  const drawn = { states: null, areas: null, rims: null, own: null, lines: null, places: null };
  const attributed = new Set();
  let wanted = {};
  let found = {};
  let round = 0;

  const kept = new Map();
  const fetched = (address) => {
    if (!kept.has(address)) {
      kept.set(address, fetch(address).then((answer) => {
        if (!answer.ok) throw new Error(`${answer.status} ${address}`);
        return answer.json();
      }));
    }
    return kept.get(address);
  };
  const detail = () => (map.getZoom() < 8.5 ? 1 : map.getZoom() < 10.5 ? 2 : 3);
  const borders = (level, more = "") => {
    // A Land may be drawn a step finer than the many areas inside it.
    const fine = level === "state" ? Math.min(3, detail() + 1) : detail();
    return fetched(`${wanted.borders[level]}${more}&detail=${fine}`.replace("?&", "?"));
  };
  const withDay = (address) => (wanted.day ? `${address}?${wanted.day}` : address);
  const page = (pattern, key) => withDay(pattern.replace(/ARS|SLUG/, key));
  const number = (value) => Number(value).toLocaleString("de-DE");
  const counted = (pattern, ...values) => values.reduce((text, value) => text.replace("#", number(value)), pattern);

  // --- Things that can be reached: by mouse, by keyboard, told in a tooltip, leading to a page ---

  // A tooltip stands above its place; near an edge of the map it turns inwards, or it would be cut off.
  function turn(layer, latlng) {
    const tip = layer.getTooltip(), at = map.latLngToContainerPoint(latlng ?? tip.getLatLng()), half = tip.getElement()?.offsetWidth / 2 + 12;
    const way = at.x < half ? "right" : at.x > map.getSize().x - half ? "left" : at.y < 110 ? "bottom" : "top";
    if (tip.options.direction === way || !(half > 12)) return;
    tip.options.direction = way;
    tip.update();
  }

  class Group {
    // One stop of the tabulator; arrow keys lead from one thing of the group to the nearest in that direction.
    constructor() { this.things = []; this.current = null; }

    add(layer, { url, lines, onActive }) {
      const thing = { layer, url, label: lines.join(", "), group: this, onActive };
      this.things.push(thing);
      const text = document.createElement("div");
      lines.forEach((line, i) => { const row = text.appendChild(document.createElement(i ? "span" : "strong")); row.textContent = line; });
      layer.bindTooltip(text, { className: "map__tip", direction: "top", sticky: layer instanceof L.Polygon });
      layer.on("tooltipopen mousemove", (event) => turn(layer, event.latlng));
      layer.on("click", () => location.assign(url));
      layer.on("mouseover", () => onActive?.(true));
      layer.on("mouseout", () => onActive?.(false));
      layer.on("add", () => this.equip(thing));
      if (layer._map) this.equip(thing);
    }

    equip(thing) {
      const element = thing.element = thing.layer.getElement();
      if (!element) return;
      element.setAttribute("tabindex", "-1");
      element.addEventListener("focus", () => this.enter(thing));
      element.addEventListener("blur", () => { thing.layer.closeTooltip(); thing.onActive?.(false); });
      element.addEventListener("keydown", (event) => this.key(event, thing));
      if (!this.current) this.choose(thing);
    }

    choose(thing) {
      this.current?.element?.setAttribute("tabindex", "-1");
      this.current = thing;
      thing.element.setAttribute("tabindex", "0");
      thing.element.setAttribute("role", "link");
      thing.element.setAttribute("aria-label", thing.label);
    }

    enter(thing) {
      this.choose(thing);
      const middle = centre(thing.layer);
      if (!map.getBounds().pad(-0.05).contains(middle)) map.panTo(middle, { animate: !calm });
      thing.layer.openTooltip(middle);
      thing.onActive?.(true);
    }

    key(event, thing) {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (way) this.nearest(thing, way)?.element.focus();
      else if (event.key === "Enter" || event.key === " ") location.assign(thing.url);
      else if (event.key === "Escape") { thing.layer.closeTooltip(); box.focus(); } else return;
      event.preventDefault();
      event.stopPropagation();
    }

    nearest(from, [x, y]) {
      const start = map.latLngToLayerPoint(centre(from.layer));
      let best = null;
      let least = Infinity;
      for (const thing of this.things) {
        const step = map.latLngToLayerPoint(centre(thing.layer)).subtract(start);
        const ahead = step.x * x + step.y * y;
        const aside = Math.abs(step.x * y) + Math.abs(step.y * x);
        if (thing !== from && ahead > 0 && ahead + 2 * aside < least) [best, least] = [thing, ahead + 2 * aside];
      }
      return best;
    }
  }
  const centre = (layer) => (layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter());

  // --- Drawing ---

  const replace = (name, layer) => {
    drawn[name]?.remove();
    drawn[name] = layer;
    layer?.addTo(map);
  };

  const attribute = (level) => (wanted.sources[level] ?? []).forEach((source) => {
    const text = document.createElement("span");
    text.textContent = source;
    if (attributed.has(source)) return;
    attributed.add(source);
    map.attributionControl.addAttribution(text.innerHTML);
  });

  async function drawStates(turn) {
    const states = await borders("state");
    if (turn !== round) return;
    attribute("state");
    const isChosen = (feature) => wanted.states.includes(feature.id);
    const stateClass = (feature) => (isChosen(feature) ? (wanted.shaded ? "" : "map-state--chosen") : wanted.states.length ? "map-state--other" : "");
    const group = new Group();
    const choose = (code) => {
      const query = new URLSearchParams(location.search);
      query.delete("seite");
      query.set("land", code);
      return `${location.pathname}?${query}`;
    };
    replace("states", L.geoJSON(states, {
      ...above.states,
      style: (feature) => ({ className: `map-state ${stateClass(feature)}` }),
      onEachFeature: (feature, layer) => {
        if (!wanted.shaded) group.add(layer, { url: choose(feature.id), lines: [feature.properties.name] });
      },
    }));
    found.chosen = states.features.filter(isChosen);
  }


  async function drawAreas(turn) {
    const level = wanted.shaded;
    const areas = level && await borders(level, wanted.states.map((code) => `&land=${code}`).join(""));
    if (turn !== round) return;
    if (!level) { replace("areas", null); return; }
    attribute(level);
    const group = new Group();
    const tell = level === "district" ? tellDistrict : tellMunicipality;
    replace("areas", L.geoJSON(areas, {
      ...above.areas,
      style: (feature) => ({ className: `map-area map-area--${level} ${tell(feature).className}` }),
      onEachFeature: (feature, layer) => {
        const key = feature.properties.ars ?? feature.id;
        group.add(layer, { url: page(wanted.bodyPage, key), lines: [feature.properties.name, ...tell(feature).lines] });
      },
    }));
  }

  // Around the districts the borders of the Länder, around the municipalities of a Land those of its districts.
  async function drawRims(turn) {
    const level = { district: "state", municipality: wanted.borders.district && "district" }[wanted.shaded];
    const rims = level && await borders(level, level === "district" ? `&land=${wanted.states[0]}` : "");
    if (turn !== round) return;
    if (level) attribute(level);
    replace("rims", level ? L.geoJSON(rims, { ...above.rims, interactive: false, style: { className: `map-rim map-rim--${level}` } }) : null);
  }

  const tellDistrict = (feature) => {
    const [some, all, shade] = found.shares[feature.id] ?? [0, 0, 0];
    return { className: `shade--${shade}`, lines: all ? [counted(words.share, some, all)] : [] };
  };
  const tellMunicipality = (feature) => {
    const place = found.byKey.get(feature.properties.ars);
    if (!place) return { className: "shade--0", lines: [] };
    const { counted: among } = place.properties;
    const shade = among ? Math.min(4, among < 2 ? 2 : among < 4 ? 3 : 4) : 1;
    return { className: `shade--${shade}`, lines: tellPlace(place.properties) };
  };

  async function drawOwn(turn) {
    const own = wanted.own && await fetched(`${wanted.own}&detail=${detail()}`);
    if (turn !== round) return;
    if (own) ["municipality", "association", "district"].forEach(attribute);
    replace("own", own ? L.geoJSON(own, {
      ...above.own, interactive: false,
      style: (feature) => ({ className: `map-own map-own--${found.byKey.get(feature.properties.ars)?.properties.counted ? "party" : "named"}` }),
    }) : null);
  }

  const tellPlace = ({ listed, counted: among }) => [
    listed === 1 ? words.listedOne : counted(words.listed, listed), counted(words.counted, among),
  ];

  function drawPlaces() {
    const group = new Group();
    const onAreas = wanted.shaded === "municipality";
    const layers = L.featureGroup();
    if (isTooFar()) { replace("places", null); return; }
    for (const place of found.places) {
      const { name, kind, level, listed, counted: among } = place.properties;
      if (onAreas && level === "municipality") continue;
      const [lng, lat] = place.geometry.coordinates;
      const marker = L.circleMarker([lat, lng], {
        ...above.places, radius: wanted.isCrowded ? Math.min(10, 2 + 1.5 * Math.sqrt(listed)) : Math.min(14, 4 + 2 * Math.sqrt(listed)),
        className: `map-place map-place--${among ? "party" : "named"}`,
      }).addTo(layers);
      group.add(marker, {
        url: page(wanted.bodyPage, place.id),
        lines: [name.endsWith(")") ? name : `${name} (${kind})`, ...tellPlace(place.properties)],
        onActive: (on) => activate(found.spokes.get(place.id) ?? [], on),
      });
    }
    found.group = group;
    replace("places", layers);
  }

  // So many places hide the shaded districts behind them: they come when the reader comes nearer.
  const isTooFar = () => wanted.isCrowded && wanted.shaded === "district" && map.getZoom() < NEAR;

  // A cooperation is a knot in the middle of its places, with a line to each.
  function drawLines() {
    const layers = L.featureGroup();
    const taken = new Set();
    found.spokes = new Map();
    const hubs = new Group();
    for (const feature of found.cooperations) {
      const members = feature.properties.participations.filter((member) => member.position);
      if (members.length < 2) continue;
      const inside = members.filter((member) => !GONE.includes(member.degree));
      const hub = middleOf((inside.length > 1 ? inside : members).map((member) => member.position), taken);
      const lines = members.map((member) => L.polyline([hub, [member.position[1], member.position[0]]], {
        ...above.lines, interactive: false, className: `map-line map-line--${strength(member.degree)}`,
      }).addTo(layers));
      const knot = L.marker(hub, {
        pane: "places", keyboard: false, riseOnHover: true,
        icon: L.divIcon({ className: "map-hub", iconSize: [26, 26], html: "<span></span>" }),
      }).addTo(layers);
      const bundle = { lines, knot };
      hubs.add(knot, {
        url: page(wanted.cooperationPage, feature.id), lines: [feature.properties.name], onActive: (on) => activate([bundle], on),
      });
      members.forEach((member) => {
        found.spokes.set(member.municipality, [...(found.spokes.get(member.municipality) ?? []), bundle]);
      });
    }
    replace("lines", layers);
  }
  const strength = (degree) => (COUNTED.includes(degree) ? "party" : GONE.includes(degree) ? "gone" : "named");

  const middleOf = (positions, taken) => {
    const sum = positions.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
    let [lat, lng] = [sum[1] / positions.length, sum[0] / positions.length];
    while (taken.has(`${lat.toFixed(2)} ${lng.toFixed(2)}`)) lat += 0.06;
    taken.add(`${lat.toFixed(2)} ${lng.toFixed(2)}`);
    return [lat, lng];
  };

  const activate = (bundles, on) => {
    box.classList.toggle("has-active", on && bundles.length > 0);
    bundles.forEach(({ lines, knot }) => [...lines, knot].forEach((layer) => layer.getElement()?.classList.toggle("is-active", on)));
  };

  function fit() {
    const places = found.places.map(({ geometry: { coordinates: [lng, lat] } }) => [lat, lng]);
    const area = found.chosen.length ? L.geoJSON(found.chosen).getBounds() : null;
    const narrow = (wanted.isFiltered || wanted.cooperations) && places.length > 1;
    const around = area ?? (narrow ? L.latLngBounds(places).pad(0.15) : L.latLngBounds(GERMANY));
    map.fitBounds(around, { animate: false, maxZoom: 10, padding: [12, 12] });
  }

  async function draw() {
    const turn = ++round;
    wanted = JSON.parse(document.getElementById("karte-daten").dataset.drawing);
    box.setAttribute("aria-busy", "true");
    try {
      const [places, cooperations] = await Promise.all([
        fetched(wanted.places), wanted.cooperations ? fetched(wanted.cooperations) : { features: [] },
      ]);
      if (turn !== round) return;
      found = {
        places: places.features.filter((place) => place.geometry),
        byKey: new Map(places.features.map((place) => [place.id, place])),
        shares: places.shares, cooperations: cooperations.features, chosen: [], spokes: new Map(),
      };
      await drawStates(turn);
      if (turn !== round) return;
      fit();
      drawLines();
      drawPlaces();
      await Promise.all([drawAreas(turn), drawRims(turn), drawOwn(turn)]);
      if (turn !== round) return;
      found.detail = detail();
      box.dataset.drawn = String(turn);
    } catch (fault) {
      if (turn !== round) return;
      const note = box.querySelector(".map__broken") ?? box.appendChild(Object.assign(document.createElement("p"), { className: "map__broken" }));
      note.textContent = words.broken;
      throw fault;
    } finally {
      if (turn === round) box.removeAttribute("aria-busy");
    }
  }

  map.attributionControl.addAttribution(words.placesOrigin);
  map.on("zoomend", () => {
    if (!box.dataset.drawn) return;
    if (isTooFar() === Boolean(drawn.places)) drawPlaces();
    if (found.detail === detail()) return;
    found.detail = detail();
    drawStates(round).then(() => Promise.all([drawAreas(round), drawRims(round), drawOwn(round)]));
  });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "ergebnis") draw(); });
  draw();
})();
