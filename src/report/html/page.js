// Sorts tables by their heads, hides executors that a reader does not look for, and unfolds what a link leads to. Without it
// all is shown, and what is folded is unfolded by hand.
(() => {
  "use strict";
  const unfold = (hash) => {
    const target = hash && document.getElementById(hash.slice(1));
    for (let part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
  };
  unfold(location.hash);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) unfold(link.hash);
  });
  const sorted = (table, column, way, rows) => {
    if (way === 0) return rows;
    const key = (row) => {
      const cell = row.cells[column];
      if (!cell || cell.colSpan > 1) return null;
      if (column === 0) return cell.textContent.trim();
      return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
    };
    return [...rows].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return way * (typeof x === "string" ? x.localeCompare(y) : x - y);
    });
  };
  for (const table of document.querySelectorAll("table.numbers:has(thead)")) {
    const rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        const way = before === "ascending" ? -1 : before === "descending" ? 0 : 1;
        if (way) head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        table.tBodies[0].append(...sorted(table, column, way, rows));
      });
    });
  }
  const form = document.getElementById("filter");
  if (!form) return;
  form.hidden = false;
  const apply = () => {
    const models = new Set([...form.querySelectorAll("input:checked")].map((box) => box.value));
    const word = form.querySelector("input[type=search]").value.trim().toLowerCase();
    for (const part of document.querySelectorAll("[data-model]")) {
      const named = (part.dataset.executor || "").toLowerCase().includes(word);
      part.classList.toggle("out", !models.has(part.dataset.model) || !named);
    }
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
