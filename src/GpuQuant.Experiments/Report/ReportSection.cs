using System.Net;
using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>A section of a report; its pieces stand in the order in which they are added.</summary>
public sealed class ReportSection
{
    private readonly StringBuilder _html = new();

    internal ReportSection(string heading, string id) => (Heading, Id) = (heading, id);

    /// <summary>The heading.</summary>
    public string Heading { get; }

    internal string Id { get; }

    /// <summary>Adds a paragraph.</summary>
    public ReportSection Text(string text)
    {
        _html.Append("<p>").Append(Escape(text)).Append("</p>\n");
        return this;
    }

    /// <summary>Adds names with what belongs to each.</summary>
    /// <param name="lines">A name and its text per line.</param>
    public ReportSection List(IEnumerable<IReadOnlyList<string>> lines)
    {
        _html.Append("<dl>").AppendJoin("", lines.Select(line => $"<dt>{Escape(line[0])}</dt><dd>{Escape(line[1])}</dd>\n"))
            .Append("</dl>\n");
        return this;
    }

    /// <summary>Adds a table that is sorted by a press on a header; its first column stays in sight.</summary>
    /// <param name="headers">A header per column.</param>
    /// <param name="rows">The cells' texts, a cell per header.</param>
    /// <exception cref="UsageException">A row has not as many cells as there are headers.</exception>
    public ReportSection Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        _html.Append("<div class=\"scroll\"><table><thead><tr>");
        foreach (var header in headers)
            _html.Append("<th><button type=\"button\">").Append(Escape(header)).Append("</button></th>");
        _html.Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            if (row.Count != headers.Count)
                throw new UsageException($"A table of {headers.Count} columns got a row of {row.Count} cells; give a cell per header.");
            _html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Escape(cell)}</td>")).Append("</tr>\n");
        }
        _html.Append("</tbody></table></div>\n");
        return this;
    }

    /// <summary>Adds a picture, whole, into the page.</summary>
    /// <param name="path">A PNG or SVG file.</param>
    /// <param name="caption">What it shows.</param>
    /// <exception cref="UsageException">The file is of another kind.</exception>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public ReportSection Picture(string path, string caption)
    {
        var kind = Path.GetExtension(path) switch
        {
            ".png" => "image/png",
            ".svg" => "image/svg+xml",
            _ => throw new UsageException($"'{path}' is neither .png nor .svg; give a picture of one of these."),
        };
        var (data, words) = (Convert.ToBase64String(Bytes(path)), Escape(caption));
        _html.Append($"<figure><div class=\"scroll\"><img alt=\"{words}\" src=\"data:{kind};base64,{data}\"></div>")
            .Append($"<figcaption>{words}</figcaption></figure>\n");
        return this;
    }

    internal static string Escape(string text) => WebUtility.HtmlEncode(text);

    internal string ToHtml() => $"<section id=\"{Id}\">\n<h2>{Escape(Heading)}</h2>\n{_html}</section>";

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The picture '{path}' cannot be read ({error.Message.TrimEnd('.')}); draw it first.", error);
        }
    }
}
