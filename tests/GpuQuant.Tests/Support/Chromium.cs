using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace GpuQuant.Tests.Support;

/// <summary>Looks at pages in a real browser, without a window; tests that need it are skipped where it is not installed.</summary>
internal static class Chromium
{
    /// <summary>What was seen in a page.</summary>
    /// <param name="Seen">What the script gave.</param>
    /// <param name="Messages">What the page wrote on the console: errors, refusals.</param>
    public sealed record Look(JsonElement Seen, IReadOnlyList<string> Messages);

    /// <summary>Loads a page from its file, in a frame of the given width, and runs a script beside it.</summary>
    /// <param name="page">The file, left as it is.</param>
    /// <param name="script">The body of a JavaScript function of the page's <c>win</c> and <c>doc</c>; gives what is to be seen.</param>
    /// <param name="width">The page's width in pixels.</param>
    /// <param name="isDark">Whether the reader prefers dark pages.</param>
    public static async Task<Look> At(string page, string script, int width = 1280, bool isDark = false)
    {
        var browser = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "chromium is not installed.");
        using var folder = new TemporaryFolder();
        var observer = folder.Write("observer.html", Encoding.UTF8.GetBytes($$"""
            <!DOCTYPE html><pre></pre><script>
            function look(frame) {
              const win = frame.contentWindow, doc = frame.contentDocument, seen = (() => { {{script}} })();
              document.querySelector("pre").textContent = JSON.stringify(seen);
            }
            </script>
            <iframe width="{{width}}" height="800" style="border: 0" onload="look(this)" src="{{new Uri(page).AbsoluteUri}}"></iframe>
            """));
        var start = new ProcessStartInfo(browser!)
        {
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--enable-logging=stderr",
                $"--blink-settings=preferredColorScheme={(isDark ? 0 : 1)}", $"--user-data-dir={folder.File("profile")}", "--dump-dom",
                new Uri(observer).AbsoluteUri,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var dom = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        var messages = (await errors).Split('\n').Where(line => line.Contains(":CONSOLE:", StringComparison.Ordinal)).ToArray();
        var result = dom.Split("<pre>")[1].Split("</pre>")[0];
        Assert.False(result.Length == 0, $"The script saw nothing. {string.Join(' ', messages)}");
        using var json = JsonDocument.Parse(WebUtility.HtmlDecode(result));
        return new(json.RootElement.Clone(), messages);
    }
}
