namespace GpuQuant.Experiments;

/// <summary>The look of a report, and the script that sorts its tables.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --text: #1b1f24; --back: #fff; --line: #d0d7de; --head: #f3f5f7; --link: #0550ae; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e3e7eb; --back: #14181c; --line: #3a424a; --head: #20262c; --link: #79b8ff; }
        }
        body { max-width: 76rem; margin: 0 auto; padding: 1rem; color: var(--text); background: var(--back);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
        h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
        nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; } a { color: var(--link); }
        .scroll { overflow-x: auto; margin: .8rem 0; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th { background: var(--head); vertical-align: bottom; }
        th button { all: unset; cursor: pointer; white-space: normal; } th button:focus-visible { outline: 2px solid var(--link); }
        th[aria-sort=ascending] button::after { content: " \25B2"; } th[aria-sort=descending] button::after { content: " \25BC"; }
        th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: var(--back); }
        th:first-child { background: var(--head); }
        dt { font-weight: 600; } dd { margin: 0 0 .4rem 0; }
        @media (min-width: 40rem) { dl { display: grid; grid-template-columns: fit-content(22rem) 1fr; gap: .2rem 1rem; } }
        figure { margin: 1rem 0; } img { display: block; max-width: 100%; min-width: 40rem; background: #fff; border-radius: .3rem; }
        figcaption { font-size: .875rem; }

        """;

    // Numbers by size, else texts by alphabet; what is missing comes last either way.
    public const string Script = """
        for (const button of document.querySelectorAll("th button")) button.addEventListener("click", () => {
          const head = button.parentElement, body = head.closest("table").tBodies[0], column = head.cellIndex;
          const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
          for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
          const text = row => row.cells[column].textContent, missing = row => text(row) === "-";
          body.append(...[...body.rows].sort((a, b) => {
            if (missing(a) || missing(b)) return missing(a) - missing(b);
            const difference = parseFloat(text(a)) - parseFloat(text(b));
            return sign * (Number.isNaN(difference) ? text(a).localeCompare(text(b)) : difference);
          }));
        });

        """;
}
