"use strict";
// Filter, search and sort. The table is whole without this; names are only ever read, never made into markup.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const body = document.querySelector("#findings tbody");
  const controls = document.getElementById("controls");
  if (!body || !controls) return;
  const rows = Array.from(body.rows).map(function (row, index) {
    const facts = data.findings[index];
    return { row: row, index: index, facts: facts, text: Object.values(facts).join(" ").toLowerCase() };
  });
  const search = document.getElementById("search");
  const layer = document.getElementById("layer");
  const fixable = document.getElementById("fixable");
  const exploited = document.getElementById("exploited");
  const silenced = document.getElementById("silenced");
  const shown = document.getElementById("shown");
  const boxes = Array.from(document.querySelectorAll("input[name=severity]"));

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; }));
    let count = 0;
    rows.forEach(function (entry) {
      const facts = entry.facts;
      const match = severities.has(facts.severity)
        && (!layer.value || facts.diff_id === layer.value)
        && (!fixable.checked || facts.fixed !== "")
        && (!exploited.checked || facts.exploited)
        && (silenced.checked || !facts.silenced)
        && words.every(function (word) { return entry.text.includes(word); });
      entry.row.hidden = !match;
      if (match) count += 1;
    });
    shown.textContent = count === rows.length ? rows.length + " shown" : count + " of " + rows.length + " shown";
    document.getElementById("none").hidden = count !== 0;
  }

  function sortBy(header) {
    const key = header.dataset.key;
    const up = header.getAttribute("aria-sort") !== "ascending";
    document.querySelectorAll("#findings th[aria-sort]").forEach(function (other) { other.setAttribute("aria-sort", "none"); });
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
    rows.sort(function (one, other) {
      const a = one.facts[key], b = other.facts[key];
      const order = typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
      return (up ? order : -order) || one.index - other.index;
    });
    rows.forEach(function (entry) { body.appendChild(entry.row); });
  }

  document.querySelectorAll("#findings th[data-key]").forEach(function (header) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.textContent = "";
    header.appendChild(button);
    header.setAttribute("aria-sort", "none");
    button.addEventListener("click", function () { sortBy(header); });
  });
  controls.addEventListener("input", apply);
  document.getElementById("reset").addEventListener("click", function () {
    search.value = ""; layer.value = ""; fixable.checked = false; exploited.checked = false; silenced.checked = true;
    boxes.forEach(function (box) { box.checked = true; });
    apply();
    search.focus();
  });
  function open(state) {
    return function () { rows.forEach(function (entry) {
      if (!entry.row.hidden) entry.row.querySelectorAll("details").forEach(function (item) { item.open = state; });
    }); };
  }
  document.getElementById("open").addEventListener("click", open(true));
  document.getElementById("close").addEventListener("click", open(false));
  window.addEventListener("beforeprint", function () { if (rows.length <= 500) open(true)(); });
  controls.hidden = false;
  apply();
}());
