"use strict";
(() => {
  const root = document.documentElement;
  const find = (selector) => Array.from(document.querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  // A page opened from a file may have no storage.
  const stored = (() => { try { return localStorage.getItem("proofhouse-theme"); } catch { return null; } })();
  if (stored) root.dataset.theme = stored;
  const isDark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = byId("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("proofhouse-theme", root.dataset.theme); } catch { /* not kept */ }
  });

  const rows = find(".matrix tr.property");
  const articles = find("article.property");
  const filter = byId("filter");
  const failing = byId("failing");
  find(".tools").forEach((tools) => { tools.hidden = false; });
  const apply = () => {
    const wanted = filter.value.toLowerCase();
    let shown = 0;
    rows.forEach((row) => {
      const fits = row.textContent.toLowerCase().includes(wanted)
        && (!failing.checked || "fails" in row.dataset);
      row.hidden = !fits;
      const article = byId(row.dataset.for);
      if (article) article.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    byId("shown").textContent = `${shown} of ${rows.length}`;
  };
  filter.addEventListener("input", apply);
  failing.addEventListener("change", apply);
  apply();

  const jump = (step) => {
    const visible = articles.filter((article) => !article.hidden);
    if (visible.length === 0) return;
    const at = visible.indexOf(document.activeElement.closest?.("article.property"));
    const next = at < 0 && step < 0 ? visible.length - 1 : at + step;
    const article = visible[Math.max(0, Math.min(next, visible.length - 1))];
    article.focus({ preventScroll: true });
    article.scrollIntoView({ block: "start" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "/") { event.preventDefault(); filter.focus(); }
    if (event.key === "j") jump(1);
    if (event.key === "k") jump(-1);
  });

  // Browsers open a closed part that a link leads to only where it is searched for.
  const reveal = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (target?.matches("details")) { target.open = true; target.scrollIntoView(); }
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  if (navigator.clipboard) {
    find("button.copy").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.previousElementSibling.textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
    });
  }
})();
