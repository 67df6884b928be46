using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// A page in one HTML file that needs nothing else: pictures inside, sortable tables, light and dark, readable on a phone. All text
/// is escaped.
/// </summary>
/// <param name="title">The page's title.</param>
/// <example><c>report.Section("Accuracy").Text("In percent.").Table(["net", "%"], [["lenet5", "98.10"]]).Picture("rq1.svg", "By net")</c>
/// </example>
public sealed class HtmlReport(string title)
{
    private readonly List<ReportSection> _sections = [];

    /// <summary>Adds an empty section at the end.</summary>
    /// <param name="heading">Its heading; stands in the table of contents.</param>
    public ReportSection Section(string heading)
    {
        var section = new ReportSection(heading, $"section-{_sections.Count + 1}");
        _sections.Add(section);
        return section;
    }

    /// <summary>Writes the page.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToHtml())));

    /// <summary>The page as text.</summary>
    public string ToHtml()
    {
        var name = ReportSection.Escape(title);
        var links = _sections.Select(section => $"<a href=\"#{section.Id}\">{ReportSection.Escape(section.Heading)}</a>");
        return string.Join('\n', [
            "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            "<meta http-equiv=\"Content-Security-Policy\" "
                + "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">",
            $"<title>{name}</title>", $"<style>\n{ReportStyle.Css}</style>", "</head>", "<body>", $"<h1>{name}</h1>",
            $"<nav>{string.Join(' ', links)}</nav>", .. _sections.Select(section => section.ToHtml()),
            $"<script>\n{ReportStyle.Script}</script>", "</body>", "</html>", "",
        ]);
    }
}
