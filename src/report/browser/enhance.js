/**
 * Makes tables sortable and puts live charts in place of their pictures. Safe to run any number of times:
 * in a notebook each output brings it along, the saved page holds it once. Without it everything reads the same.
 */
(() => {
  const ready = (element) => element.setAttribute("data-recon-ready", "");
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  for (const box of document.querySelectorAll("[data-recon-table]:not([data-recon-ready])")) {
    ready(box);
    enhanceTable(box);
  }
  for (const list of document.querySelectorAll("[data-recon-ids]:not([data-recon-ready])")) {
    ready(list);
    const lines = list.querySelector("pre").textContent.split("\n");
    list.querySelector(".rc-table-head").append(toolBar(copyButton(() => lines)));
  }
  for (const chart of document.querySelectorAll("[data-recon-chart]:not([data-recon-ready])")) {
    ready(chart);
    if (window.reconPlotly) drawChart(chart);
    else window.addEventListener("recon-plotly", () => drawChart(chart), { once: true });
  }

  function enhanceTable(box) {
    const body = box.querySelector("tbody");
    const heads = [...box.querySelectorAll("thead th")];
    if (body.rows.length < 3) return;
    heads.forEach((head, index) => {
      const button = make("button", { type: "button", className: "rc-sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", direction);
        body.append(...sorted([...body.rows], index, head.dataset.kind, direction));
      });
    });
    if (body.rows.length > 5) box.querySelector(".rc-table-head").append(tools(box, [...body.rows]));
  }

  // Rows without a value come last in either direction: the reader looks for values.
  function sorted(rows, index, kind, direction) {
    const sign = direction === "ascending" ? 1 : -1;
    const value = ({ cells }) => {
      const text = cells[index].dataset.value ?? cells[index].textContent;
      return kind === "number" && text !== "" ? Number(text) : text;
    };
    const missing = (one) => one === "" || Number.isNaN(one);
    return rows.sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      if (missing(a) || missing(b)) return missing(a) - missing(b);
      return sign * (kind === "number" ? a - b : a.localeCompare(b, "en", { numeric: kind !== "time" }));
    });
  }

  function tools(box, rows) {
    const note = box.querySelector(".rc-note");
    const whole = note.textContent;
    note.setAttribute("role", "status");
    const filter = make("input", { type: "search", placeholder: `Filter these ${rows.length} rows` });
    filter.setAttribute("aria-label", filter.placeholder);
    filter.addEventListener("input", () => {
      const wanted = filter.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      const left = rows.filter((row) => !row.hidden).length;
      note.textContent = wanted === "" ? whole : `${left} of these ${rows.length} rows match (${whole})`;
    });
    return box.querySelector("[data-id]")
      ? toolBar(
          filter,
          copyButton(() => idsOf(box)),
        )
      : toolBar(filter);
  }

  function toolBar(...contents) {
    const bar = make("span", { className: "rc-tools" });
    // JupyterLab would take a letter typed here for one of its shortcuts.
    bar.setAttribute("data-lm-suppress-shortcuts", "true");
    bar.append(...contents);
    return bar;
  }

  function idsOf(box) {
    const cells = [...box.querySelectorAll("tbody tr:not([hidden])")].map((row) => row.querySelector("[data-id]"));
    return [...new Set(cells.filter(Boolean).map((cell) => cell.dataset.id))];
  }

  function copyButton(read) {
    const button = make("button", { type: "button", textContent: "Copy ids" });
    button.addEventListener("click", async () => {
      const ids = read();
      const copied = await copy(ids.join("\n"));
      button.textContent = copied ? `Copied ${ids.length}` : "Copying is not allowed here";
      setTimeout(() => (button.textContent = "Copy ids"), 2000);
    });
    return button;
  }

  // The clipboard is closed to pages served over plain http; the old way still works there.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = make("textarea", { value: text });
      document.body.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      return copied;
    }
  }

  function drawChart(chart) {
    const { data, layout } = JSON.parse(chart.querySelector('script[type="application/json"]').textContent);
    const image = chart.querySelector("img");
    const place = make("div", { className: "rc-live" });
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", image.alt);
    image.after(place);
    chart.setAttribute("data-recon-live", "");
    const themed = () => {
      const color = getComputedStyle(chart).color;
      const [line, paper] = ["--rc-line", "--rc-paper"].map((name) => resolved(chart, name));
      const lines = { gridcolor: line, linecolor: line, tickcolor: line, zerolinecolor: line };
      const axis = { ...layout.template.layout.xaxis, ...lines };
      return {
        ...layout,
        ...(place.clientWidth < 480 ? narrowed(data, layout) : {}),
        template: { ...layout.template, layout: { xaxis: axis, yaxis: axis } },
        font: { ...layout.font, color },
        autosize: true,
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        hoverlabel: { bgcolor: paper, bordercolor: line, font: { color } },
      };
    };
    const draw = () => window.reconPlotly.react(place, data, themed(), { displayModeBar: false, responsive: true });
    draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    new MutationObserver(draw).observe(document.body, { attributeFilter: ["data-jp-theme-light", "class"] });
    new ResizeObserver(() => place.clientWidth > 0 && window.reconPlotly.Plots.resize(place)).observe(place);
  }

  // On a telephone a legend and a long title of the axis need lines of their own, and words beside bars some room.
  function narrowed(data, layout) {
    const { margin, height, xaxis } = layout;
    const text = xaxis?.title?.text?.replace(/(.{1,34})(\s+|$)/g, "$1<br>").replace(/<br>$/, "");
    return {
      height: height + 80,
      margin: data.some((trace) => trace.text) ? { ...margin, r: 56 } : margin,
      ...(text === undefined ? {} : { xaxis: { ...xaxis, title: { ...xaxis.title, text } } }),
    };
  }

  // A custom property keeps its light-dark() unresolved; a color that uses it does not.
  function resolved(chart, name) {
    const probe = make("span", {});
    probe.style.color = `var(${name})`;
    chart.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    return color;
  }
})();
